from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pandas as pd
import pytest

from bot_service.domain.measuring import drawdown, equity_curve, measure
from bot_service.domain.trading import ClosedTrade, ExitCause, Side

START = datetime(2025, 3, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
BALANCE = Decimal(1000)


def closes(*prices):
    times = pd.date_range(START, periods=len(prices), freq="h", name="time")
    return pd.Series([float(price) for price in prices], index=times)


def trade(number, side, opened, closed, price_open, price_close, profit, risk="50"):
    return ClosedTrade(
        account_id=1,
        position_id=number,
        bot_id=1,
        strategy="MA_CROSSOVER",
        symbol="EURUSD",
        side=side,
        lots=Decimal(1),
        price_open=Decimal(price_open),
        price_close=Decimal(price_close),
        opened_at=START + opened * HOUR,
        closed_at=START + closed * HOUR,
        profit=Decimal(profit),
        commission=Decimal(0),
        swap=Decimal(0),
        fee=Decimal(0),
        cause=ExitCause.SIGNAL,
        planned_risk=Decimal(risk),
    )


def look(*trades, prices):
    return measure(trades, closes(*prices), pd.Timedelta(HOUR), BALANCE)


def test_an_open_trade_counts_at_each_bars_close():
    long = trade(1, Side.BUY, 1.5, 4.5, 100, 106, 60)
    curve = equity_curve([long], closes(100, 100, 90, 104, 106, 106), pd.Timedelta(HOUR), BALANCE)
    assert list(curve) == [1000, 1000, 900, 1040, 1060, 1060]


def test_a_short_trade_gains_when_the_price_falls():
    short = trade(1, Side.SELL, 0.5, 2.5, 100, 95, 50)
    curve = equity_curve([short], closes(98, 96, 95), pd.Timedelta(HOUR), BALANCE)
    assert list(curve) == [1020, 1040, 1050]


def test_costs_count_when_the_trade_ends():
    long = replace(trade(1, Side.BUY, 0.5, 2.5, 100, 102, 20), swap=Decimal(-5))
    curve = equity_curve([long], closes(101, 102, 102), pd.Timedelta(HOUR), BALANCE)
    assert list(curve) == [1010, 1020, 1015]


def test_the_drawdown_is_measured_from_the_highest_point_so_far():
    curve = pd.Series([1000.0, 1200.0, 1080.0, 1150.0, 900.0, 1000.0])
    assert drawdown(curve, BALANCE) == (Decimal("300.00"), pytest.approx(25.0))


def test_a_loss_from_the_start_is_a_drawdown_too():
    assert drawdown(pd.Series([950.0, 990.0]), BALANCE) == (Decimal("50.00"), pytest.approx(5.0))


def test_the_usual_numbers():
    found = look(
        trade(1, Side.BUY, 0.5, 1.5, 100, 110, 100),
        trade(2, Side.BUY, 2.5, 3.5, 110, 105, -50),
        trade(3, Side.SELL, 3.5, 4.5, 105, 104, 10),
        prices=(105, 110, 108, 105, 104),
    )
    assert (found.net, found.trades, found.wins) == (Decimal(60), 3, 2)
    assert found.win_rate == pytest.approx(200 / 3)
    assert found.profit_factor == pytest.approx(110 / 50)
    assert found.expectancy_r == pytest.approx((2 - 1 + 0.2) / 3)
    assert found.exposure == pytest.approx(100 * 3 / 5)


def test_without_trades_nothing_is_divided():
    found = look(prices=(100, 101))
    assert (found.net, found.trades, found.max_drawdown, found.exposure) == (0, 0, 0, 0)
    assert (found.win_rate, found.profit_factor, found.expectancy_r) == (None, None, None)


def test_without_losses_there_is_no_profit_factor():
    assert look(trade(1, Side.BUY, 0.5, 1.5, 100, 110, 100), prices=(105, 110)).profit_factor is None


def test_a_trade_that_ends_where_it_began_floats_by_nothing():
    even = trade(1, Side.BUY, 0.5, 1.5, 100, 100, 0)
    assert list(equity_curve([even], closes(105, 100), pd.Timedelta(HOUR), BALANCE)) == [1000, 1000]


def test_bars_without_any_are_no_fault():
    assert look(prices=()).exposure == 0
