"""Trades put into cells: what one day did in one bucket is one value, for its trades share one market."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from bot_service.domain.findings import Finding, Severity, Unproved
from bot_service.domain.trading import ClosedTrade
from bot_service.mentor.day import tickets
from bot_service.mentor.past import Past, newest
from bot_service.mentor.proof import Cell, Contrast, lowest, observed
from bot_service.mentor.thresholds import BUCKET_MIN, PATTERN_MIN

BUCKET_FIELDS = ("trades", "mean_r", "others", "others_r")

Bucket = Callable[[ClosedTrade], str]


def by_day(values: Iterable[tuple[date, str, float]]) -> list[Cell]:
    """Return one cell per day and bucket with the mean of its values, in the order of days."""
    found: dict[tuple[date, str], list[float]] = {}
    for day, bucket, value in values:
        found.setdefault((day, bucket), []).append(value)
    return [Cell(bucket, sum(own) / len(own), len(own)) for (_, bucket), own in sorted(found.items())]


def losing_bucket(past: Past, bucket: Bucket) -> tuple[Contrast, tuple[str, ...]] | None:
    """Return the bucket of trades that is proved to be worse than the others, and loses, with its tickets."""
    found = lowest(_cells(past, bucket), least=BUCKET_MIN, total=PATTERN_MIN)
    if found is None or found.mean_inside >= 0:
        return None
    own = [trade for _, trade, _ in past.rated if bucket(trade) == found.bucket]
    return found, newest(tickets(own))


def bucket_finding(code: str, field: str, past: Past, bucket: Bucket) -> Finding | None:
    """Return a warning of the bucket that is proved to lose."""
    found = losing_bucket(past, bucket)
    if found is None:
        return None
    contrast, evidence = found
    numbers = {
        field: contrast.bucket,
        "trades": str(contrast.inside),
        "mean_r": hundredths(contrast.mean_inside),
        "others": str(contrast.outside),
        "others_r": hundredths(contrast.mean_outside),
    }
    return Finding(code, Severity.WARN, numbers, evidence, contrast.inside + contrast.outside)


def bucket_unproved(code: str, past: Past, bucket: Bucket) -> Unproved | None:
    """Return how many trades could be told apart so far; None with one bucket only."""
    cells = _cells(past, bucket)
    if len({cell.bucket for cell in cells}) < 2:  # noqa: PLR2004  # one bucket has nothing to be compared with
        return None
    return Unproved(code, observed(cells), PATTERN_MIN)


def hundredths(value: float) -> str:
    """Return a mean as decimal text with two places."""
    return format(Decimal(str(value)).quantize(Decimal("0.01")) + Decimal(0), "f")


def _cells(past: Past, bucket: Bucket) -> list[Cell]:
    named = ((day, bucket(trade), r) for day, trade, r in past.rated)
    return by_day(cell for cell in named if cell[1])
