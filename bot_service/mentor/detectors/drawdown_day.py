"""The day's result fell by `drawdown` from its best point: that share of the `opening` balance."""

from __future__ import annotations

from bot_service.domain.findings import Finding, Severity
from bot_service.mentor.day import DayFacts, History, rounded, text, tickets
from bot_service.mentor.falls import deepest_fall
from bot_service.mentor.thresholds import DRAWDOWN_PERCENT

CODE = "drawdown_day"
RANK = 70
FIELDS = ("drawdown", "drawdown_percent", "opening")


def detect(day: DayFacts, _history: History) -> Finding | None:
    """Return the deepest fall of the closed trades' result; deposits and open positions do not count."""
    if day.books is None or day.books.opening <= 0:
        return None
    fall, during = deepest_fall(day.trades)
    percent = fall * 100 / day.books.opening
    if percent < DRAWDOWN_PERCENT:
        return None
    numbers = {
        "drawdown": text(fall),
        "drawdown_percent": rounded(percent),
        "opening": text(day.books.opening),
    }
    return Finding(CODE, Severity.FACT, numbers, tickets(during), len(day.trades))
