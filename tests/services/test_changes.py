"""What others do to our positions is told exactly once, and nobody is blamed wrongly."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot_service.domain.errors import MarketDataMissing
from bot_service.domain.events import OrderFilled, PositionChanged, PositionClosed, StopMissing, StopRemoved
from bot_service.domain.trading import DealEntry, ExitCause

UP, DOWN, FLAT = 101, 97, 100
LOOK = timedelta(seconds=3)


@pytest.fixture
def names():
    return (f"changes{number}.sqlite3" for number in count())


def look(world, times=1):
    for _ in range(times):
        world.clock.advance(LOOK)
        world.watch()


@pytest.fixture
def held(world):
    """The ticket of a position that a bot opened and the watch has seen."""
    world.running()
    world.bar(UP)
    look(world)
    (ticket,) = world.terminal.held
    return ticket


def changes(world):
    return world.events(PositionChanged, StopRemoved)


def test_an_untouched_position_is_never_told_as_changed(world, held):
    world.bars(UP, 102, 103)
    look(world, 5)
    assert changes(world) == []


@pytest.mark.parametrize("stop", ["98.00", "99.50", "101.50"])
def test_a_stop_moved_by_hand_is_told_once_with_the_money_before_and_after(world, held, stop):
    before = world.terminal.held[held]
    world.terminal.by_hand(held, stop_loss=Decimal(stop))
    look(world, 3)
    (event,) = changes(world)
    per_price = Decimal(10) * before.lots
    assert (event.stop_before, event.stop_loss) == (before.stop_loss, Decimal(stop))
    assert event.result_before == (before.stop_loss - before.price_open) * per_price
    assert event.result == (Decimal(stop) - before.price_open) * per_price
    assert event.subject == f"position:{world.account.id}:{held}"
    assert event.last_seen_at is None
    assert world.terminal.held[held].stop_loss == Decimal(stop)


def test_a_target_moved_or_taken_away_is_told_once_each(world, held):
    before = world.terminal.held[held].take_profit
    for target in (Decimal("120.00"), None):
        world.terminal.by_hand(held, take_profit=target)
        look(world, 2)
    assert [(event.target_before, event.take_profit) for event in changes(world)] == [
        (before, Decimal("120.00")),
        (Decimal("120.00"), None),
    ]


def test_several_changes_between_two_looks_are_one_event_with_all_of_them(world, held):
    world.terminal.by_hand(held, stop_loss=Decimal("99.00"), take_profit=Decimal("130.00"))
    world.terminal.close_part(held, "0.04")
    look(world, 2)
    (event,) = changes(world)
    assert (event.lots_before, event.lots, event.stop_loss) == (
        Decimal("0.10"),
        Decimal("0.06"),
        Decimal("99.00"),
    )
    assert event.take_profit == Decimal("130.00")


@pytest.mark.parametrize(
    ("reason", "by"),
    [
        ("client", ExitCause.BY_HAND),
        ("mobile", ExitCause.BY_HAND),
        ("so", ExitCause.STOP_OUT),
        ("expert", ExitCause.OTHER),
    ],
)
def test_a_part_closed_by_somebody_else_is_told_once_with_who_and_the_risk_that_is_left(
    world, held, reason, by
):
    world.terminal.close_part(held, "0.04", reason)
    look(world, 3)
    (event,) = changes(world)
    assert (event.lots_before, event.lots, event.by) == (Decimal("0.10"), Decimal("0.06"), by)
    assert event.result == event.result_before * Decimal("0.6")


def test_a_part_closed_by_our_own_order_is_nobodys_change(world, held):
    world.terminal.script = ["partial", "reject:10006:reject"]
    world.bar(DOWN)
    assert world.terminal.held[held].lots == Decimal("0.05")
    look(world, 3)
    assert changes(world) == []


def test_a_hand_and_our_own_order_in_the_same_moment_are_told_apart(world, held):
    world.terminal.close_part(held, "0.02")
    world.terminal.script = ["partial", "reject:10006:reject"]
    world.bar(DOWN)
    look(world, 3)
    (event,) = changes(world)
    assert (event.lots_before - event.lots, event.by) == (Decimal("0.02"), ExitCause.BY_HAND)


def test_a_change_of_lots_is_told_when_its_deals_are_visible(world, held):
    world.terminal.close_part(held, "0.04")
    world.terminal.invisible.add(world.terminal.book[-1].ticket)
    look(world, 3)
    assert changes(world) == []
    world.terminal.invisible.clear()
    look(world, 3)
    assert len(changes(world)) == 1


def test_a_change_is_told_once_over_restarts(world, held):
    world.terminal.by_hand(held, stop_loss=Decimal("98.00"))
    look(world)
    for _ in range(3):
        world = world.again()
        look(world)
    assert len(changes(world)) == 1


@pytest.mark.parametrize("stop", [None, "98.00"])
def test_a_change_while_the_service_was_down_is_told_as_such(world, held, stop):
    down_since = world.clock.now()
    world.terminal.by_hand(held, stop_loss=None if stop is None else Decimal(stop))
    world.clock.advance(timedelta(minutes=40))
    again = world.again()
    look(again, 3)
    (event,) = changes(again)
    assert isinstance(event, StopRemoved if stop is None else PositionChanged)
    assert event.last_seen_at == down_since


def test_a_change_while_the_link_was_lost_is_told_as_such(world, held):
    world.terminal.cut()
    look(world)
    world.terminal.by_hand(held, stop_loss=Decimal("98.00"))
    world.clock.advance(timedelta(minutes=5))
    world.terminal.broken.clear()
    look(world)
    (event,) = changes(world)
    assert event.last_seen_at is not None


def test_a_stop_changed_before_the_first_look_is_told_against_the_stop_that_was_sent(world):
    world.running()
    world.bar(UP)
    (filled,) = world.events(OrderFilled)
    world.terminal.by_hand(filled.ticket, stop_loss=Decimal("98.00"))
    look(world)
    (event,) = changes(world)
    assert (event.stop_before, event.stop_loss) == (filled.stop_loss, Decimal("98.00"))


def test_a_stop_set_again_by_hand_after_it_was_removed_is_told(world, held):
    for stop in (None, Decimal("98.50")):
        world.terminal.by_hand(held, stop_loss=stop)
        look(world, 2)
    assert [event.code for event in changes(world)] == ["stop_removed", "position_changed"]
    assert changes(world)[1].stop_before is None
    assert world.events(StopMissing) == []


def test_what_was_known_of_a_position_is_forgotten_when_it_has_ended(world, held):
    world.terminal.hit(held, "sl", "98.00")
    look(world)
    with world.database.read() as uow:
        assert uow.protections.all(world.account.id) == {}
    assert changes(world) == []


def test_money_that_can_not_be_computed_is_left_out_and_the_change_still_told(world, held):
    world.terminal.broken["profit"] = MarketDataMissing("EURUSD")
    world.terminal.by_hand(held, stop_loss=Decimal("98.00"))
    look(world)
    (event,) = changes(world)
    assert (event.result_before, event.result) == (None, None)


@pytest.mark.parametrize("parts", [("0.04", "0.06"), ("0.02", "0.03", "0.05")])
def test_a_trade_closed_in_parts_by_hand_is_told_closed_once_with_all_deals_and_its_r(world, held, parts):
    (filled,) = world.events(OrderFilled)
    for number, lots in enumerate(parts):
        world.terminal.price = Decimal(101 + number)
        world.terminal.close_part(held, lots)
        look(world, 2)
    (closed,) = world.events(PositionClosed)
    deals = [deal for deal in world.terminal.book if deal.position_id == held]
    assert len(deals) == 1 + len(parts)
    assert closed.net == sum(deal.net for deal in deals)
    assert closed.r == closed.net / filled.planned_risk
    assert (closed.lots, closed.cause) == (Decimal("0.10"), ExitCause.BY_HAND)
    assert len(world.trades()) == 1


def test_r_of_a_partly_filled_trade_that_a_hand_closes_in_parts_counts_the_filled_volume(world):
    world.running()
    world.terminal.script = ["partial"]
    world.bar(UP)
    look(world)
    (filled,) = world.events(OrderFilled)
    assert (filled.lots, filled.asked_lots) == (Decimal("0.05"), Decimal("0.10"))
    for lots in ("0.02", "0.03"):
        world.terminal.close_part(filled.ticket, lots)
        look(world, 2)
    (closed,) = world.events(PositionClosed)
    (intent_risk,) = {trade.planned_risk for trade in world.trades()}
    opened = [deal for deal in world.terminal.book if deal.entry is DealEntry.IN and deal.position_id]
    assert sum(deal.lots for deal in opened) == closed.lots == Decimal("0.05")
    assert closed.r == closed.net / intent_risk == closed.net / filled.planned_risk


def test_a_rest_that_our_exit_closes_after_a_hand_took_a_part_is_one_trade(world, held):
    world.terminal.close_part(held, "0.04")
    look(world)
    world.bar(DOWN)
    look(world)
    closed = [event for event in world.events(PositionClosed) if event.ticket == held]
    deals = [deal for deal in world.terminal.book if deal.position_id == held]
    assert len(closed) == 1
    assert closed[0].net == sum(deal.net for deal in deals)
    assert closed[0].cause is ExitCause.SIGNAL


# --- whatever they do, in whatever order

levels = st.sampled_from([None, Decimal("98.00"), Decimal("98.50"), Decimal("99.00")])
targets = st.sampled_from([None, Decimal("120.00"), Decimal("130.00")])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("stop"), levels),
        st.tuples(st.just("target"), targets),
        st.tuples(st.just("part"), st.sampled_from(["0.01", "0.02"])),
        st.tuples(st.sampled_from(["look", "restart", "hide", "cut", "sleep"]), st.none()),
    ),
    max_size=14,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
@example(steps=[("stop", Decimal("98.00")), ("part", "0.01"), ("hide", None), ("look", None)])
def test_the_told_changes_add_up_to_what_is_open(make_world, names, steps):
    world = make_world(next(names))
    world.running()
    world.bar(UP)
    look(world)
    (ticket,) = world.terminal.held
    opened = world.terminal.held[ticket]
    for step, value in steps:
        world = act(world, ticket, step, value)
    world.terminal.broken.clear()
    world.terminal.invisible.clear()
    look(world, 3)
    told = (opened.lots, opened.stop_loss, opened.take_profit)
    for event in changes(world):
        if isinstance(event, StopRemoved):
            assert event.stop_before == told[1]
            told = (told[0], None, told[2])
            continue
        before = (event.lots_before, event.stop_before, event.target_before)
        assert before != (event.lots, event.stop_loss, event.take_profit)
        assert before[1:] == told[1:]
        # Lots whose deals are not visible yet are shown as they are and told as changed later.
        assert event.lots_before in (told[0], event.lots)
        lots = event.lots if event.lots_before != event.lots else told[0]
        told = (lots, event.stop_loss, event.take_profit)
    now = world.terminal.held[ticket]
    assert told == (now.lots, now.stop_loss, now.take_profit)
    assert world.terminal.stop_requests == []


def act(world, ticket, step, value):
    if step == "stop":
        world.terminal.by_hand(ticket, stop_loss=value)
    elif step == "target":
        world.terminal.by_hand(ticket, take_profit=value)
    elif step == "part" and world.terminal.held[ticket].lots > Decimal(value):
        world.terminal.close_part(ticket, value)
    elif step == "hide":
        world.terminal.invisible.add(world.terminal.book[-1].ticket)
    elif step == "cut":
        world.terminal.cut()
        look(world)
        world.terminal.broken.clear()
    elif step == "sleep":
        world.clock.advance(timedelta(minutes=3))
    elif step == "restart":
        return world.again()
    else:
        look(world)
    return world
