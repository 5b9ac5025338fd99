"""Praise: the day lost, and none of its `losses` was larger than `limit_r` (the worst: `worst_r`).

Not when anybody stepped in, a promise was broken or a limit lifted: then the plan was not all that was kept.

Sources: judging a day by its process, not its result, is an own design.
"""

from __future__ import annotations

from bot_service.domain.findings import Finding, Severity
from bot_service.mentor.day import DayFacts, History, rounded, text, tickets
from bot_service.mentor.score import breaks_a_rule
from bot_service.mentor.thresholds import LOSS_INSIDE_PLAN_R

CODE = "disciplined_loss"
RANK = 60
FIELDS = ("net", "losses", "worst_r", "limit_r")


def detect(day: DayFacts, _history: History) -> Finding | None:
    """Return praise for a losing day that kept to its plan, without anybody stepping in."""
    if day.net >= 0 or not day.losses_inside_plan or day.worst_r is None or day.closed_by_person:
        return None
    if breaks_a_rule(day):
        return None
    numbers = {
        "net": text(day.net),
        "losses": str(len(day.losses)),
        "worst_r": rounded(day.worst_r),
        "limit_r": text(-LOSS_INSIDE_PLAN_R),
    }
    return Finding(CODE, Severity.PRAISE, numbers, tickets(day.losses), len(day.losses))
