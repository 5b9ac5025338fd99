"""Nothing else stood out: `trades` trades, `wins` won, `losses` lost (the rest came out at zero)."""

from __future__ import annotations

from bot_service.domain.findings import Finding, Severity
from bot_service.mentor.day import DayFacts, History, tickets

CODE = "plain_day"
RANK = 1000
FIELDS = ("trades", "wins", "losses")


def detect(day: DayFacts, _history: History) -> Finding:
    """Return the bare count; it is found on every day, so it ranks last."""
    wins = sum(trade.net > 0 for trade in day.trades)
    numbers = {"trades": str(len(day.trades)), "wins": str(wins), "losses": str(len(day.losses))}
    return Finding(CODE, Severity.FACT, numbers, tickets(day.trades), len(day.trades))
