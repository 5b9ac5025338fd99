"""No position closed in the day; `opened` deals opened or enlarged one.

Praise when it was waited out: bots have traded in the days before, and nobody pushed (no start, no new bot,
no edit). Else a plain fact: nothing was going on, or something was forced.

Sources: own design; waiting is a behaviour, and the one thing that costs nothing.
"""

from __future__ import annotations

from bot_service.domain.acts import ActKind
from bot_service.domain.findings import Finding, Severity
from bot_service.mentor.day import DayFacts, History

CODE = "quiet_day"
RANK = 130
FIELDS = ("opened",)

_PUSHES = frozenset({ActKind.START, ActKind.CREATE, ActKind.EDIT, ActKind.REMOVE_STOP, ActKind.MOVE_STOP})


def detect(day: DayFacts, history: History) -> Finding | None:
    """Return that nothing closed."""
    if day.trades:
        return None
    waited = bool(history.trades) and not any(act.kind in _PUSHES for act in day.acts)
    severity = Severity.PRAISE if waited and day.finished else Severity.FACT
    return Finding(CODE, severity, {"opened": str(day.opened)})
