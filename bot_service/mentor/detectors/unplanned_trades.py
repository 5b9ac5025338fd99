"""`count` of the day's `trades` were bots' trades without a known planned risk: R says nothing of them."""

from __future__ import annotations

from bot_service.domain.findings import Finding, Severity
from bot_service.mentor.day import DayFacts, History, text, tickets, total

CODE = "unplanned_trades"
RANK = 40
FIELDS = ("count", "trades", "net")
WATCH = True
STEP = "step_stop_loss"


def detect(day: DayFacts, _history: History) -> Finding | None:
    """Return the bots' trades that no plan explains, with their net result together."""
    found = day.unplanned
    if not found:
        return None
    numbers = {"count": str(len(found)), "trades": str(len(day.trades)), "net": text(total(found))}
    return Finding(CODE, Severity.FACT, numbers, tickets(found), len(day.trades))
