from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_service.domain.closing import closed_trade, filled_risk, mean_price
from bot_service.domain.trading import (
    Deal,
    DealEntry,
    DealKind,
    ExitCause,
    Intent,
    IntentState,
    Purpose,
    Side,
)

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
BAR = NOON - timedelta(minutes=1)


def deal(ticket, entry, lots, price, profit="0", **changes):
    fields = {
        "ticket": ticket,
        "order": ticket + 1000,
        "time": NOON + timedelta(seconds=ticket),
        "kind": DealKind.TRADE,
        "entry": entry,
        "reason": "expert",
        "symbol": "EURUSD",
        "side": Side.BUY if entry is DealEntry.IN else Side.SELL,
        "lots": Decimal(lots),
        "price": Decimal(price),
        "profit": Decimal(profit),
        "commission": Decimal("-0.30"),
        "swap": Decimal(0),
        "fee": Decimal(0),
        "magic": 7,
        "position_id": 77,
        "comment": "",
    }
    return Deal(**(fields | changes))


def intent(purpose, **changes):
    fields = {
        "id": 1,
        "ref": "0123456789abcdef",
        "account_id": 1,
        "bot_id": 5,
        "magic": 7,
        "purpose": purpose,
        "symbol": "EURUSD",
        "side": Side.BUY,
        "lots": Decimal("0.2"),
        "state": IntentState.FILLED,
        "created_at": NOON,
        "bar_time": BAR,
        "strategy": "MA_CROSSOVER",
        "planned_risk": Decimal(50),
        "position_id": 77,
    }
    return Intent(**(fields | changes))


IN = deal(1, DealEntry.IN, "0.2", "1.10000")
OUT = deal(2, DealEntry.OUT, "0.2", "1.10100", "20.00")
OPENING = intent(Purpose.OPEN)


def test_a_trade_adds_up_profit_and_every_cost():
    out = deal(2, DealEntry.OUT, "0.2", "1.10100", "20.00", swap=Decimal("-1.20"), fee=Decimal("-0.05"))
    trade = closed_trade(1, [IN, out], [OPENING])
    assert trade.net == Decimal("20.00") - Decimal("0.60") - Decimal("1.20") - Decimal("0.05")
    assert (trade.bot_id, trade.strategy, trade.planned_risk) == (5, "MA_CROSSOVER", Decimal(50))
    assert (trade.price_open, trade.price_close) == (IN.price, out.price)
    assert (trade.opened_at, trade.closed_at) == (IN.time, out.time)
    assert trade.r == trade.net / 50


def test_a_position_with_lots_left_is_no_closed_trade():
    part = deal(2, DealEntry.OUT, "0.1", "1.10100", "10.00")
    assert closed_trade(1, [IN, part], [OPENING]) is None
    assert closed_trade(1, [IN], [OPENING]) is None
    assert closed_trade(1, [], [OPENING]) is None


def test_parts_close_at_their_weighted_price():
    parts = [
        deal(2, DealEntry.OUT, "0.05", "1.10000", "0"),
        deal(3, DealEntry.OUT, "0.15", "1.20000", "1500"),
    ]
    trade = closed_trade(1, [IN, *parts], [OPENING])
    assert trade.price_close == Decimal("1.17500")
    assert trade.closed_at == parts[1].time


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("sl", ExitCause.STOP_LOSS),
        ("tp", ExitCause.TAKE_PROFIT),
        ("so", ExitCause.STOP_OUT),
        ("client", ExitCause.BY_HAND),
        ("mobile", ExitCause.BY_HAND),
        ("web", ExitCause.BY_HAND),
        ("expert", ExitCause.OTHER),
        ("code_12", ExitCause.OTHER),
    ],
)
def test_the_brokers_reason_tells_the_cause(reason, cause):
    out = deal(2, DealEntry.OUT, "0.2", "1.1", reason=reason)
    assert closed_trade(1, [IN, out], [OPENING]).cause is cause


@pytest.mark.parametrize(("bar_time", "cause"), [(BAR, ExitCause.SIGNAL), (None, ExitCause.OPERATOR)])
def test_our_own_closing_is_the_cause_by_ticket_or_by_ref(bar_time, cause):
    by_ticket = intent(Purpose.CLOSE, order_ticket=OUT.order, ref="ffffffffffffffff", bar_time=bar_time)
    by_ref = intent(Purpose.CLOSE, bar_time=bar_time)
    named = deal(2, DealEntry.OUT, "0.2", "1.1", comment=f"{by_ref.ref}")
    assert closed_trade(1, [IN, OUT], [OPENING, by_ticket]).cause is cause
    assert closed_trade(1, [IN, named], [OPENING, by_ref]).cause is cause


def test_a_stop_that_hits_after_our_refused_closing_is_the_cause():
    refused = intent(Purpose.CLOSE, state=IntentState.REJECTED)
    out = deal(2, DealEntry.OUT, "0.2", "1.1", reason="sl")
    assert closed_trade(1, [IN, out], [OPENING, refused]).cause is ExitCause.STOP_LOSS


def test_a_trade_that_no_intent_explains_is_nobodys_bots():
    trade = closed_trade(1, [IN, OUT], [])
    assert (trade.bot_id, trade.planned_risk, trade.r) == (None, None, None)


def test_the_risk_of_a_partial_fill_is_that_part():
    part = intent(Purpose.OPEN, filled_lots=Decimal("0.05"))
    assert filled_risk(part) == Decimal("12.5")
    assert filled_risk(intent(Purpose.OPEN, filled_lots=Decimal("0.2"))) == 50
    assert filled_risk(intent(Purpose.OPEN, planned_risk=None)) is None


def test_operations_are_no_part_of_a_trade():
    tax = deal(9, DealEntry.OUT, "0.2", "1.1", "-500", kind=DealKind.OTHER)
    assert closed_trade(1, [IN, OUT, tax], [OPENING]).net == Decimal("19.40")


CENTS = st.integers(-100_000, 100_000).map(lambda cents: Decimal(cents) / 100)
STEPS = st.lists(st.tuples(st.integers(1, 20), CENTS, CENTS, CENTS), min_size=1, max_size=6)


@given(STEPS, st.randoms(use_true_random=False))
def test_whatever_the_parts_the_money_of_a_trade_is_the_sum_of_its_deals(parts, random):
    lots = sum(step for step, *_ in parts)
    opened = deal(1, DealEntry.IN, Decimal(lots) / 100, "1.10000")
    outs = [
        deal(place, DealEntry.OUT, Decimal(step) / 100, "1.10000", profit, commission=commission, swap=swap)
        for place, (step, profit, commission, swap) in enumerate(parts, start=2)
    ]
    mixed = [opened, *outs]
    random.shuffle(mixed)
    trade = closed_trade(1, mixed, [OPENING])
    assert trade.net == sum(item.net for item in mixed)
    assert trade.lots == sum(item.lots for item in outs)
    if len(outs) > 1:
        assert closed_trade(1, [opened, *outs[1:]], [OPENING]) is None


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(90_000, 120_000)), min_size=1, max_size=5))
def test_a_mean_price_lies_between_its_prices(fills):
    deals = [
        deal(place, DealEntry.OUT, Decimal(lots) / 100, Decimal(price) / 100_000)
        for place, (lots, price) in enumerate(fills)
    ]
    prices = [item.price for item in deals]
    assert min(prices) <= mean_price(deals) <= max(prices)
