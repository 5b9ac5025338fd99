"""A person closed `count` of the bots' positions (of `trades` in the day); together they made `net`."""

from __future__ import annotations

from bot_service.domain.findings import Finding, Severity
from bot_service.mentor.day import DayFacts, History, text, tickets, total

CODE = "closed_by_hand"
RANK = 50
FIELDS = ("count", "trades", "net")


def detect(day: DayFacts, _history: History) -> Finding | None:
    """Return the bots' positions that a person closed; whether that helped is not known here."""
    found = day.closed_by_person
    if not found:
        return None
    numbers = {"count": str(len(found)), "trades": str(len(day.trades)), "net": text(total(found))}
    return Finding(CODE, Severity.FACT, numbers, tickets(found), len(day.trades))
