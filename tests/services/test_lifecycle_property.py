"""Whatever people and the market do, in whatever order, the same things stay true."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot_service.domain.bots import RUNNING, TRANSITIONS, BotStatus, Trigger, next_status
from bot_service.domain.errors import (
    BotMustStopFirst,
    ImpossibleTransition,
    OutcomePending,
    PositionStillOpen,
)
from bot_service.domain.events import (
    BotFlat,
    BotsExitOnly,
    BotsStarted,
    BotsStopping,
    OrderFilled,
    OrderNeverSent,
    PositionClosed,
)
from bot_service.domain.trading import DealEntry

FATES = [
    "fill",
    "partial",
    "unknown_done",
    "unknown_lost",
    "hidden",
    "reject:10006:reject",
    "reject:10018:closed",
]
CLOSES = st.sampled_from([90, 95, 97, 99, 100, 101, 103, 105, 110])
EVENTS = [
    ("start",),
    ("stop",),
    ("exit_only",),
    ("watch",),
    ("hit", "sl"),
    ("hit", "client"),
    ("cut",),
    ("mend",),
    ("show",),
    ("restart",),
    ("delete",),
    ("kill", "placed"),
    ("kill", "intent"),
]
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("bar"), CLOSES),
        st.tuples(st.just("bar"), CLOSES),
        st.tuples(st.just("fate"), st.sampled_from(FATES)),
        st.sampled_from(EVENTS),
    ),
    min_size=5,
    max_size=30,
)
NUMBERS = count()


class Killed(BaseException):
    """The process dies here."""


class Story:
    """A service to which things happen."""

    def __init__(self, world):
        self.world = world
        self.bot_id = world.running()

    def do(self, act):
        getattr(self, act[0])(*act[1:])

    def bar(self, close):
        try:
            self.world.bar(close)
        except Killed:
            self.restart()

    def fate(self, fate):
        self.world.terminal.script.append(fate)

    def start(self):
        self.world.start(self.bot_id)

    def stop(self):
        self.world.stop(self.bot_id)

    def exit_only(self):
        self.world.control.exit_only(self.world.actor(), [self.bot_id])

    def watch(self):
        self.world.watch()

    def hit(self, reason):
        for ticket in list(self.world.terminal.held):
            self.world.terminal.hit(ticket, reason, "100.00")

    def cut(self):
        self.world.terminal.cut()

    def mend(self):
        self.world.terminal.broken.clear()
        self.world.watch()

    def show(self):
        self.world.terminal.invisible.clear()

    def restart(self):
        broken = dict(self.world.terminal.broken)
        self.world.terminal.broken.clear()
        self.world = self.world.again()
        self.world.terminal.broken.update(broken)
        self.world.watch()
        self.world.control.resume()

    def kill(self, step):
        def die(passed):
            if passed == step:
                raise Killed

        self.world.checkpoint = die

    def delete(self):
        bot = self.world.read(self.bot_id)
        if bot.deleted_at is not None:
            return
        try:
            self.world.control.delete(self.world.actor(), self.bot_id, bot.version)
        except (BotMustStopFirst, OutcomePending, PositionStillOpen):
            return
        self.bot_id = self.world.make()

    def calm(self):
        """Let every fault end and every outcome show."""
        self.world.checkpoint = self.world.passed.append
        self.world.terminal.script.clear()
        self.show()
        self.mend()
        for _ in range(3):
            self.world.clock.advance(timedelta(seconds=8))
            self.world.watch()


def check_always(story):
    """Check what holds at every moment."""
    world = story.world
    bot = world.read(story.bot_id)
    assert (bot.status in RUNNING) == bot.running
    assert len(world.terminal.held) <= 1
    if bot.status is BotStatus.STOPPED:
        assert bot.due_at is None or bot.started_at is None


def check_calm(story):
    """Check what holds once all is known: nothing doubled, nothing lost, the books are the broker's."""
    world = story.world
    assert world.unsettled() == ()
    opened = [deal.position_id for deal in world.terminal.book if deal.magic and deal.entry is DealEntry.IN]
    assert sorted(event.position_id for event in world.events(OrderFilled)) == sorted(opened)
    ended = {position for position in opened if position not in world.terminal.held}
    assert sorted(event.position_id for event in world.events(PositionClosed)) == sorted(ended)
    assert {trade.position_id for trade in world.trades()} == ended
    net = sum((event.net for event in world.events(PositionClosed)), Decimal(0))
    book = sum((deal.net for deal in world.terminal.book if deal.position_id in ended), Decimal(0))
    assert net == book
    with world.database.read() as uow:
        balance = uow.books.balance_at(world.account.id, world.clock.now() + timedelta(seconds=1))
    assert balance == world.terminal.balance
    sent = [request.ref for request in world.terminal.requests]
    assert len(sent) == len(set(sent))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=ACTS)
def test_whatever_happens_nothing_is_doubled_and_nothing_is_lost(make_world, acts):
    story = Story(make_world(f"story{next(NUMBERS)}.sqlite3"))
    for act in acts:
        story.do(act)
        check_always(story)
    story.calm()
    check_always(story)
    check_calm(story)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=ACTS)
def test_a_stopped_bot_sends_nothing_whatever_happens(make_world, acts):
    story = Story(make_world(f"stopped{next(NUMBERS)}.sqlite3"))
    story.bar(101)
    story.stop()
    before = len(story.world.terminal.requests)
    for act in acts:
        if act[0] != "start":
            story.do(act)
    story.calm()
    assert len(story.world.terminal.requests) == before


@given(st.lists(st.sampled_from(Trigger), max_size=30))
def test_every_step_of_a_life_is_in_the_table(triggers):
    status = BotStatus.STOPPED
    for trigger in triggers:
        if (status, trigger) in TRANSITIONS:
            status = next_status(1, status, trigger)
        else:
            with pytest.raises(ImpossibleTransition):
                next_status(1, status, trigger)
        assert status in BotStatus


def test_every_change_of_status_is_told(world):
    bot_id = world.running()
    world.control.exit_only(world.actor(), [bot_id])
    world.watch()
    world.clock.advance(timedelta(seconds=1))
    world.start(bot_id)
    world.stop(bot_id)
    kinds = [type(event) for event in world.events(BotsStarted, BotsExitOnly, BotFlat, BotsStopping)]
    assert kinds == [BotsStarted, BotsExitOnly, BotFlat, BotsStarted, BotsStopping]
    assert world.events(OrderNeverSent) == []
