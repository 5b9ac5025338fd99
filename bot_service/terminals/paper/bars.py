"""Bars, and the path that the price takes inside one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_TIE = 1e-5  # so near to halfway between two prices that two ways of rounding may differ


class Bars(NamedTuple):
    """Hold columns of bars in ascending time; times are server labels in seconds."""

    time: Ints
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Ints

    def between(self, lo: int, hi: int) -> Bars:
        """Return the bars that open at `lo` or later and before `hi`."""
        first, last = np.searchsorted(self.time, (lo, hi))
        return self.rows(int(first), int(last))

    def rows(self, first: int, last: int) -> Bars:
        """Return the bars with index `first` up to, not including, `last`."""
        return Bars._make(column[first:last] for column in self)

    def row(self, index: int, seconds: int, digits: int) -> Row:
        """Return one bar as plain Python numbers."""
        return Row(
            int(self.time[index]),
            seconds,
            digits,
            float(self.open[index]),
            float(self.high[index]),
            float(self.low[index]),
            float(self.close[index]),
            int(self.volume[index]),
        )


class Row(NamedTuple):
    """Hold one bar of the feed as it is recorded; its ticks are rounded to `digits`."""

    time: int
    seconds: int
    digits: int
    open: float
    high: float
    low: float
    close: float
    volume: int

    def waypoints(self) -> tuple[tuple[int, ...], tuple[float, ...]]:
        """Return the seconds and prices between which the price moves in straight lines."""
        third = self.seconds // 3
        seconds = (0, third, 2 * third, self.seconds - 1)
        if self.close >= self.open:
            return seconds, (self.open, self.low, self.high, self.close)
        return seconds, (self.open, self.high, self.low, self.close)

    def price(self, label: int) -> float:
        """Return the bid at a second; after the bar's end it is the close."""
        at = min(label - self.time, self.seconds - 1)
        seconds, prices = self.waypoints()
        for leg in range(3):
            if at <= seconds[leg + 1]:
                share = (at - seconds[leg]) / (seconds[leg + 1] - seconds[leg])
                # Written so that share 0 and share 1 give the waypoints without rounding errors.
                return round(prices[leg] * (1.0 - share) + prices[leg + 1] * share, self.digits)
        return round(self.close, self.digits)

    def prices(self) -> Floats:
        """Return the bid of every second, exactly as `price` gives it."""
        seconds, prices = self.waypoints()
        at = np.arange(self.seconds)
        legs = np.clip(np.searchsorted(np.array(seconds[1:]), at), 0, 2)
        begin, end = np.array(seconds[:3])[legs], np.array(seconds[1:])[legs]
        share = (at - begin) / (end - begin)
        exact = np.array(prices[:3])[legs] * (1.0 - share) + np.array(prices[1:])[legs] * share
        result: Floats = np.round(exact, self.digits)
        scaled = exact * 10.0**self.digits
        # numpy rounds what lies halfway by the scaled number, `round` by the number itself.
        for tie in np.flatnonzero(np.abs(scaled - np.floor(scaled) - 0.5) < _TIE):
            result[tie] = round(float(exact[tie]), self.digits)
        return result

    def seen_range(self, after: int, until: int) -> tuple[float, float] | None:
        """Return lowest and highest bid of the ticks later than `after`, up to `until`."""
        first = max(after - self.time + 1, 0)
        last = min(until - self.time, self.seconds - 1)
        if first > last:
            return None
        seconds, prices = self.waypoints()
        marks = zip(seconds, prices, strict=True)
        seen = [round(price, self.digits) for at, price in marks if first <= at <= last]
        seen += [self.price(self.time + first), self.price(self.time + last)]
        return min(seen), max(seen)

    def so_far(self, now: int) -> Row:
        """Return the bar as it looks at `now`, when later ticks have not come yet."""
        if now >= self.time + self.seconds - 1:
            return self
        low, high = self.seen_range(self.time - 1, now) or (self.open, self.open)
        volume = 1 + self.volume * (now - self.time) // self.seconds
        return self._replace(high=high, low=low, close=self.price(now), volume=volume)


class Feed(Protocol):
    """Give the rows of a market; what it once gave never changes."""

    @property
    def names(self) -> tuple[str, ...]:
        """Return the symbols of this feed."""

    @property
    def identity(self) -> dict[str, str]:
        """Return what a data directory must remember to see the same market again."""

    def seconds(self, symbol: str) -> int:
        """Return the length of one row."""

    def first(self, symbol: str) -> int:
        """Return the label of the first row."""

    def ends_at(self) -> int | None:
        """Return the label after which nothing comes any more."""

    def span(self, symbol: str, lo: int, hi: int) -> Bars:
        """Return the rows that open in [lo, hi)."""

    def hours(self, symbol: str, lo: int, hi: int) -> Bars | None:
        """Return ready-made H1 bars that open in [lo, hi), or None where rows must do."""

    def last_row(self, symbol: str, label: int) -> Row | None:
        """Return the newest row that has begun at `label`."""

    def next_row(self, symbol: str, label: int) -> int | None:
        """Return when the first row at or after `label` opens."""


def join(parts: list[Bars]) -> Bars:
    """Return several runs of bars as one."""
    if len(parts) == 1:
        return parts[0]
    return Bars._make(np.concatenate(columns) for columns in zip(*parts, strict=True))


def one(row: Row) -> Bars:
    """Return a single row as columns."""
    values = (row.time, row.open, row.high, row.low, row.close, row.volume)
    return Bars._make(np.array([value]) for value in values)


def merge(bars: Bars, buckets: Ints) -> Bars:
    """Return one bar per run of equal bucket labels."""
    if not len(bars.time):
        return bars
    starts = np.flatnonzero(np.r_[True, buckets[1:] != buckets[:-1]])
    ends = np.r_[starts[1:], len(buckets)] - 1
    return Bars(
        buckets[starts],
        bars.open[starts],
        np.maximum.reduceat(bars.high, starts),
        np.minimum.reduceat(bars.low, starts),
        bars.close[ends],
        np.add.reduceat(bars.volume, starts),
    )
