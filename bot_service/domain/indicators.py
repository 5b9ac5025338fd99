"""Indicators on closed bars; the only door to pandas-ta.

Every result has the index of its input and is NaN wherever one of the values it looks back on is missing.
The library's quirks end here: None for short input, an epsilon that one bar without range adds to every
other bar, and averages that carry on over holes. The library is imported at the first use, because it takes
half a second.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from bot_service.domain.market import Bars

ATR_LENGTH = 14
SEED_LENGTHS = 20
"""After this many lengths a recursive average keeps e^-20 of its seed, so it forgot where history began."""


@cache
def _library() -> Any:
    import pandas_ta_classic  # noqa: PLC0415  # slow to import, and not every command computes

    return pandas_ta_classic


def sma(values: pd.Series, length: int) -> pd.Series:
    """Return the plain mean of the last `length` values."""
    clean = _finite(values)
    return _masked(_library().sma(clean, length=length), clean, length)


def ema(values: pd.Series, length: int) -> pd.Series:
    """Return the exponential mean with alpha 2 / (length + 1), seeded with the first plain mean."""
    clean = _finite(values)
    return _masked(_library().ema(clean, length=length), clean, length)


def rma(values: pd.Series, length: int) -> pd.Series:
    """Return Wilder's mean with alpha 1 / length, seeded with the first plain mean."""
    clean = _finite(values)
    return _masked(_library().rma(clean, length=length), clean, length)


def rsi(close: pd.Series, length: int) -> pd.Series:
    """Return Wilder's relative strength index, 0 to 100; NaN while the price has never moved.

    Nine decimals: while the price stands still the index stands too, and noise in the last bits must not
    look like a crossing.
    """
    clean = _finite(close)
    return _masked(_library().rsi(clean, length=length), clean, length + 1).round(9)


def bollinger(close: pd.Series, length: int, deviations: float) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return the lower, middle and upper band; the deviation is the population's (divided by `length`)."""
    clean = _finite(close)
    bands = _library().bbands(clean, length=length, std=deviations, ddof=0)
    columns = (None, None, None) if bands is None else tuple(bands.iloc[:, place] for place in range(3))
    lower, middle, upper = (_masked(column, clean, length) for column in columns)
    return lower, middle, upper


def true_range(bars: Bars) -> pd.Series:
    """Return the larger of the bar's range and its distance from the close before; NaN for the first bar."""
    high, low = _finite(bars["high"]), _finite(bars["low"])
    before = _finite(bars["close"]).shift()
    parts = [high - low, (high - before).abs(), (before - low).abs()]
    return pd.concat(parts, axis=1).max(axis=1, skipna=False)


def atr(bars: Bars, length: int = ATR_LENGTH) -> pd.Series:
    """Return Wilder's mean of the true range in price units."""
    return rma(true_range(bars), length)


def adx(bars: Bars, length: int = ATR_LENGTH) -> pd.Series:
    """Return Wilder's strength of the trend, 0 to 100, without its direction; NaN while nothing moves."""
    rise = _finite(bars["high"]).diff()
    fall = -_finite(bars["low"]).diff()
    missing = rise.isna() | fall.isna()
    plus = rma(rise.where((rise > fall) & (rise > 0), 0.0).mask(missing), length)
    minus = rma(fall.where((fall > rise) & (fall > 0), 0.0).mask(missing), length)
    moved = (plus + minus).replace(0.0, np.nan)
    return rma(100 * (plus - minus).abs() / moved, length)


def latest_atr(bars: Bars) -> float | None:
    """Return ATR(14) of the last bar, None where the bars don't reach or nothing moved."""
    value = last(atr(bars.tail(ATR_WARMUP)))
    return value if value is not None and value > 0 else None


def last(values: pd.Series) -> float | None:
    """Return the last value, None if it is missing."""
    if values.empty:
        return None
    value = float(values.iloc[-1])
    return value if math.isfinite(value) else None


def recursive_warmup(length: int) -> int:
    """Return how many bars make a recursive average of this length forget where its history began."""
    return SEED_LENGTHS * length + 1


ATR_WARMUP = recursive_warmup(ATR_LENGTH)


def _finite(values: pd.Series) -> pd.Series:
    return values.astype(float).replace([np.inf, -np.inf], np.nan)


def _masked(result: pd.Series | None, source: pd.Series, length: int) -> pd.Series:
    # The library answers None for short input, and its recursive averages go on over holes.
    if result is None:
        return pd.Series(np.nan, index=source.index, dtype=float)
    whole = source.notna().rolling(length).sum() == length
    return pd.Series(result.to_numpy(dtype=float), index=source.index).where(whole)
