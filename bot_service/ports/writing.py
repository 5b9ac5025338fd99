"""Who may say the mentor's sentences more warmly, and what it needs for that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol

from bot_service.domain.findings import DayReport
from bot_service.domain.writing import Part


class WriterSilent(Exception):
    """The Writer gave no answer; `reason` is a word for the log, such as `timeout` or `http_429`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Writer(Protocol):
    """A language model; whatever it answers is checked before anybody reads it."""

    def write(self, instruction: str, material: str) -> str:
        """Return its answer as it came.

        Raises:
            WriterSilent: it can't be reached, is too slow, or answers too much.
        """


class Wording(Protocol):
    """The catalogs' sentences of a report."""

    def parts(self, report: DayReport, language: str, time_zone: str) -> tuple[Part, ...]:
        """Return the sentences that a reader of a language and zone would get."""


class Phrases(Protocol):
    """Checked texts of the Writer, by the catalog sentence that they may stand for."""

    def keep(self, account_id: int, day: date, language: str, texts: Mapping[str, str], at: datetime) -> None:
        """Store texts for the report of a day; they replace those of the same sentences."""

    def of(self, account_id: int, day: date, language: str) -> dict[str, str]:
        """Return the texts for a report."""
