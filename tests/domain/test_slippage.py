from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_service.domain.slippage import beyond_limit, cost, with_slippage, worst_price, worth_telling
from bot_service.domain.trading import Intent, IntentState, Purpose, Side

D = Decimal
NOW = datetime(2026, 3, 3, tzinfo=UTC)


def opening(fill="1.10002", side=Side.BUY, **changes):
    """Return an opening of half a lot with a stop 100 points away, 7 of commission per lot in its risk."""
    fields = {
        "id": 1, "ref": "r", "account_id": 1, "bot_id": 1, "magic": 1, "purpose": Purpose.OPEN,
        "symbol": "EURUSD", "side": side, "lots": D("0.5"), "state": IntentState.FILLED, "created_at": NOW,
        "price": D("1.10002"), "stop_loss": D("1.10002") - side.sign * D("0.001"),
        "worst_price": D("1.10002") + side.sign * D("0.0001"), "planned_risk": D("53.50"),
        "filled_lots": D("0.5"), "fill_price": D(fill),
    }  # fmt: skip
    return Intent(**(fields | changes))


@pytest.mark.parametrize(("side", "worst"), [(Side.BUY, "1.10012"), (Side.SELL, "1.09992")])
def test_the_limit_is_a_share_of_the_stop_distance(eurusd, side, worst):
    entry = D("1.10002")
    assert worst_price(side, entry, entry - side.sign * D("0.001"), D(10), eurusd) == D(worst)


@given(
    side=st.sampled_from(Side),
    distance=st.integers(1, 5000),
    percent=st.integers(0, 100),
    tick_size=st.sampled_from([D("0.00001"), D("0.00005"), D("0.001")]),
)
def test_no_accepted_price_adds_more_than_the_share_to_the_loss(eurusd, side, distance, percent, tick_size):
    entry = D("1.10000")
    stop = entry - side.sign * distance * D("0.00001")
    worst = worst_price(side, entry, stop, D(percent), replace(eurusd, tick_size=tick_size))
    assert 0 <= side.sign * (worst - entry) <= abs(entry - stop) * percent / 100


@pytest.mark.parametrize(("side", "fill"), [(Side.BUY, "1.10022"), (Side.SELL, "1.09982")])
def test_a_worse_fill_makes_the_planned_risk_the_true_one(side, fill):
    told = with_slippage(opening(fill, side), D(7))
    assert told.slippage == D("10.00")
    assert told.planned_risk == D("63.50")


def test_a_better_fill_makes_the_planned_risk_smaller_and_is_not_told():
    told = with_slippage(opening("1.09992"), D(7))
    assert (told.slippage, told.planned_risk) == (D("-5.00"), D("48.50"))
    assert worth_telling(told) is None


def test_a_fill_at_the_decided_price_changes_nothing():
    assert with_slippage(opening(), D(7)) == opening()


def test_slippage_is_told_above_a_tenth_of_the_planned_risk():
    assert worth_telling(with_slippage(opening("1.10012", worst_price=D("1.2")), D(7))) is None
    assert worth_telling(with_slippage(opening("1.10013", worst_price=D("1.2")), D(7))) == D("5.50")


def test_a_fill_beyond_the_limit_is_told_however_small():
    told = with_slippage(opening("1.10004", worst_price=D("1.10003")), D(7))
    assert beyond_limit(told)
    assert worth_telling(told) == D("1.00")


def test_the_slippage_of_a_part_is_that_of_its_lots():
    told = with_slippage(opening("1.10022", filled_lots=D("0.1"), state=IntentState.PARTIAL), D(7))
    assert worth_telling(told) == D("2.00")


def test_an_order_without_a_decided_price_has_no_slippage():
    assert cost(opening(price=None), D(1)) is None
    assert with_slippage(opening(price=None), D(7)) == opening(price=None)
    assert not beyond_limit(opening(worst_price=None))


def test_a_fill_beyond_its_own_stop_keeps_a_risk_to_measure_by():
    told = with_slippage(opening("1.09000"), D(0))
    assert told.planned_risk == D("53.50")
