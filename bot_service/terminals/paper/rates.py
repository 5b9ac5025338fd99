"""Rates of every timeframe out of the feed's rows, as they are seen at one moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from . import constants as c
from .bars import Bars, join, merge, one
from .server_clock import DAY, WEEK

if TYPE_CHECKING:
    from .bars import Feed, Ints

_HOUR: Final = 3600
_MONTH: Final = 31 * DAY
TIMEFRAMES: Final = {
    name.removeprefix("TIMEFRAME_"): value for name, value in vars(c).items() if name.startswith("TIMEFRAME_")
}
SECONDS: Final = {
    value: value * 60 if value < c.TIMEFRAME_H1 else (value & 0xFF) * _HOUR
    for value in TIMEFRAMES.values()
    if value <= c.TIMEFRAME_D1
} | {c.TIMEFRAME_W1: WEEK, c.TIMEFRAME_MN1: _MONTH}

RATES_DTYPE: Final = np.dtype(
    [
        ("time", "<i8"),
        ("open", "<f8"),
        ("high", "<f8"),
        ("low", "<f8"),
        ("close", "<f8"),
        ("tick_volume", "<u8"),
        ("spread", "<i4"),
        ("real_volume", "<u8"),
    ]
)
MAX_BARS: Final = 100_000


def buckets(labels: Ints, timeframe: int) -> Ints:
    """Return the open label of the bar to which each label belongs."""
    if timeframe == c.TIMEFRAME_MN1:
        months = labels.astype("datetime64[s]").astype("datetime64[M]")
        starts: Ints = months.astype("datetime64[s]").astype(np.int64)
        return starts
    if timeframe == c.TIMEFRAME_W1:  # weeks begin on Sunday
        days = labels // DAY
        return (days - (days + 4) % 7) * DAY
    seconds = SECONDS[timeframe]
    opens: Ints = labels // seconds * seconds
    return opens


def bucket(label: int, timeframe: int) -> int:
    """Return the open label of the bar to which one label belongs."""
    return int(buckets(np.array([label], dtype=np.int64), timeframe)[0])


def can_build(feed: Feed, symbol: str, timeframe: int) -> bool:
    """Tell whether bars of this timeframe are whole numbers of the feed's rows."""
    seconds = SECONDS.get(timeframe)
    if seconds is None:
        return False
    whole = DAY if timeframe in {c.TIMEFRAME_W1, c.TIMEFRAME_MN1} else seconds
    return whole % feed.seconds(symbol) == 0


def seen_rows(feed: Feed, symbol: str, lo: int, now: int) -> Bars:
    """Return the rows from `lo` on; of the one that is forming, what has been seen."""
    last = feed.last_row(symbol, now)
    if last is None or last.time < lo:
        return feed.span(symbol, lo, lo)
    return join([feed.span(symbol, lo, last.time), one(last.so_far(now))])


def seen_bars(feed: Feed, symbol: str, timeframe: int, lo: int, now: int) -> Bars:
    """Return the bars whose open label is at least that of the bar around `lo`."""
    lo = bucket(lo, timeframe)
    rows = _hours_and_rows(feed, symbol, timeframe, lo, now)
    if SECONDS[timeframe] == feed.seconds(symbol):
        return rows
    return merge(rows, buckets(rows.time, timeframe))


def _hours_and_rows(feed: Feed, symbol: str, timeframe: int, lo: int, now: int) -> Bars:
    this_hour = now // _HOUR * _HOUR
    if SECONDS[timeframe] >= _HOUR and feed.seconds(symbol) < _HOUR and lo < this_hour:
        hours = feed.hours(symbol, lo, this_hour)
        if hours is not None:
            return join([hours, seen_rows(feed, symbol, this_hour, now)])
    return seen_rows(feed, symbol, lo, now)


def newest(feed: Feed, symbol: str, timeframe: int, count: int, now: int) -> Bars:
    """Return the last `count` bars at `now`; fewer where the feed begins later."""
    width = (count + 1) * SECONDS[timeframe]
    first = feed.first(symbol)
    while True:
        lo = max(now - width, first)
        bars = seen_bars(feed, symbol, timeframe, lo, now)
        if len(bars.time) > count or lo == first:
            return bars.rows(max(len(bars.time) - count, 0), len(bars.time))
        width = width * 3 // 2 + 3 * DAY


def to_array(bars: Bars, spread: int) -> np.ndarray:
    """Return bars in the package's structured array."""
    rates = np.zeros(len(bars.time), dtype=RATES_DTYPE)
    rates["tick_volume"] = bars.volume
    rates["spread"] = spread
    for name in ("time", "open", "high", "low", "close"):
        rates[name] = getattr(bars, name)
    return rates
