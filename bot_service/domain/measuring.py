"""What a list of closed trades comes to, over the bars in which they were made."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from statistics import fmean

import numpy as np
import pandas as pd

from bot_service.domain.performance import Performance
from bot_service.domain.trading import ClosedTrade

CENT = Decimal("0.01")


def equity_curve(
    trades: Sequence[ClosedTrade], closes: pd.Series, duration: pd.Timedelta, start_balance: Decimal
) -> pd.Series:
    """Return the account's equity at each bar's close, open trades valued at that close.

    Between its two prices a trade's profit is taken as proportional; swap and commission count at its end.
    """
    times = pd.DatetimeIndex(closes.index) + duration
    equity = np.full(len(times), float(start_balance))
    prices = closes.to_numpy(dtype=float)
    for trade in trades:
        begin, end = _span(trade, times)
        equity[end:] += float(trade.net)
        equity[begin:end] += (prices[begin:end] - float(trade.price_open)) * _value_of_one(trade)
    return pd.Series(equity, index=times)


def drawdown(equity: pd.Series, start_balance: Decimal) -> tuple[Decimal, float]:
    """Return the largest fall below an earlier peak in money, and the largest in percent of its peak."""
    if equity.empty:
        return Decimal(0), 0.0
    peak = np.maximum(np.maximum.accumulate(equity.to_numpy()), float(start_balance))
    fall = peak - equity.to_numpy()
    return _money(float(fall.max())), float((100 * fall / peak).max())


def measure(
    trades: Sequence[ClosedTrade], closes: pd.Series, duration: pd.Timedelta, start_balance: Decimal
) -> Performance:
    """Return the numbers of trades over the bars in which they were made."""
    wins = [trade.net for trade in trades if trade.net > 0]
    losses = [-trade.net for trade in trades if trade.net < 0]
    multiples = [float(trade.r) for trade in trades if trade.r is not None]
    fall, fall_percent = drawdown(equity_curve(trades, closes, duration, start_balance), start_balance)
    return Performance(
        net=sum((trade.net for trade in trades), Decimal(0)),
        trades=len(trades),
        wins=len(wins),
        win_rate=100 * len(wins) / len(trades) if trades else None,
        profit_factor=float(sum(wins, Decimal(0)) / sum(losses, Decimal(0))) if losses else None,
        expectancy_r=fmean(multiples) if multiples else None,
        max_drawdown=fall,
        max_drawdown_percent=fall_percent,
        exposure=_exposure(trades, pd.DatetimeIndex(closes.index) + duration),
    )


def _exposure(trades: Sequence[ClosedTrade], times: pd.DatetimeIndex) -> float:
    if times.empty:
        return 0.0
    held = np.zeros(len(times), dtype=bool)
    for trade in trades:
        held[
            times.searchsorted(pd.Timestamp(trade.opened_at)) : times.searchsorted(
                pd.Timestamp(trade.closed_at)
            )
        ] = True
    return float(100 * held.mean())


def _span(trade: ClosedTrade, times: pd.DatetimeIndex) -> tuple[int, int]:
    begin = int(times.searchsorted(pd.Timestamp(trade.opened_at)))
    return begin, int(times.searchsorted(pd.Timestamp(trade.closed_at)))


def _value_of_one(trade: ClosedTrade) -> float:
    moved = trade.price_close - trade.price_open
    if moved:
        return float(trade.profit / moved)
    return 0.0


def _money(value: float) -> Decimal:
    return Decimal(str(value)).quantize(CENT, ROUND_HALF_EVEN)
