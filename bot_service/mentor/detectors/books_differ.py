"""The broker's balance holds something that the stored deals do not explain."""

from __future__ import annotations

from bot_service.domain.findings import Finding, Severity
from bot_service.mentor.day import DayFacts, History, text

CODE = "books_differ"
RANK = 10
FIELDS = ("difference", "opening", "closing")
STEP = "step_books"


def detect(day: DayFacts, _history: History) -> Finding | None:
    """Return by how much the books are off; nothing below can be trusted before that is known."""
    if day.books is None or not day.books_differ:
        return None
    numbers = {
        "difference": text(day.books.difference),
        "opening": text(day.books.opening),
        "closing": text(day.books.closing),
    }
    return Finding(CODE, Severity.WARN, numbers, sample=len(day.trades))
