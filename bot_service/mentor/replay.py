"""What a bot's own rule would have made of the bars that followed: stop loss, take profit, exit signal.

Bars are bid prices. A long position is left at the bid, a short one at the ask, one spread above. Levels fill
at their price, or at the open where the market has jumped over them. Where both lie in one bar nobody knows
which came first: the stop is assumed and the end is approximate. A signal to leave fills at the open of the
next bar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd

from bot_service.domain.market import Bars
from bot_service.domain.trading import ExitCause, Side

ZERO = Decimal(0)
_DIGITS = 8


@dataclass(frozen=True)
class Levels:
    """Where a position ends by itself; None: not at all. In force since a moment."""

    stop_loss: Decimal | None
    take_profit: Decimal | None
    since: datetime


@dataclass(frozen=True)
class Course:
    """The bars that followed, oldest first, and how long each is; `spread` in price units.

    `leave_long` and `leave_short` are the moments at which the bot's strategy leaves a position of that side:
    the closes of bars of its own timeframe.
    """

    bars: Bars
    duration: timedelta
    spread: Decimal = ZERO
    leave_long: tuple[datetime, ...] = ()
    leave_short: tuple[datetime, ...] = ()

    def reaches_back_to(self, moment: datetime) -> bool:
        """Tell whether no bar is missing at the beginning."""
        return not self.bars.empty and self.bars.index[0].to_pydatetime() <= moment

    @property
    def until(self) -> datetime:
        """Return the moment up to which it is known what happened."""
        newest: datetime = self.bars.index[-1].to_pydatetime()
        return newest + self.duration


@dataclass(frozen=True)
class End:
    """How a position ends: `at` is the open of its bar, `known_at` the moment from which that was certain."""

    at: datetime
    known_at: datetime
    price: Decimal
    cause: ExitCause
    approximate: bool = False


def end_of(side: Side, levels: Levels, course: Course, since: datetime) -> End | None:
    """Return how a position that was open at a moment ends by its levels or its bot; None: not yet.

    What the bar of the moment itself touches came after it, for the position was still open; where the levels
    are younger than this bar, that is only assumed.
    """
    walk = _Walk(side, levels, course, since)
    rows = [row for row in (walk.stop_row, walk.target_row, walk.leave_row) if row is not None]
    if not rows:
        return None
    row = min(rows)
    if walk.jumped(row, levels.stop_loss, sign=-1):
        return walk.end(row, walk.open_at(row), ExitCause.STOP_LOSS)
    if walk.jumped(row, levels.take_profit, sign=1):
        return walk.end(row, walk.open_at(row), ExitCause.TAKE_PROFIT)
    if walk.leave_row == row:
        return walk.end(row, walk.open_at(row), ExitCause.SIGNAL)
    unclear = walk.opened(row) < levels.since
    if walk.stop_row == row and levels.stop_loss is not None:
        both = walk.target_row == row
        return walk.end(row, levels.stop_loss, ExitCause.STOP_LOSS, approximate=both or unclear)
    price = levels.take_profit or ZERO
    return walk.end(row, price, ExitCause.TAKE_PROFIT, approximate=unclear)


class _Walk:
    def __init__(self, side: Side, levels: Levels, course: Course, since: datetime) -> None:
        opens = pd.DatetimeIndex(course.bars.index)
        first = int((opens + course.duration).searchsorted(pd.Timestamp(since), side="right"))
        self._opens = opens[first:]
        self._bars = course.bars.iloc[first:]
        self._side = side
        self._duration = course.duration
        self._since = since
        self._shift = course.spread if side is Side.SELL else ZERO
        lows, highs = self._prices("low"), self._prices("high")
        falls, rises = (lows, highs) if side is Side.BUY else (highs, lows)
        self.stop_row = _first(_beyond(falls, levels.stop_loss, below=side is Side.BUY))
        self.target_row = _first(_beyond(rises, levels.take_profit, below=side is Side.SELL))
        self.leave_row = self._leaves(course.leave_long if side is Side.BUY else course.leave_short)

    def opened(self, row: int) -> datetime:
        moment: datetime = self._opens[row].to_pydatetime()
        return moment

    def open_at(self, row: int) -> Decimal:
        return Decimal(str(float(self._bars["open"].iloc[row]))) + self._shift

    def jumped(self, row: int, level: Decimal | None, *, sign: int) -> bool:
        """Tell whether a bar after the moment opens beyond a level, on its losing or winning side."""
        if level is None or self.opened(row) <= self._since:
            return False
        return sign * self._side.sign * (self.open_at(row) - level) >= 0

    def end(self, row: int, price: Decimal, cause: ExitCause, *, approximate: bool = False) -> End:
        at = self.opened(row)
        return End(max(at, self._since), at + self._duration, price, cause, approximate)

    def _prices(self, name: str) -> np.ndarray:
        prices: np.ndarray = self._bars[name].to_numpy(dtype=float) + float(self._shift)
        return prices.round(_DIGITS)

    def _leaves(self, moments: Sequence[datetime]) -> int | None:
        coming = [moment for moment in moments if moment > self._since]
        if not coming:
            return None
        row = int(self._opens.searchsorted(pd.Timestamp(min(coming)), side="left"))
        return row if row < len(self._opens) else None


def _beyond(prices: np.ndarray, level: Decimal | None, *, below: bool) -> np.ndarray:
    if level is None:
        return np.zeros(len(prices), dtype=bool)
    limit = round(float(level), _DIGITS)
    return prices <= limit if below else prices >= limit


def _first(reached: np.ndarray) -> int | None:
    rows = np.flatnonzero(reached)
    return int(rows[0]) if len(rows) else None
