"""Costs took `costs` of a profit of `gross` before costs, that is `share_percent`, over `trades` trades."""

from __future__ import annotations

from bot_service.domain.findings import Finding, Severity
from bot_service.mentor.day import DayFacts, History, rounded, text, tickets
from bot_service.mentor.thresholds import COSTS_MIN_TRADES, COSTS_SHARE_PERCENT

CODE = "costs_share"
RANK = 80
FIELDS = ("costs", "gross", "share_percent", "trades")
WATCH = True
STEP = "step_costs"


def detect(day: DayFacts, _history: History) -> Finding | None:
    """Return how much of the profit the costs took, both as positive amounts; no share without a profit."""
    paid = -day.costs
    gross = day.net + paid
    if gross <= 0 or len(day.trades) < COSTS_MIN_TRADES or paid * 100 < COSTS_SHARE_PERCENT * gross:
        return None
    numbers = {
        "costs": text(paid),
        "gross": text(gross),
        "share_percent": rounded(paid * 100 / gross),
        "trades": str(len(day.trades)),
    }
    return Finding(CODE, Severity.FACT, numbers, tickets(day.trades), len(day.trades))
