"""Facts about what stands open at the end of a day."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot_service.domain.findings import Severity
from bot_service.domain.trading import Side
from bot_service.mentor.currencies import bets
from bot_service.mentor.day import OpenPosition

BUY, SELL = Side.BUY, Side.SELL


def position(ticket=7, symbol="EURUSD", side=BUY, stop="1.1", risk="1.5"):
    level = None if stop is None else Decimal(stop)
    percent = None if risk is None else Decimal(risk)
    return OpenPosition(ticket, 1, symbol, side, Decimal("0.1"), level, risk_percent=percent)


def test_open_positions_without_a_stop_are_named(facts, find):
    day = facts(open_positions=(position(), position(8, stop=None, risk=None)))
    found = find("missing_stop", day)
    assert (found.severity, found.numbers) == (Severity.WARN, {"count": "1", "positions": "2"})
    assert found.evidence == ("#8 EURUSD",)
    assert find("missing_stop", facts(open_positions=(position(),))) is None


def test_risk_above_the_limit_is_named_by_its_worst(facts, find):
    held = (position(risk="2.2"), position(8, risk="3"), position(9, risk="2.1"), position(10, risk=None))
    found = find("risk_above_limit", facts(open_positions=held, risk_limit_percent=Decimal(2)))
    assert found.severity is Severity.WARN
    assert found.numbers == {
        "count": "2",
        "ticket": "8",
        "risk_percent": "3.00",
        "limit_percent": "2.00",
    }
    assert find("risk_above_limit", facts(open_positions=held)) is None


def test_positions_that_all_bet_on_one_currency_are_told(facts, find):
    held = (position(), position(8, "GBPUSD.m"), position(9, "USDJPY", SELL))
    found = find("one_direction", facts(open_positions=held))
    assert found.severity is Severity.FACT
    assert found.numbers == {"currency": "USD", "positions": "3", "risk_percent": "4.50"}
    assert found.evidence == ("#7 EURUSD buy", "#8 GBPUSD.m buy", "#9 USDJPY sell")


@pytest.mark.parametrize(
    "held",
    [
        (position(), position(8, "GBPUSD")),
        (position(), position(8), position(9)),
        (position(), position(8, "GBPUSD"), position(9, "USDJPY", BUY)),
        (position(risk="1"), position(8, "GBPUSD", risk="1"), position(9, "USDJPY", SELL, risk="0.9")),
        (position(7, "US500"), position(8, "US30"), position(9, "DE40")),
    ],
    ids=["two", "one symbol", "one bets the other way", "little at stake", "no pairs"],
)
def test_other_positions_are_no_one_sided_bet(facts, find, held):
    assert find("one_direction", facts(open_positions=held)) is None


@pytest.mark.parametrize(
    ("symbol", "side", "expected"),
    [
        ("EURUSD", BUY, {"EUR": 1, "USD": -1}),
        ("mEURUSD", SELL, {"EUR": -1, "USD": 1}),
        ("XAUUSD.pro", BUY, {"XAU": 1, "USD": -1}),
        ("EUR/USD", BUY, {"EUR": 1, "USD": -1}),
        ("BTCUSD#", SELL, {"BTC": -1, "USD": 1}),
        ("US500", BUY, {}),
        ("EURUSD24", BUY, {}),
        ("GERMAN", BUY, {}),
    ],
)
def test_a_pair_bets_on_one_currency_and_against_the_other(symbol, side, expected):
    assert bets(symbol, side) == expected
