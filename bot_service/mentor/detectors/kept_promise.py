"""Praise: `count` times a promise of his was tested, and each time it was kept.

Behaviour, never money: it is said on losing days as well. Not on a day on which a promise was broken too.

Sources: pre-commitment (Schelling 1984), own design.
"""

from __future__ import annotations

from bot_service.domain.findings import Finding, Severity
from bot_service.domain.promises import PromiseMark
from bot_service.mentor.day import DayFacts, History
from bot_service.mentor.occasions import lines

CODE = "kept_promise"
RANK = 58
FIELDS = ("count",)


def detect(day: DayFacts, history: History) -> Finding | None:
    """Return the promises that held when it counted."""
    marks = [occasion.mark for occasion in day.occasions]
    if not marks or PromiseMark.BROKEN in marks:
        return None
    evidence = lines(day.occasions, history.account)
    return Finding(CODE, Severity.PRAISE, {"count": str(len(marks))}, evidence, len(marks))
