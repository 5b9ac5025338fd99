"""The last `length` trades lost, together `streak_net`; it says nothing about the next trade."""

from __future__ import annotations

from itertools import takewhile

from bot_service.domain.findings import Finding, Severity
from bot_service.mentor.day import DayFacts, History, text, tickets, total
from bot_service.mentor.thresholds import LOSING_STREAK

CODE = "losing_streak"
RANK = 110
FIELDS = ("length", "streak_net")


def detect(day: DayFacts, history: History) -> Finding | None:
    """Return the run of losses that the day ends with; it may have begun on an earlier day."""
    if not day.trades:
        return None
    newest_first = reversed(history.trades + day.trades)
    run = tuple(takewhile(lambda trade: trade.net < 0, newest_first))[::-1]
    if len(run) < LOSING_STREAK:
        return None
    numbers = {"length": str(len(run)), "streak_net": text(total(run))}
    return Finding(CODE, Severity.FACT, numbers, tickets(run), len(run))
