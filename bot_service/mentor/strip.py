"""A streak of disciplined days; what a day won or lost has no say in it."""

from __future__ import annotations

from collections.abc import Iterable

from bot_service.domain.findings import DayReport


def is_disciplined(report: DayReport) -> bool | None:
    """Tell whether every rule of a day was kept, None where there was no chance to break one."""
    if report.score is None or not report.score.opportunities:
        return None
    return report.score.kept == report.score.opportunities


def streak(reports: Iterable[DayReport]) -> int:
    """Return how many disciplined days in a row end with the newest report.

    Days without a chance to break a rule neither count nor end it.
    """
    count = 0
    for report in sorted(reports, key=lambda item: item.day, reverse=True):
        disciplined = is_disciplined(report)
        if disciplined is False:
            break
        count += disciplined is True
    return count
