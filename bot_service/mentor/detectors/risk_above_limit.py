"""`count` open positions lose more at their stop than `limit_percent` of the balance; the most is `ticket`'s.

It fires above the limit per trade and a little more (a lot is rounded to the broker's step). A position
without a stop has no such loss: `missing_stop` speaks of it.

Sources: every journal has it (oversize); the limit is the account's own.
"""

from __future__ import annotations

from decimal import Decimal

from bot_service.domain.findings import Finding, Severity
from bot_service.mentor.day import ZERO, DayFacts, History, OpenPosition, rounded
from bot_service.mentor.thresholds import RISK_LIMIT_TOLERANCE

CODE = "risk_above_limit"
RANK = 13
FIELDS = ("count", "ticket", "risk_percent", "limit_percent")
STEP = "step_within_limit"


def detect(day: DayFacts, _history: History) -> Finding | None:
    """Return the open positions whose stop costs more than the limit."""
    limit = day.risk_limit_percent
    if limit is None:
        return None
    found = [one for one in day.open_positions if _risk(one) > limit * RISK_LIMIT_TOLERANCE]
    if not found:
        return None
    most = max(found, key=_risk)
    numbers = {
        "count": str(len(found)),
        "ticket": str(most.position_id),
        "risk_percent": rounded(_risk(most)),
        "limit_percent": rounded(limit),
    }
    evidence = tuple(f"#{one.position_id} {one.symbol} {rounded(_risk(one))}%" for one in found)
    return Finding(CODE, Severity.WARN, numbers, evidence, len(day.open_positions))


def _risk(position: OpenPosition) -> Decimal:
    return ZERO if position.risk_percent is None else position.risk_percent
