from __future__ import annotations

from datetime import timedelta

import pytest

from bot_service.domain.bots import Held
from bot_service.domain.errors import NothingHeld
from bot_service.domain.events import RestartsHeld, RestartsOver

MINUTE = timedelta(minutes=1)


def starts(world, count, apart=MINUTE):
    results = []
    for _ in range(count):
        results.append(world.services.restarts.note())
        world.clock.advance(apart)
    return results


def test_the_third_restart_within_ten_minutes_holds_entries_and_is_told(world):
    bot_id = world.running()
    assert starts(world, 3) == [False, False, True]
    assert world.read(bot_id).held is Held.RESTARTS
    (told,) = world.events(RestartsHeld)
    assert (told.restarts, told.within_s) == (3, 600)
    world.bars(101)
    assert world.terminal.requests == []


def test_held_bots_still_close_what_is_open(world):
    world.running()
    world.bar(101)
    starts(world, 3, apart=timedelta(0))
    world.bar(97)
    assert len(world.terminal.requests) == 2
    assert world.terminal.held == {}


def test_restarts_far_apart_hold_nothing(world):
    world.running()
    assert starts(world, 6, apart=6 * MINUTE) == [False] * 6


def test_a_start_without_running_bots_is_no_restart(world):
    assert starts(world, 5) == [False] * 5


def test_after_the_owners_word_it_is_counted_from_the_beginning(world):
    bot_id = world.running()
    starts(world, 3)
    world.services.restarts.are_fine(world.actor())
    assert world.read(bot_id).held is None
    assert starts(world, 2) == [False, False]
    assert len(world.events(RestartsOver)) == 1


def test_there_must_be_something_to_let_go_on(world):
    with pytest.raises(NothingHeld):
        world.services.restarts.are_fine(world.actor())
