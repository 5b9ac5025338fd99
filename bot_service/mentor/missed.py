"""What a pause kept a bot from: the trades that its rule would have made in it, in R.

Only signals, stop loss, take profit and costs are replayed; limits and gates that might have held an entry
back are not. So the result is always an approximation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import pandas as pd

from bot_service.domain.trading import Side
from bot_service.mentor.replay import Course, Levels, end_of

ZERO = Decimal(0)


@dataclass(frozen=True)
class Signalled:
    """A signal to enter: `at` is the close of its bar, `atr` the ATR that the levels are multiples of."""

    at: datetime
    side: Side
    atr: Decimal


@dataclass(frozen=True)
class Geometry:
    """How a bot places its levels, and the commission of a round turn in price units."""

    stop_atr: Decimal
    take_profit_atr: Decimal
    commission: Decimal = ZERO


@dataclass(frozen=True)
class Missed:
    """The trades of a pause: how many, their R together, and from when on that was known."""

    trades: int
    r: Decimal
    known_at: datetime


def missed(
    signals: Sequence[Signalled],
    geometry: Geometry,
    course: Course,
    span: tuple[datetime, datetime],
    busy_until: datetime | None = None,
) -> Missed | None:
    """Return what a bot would have traded in a span, None while a trade of it has not ended.

    `busy_until`: the bot had a position of its own until then, and could not enter.
    """
    begins, ends = span
    free_from = max(begins, busy_until or begins)
    count, total, known_at = 0, ZERO, ends
    for signal in signals:
        if not begins <= signal.at < ends or signal.at < free_from:
            continue
        entry = _entry(signal, course)
        if entry is None:
            return None
        opened, price = entry
        stop, target = _levels(signal, price, geometry, course)
        end = end_of(signal.side, Levels(stop, target, opened), course, opened)
        if end is None:
            return None
        gained = signal.side.sign * (end.price - price) - geometry.commission
        count += 1
        total += gained / (signal.side.sign * (price - stop) + geometry.commission)
        known_at = max(known_at, end.known_at)
        free_from = end.at
    return Missed(count, total, known_at)


def _entry(signal: Signalled, course: Course) -> tuple[datetime, Decimal] | None:
    opens = pd.DatetimeIndex(course.bars.index)
    row = int(opens.searchsorted(pd.Timestamp(signal.at), side="left"))
    if row >= len(opens):
        return None
    bid = Decimal(str(float(course.bars["open"].iloc[row])))
    return opens[row].to_pydatetime(), bid + (course.spread if signal.side is Side.BUY else ZERO)


def _levels(
    signal: Signalled, price: Decimal, geometry: Geometry, course: Course
) -> tuple[Decimal, Decimal | None]:
    # As in life: the stop of a sell lies one spread further away, because the ask reaches it.
    spread = course.spread if signal.side is Side.SELL else ZERO
    stop = price - signal.side.sign * (signal.atr * geometry.stop_atr + spread)
    if geometry.take_profit_atr <= 0:
        return stop, None
    return stop, price + signal.side.sign * signal.atr * geometry.take_profit_atr
