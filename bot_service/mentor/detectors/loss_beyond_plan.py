"""`count` losses of `limit_r` or worse; ticket, net and planned risk are those of the worst."""

from __future__ import annotations

from bot_service.domain.findings import Finding, Severity
from bot_service.mentor.day import DayFacts, History, rounded, text, tickets
from bot_service.mentor.thresholds import LOSS_BEYOND_PLAN_R

CODE = "loss_beyond_plan"
RANK = 30
FIELDS = ("ticket", "worst_r", "net", "planned", "count", "limit_r")
WATCH = True
STEP = "step_look_at_stop"


def detect(day: DayFacts, _history: History) -> Finding | None:
    """Return the losses that went well beyond what was planned; why they did is not known here."""
    found = day.beyond_plan
    if not found or found[0].r is None or found[0].planned_risk is None:
        return None
    numbers = {
        "ticket": str(found[0].position_id),
        "worst_r": rounded(found[0].r),
        "net": text(found[0].net),
        "planned": text(found[0].planned_risk),
        "count": str(len(found)),
        "limit_r": text(-LOSS_BEYOND_PLAN_R),
    }
    return Finding(CODE, Severity.FACT, numbers, tickets(found), len(day.trades))
