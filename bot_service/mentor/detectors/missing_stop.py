"""`count` of `positions` open positions have no stop loss at the end of the day, or now; evidence names them.

A fact that matters by itself: nothing bounds their loss. Positions of bots and of the person alike.

Sources: own design.
"""

from __future__ import annotations

from bot_service.domain.findings import Finding, Severity
from bot_service.mentor.day import DayFacts, History

CODE = "missing_stop"
RANK = 12
FIELDS = ("count", "positions")
STEP = "step_stop_loss"


def detect(day: DayFacts, _history: History) -> Finding | None:
    """Return the open positions without a stop loss."""
    found = [position for position in day.open_positions if position.stop_loss is None]
    if not found:
        return None
    numbers = {"count": str(len(found)), "positions": str(len(day.open_positions))}
    evidence = tuple(f"#{position.position_id} {position.symbol}" for position in found)
    return Finding(CODE, Severity.WARN, numbers, evidence, len(day.open_positions))
