"""A process dies anywhere between a limit that is hit and the last position that it closes."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from bot_service.domain.bots import Held
from bot_service.domain.errors import DatabaseBusy
from bot_service.domain.events import DailyLossHit, DailyLossNear, GuardClosing, GuardLifted, PositionClosed
from bot_service.domain.guards import DailyLoss, GuardAction
from bot_service.domain.trading import ExitCause
from tests.services.guard_steps import lose

UP = 101
CLOSES = DailyLoss(action=GuardAction.CLOSE)
SECONDS = timedelta(seconds=1)
MOST_WRITES, MOST_ORDERS = 30, 3
WORLDS = itertools.count()


class Killed(BaseException):
    """End the process as kill -9 does: nobody catches it, nothing is written after it."""


class Mortal:
    """A database whose process dies before its n-th write; `broken` is raised instead of dying."""

    def __init__(self, database, dies_at=None, broken=None):
        self._database = database
        self.left = dies_at
        self.broken = broken
        self.dead = False

    def write(self, **how):
        if self.dead:
            raise Killed
        if self.left is not None:
            self.left -= 1
            if self.left == 0:
                if self.broken is not None:
                    raise self.broken
                self.dead = True
                raise Killed
        return self._database.write(**how)

    def read(self):
        if self.dead:
            raise Killed
        return self._database.read()


@pytest.fixture
def near(make_world):
    """Return a world one look before its limit is hit, with a bot's and a person's position."""
    world = make_world(f"killed{next(WORLDS)}.sqlite3")
    world.limits(daily=CLOSES)
    bot_id = world.running()
    world.bar(UP)
    world.watch()
    lose(world, 505, look=False)
    assert len(world.terminal.held) == 2
    return world, bot_id


def look_at(world, database):
    """Let a service on the same files look once; tell whether it was killed."""
    victim = type(world)(database, world.clock, world.terminal)
    try:
        victim.watch()
    except Killed:
        return True
    return False


def all_is_told_once(world, bot_id):
    again = world.again()
    for _ in range(15):
        again.advance(3 * SECONDS)
        again.watch()
    assert again.terminal.held == {}
    assert again.bot(bot_id).held is Held.GUARD
    assert len(again.events(DailyLossHit)) == 1
    assert again.events(GuardLifted) == []
    closing = again.events(GuardClosing)
    assert closing[-1].left == 0
    assert sum(event.left == 0 for event in closing) == 1
    # One order for each position, whoever opened it.
    ended = [deal.position_id for deal in again.terminal.book if deal.entry.value == "out"]
    assert len(ended) == len(set(ended)) == 2
    told = [event for event in again.events(PositionClosed) if event.bot_id == bot_id]
    assert [event.cause for event in told] == [ExitCause.GUARD]


@pytest.mark.parametrize("number", range(1, MOST_WRITES))
def test_a_kill_before_any_write_leaves_a_limit_that_holds_and_closes_once(near, number):
    world, bot_id = near
    database = Mortal(world.database, number)
    if not look_at(world, database):
        assert database.left > 0
    all_is_told_once(world, bot_id)


@pytest.mark.parametrize("number", range(1, MOST_ORDERS))
def test_a_kill_right_after_any_order_was_executed_closes_nothing_twice(near, number):
    world, bot_id = near
    database, place = Mortal(world.database), world.terminal.place
    left = number

    def dies_after(request):
        nonlocal left
        result = place(request)
        left -= 1
        if left == 0:
            database.dead = True
            raise Killed
        return result

    world.terminal.place = dies_after
    assert look_at(world, database)
    world.terminal.place = place
    all_is_told_once(world, bot_id)


@pytest.mark.parametrize("number", range(1, MOST_WRITES))
def test_a_locked_database_at_any_write_delays_a_hit_and_loses_nothing(near, number):
    world, bot_id = near
    database = Mortal(world.database, number, DatabaseBusy())
    victim = type(world)(database, world.clock, world.terminal)
    for _ in range(3):
        try:
            victim.watch()
        except DatabaseBusy:
            continue
        victim.advance(3 * SECONDS)
    all_is_told_once(world, bot_id)


@pytest.mark.parametrize("number", range(1, 12))
def test_a_kill_while_it_is_lifted_lifts_it_wholly_or_not_at_all(near, number):
    world, bot_id = near
    world.limits(daily=DailyLoss())
    world.watch()
    assert world.bot(bot_id).held is Held.GUARD
    database = Mortal(world.database, number)
    victim = type(world)(database, world.clock, world.terminal)
    try:
        victim.services.limits.lift(world.actor())
        lifted = True
    except Killed:
        lifted = False
    again = world.again()
    for _ in range(3):
        again.advance(3 * SECONDS)
        again.watch()
    assert (again.bot(bot_id).held is None) is lifted
    assert len(again.events(GuardLifted)) == lifted
    assert len(again.events(DailyLossHit)) == 1
    assert again.events(DailyLossNear) == []
