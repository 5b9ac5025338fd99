from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot_service.domain.results import deepest_fall, summarise
from bot_service.domain.trading import ClosedTrade, ExitCause, Side

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
CENTS = st.integers(-100_000, 100_000).map(lambda cents: Decimal(cents) / 100)


def trade(number: int, net: Decimal, risk: str | None = "10") -> ClosedTrade:
    at = NOON + timedelta(hours=number)
    return ClosedTrade(
        1, number, 1, "MA_CROSSOVER", "EURUSD", Side.BUY, Decimal("0.1"), Decimal(1), Decimal(2), at, at,
        net, Decimal(0), Decimal(0), Decimal(0), ExitCause.SIGNAL, None if risk is None else Decimal(risk),
    )  # fmt: skip


def test_numbers_of_a_few_trades():
    found = summarise([trade(1, Decimal(30)), trade(2, Decimal(-10)), trade(3, Decimal(-5))])
    assert (found.trades, found.wins, found.net) == (3, 1, Decimal(15))
    assert found.win_rate == Decimal(100) / 3
    assert found.profit_factor == 2
    assert found.expectancy_r == Decimal("0.5")
    assert found.max_drawdown == 15


def test_without_losses_there_is_no_profit_factor_and_without_a_plan_no_r():
    found = summarise([trade(1, Decimal(3), None)])
    assert found.profit_factor is None
    assert found.expectancy_r is None
    assert found.r is None


def test_nothing_is_nothing():
    found = summarise([])
    assert (found.trades, found.net, found.win_rate, found.max_drawdown) == (0, 0, None, 0)


def test_a_loss_at_the_start_is_a_drawdown():
    assert deepest_fall([Decimal(-4), Decimal(1), Decimal(-2)]) == 5


@given(st.lists(CENTS, max_size=30))
def test_the_order_of_the_list_changes_nothing_and_no_fall_is_negative(nets):
    trades = [trade(number, net) for number, net in enumerate(nets)]
    assert summarise(trades) == summarise(trades[::-1])
    assert summarise(trades).max_drawdown >= max(Decimal(0), -sum(nets, Decimal(0)))
