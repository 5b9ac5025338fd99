"""The arithmetic of the daily limit against whatever is paid, restarted, late or a new day."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot_service.domain.bots import Held
from bot_service.domain.events import DailyLossHit, DailyLossNear, GuardLifted
from bot_service.domain.guards import DailyLoss, GuardEnd
from bot_service.domain.market import Timeframe
from bot_service.domain.trading import Side
from tests.services.guard_steps import charge, close, lose, pay, payment

WORLDS = itertools.count()
SECONDS = timedelta(seconds=1)
DAY = timedelta(days=1)
JAKARTA = ZoneInfo("Asia/Jakarta")
AT_FIVE = DailyLoss(reset_at=time(5), zone="Asia/Jakarta")
MORNING = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
"""08:00 in Jakarta on a Tuesday."""

TRADES = st.one_of(
    st.tuples(st.just("move"), st.integers(-60, 60)),
    st.tuples(st.just("open"), st.sampled_from(list(Side))),
    st.tuples(st.just("close"), st.none()),
    st.tuples(st.just("charge"), st.integers(1, 30)),
)
PAYMENTS = st.one_of(
    st.tuples(st.just("pay"), st.integers(-4000, 40_000)),
    st.tuples(st.just("late"), st.integers(-4000, 40_000)),
    st.tuples(st.just("restart"), st.none()),
)
QUICK = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def of_day(world, rule=AT_FIVE):
    world.limits(daily=rule, open_risk=None, margin_level=None)
    world.running(timeframe=Timeframe.D1)
    world.watch()
    return world


def trade(world, what, value):
    if what == "move":
        world.terminal.price += Decimal(value) / 10
    elif what == "open":
        ticket = world.terminal.enter_by_hand(value, "0.50")
        world.terminal.by_hand(ticket, stop_loss=Decimal(1))
    elif what == "close" and world.terminal.held:
        close(world, min(world.terminal.held))
    elif what == "charge":
        charge(world, value)


def look(world):
    world.advance(3 * SECONDS)
    world.watch()


def told(world):
    return [(type(event), event.loss, event.limit) for event in world.events(DailyLossNear, DailyLossHit)]


@QUICK
@given(steps=st.lists(st.one_of(TRADES, TRADES, PAYMENTS), min_size=4, max_size=12))
def test_no_payment_and_no_restart_moves_lifts_or_trips_the_guard(make_world, steps):
    number = next(WORLDS)
    plain, paid = (of_day(make_world(f"{name}{number}.sqlite3", MORNING)) for name in ("plain", "paid"))
    for what, value in steps:
        if what == "restart":
            paid = paid.again()
        elif what == "pay":
            pay(paid, value)
        elif what == "late":
            deal = payment(paid, value)
            look(plain)
            look(paid)
            paid.terminal.book.append(deal)
        else:
            trade(plain, what, value)
            trade(paid, what, value)
        look(plain)
        look(paid)
        assert told(paid) == told(plain)
        assert paid.bot(1).held == plain.bot(1).held


@QUICK
@given(
    hours=st.lists(st.integers(1, 9), min_size=1, max_size=6),
    restarts=st.sets(st.integers(0, 5)),
    loss=st.integers(505, 2000),
)
def test_a_day_ends_at_five_in_the_accounts_zone_and_not_before(make_world, hours, restarts, loss):
    world = of_day(make_world(f"five{next(WORLDS)}.sqlite3", MORNING))
    close(world, lose(world, loss))
    look(world)
    assert world.bot(1).held is Held.GUARD
    ends = datetime(2026, 3, 4, 5, tzinfo=JAKARTA)
    for place, count in enumerate(hours):
        world.advance(timedelta(hours=count))
        if place in restarts:
            world = world.again()
        world.watch()
        is_over = world.clock.now() >= ends
        assert (world.bot(1).held is None) is is_over
        assert len(world.events(GuardLifted)) == is_over


@QUICK
@given(
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("day"), st.none()),
            st.tuples(st.just("restart"), st.none()),
            st.tuples(st.just("pay"), st.integers(1, 20_000)),
            st.tuples(st.just("move"), st.integers(1, 80)),
        ),
        max_size=12,
    )
)
def test_what_waits_for_the_owner_waits_whatever_happens(make_world, steps):
    rule = DailyLoss(reset_at=time(5), zone="Asia/Jakarta", until=GuardEnd.OWNER)
    world = of_day(make_world(f"owner{next(WORLDS)}.sqlite3", MORNING), rule)
    close(world, lose(world, 600))
    look(world)
    for what, value in steps:
        if what == "day":
            world.advance(DAY)
        elif what == "restart":
            world = world.again()
        elif what == "pay":
            pay(world, value)
        else:
            trade(world, what, value)
        look(world)
        assert world.bot(1).held is Held.GUARD
        assert world.events(GuardLifted) == []
    world.services.limits.lift(world.actor())
    assert world.bot(1).held is None


@pytest.mark.parametrize("paid", [5000, -5000])
def test_money_whose_deal_comes_late_is_read_as_soon_as_it_is_there(make_world, paid):
    world = of_day(make_world(f"late{paid}.sqlite3", MORNING))
    deal = payment(world, paid)
    for _ in range(4):
        look(world)
    world.terminal.book.append(deal)
    world.advance(60 * SECONDS)
    for _ in range(3):
        look(world)
    assert told(world) == []
    lose(world, 450)
    ((kind, loss, _limit),) = told(world)
    assert kind is DailyLossNear
    assert loss < 460


def test_what_nobody_ever_explains_counts_as_a_loss_after_half_a_minute(make_world):
    world = of_day(make_world("never.sqlite3", MORNING))
    world.terminal.balance -= 600
    world.watch()
    world.advance(29 * SECONDS)
    world.watch()
    assert told(world) == []
    world.advance(SECONDS)
    world.watch()
    assert [kind for kind, *_ in told(world)] == [DailyLossHit]


def test_what_is_closed_in_the_very_round_of_the_look_is_counted_once(make_world):
    world = of_day(make_world("once.sqlite3", MORNING))
    ticket = lose(world, 260)
    view = world.services.closing.chosen([str(ticket)])
    items = [line.item for line in (*view.lines, *view.manual)]
    world.services.closing.order(world.actor(), items)
    for _ in range(3):
        look(world)
    assert world.terminal.held == {}
    assert told(world) == []


def test_a_day_that_begins_while_something_is_closed_begins_with_the_right_money(make_world):
    world = of_day(make_world("begins.sqlite3", MORNING))
    ticket = lose(world, 260)
    view = world.services.closing.chosen([str(ticket)])
    items = [line.item for line in (*view.lines, *view.manual)]
    world.clock.set(datetime(2026, 3, 4, 5, 0, 1, tzinfo=JAKARTA))
    world.services.closing.order(world.actor(), items)
    world.watch()
    for _ in range(3):
        look(world)
    (shown,) = world.services.limits.view().accounts
    assert shown.period.opening_equity + shown.day.loss >= Decimal(9730)
    assert shown.day.loss <= 270


def test_lifting_the_hold_of_an_earlier_day_leaves_the_guard_of_today(make_world):
    world = of_day(make_world("earlier.sqlite3", MORNING), DailyLoss(until=GuardEnd.OWNER))
    close(world, lose(world, 600))
    look(world)
    world.advance(DAY)
    world.watch()
    world.services.limits.lift(world.actor())
    assert world.bot(1).held is None
    lose(world, 600)
    assert len(world.events(DailyLossHit)) == 2
    assert world.bot(1).held is Held.GUARD


def test_after_the_owner_has_lifted_it_the_same_day_does_not_hold_again(make_world):
    world = of_day(make_world("lifted.sqlite3", MORNING))
    close(world, lose(world, 600))
    look(world)
    world.services.limits.lift(world.actor())
    lose(world, 600)
    look(world)
    assert world.bot(1).held is None
    assert len(world.events(DailyLossHit)) == 1
