"""What a report says beyond its own day, from the stored reports before it."""

from __future__ import annotations

from datetime import timedelta

from bot_service.domain.findings import DayReport
from bot_service.mentor.progress import LONGEST
from bot_service.mentor.whole import whole
from bot_service.ports import UnitOfWork


def completed(uow: UnitOfWork, report: DayReport) -> DayReport:
    """Return a report with what the stored reports before it add; they are all of finished days."""
    since = report.day - timedelta(days=LONGEST)
    return whole(report, uow.journal.reports(report.account_id, since, report.day))
