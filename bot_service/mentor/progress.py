"""What came before a day, from the reports of earlier days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from bot_service.domain.findings import DayPoint, DayReport, Progress
from bot_service.mentor.day import ZERO
from bot_service.mentor.score import mean_points

SPANS = (7, 30)
LONGEST = max(SPANS)

_DAY = timedelta(days=1)


def progress(earlier: Iterable[DayReport], day: date) -> tuple[Progress, ...]:
    """Return what the last 7 and 30 days before a day came to; a span that holds no more is left out.

    Days without a report were silent: they count as days, with nothing in them.
    """
    before = tuple(report for report in earlier if report.day < day)
    told: list[Progress] = []
    seen = 0
    for days in SPANS:
        held = tuple(report for report in before if report.day >= day - days * _DAY)
        if len(held) > seen:
            told.append(_summed(held, days))
        seen = len(held)
    return tuple(told)


def _summed(reports: Sequence[DayReport], days: int) -> Progress:
    in_r = [report.r for report in reports if report.r is not None]
    return Progress(
        days=days,
        trades=sum(report.trades for report in reports),
        wins=sum(report.wins for report in reports),
        net=sum((report.net for report in reports), ZERO),
        r=sum(in_r, ZERO) if in_r else None,
        score=mean_points(report.score for report in reports),
    )


def day_line(earlier: Iterable[DayReport], report: DayReport) -> tuple[DayPoint, ...]:
    """Return what each of the last 30 days with a report came to, and this one."""
    first = report.day - LONGEST * _DAY
    held = [item for item in earlier if first <= item.day < report.day]
    days = (*sorted(held, key=lambda item: item.day), report)
    return tuple(DayPoint(item.day, item.net, item.r) for item in days)


def earlier_step(earlier: Iterable[DayReport], day: date) -> str:
    """Return the step of the newest report of the week before a day, "" where there is none."""
    week = [item for item in earlier if item.step and day - SPANS[0] * _DAY <= item.day < day]
    return max(week, key=lambda item: item.day).step if week else ""
