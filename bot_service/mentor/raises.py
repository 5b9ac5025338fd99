"""Raises of the risk by a person, and the losses that they followed.

Not a raise: what only goes back to an older version, keeps up with grown equity or a smaller ATR (the bot was
set to as much before), comes within a day of a deposit or withdrawal, or was announced or planned.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate, groupby

import numpy as np

from bot_service.domain.acts import Act, ActKind
from bot_service.domain.trading import ClosedTrade, Deal
from bot_service.mentor.statistics import Floats
from bot_service.mentor.thresholds import AFTER_LOSS, AFTER_OPERATION, BAD_DAY_R, RISK_RAISED_FACTOR

_DAY_S = 86_400.0
_SETS_RISK = frozenset({ActKind.CREATE, ActKind.EDIT, ActKind.UNDO})
_STEP_S = 900.0


def raises(acts: Sequence[Act], operations: Iterable[Deal]) -> tuple[Act, ...]:
    """Return the acts that raised a bot's risk without a good reason; all acts in the order of time."""
    moved = [deal.time for deal in operations]
    last: dict[int | None, Decimal] = {}
    found = []
    for act in acts:
        before = last.get(act.bot_id)
        if act.kind in _SETS_RISK and act.risk_after is not None:
            last[act.bot_id] = act.risk_after
        if _raised(act, before) and not act.planned and not near(act.at, moved, AFTER_OPERATION):
            found.append(act)
    return tuple(found)


def near(at: datetime, moments: Iterable[datetime], span: timedelta) -> bool:
    """Tell whether a moment lies within a span of any of some moments, before or after."""
    return any(abs(at - moment) <= span for moment in moments)


def _raised(act: Act, set_before: Decimal | None) -> bool:
    if act.kind is not ActKind.EDIT or act.risk_before is None or act.risk_after is None:
        return False
    least = act.risk_before if set_before is None else max(act.risk_before, set_before)
    return act.risk_after > least * RISK_RAISED_FACTOR


class Losses:
    """The losses of some trades: which of them an act followed, and how often it would by accident."""

    def __init__(self, trades: Sequence[ClosedTrade], days: Sequence[date]) -> None:
        by_bot: dict[int | None, list[ClosedTrade]] = {}
        for trade in trades:
            if trade.net < 0:
                by_bot.setdefault(trade.bot_id, []).append(trade)
        self._by_bot = by_bot
        self._bad = _on_bad_days(trades, days)
        self._times = {bot: _times(losses) for bot, losses in by_bot.items()}
        self._bad_times = _times(self._bad)

    def before(self, act: Act) -> ClosedTrade | None:
        """Return the loss that an act followed: of the same bot, or any on a day that stood badly."""
        own = _last_before(self._by_bot.get(act.bot_id, ()), act.at)
        return own or _last_before(self._bad, act.at)

    def chance(self, act: Act, days: Floats, hours: Floats) -> float:
        """Return how likely an act of this kind follows a loss by accident.

        It is the larger of two shares: of the other days, at the same time of day; and of the same day, at
        the hours in which the person acts at all. `days` are offsets in days, `hours` times of the day in s.
        """
        at = act.at.timestamp()
        elsewhere = at + days * _DAY_S
        begin = at - at % _DAY_S
        same = begin + hours
        return max(self._share(act.bot_id, elsewhere), self._share(act.bot_id, same))

    def _share(self, bot_id: int | None, moments: Floats) -> float:
        if not moments.size:
            return 0.0
        own = self._times.get(bot_id, np.empty(0))
        after = _after(own, moments) | _after(self._bad_times, moments)
        return float(after.mean())


class Closes:
    """All closes of some trades: whether the last one before an act was a loss."""

    def __init__(self, trades: Sequence[ClosedTrade]) -> None:
        self._all = trades
        self._by_bot: dict[int | None, list[ClosedTrade]] = {}
        for trade in trades:
            self._by_bot.setdefault(trade.bot_id, []).append(trade)

    def last_lost(self, act: Act) -> bool | None:
        """Tell it of the bot's last close, else of anybody's; None without a close shortly before."""
        last = _last_before(self._by_bot.get(act.bot_id, ()), act.at) or _last_before(self._all, act.at)
        return None if last is None else last.net < 0


def active_hours(moments: Iterable[datetime]) -> Floats:
    """Return the quarters of those hours (UTC) in which somebody does anything, as seconds of the day."""
    hours = {moment.hour for moment in moments}
    steps = np.arange(0.0, _DAY_S, _STEP_S)
    return steps[[int(step // 3600) in hours for step in steps]]


def _after(losses: Floats, moments: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    upto = np.searchsorted(losses, moments, side="right")
    since = np.searchsorted(losses, moments - AFTER_LOSS.total_seconds(), side="left")
    result: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = upto > since
    return result


def _last_before(losses: Sequence[ClosedTrade], at: datetime) -> ClosedTrade | None:
    place = bisect_right(losses, at, key=lambda trade: trade.closed_at)
    if not place or at - losses[place - 1].closed_at > AFTER_LOSS:
        return None
    return losses[place - 1]


def _on_bad_days(trades: Sequence[ClosedTrade], days: Sequence[date]) -> list[ClosedTrade]:
    found: list[ClosedTrade] = []
    for _, group in groupby(zip(days, trades, strict=True), key=lambda pair: pair[0]):
        ordered = [trade for _, trade in group]
        sums = accumulate(trade.r or Decimal(0) for trade in ordered)
        found += [trade for trade, so_far in zip(ordered, sums, strict=True) if _bad(trade, so_far)]
    return found


def _bad(trade: ClosedTrade, so_far: Decimal) -> bool:
    return trade.net < 0 and so_far <= BAD_DAY_R


def _times(trades: Iterable[ClosedTrade]) -> Floats:
    return np.array([trade.closed_at.timestamp() for trade in trades])
