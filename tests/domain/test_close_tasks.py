from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot_service.domain.close_tasks import TaskState, by_urgency, floating
from bot_service.domain.trading import Position, Side

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
MONEY = st.integers(-5000, 5000).map(lambda cents: Decimal(cents) / 100)


@st.composite
def positions(draw):
    tickets = draw(st.lists(st.integers(1, 10**6), unique=True, max_size=12))
    return [
        Position(
            ticket,
            ticket,
            draw(st.sampled_from(["EURUSD", "XAUUSD"])),
            Side.BUY,
            Decimal("0.1"),
            Decimal(1),
            Decimal(1),
            draw(st.sampled_from([None, Decimal("0.9")])),
            None,
            draw(MONEY),
            draw(MONEY),
            0,
            "",
            NOON + timedelta(minutes=draw(st.integers(0, 5))),
        )
        for ticket in tickets
    ]


@given(positions())
def test_without_a_stop_comes_first_and_then_the_largest_loss(found):
    ranked = by_urgency(found)
    assert sorted(item.ticket for item in ranked) == sorted(item.ticket for item in found)
    for one, after in itertools.pairwise(ranked):
        assert (one.stop_loss is None) >= (after.stop_loss is None)
        if (one.stop_loss is None) == (after.stop_loss is None):
            assert floating([one]) <= floating([after])


@given(positions(), st.randoms())
def test_the_order_depends_on_nothing_else(found, random):
    shuffled = list(found)
    random.shuffle(shuffled)
    assert by_urgency(shuffled) == by_urgency(found)


@given(positions())
def test_where_the_oldest_must_go_first_each_symbol_goes_by_age_in_its_own_places(found):
    ranked, free = by_urgency(found, oldest_first=True), by_urgency(found)
    assert [item.symbol for item in ranked] == [item.symbol for item in free]
    for symbol in ("EURUSD", "XAUUSD"):
        ages = [item.opened_at for item in ranked if item.symbol == symbol]
        assert ages == sorted(ages)


def test_what_is_open_is_what_can_still_be_done():
    ended = {TaskState.DONE, TaskState.GONE, TaskState.GIVEN_UP, TaskState.CANCELLED}
    assert {state for state in TaskState if not state.open} == ended
