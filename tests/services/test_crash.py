"""A process dies at each numbered step of the tick; a fresh service on the same files finds the truth.

Killing is simulated by an exception at the step and a database that takes nothing more from the dead service.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from bot_service.domain.bots import BotStatus, SizingMethod
from bot_service.domain.events import OrderFilled, OrderNeverSent, PositionClosed
from bot_service.domain.trading import DealEntry

UP, DOWN, FLAT = 101, 97, 100
STEPS = ["claimed", "data", "decided", "intent", "placed", "result"]
LATER = timedelta(seconds=8)


class Killed(BaseException):
    """End the process as kill -9 does: nobody catches it, nothing is written after it."""


class Mortal:
    """A database of a process that can die."""

    def __init__(self, database):
        self._database = database
        self.dead = False

    def write(self, **how):
        if self.dead:
            raise Killed
        return self._database.write(**how)

    def read(self):
        if self.dead:
            raise Killed
        return self._database.read()


def mortal(world):
    """Return a service on the same files whose process can be killed at a step."""
    database = Mortal(world.database)
    victim = type(world)(database, world.clock, world.terminal)
    victim.control.resume()
    return victim, database


def kill_at(victim, database, step, occurrence=1):
    count = {"seen": 0}

    def die(passed):
        if passed == step:
            count["seen"] += 1
            if count["seen"] == occurrence:
                database.dead = True
                raise Killed

    victim.checkpoint = die


def restart(world):
    again = world.again()
    again.watch()
    again.control.resume()
    return again


def settle(again):
    again.clock.advance(LATER)
    again.advance(timedelta(seconds=1))
    again.watch()


def alerts_equal_deals(world):
    """Check that every deal of a bot has exactly one alert and every alert its deal."""
    opened = [deal.position_id for deal in world.terminal.book if deal.magic and deal.entry is DealEntry.IN]
    told = [event.position_id for event in world.events(OrderFilled)]
    assert sorted(told) == sorted(opened)
    ended = {deal.position_id for deal in world.terminal.book if deal.entry is DealEntry.OUT}
    assert sorted(event.position_id for event in world.events(PositionClosed)) == sorted(ended)
    assert sorted(trade.position_id for trade in world.trades()) == sorted(ended)


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_while_opening_doubles_and_loses_nothing(world, step):
    world.running()
    victim, database = mortal(world)
    victim.advance(timedelta(seconds=10))
    kill_at(victim, database, step)
    victim.terminal.add_bar(UP)
    with pytest.raises(Killed):
        victim.advance(timedelta(seconds=65))
    again = restart(world)
    settle(again)
    assert len(again.terminal.held) == (0 if step == "intent" else 1)
    assert len(again.events(OrderNeverSent)) == (1 if step == "intent" else 0)
    assert len(again.terminal.requests) == (0 if step == "intent" else 1)
    alerts_equal_deals(again)
    assert again.unsettled() == ()


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_while_closing_doubles_and_loses_nothing(world, step):
    world.running()
    victim, database = mortal(world)
    victim.bar(UP)
    kill_at(victim, database, step)
    victim.terminal.add_bar(DOWN)
    with pytest.raises(Killed):
        victim.advance(timedelta(seconds=61))
    again = restart(world)
    settle(again)
    again.bar(DOWN)
    closings = [request for request in again.terminal.requests if request.position_ticket is not None]
    assert len(closings) == 1
    assert len(again.events(PositionClosed)) == 1
    alerts_equal_deals(again)
    assert again.unsettled() == ()


@pytest.mark.parametrize("step", ["intent", "placed", "result"])
def test_a_kill_between_closing_and_opening_opens_at_most_once(world, step):
    world.running()
    victim, database = mortal(world)
    victim.bar(UP)
    kill_at(victim, database, step, occurrence=2)
    victim.terminal.add_bar(DOWN)
    with pytest.raises(Killed):
        victim.advance(timedelta(seconds=61))
    again = restart(world)
    settle(again)
    sells = [deal for deal in again.terminal.book if deal.entry is DealEntry.IN and deal.side == "sell"]
    assert len(sells) <= 1
    alerts_equal_deals(again)


def test_a_stop_sent_while_the_process_was_dead_wins_over_the_resume(world):
    bot_id = world.running()
    victim, database = mortal(world)
    kill_at(victim, database, "claimed")
    victim.terminal.add_bar(UP)
    with pytest.raises(Killed):
        victim.advance(timedelta(seconds=65))
    again = world.again()
    again.stop()
    again.watch()
    again.control.resume()
    settle(again)
    assert again.read(bot_id).status is BotStatus.STOPPED
    assert again.terminal.requests == []


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_on_the_paper_terminal_doubles_and_loses_nothing(make_paper_world, clock, step):
    world = make_paper_world("crash", clock=clock)
    bot_id = world.running(sizing=SizingMethod.FIXED_LOT, size=Decimal("0.01"))
    victim, database = mortal(world)
    kill_at(victim, database, step)
    with pytest.raises(Killed):
        victim.advance(timedelta(hours=3))
    world.api.close_book()
    again = make_paper_world("crash", clock=clock)
    again.watch()
    again.control.resume()
    again.advance(timedelta(minutes=1))
    again.watch()
    again.advance(timedelta(minutes=30))
    again.watch()
    assert again.unsettled() == ()
    since = clock.now() - timedelta(days=2)
    deals = [deal for deal in again.terminal.deals(since) if deal.position_id]
    opened = [deal.position_id for deal in deals if deal.entry is DealEntry.IN]
    assert sorted(event.position_id for event in again.events(OrderFilled)) == sorted(opened)
    closed = {deal.position_id for deal in deals if deal.entry is DealEntry.OUT}
    assert {event.position_id for event in again.events(PositionClosed)} == closed
    assert len(again.events(PositionClosed)) == len(closed)
    assert len(again.terminal.positions()) <= 1
    assert again.read(bot_id).status is BotStatus.ACTIVE


def test_an_intent_is_on_the_disk_before_its_order_is_sent(world):
    class Watched(Mortal):
        """Writes down which transactions outlive a power cut."""

        def __init__(self, database):
            super().__init__(database)
            self.durable = []

        def write(self, **how):
            self.durable.append(how.get("durable", False))
            return super().write(**how)

    database = Watched(world.database)
    at_intent = []
    watched = type(world)(database, world.clock, world.terminal)

    def remember(step):
        if step == "intent":
            at_intent.append((database.durable[-1], len(world.terminal.requests)))

    watched.checkpoint = remember
    watched.running()
    watched.bar(101)
    assert at_intent == [(True, 0)]
    assert database.durable.count(True) == 1


@pytest.mark.parametrize("step", ["again", "placed", "result"])
@pytest.mark.parametrize("fates", [["requote:101.10"], ["requote:101.10", "requote:101.15"]])
def test_a_kill_between_two_attempts_doubles_and_loses_nothing(world, step, fates):
    world.running()
    victim, database = mortal(world)
    victim.advance(timedelta(seconds=10))
    victim.terminal.script = list(fates)
    kill_at(victim, database, step)
    victim.terminal.add_bar(UP)
    with pytest.raises(Killed):
        victim.advance(timedelta(seconds=65))
    again = restart(world)
    settle(again)
    again.bar(UP)
    assert len(again.terminal.held) == (0 if step == "again" else 1)
    assert len(again.events(OrderNeverSent)) == (1 if step == "again" else 0)
    alerts_equal_deals(again)
    assert again.unsettled() == ()


def test_a_kill_after_a_lost_answer_to_a_second_attempt_doubles_nothing(world):
    world.running()
    victim, database = mortal(world)
    victim.advance(timedelta(seconds=10))
    victim.terminal.script = ["requote:101.10", "unknown_done"]
    kill_at(victim, database, "placed")
    victim.terminal.add_bar(UP)
    with pytest.raises(Killed):
        victim.advance(timedelta(seconds=65))
    again = restart(world)
    settle(again)
    assert len(again.terminal.held) == 1
    assert len(again.terminal.requests) == 2
    alerts_equal_deals(again)


def test_an_entry_that_waits_is_tried_once_more_after_a_kill_and_never_doubled(world):
    world.running()
    victim, database = mortal(world)
    victim.advance(timedelta(seconds=10))
    victim.terminal.script = ["reject:10024:retry_later"]
    kill_at(victim, database, "result")
    victim.terminal.add_bar(UP)
    with pytest.raises(Killed):
        victim.advance(timedelta(seconds=65))
    again = restart(world)
    for _ in range(4):
        again.advance(timedelta(seconds=3))
        again.watch()
    assert len(again.terminal.held) <= 1
    assert len({request.ref for request in again.terminal.requests}) == 1
    alerts_equal_deals(again)
