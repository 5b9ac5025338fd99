"""Find the first tick at which a price reaches a level."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from . import constants as c
from .drafts import side_of
from .waiting import LIMITS, MARKETS

if TYPE_CHECKING:
    from .bars import Floats, Ints
    from .book import Position
    from .market import Market
    from .records import TradeOrder

    Range: TypeAlias = tuple[Ints, Floats, Floats]


class Target(NamedTuple):
    """Name a level, on which side of the quote it is looked for, and whether from above."""

    level: float
    by_ask: bool
    falls: bool


def stop_of(position: Position) -> Target:
    """Return where a position's stop loss is reached."""
    return Target(position.sl, position.type == c.POSITION_TYPE_SELL, position.type == c.POSITION_TYPE_BUY)


def goal_of(position: Position) -> Target:
    """Return where a position's take profit is reached."""
    return Target(position.tp, position.type == c.POSITION_TYPE_SELL, position.type == c.POSITION_TYPE_SELL)


def trigger_of(order: TradeOrder) -> Target:
    """Return where a waiting order triggers; the rest of a market order does at any price."""
    buys = side_of(order.type) == c.ORDER_TYPE_BUY
    if order.type in MARKETS:
        return Target(np.inf if buys else -np.inf, buys, buys)
    return Target(order.price_open, buys, buys == (order.type in LIMITS))


class Scanner:
    """Look through the ticks of a stretch of time, row by row and then second by second."""

    def __init__(self, market: Market) -> None:
        self._market = market

    def ranges(self, symbol: str, now: int, until: int) -> Range:
        """Return per row its label and the lowest and highest bid among the ticks in (now, until]."""
        feed, digits = self._market.feed, self._market.specs[symbol].digits
        first, last = feed.last_row(symbol, now), feed.last_row(symbol, until)
        begin = first.time if first else now
        if first and last and first.time == last.time:
            low, high = first.seen_range(now, until) or (np.inf, -np.inf)
            return np.array([begin]), np.array([low]), np.array([high])
        bars = feed.span(symbol, begin, until + 1)
        lows, highs = np.round(bars.low, digits), np.round(bars.high, digits)
        for index, row in ((0, first), (-1, last)):
            if row is not None:
                lows[index], highs[index] = row.seen_range(now, until) or (np.inf, -np.inf)
        return bars.time, lows, highs

    def row_of(self, symbol: str, target: Target, seen: Range) -> int | None:
        """Return the index of the first row in which a level is reached."""
        _, lows, highs = seen
        shift = self._shift(symbol, target)
        digits = self._market.specs[symbol].digits
        if target.falls:
            reached = np.round(lows + shift, digits) <= target.level
        else:
            reached = np.round(highs + shift, digits) >= target.level
        rows = np.flatnonzero(reached & np.isfinite(lows))
        return int(rows[0]) if len(rows) else None

    def second_of(self, symbol: str, target: Target, row_time: int) -> int:
        """Return the label of the tick that reaches a level inside the row of a label."""
        now = self._market.now
        row = self._market.feed.last_row(symbol, row_time)
        if row is None:
            return now
        prices = np.round(row.prices() + self._shift(symbol, target), row.digits)
        reached = prices <= target.level if target.falls else prices >= target.level
        reached[: max(now + 1 - row.time, 0)] = False
        return row.time + int(reached.argmax())

    def _shift(self, symbol: str, target: Target) -> float:
        by_last = self._market.specs[symbol].by_exchange
        return self._market.spread(symbol) if target.by_ask and not by_last else 0.0
