"""Pauses hold entries, end by themselves, are told once, and never hold an exit."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from bot_service.domain.bots import Held
from bot_service.domain.errors import BotNotFound, InvalidValue
from bot_service.domain.events import EntriesPaused, EntriesResumed, EntryDenied
from bot_service.services import holds
from bot_service.services.holds import Hold

UP, DOWN, FLAT = 101, 97, 100
HOUR = timedelta(hours=1)


def pause(world, *bot_ids, length=HOUR):
    return world.services.pausing.pause(world.actor(), world.clock.now() + length, bot_ids)


def test_a_timed_pause_holds_entries_and_ends_by_itself_told_once(world):
    bot_id = world.running()
    pause(world)
    assert world.read(bot_id).held is Held.PAUSE
    world.bar(UP)
    assert world.terminal.requests == []
    assert [item.reason for item in world.events(EntryDenied)] == ["paused"]
    world.clock.advance(HOUR)
    for _ in range(3):
        world.watch()
    assert world.read(bot_id).held is None
    assert len(world.events(EntriesResumed)) == 1
    assert world.services.pausing.view().plan.empty


def test_a_pause_never_holds_an_exit(world):
    world.running()
    world.bar(UP)
    pause(world)
    world.bar(DOWN)
    assert world.terminal.held == {}
    assert len(world.terminal.requests) == 2


def test_a_pause_holds_only_its_bots(world):
    first, second = world.running(), world.running()
    pause(world, second)
    world.bar(UP)
    assert world.read(first).held is None
    assert [bot for bot in world.terminal.requests if bot.magic % 1_000_000 == second] == []
    assert len(world.terminal.held) == 1


def test_a_pause_of_a_bot_that_is_not_there_is_refused(world):
    with pytest.raises(BotNotFound):
        pause(world, 99)
    assert world.services.pausing.view().plan.empty


def test_a_pause_into_the_past_is_refused(world):
    with pytest.raises(InvalidValue):
        pause(world, length=timedelta(0))


def test_a_bot_that_is_started_during_a_pause_is_held_too(world):
    pause(world)
    bot_id = world.running()
    world.bar(UP)
    assert world.terminal.requests == []
    world.watch()
    assert world.read(bot_id).held is Held.PAUSE


def test_a_pause_survives_a_restart(world):
    world.running()
    pause(world)
    again = world.again()
    assert again.services.pausing.view().held == 1
    again.clock.advance(HOUR)
    again.watch()
    assert again.services.pausing.view().held == 0
    assert len(again.events(EntriesResumed)) == 1


def test_a_pause_that_somebody_ends_is_over_at_once(world):
    world.running()
    pause(world)
    assert world.services.pausing.end(world.actor()).plan.empty
    world.bar(UP)
    assert len(world.terminal.held) == 1
    assert len(world.events(EntriesResumed)) == 1
    world.services.pausing.end(world.actor())
    assert len(world.events(EntriesResumed)) == 1


def test_a_stronger_reason_stays_and_shows_when_the_pause_is_over(world):
    bot_id = world.running()
    pause(world)
    with world.database.write() as uow:
        holds.put(uow, world.account.id, Hold(Held.SECOND_COPY, world.clock.now()))
        uow.commit()
    assert world.read(bot_id).held is Held.PAUSE
    world.bar(UP)
    world.services.pausing.end(world.actor())
    assert world.read(bot_id).held is Held.SECOND_COPY
    world.bar(DOWN)
    assert world.terminal.requests == []
    assert world.events(EntryDenied) == []


def test_pause_days_are_told_when_they_begin_and_when_they_end(world):
    bot_id = world.running()
    day = date(2026, 3, 4)
    world.services.pausing.add_days(world.actor(), day, day, "UTC", "Nyepi")
    world.watch()
    assert world.read(bot_id).held is None
    world.clock.advance(14 * HOUR)
    for _ in range(3):
        world.watch()
    assert world.read(bot_id).held is Held.PAUSE
    (begun,) = world.events(EntriesPaused)
    assert (begun.name, begun.cause) == ("Nyepi", "day")
    world.clock.advance(24 * HOUR)
    for _ in range(3):
        world.watch()
    assert world.read(bot_id).held is None
    (ended,) = world.events(EntriesResumed)
    assert ended.name == "Nyepi"
    assert world.services.pausing.view().plan.empty


def test_daily_hours_hold_entries_without_any_noise(world):
    bot_id = world.running()
    view = world.services.pausing.add_hours(world.actor(), time(17), time(18), "Asia/Jakarta")
    world.watch()
    assert world.read(bot_id).held is Held.PAUSE
    world.bar(UP)
    assert world.terminal.requests == []
    assert [item.reason for item in world.events(EntryDenied)] == ["pause_hours"]
    assert world.events(EntriesPaused) == []
    world.services.pausing.remove(world.actor(), view.plan.hours[0].id)
    assert world.read(bot_id).held is None


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 3, 1), date(2026, 3, 1)),
        (date(2026, 3, 9), date(2026, 3, 8)),
        (date(2026, 4, 1), date(2026, 9, 1)),
    ],
)
def test_days_that_are_over_backwards_or_too_many_are_refused(world, first, last):
    with pytest.raises(InvalidValue):
        world.services.pausing.add_days(world.actor(), first, last, "UTC")


def test_hours_without_length_are_refused(world):
    with pytest.raises(InvalidValue):
        world.services.pausing.add_hours(world.actor(), time(1), time(1), "UTC")


def test_without_a_pause_the_watch_writes_nothing_about_them(world):
    world.running()
    for _ in range(3):
        world.watch()
    assert world.events(EntriesPaused, EntriesResumed) == []
    assert world.value("pause_days_now") is None
