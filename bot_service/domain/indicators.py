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


def macd(close: pd.Series, fast: int, slow: int, signal: int) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return the difference of two exponential means, its own exponential mean, and what is between them.

    Built from `ema`: the library's own function swaps the lengths silently when slow is below fast.
    """
    line = ema(close, fast) - ema(close, slow)
    average = ema(line, signal)
    return line, average, line - average


def donchian(bars: Bars, length: int) -> tuple[pd.Series, pd.Series]:
    """Return the lowest low and the highest high of the last `length` bars, this one included."""
    high, low = _finite(bars["high"]), _finite(bars["low"])
    channel = _library().donchian(high, low, lower_length=length, upper_length=length)
    lower, upper = (None, None) if channel is None else (channel.iloc[:, 0], channel.iloc[:, 2])
    return _masked(lower, low, length), _masked(upper, high, length)


def stochastic(bars: Bars, k: int, d: int, smooth: int) -> tuple[pd.Series, pd.Series]:
    """Return the slow %K and %D, 0 to 100; NaN where the last `k` bars have no range.

    The place in the range is computed here, because the library adds an epsilon to all bars as soon as one
    window has none. Nine decimals, for the same reason as in `rsi`.
    """
    low, high = donchian(bars, k)
    place = 100 * (_finite(bars["close"]) - low) / (high - low).where(high > low)
    slow = sma(place, smooth)
    return slow.round(9), sma(slow, d).round(9)


def ichimoku(
    bars: Bars, tenkan: int, kijun: int, senkou: int, displacement: int
) -> tuple[pd.Series, pd.Series, pd.Series, pd.Series]:
    """Return conversion line, base line and the two edges of the cloud that lies over each bar.

    `displacement` counts the bar itself, as the classical books do: 26 moves the cloud by 25 bars. The
    middles come from `donchian`: the library's own table also holds a line that looks into the future.
    """
    conversion, base, slow = (_middle(bars, length) for length in (tenkan, kijun, senkou))
    ahead = displacement - 1
    return conversion, base, ((conversion + base) / 2).shift(ahead), slow.shift(ahead)


def variation(values: pd.Series, length: int) -> pd.Series:
    """Return the sample deviation (divided by length - 1) as a fraction of the mean."""
    clean = _finite(values)
    deviation = _masked(_library().stdev(clean, length=length, ddof=1), clean, length)
    mean = sma(values, length)
    return deviation / mean.where(mean != 0)


def bandwidth(close: pd.Series, length: int, deviations: float) -> pd.Series:
    """Return the width of the Bollinger bands in percent of their middle; nine decimals, as in `rsi`."""
    lower, middle, upper = bollinger(close, length, deviations)
    return (100 * (upper - lower) / middle.where(middle != 0)).round(9)


def volume_ratio(volume: pd.Series, length: int) -> pd.Series:
    """Return the volume in units of its mean, this bar included; NaN where there was none at all."""
    clean = _finite(volume)
    mean = sma(clean, length)
    return clean / mean.where(mean > 0)


def change(values: pd.Series) -> pd.Series:
    """Return the change against the bar before as a fraction."""
    clean = _finite(values)
    before = clean.shift()
    return clean / before.where(before != 0) - 1


def true_range(bars: Bars) -> pd.Series:
    """Return the larger of the bar's range and its distance from the close before; NaN for the first bar."""
    high, low, close = (_finite(bars[name]).to_numpy() for name in ("high", "low", "close"))
    before = np.concatenate(([np.nan], close[:-1]))
    # Every bot looks at it on every bar: as arrays it takes a tenth of the time.
    widest = np.maximum(high - low, np.maximum(np.abs(high - before), np.abs(before - low)))
    return pd.Series(widest, index=bars.index)


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
    """Return how many bars make Wilder's average of this length forget where its history began."""
    return SEED_LENGTHS * length + 1


def exponential_warmup(length: int) -> int:
    """Return the same for `ema`, whose alpha of 2 / (length + 1) forgets twice as fast."""
    return SEED_LENGTHS * length // 2 + 1


def adx_warmup(length: int) -> int:
    """Return the same for `adx`: two averages, one on top of the other."""
    return recursive_warmup(length) + 5 * length


ATR_WARMUP = recursive_warmup(ATR_LENGTH)


def _middle(bars: Bars, length: int) -> pd.Series:
    low, high = donchian(bars, length)
    return (low + high) / 2


def _finite(values: pd.Series) -> pd.Series:
    clean = values.astype(float)
    finite = np.isfinite(clean.to_numpy())
    return clean if finite.all() else clean.where(finite)


def _masked(result: pd.Series | None, source: pd.Series, length: int) -> pd.Series:
    # The library answers None for short input, and its recursive averages go on over holes.
    if result is None:
        return pd.Series(np.nan, index=source.index, dtype=float)
    there = np.cumsum(source.notna().to_numpy())
    whole = there.copy()
    whole[length:] -= there[:-length]
    return pd.Series(np.where(whole == length, result.to_numpy(dtype=float), np.nan), index=source.index)
