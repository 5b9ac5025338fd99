"""How a symbol moved in a day: trend by ADX, range against its usual day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

import pandas as pd

from bot_service.domain import indicators
from bot_service.domain.accounts import Account
from bot_service.domain.findings import MarketCondition
from bot_service.domain.market import Bars
from bot_service.mentor.thresholds import TREND_ADX, USUAL_DAYS, USUAL_LEAST

_HUNDREDTH = Decimal("0.01")


def condition(symbol: str, bars: Bars, account: Account, day: date) -> MarketCondition | None:
    """Return how a symbol moved in a trading day, by bars of hours; None where they tell too little."""
    start, end = account.day_bounds(day)
    opens = pd.DatetimeIndex(bars.index)
    until_end = bars[opens < pd.Timestamp(end)]
    todays = _range(until_end, start, end)
    usual = _usual(until_end, account, day)
    strength = indicators.last(indicators.adx(until_end)) if len(until_end) else None
    if todays is None or usual is None or strength is None or usual <= 0:
        return None
    ratio = Decimal(str(todays / usual)).quantize(_HUNDREDTH, ROUND_HALF_UP)
    return MarketCondition(symbol, strength >= TREND_ADX, ratio)


def _usual(bars: Bars, account: Account, day: date) -> float | None:
    if bars.empty:
        return None
    ranges: list[float] = []
    first = account.trading_day(bars.index[0].to_pydatetime())
    # The first day may be cut off by the beginning of the bars.
    while len(ranges) < USUAL_DAYS and (day := day - timedelta(days=1)) > first:
        found = _range(bars, *account.day_bounds(day))
        if found is not None:
            ranges.append(found)
    return median(ranges) if len(ranges) >= USUAL_LEAST else None


def _range(bars: Bars, start: datetime, end: datetime) -> float | None:
    opens = pd.DatetimeIndex(bars.index)
    inside = bars[(opens >= pd.Timestamp(start)) & (opens < pd.Timestamp(end))]
    return None if inside.empty else float(inside["high"].max() - inside["low"].min())
