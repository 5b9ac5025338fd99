"""What a report says beyond its own day: progress, the month's line, the step before, a lesson."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot_service.domain.findings import DayReport
from bot_service.mentor.lessons import lesson_of
from bot_service.mentor.progress import LONGEST, day_line, earlier_step, progress
from bot_service.ports import UnitOfWork


def completed(uow: UnitOfWork, report: DayReport) -> DayReport:
    """Return a report with what the stored reports before it add; they are all of finished days."""
    since = report.day - timedelta(days=LONGEST)
    earlier = uow.journal.reports(report.account_id, since, report.day)
    return replace(
        report,
        progress=progress(earlier, report.day),
        line=day_line(earlier, report),
        earlier_step=earlier_step(earlier, report.day),
        lesson=lesson_of(report, earlier),
    )
