"""`count` of `tested` occasions of his own promises were not kept.

It warns by itself: the rule is his own, made in calm. Of an own sentence, which nothing can watch, his own
word counts; one that he has not judged is no occasion.

Sources: pre-commitment (Schelling 1984), own design.
"""

from __future__ import annotations

from bot_service.domain.findings import Finding, Severity
from bot_service.domain.promises import PromiseMark
from bot_service.mentor.day import DayFacts, History
from bot_service.mentor.occasions import lines

CODE = "broken_promise"
RANK = 18
FIELDS = ("count", "tested")
STEP = "step_promise"


def detect(day: DayFacts, history: History) -> Finding | None:
    """Return the promises of the day that were broken."""
    broken = [occasion for occasion in day.occasions if occasion.mark is PromiseMark.BROKEN]
    if not broken:
        return None
    numbers = {"count": str(len(broken)), "tested": str(len(day.occasions))}
    return Finding(CODE, Severity.WARN, numbers, lines(broken, history.account), len(day.occasions))
