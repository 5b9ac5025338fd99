"""No position closed in the day; `opened` deals opened or enlarged one."""

from __future__ import annotations

from bot_service.domain.findings import Finding, Severity
from bot_service.mentor.day import DayFacts, History

CODE = "quiet_day"
RANK = 130
FIELDS = ("opened",)


def detect(day: DayFacts, _history: History) -> Finding | None:
    """Return that nothing closed; waiting is a fact, neither good nor bad."""
    if day.trades:
        return None
    return Finding(CODE, Severity.FACT, {"opened": str(day.opened)})
