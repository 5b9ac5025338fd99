"""Changes by hand that set bots going or speed them up, counted as decisions per trading day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from bot_service.domain.accounts import Account
from bot_service.domain.acts import Act, ActKind
from bot_service.domain.market import Timeframe
from bot_service.mentor.past import day_of, decisions
from bot_service.mentor.thresholds import RESTART

_PUSHES = frozenset({ActKind.START, ActKind.CREATE})


def pushes(acts: Iterable[Act]) -> tuple[Act, ...]:
    """Return the decisions to make a bot, to start bots, and to set a shorter timeframe.

    A start soon after a stop of the same bot is a restart: maintenance, no push.
    """
    return decisions(act for act in _without_restarts(acts) if act.kind in _PUSHES or _shorter(act))


def pushes_by_day(acts: Iterable[Act], account: Account | None, first: date, last: date) -> tuple[int, ...]:
    """Return how many there were on each trading day of a span, days without any too."""
    counts = Counter(day_of(account, act.at) for act in pushes(acts))
    return tuple(counts[first + timedelta(days=ahead)] for ahead in range((last - first).days + 1))


def _without_restarts(acts: Iterable[Act]) -> Iterator[Act]:
    stopped: dict[int | None, datetime] = {}
    for act in acts:
        if act.kind is ActKind.STOP:
            stopped[act.bot_id] = act.at
        before = stopped.pop(act.bot_id, None) if act.kind is ActKind.START else None
        if before is None or act.at - before > RESTART:
            yield act


def _shorter(act: Act) -> bool:
    before, after = act.changes.get("timeframe", ("", ""))
    if act.kind is not ActKind.EDIT or not before or not after:
        return False
    return Timeframe(after).duration < Timeframe(before).duration
