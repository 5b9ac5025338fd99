"""The broker closed `count` positions for lack of margin; together they made `net`."""

from __future__ import annotations

from bot_service.domain.findings import Finding, Severity
from bot_service.mentor.day import DayFacts, History, text, tickets, total

CODE = "stop_out"
RANK = 20
FIELDS = ("count", "net")
STEP = "step_smaller"


def detect(day: DayFacts, _history: History) -> Finding | None:
    """Return the positions that the broker closed for lack of margin."""
    found = day.stopped_out
    if not found:
        return None
    numbers = {"count": str(len(found)), "net": text(total(found))}
    return Finding(CODE, Severity.CRITICAL, numbers, tickets(found), len(day.trades))
