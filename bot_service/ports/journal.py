"""What is stored of a person's days: moods, notes, reports."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from bot_service.domain.findings import CheckIn, DayReport, Mood
from bot_service.domain.journal import Note
from bot_service.domain.strategy import Analysis


class Journal(Protocol):
    """Check-ins, notes and reports."""

    def add_check_in(self, user_id: int, account_id: int, check_in: CheckIn) -> None:
        """Store a check-in."""

    def correct_check_in(
        self, user_id: int, since: datetime, mood: Mood, corrected_at: datetime
    ) -> CheckIn | None:
        """Change the mood of the person's newest check-in and return it; None: none since then."""

    def shown_as(self, user_id: int, at: datetime, message_id: int) -> None:
        """Remember which message tells of the check-in of a moment."""

    def check_in_of(self, user_id: int, message_id: int) -> CheckIn | None:
        """Return the check-in that a message tells of."""

    def newest_check_in(self, user_id: int) -> CheckIn | None:
        """Return how a person felt last."""

    def check_ins(self, account_id: int, since: datetime, until: datetime) -> tuple[CheckIn, ...]:
        """Return check-ins, oldest first."""

    def add_note(self, user_id: int, account_id: int, at: datetime, text: str) -> int:
        """Store a note and return its id."""

    def notes(self, account_id: int, since: datetime, until: datetime) -> tuple[str, ...]:
        """Return notes, oldest first."""

    def notes_of(
        self, user_id: int, containing: str = "", offset: int = 0, limit: int = 10
    ) -> tuple[int, tuple[Note, ...]]:
        """Return how many notes of a person contain a text, and some of them, newest first."""

    def own_notes(self, user_id: int, since: datetime, until: datetime) -> tuple[Note, ...]:
        """Return a person's notes of a span, oldest first."""

    def note_times(self, account_id: int, since: datetime, until: datetime) -> tuple[datetime, ...]:
        """Return when notes were written, oldest first."""

    def save_report(self, report: DayReport, at: datetime) -> bool:
        """Store or update the report of an account and day; True when it is new."""

    def report(self, account_id: int, day: date) -> DayReport | None:
        """Return a stored report."""

    def reports(self, account_id: int, since: date, until: date) -> tuple[DayReport, ...]:
        """Return the reports of finished days with since <= day < until, oldest first."""

    def reported_days(self, account_id: int) -> tuple[date, ...]:
        """Return the days with a report of a finished day, oldest first."""

    def save_analysis(self, bot_id: int, analysis: Analysis) -> None:
        """Keep a bot's newest analysis."""

    def analysis(self, bot_id: int) -> Analysis | None:
        """Return a bot's newest analysis."""
