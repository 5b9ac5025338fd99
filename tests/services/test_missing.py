from __future__ import annotations

from datetime import timedelta

from bot_service.domain.bots import Held
from bot_service.domain.events import PositionClosed, PositionFound, PositionMissing

UP, DOWN, FLAT = 101, 97, 100
A_MINUTE = timedelta(seconds=61)


def lose_position(world) -> int:
    """Let the only position vanish as if the broker had never heard of its end."""
    (ticket,) = world.terminal.held
    world.vanished = world.terminal.held.pop(ticket)
    return ticket


def look_for_a_minute(world) -> None:
    world.watch()
    world.clock.advance(A_MINUTE)
    world.watch()
    world.watch()


def test_a_position_that_nobody_can_explain_is_told_once_and_holds_its_bot(world):
    bot_id = world.running()
    world.bar(UP)
    ticket = lose_position(world)
    look_for_a_minute(world)
    (missing,) = world.events(PositionMissing)
    assert (missing.bot_id, missing.ticket) == (bot_id, ticket)
    assert world.read(bot_id).held is Held.POSITION_MISSING
    world.bars(DOWN, UP)
    assert len(world.terminal.requests) == 1


def test_a_position_is_missing_only_after_its_deals_had_time_to_come(world):
    bot_id = world.running()
    world.bar(UP)
    lose_position(world)
    world.watch()
    world.watch()
    assert world.events(PositionMissing) == []
    assert world.read(bot_id).held is None


def test_a_missing_position_that_is_shown_again_lets_its_bot_go_on(world):
    bot_id = world.running()
    world.bar(UP)
    lose_position(world)
    look_for_a_minute(world)
    world.terminal.held[world.vanished.ticket] = world.vanished
    world.watch()
    world.watch()
    (found,) = world.events(PositionFound)
    assert (found.is_open, found.bot_id) == (True, bot_id)
    assert world.read(bot_id).held is None


def test_a_missing_position_whose_deals_come_late_is_told_as_found_and_closed(world):
    bot_id = world.running()
    world.bar(UP)
    (ticket,) = world.terminal.held
    world.terminal.hit(ticket, "sl", "99.00")
    world.terminal.invisible.add(world.terminal.book[-1].ticket)
    look_for_a_minute(world)
    assert world.events(PositionClosed) == []
    world.terminal.invisible.clear()
    world.watch()
    (found,) = world.events(PositionFound)
    assert not found.is_open
    assert len(world.events(PositionClosed)) == 1
    assert world.read(bot_id).held is None


def test_only_the_bot_whose_position_is_missing_is_held(world):
    first = world.running(name="One")
    world.bar(UP)
    lose_position(world)
    second = world.running(name="Two")
    look_for_a_minute(world)
    assert world.read(first).held is Held.POSITION_MISSING
    assert world.read(second).held is None
