"""One-minute lessons: which finding of the day is worth one, and not the same again and again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from bot_service.domain.findings import DayReport
from bot_service.mentor.choice import to_watch, went_well
from bot_service.mentor.shown import found

RESTS = timedelta(days=14)
"""How long a lesson that was told is not told again."""

LESSON_CODES = frozenset(
    {
        "books_differ",
        "stop_out",
        "loss_beyond_plan",
        "unplanned_trades",
        "disciplined_loss",
        "closed_by_hand",
        "drawdown_day",
        "costs_share",
        "one_bot_carried",
        "one_trade_carried",
        "losing_streak",
        "busy_day",
        "risk_raised_after_loss",
        "guard_overridden",
        "exit_by_hand",
        "new_bot_after_loss",
        "busy_human",
        "frequent_checking",
        "strategy_hopping",
        "missing_stop",
        "risk_above_limit",
        "one_direction",
        "kept_promise",
        "broken_promise",
        "streak",
    }
)
"""The findings that have a lesson; the edge knows its words."""


def lesson_of(report: DayReport, earlier: Iterable[DayReport]) -> str:
    """Return the code whose lesson a finished day gets, "" where none is fresh."""
    if not report.finished:
        return ""
    recent = {item.lesson for item in earlier if report.day - RESTS <= item.day < report.day}
    findings = found(report)
    told = (*to_watch(findings), *went_well(findings))
    fresh = (item.code for item in told if item.code in LESSON_CODES and item.code not in recent)
    return next(fresh, "")
