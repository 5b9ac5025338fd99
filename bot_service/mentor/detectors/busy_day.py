"""The day had `trades` trades; the median of the `days` earlier days with trades is `usual`."""

from __future__ import annotations

from statistics import median_low

from bot_service.domain.findings import Finding, Severity
from bot_service.mentor.day import DayFacts, History, tickets
from bot_service.mentor.thresholds import BUSY_FACTOR, BUSY_MIN_DAYS, BUSY_MIN_TRADES

CODE = "busy_day"
RANK = 120
FIELDS = ("trades", "usual", "days")


def detect(day: DayFacts, history: History) -> Finding | None:
    """Return that the day was much busier than usual; neutral, for bots trade as their rules say."""
    if len(history.per_day) < BUSY_MIN_DAYS:
        return None
    usual = median_low(history.per_day)
    if len(day.trades) < max(BUSY_MIN_TRADES, BUSY_FACTOR * usual):
        return None
    numbers = {"trades": str(len(day.trades)), "usual": str(usual), "days": str(len(history.per_day))}
    return Finding(CODE, Severity.FACT, numbers, tickets(day.trades), len(history.per_day))
