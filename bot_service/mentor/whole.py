"""A day's report together with what the reports before it add."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot_service.domain.findings import DayReport
from bot_service.mentor.lessons import lesson_of
from bot_service.mentor.progress import day_line, earlier_step, progress


def whole(report: DayReport, earlier: Sequence[DayReport]) -> DayReport:
    """Return a report with its progress, the month's line, the step before and a lesson."""
    return replace(
        report,
        progress=progress(earlier, report.day),
        line=day_line(earlier, report),
        earlier_step=earlier_step(earlier, report.day),
        lesson=lesson_of(report, earlier),
    )
