from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, insert, select, update

from bot_service.domain.findings import CheckIn, DayReport, Mood
from bot_service.domain.journal import Note
from bot_service.domain.strategy import Analysis
from bot_service.storage.repository import Repository
from bot_service.storage.tables import AnalysisRow, CheckInRow, NoteRow, ReportRow
from bot_service.storage.types import columns_of, table_of, values_of

CHECK_IN = table_of(CheckInRow)
NOTE = table_of(NoteRow)
REPORT = table_of(ReportRow)
ANALYSIS = table_of(AnalysisRow)
CHECK_IN_COLUMNS = columns_of(CHECK_IN, CheckIn)
NOTE_COLUMNS = columns_of(NOTE, Note)


class SqlJournal(Repository):
    """Check-ins, notes, reports and analyses in the database."""

    def add_check_in(self, user_id: int, account_id: int, check_in: CheckIn) -> None:
        """Store a check-in."""
        values = {"user_id": user_id, "account_id": account_id, **values_of(check_in)}
        self._connection.execute(insert(CHECK_IN).values(**values))

    def correct_check_in(
        self, user_id: int, since: datetime, mood: Mood, corrected_at: datetime
    ) -> CheckIn | None:
        """Change the mood of the person's newest check-in and return it; None: none since then.

        A mood is kept once per account, with the same moment.
        """
        newest = self.newest_check_in(user_id)
        if newest is None or newest.at < since:
            return None
        this = and_(CHECK_IN.c.user_id == user_id, CHECK_IN.c.at == newest.at)
        self._connection.execute(update(CHECK_IN).where(this).values(mood=mood, corrected_at=corrected_at))
        return replace(newest, mood=mood)

    def shown_as(self, user_id: int, at: datetime, message_id: int) -> None:
        """Remember which message tells of the check-in of a moment."""
        this = and_(CHECK_IN.c.user_id == user_id, CHECK_IN.c.at == at)
        self._connection.execute(update(CHECK_IN).where(this).values(message_id=message_id))

    def check_in_of(self, user_id: int, message_id: int) -> CheckIn | None:
        """Return the check-in that a message tells of."""
        theirs = and_(CHECK_IN.c.user_id == user_id, CHECK_IN.c.message_id == message_id)
        return self._newest(theirs)

    def newest_check_in(self, user_id: int) -> CheckIn | None:
        """Return how a person felt last."""
        return self._newest(CHECK_IN.c.user_id == user_id)

    def check_ins(self, account_id: int, since: datetime, until: datetime) -> tuple[CheckIn, ...]:
        """Return check-ins with since <= at < until, oldest first."""
        span = and_(CHECK_IN.c.account_id == account_id, CHECK_IN.c.at >= since, CHECK_IN.c.at < until)
        query = select(*CHECK_IN_COLUMNS).where(span).order_by(CHECK_IN.c.at, CHECK_IN.c.id)
        return tuple(CheckIn(*row) for row in self._connection.execute(query))

    def add_note(self, user_id: int, account_id: int, at: datetime, text: str) -> int:
        """Store a note and return its id."""
        values = {"user_id": user_id, "account_id": account_id, "at": at, "text": text}
        adding = insert(NOTE).values(**values).returning(NOTE.c.id)
        number: int = self._connection.execute(adding).scalar_one()
        return number

    def notes(self, account_id: int, since: datetime, until: datetime) -> tuple[str, ...]:
        """Return notes with since <= at < until, oldest first."""
        span = and_(NOTE.c.account_id == account_id, NOTE.c.at >= since, NOTE.c.at < until)
        query = select(NOTE.c.text).where(span).order_by(NOTE.c.at, NOTE.c.id)
        return tuple(self._connection.execute(query).scalars())

    def notes_of(
        self, user_id: int, containing: str = "", offset: int = 0, limit: int = 10
    ) -> tuple[int, tuple[Note, ...]]:
        """Return how many notes of a person contain a text, and some of them, newest first."""
        theirs = NOTE.c.user_id == user_id
        if containing:
            theirs = and_(theirs, NOTE.c.text.icontains(containing, autoescape=True))
        total = self._connection.execute(select(func.count()).select_from(NOTE).where(theirs)).scalar_one()
        query = select(*NOTE_COLUMNS).where(theirs).order_by(NOTE.c.at.desc(), NOTE.c.id.desc())
        rows = self._connection.execute(query.offset(offset).limit(limit))
        return total, tuple(Note(*row) for row in rows)

    def own_notes(self, user_id: int, since: datetime, until: datetime) -> tuple[Note, ...]:
        """Return a person's notes with since <= at < until, oldest first."""
        span = and_(NOTE.c.user_id == user_id, NOTE.c.at >= since, NOTE.c.at < until)
        query = select(*NOTE_COLUMNS).where(span).order_by(NOTE.c.at, NOTE.c.id)
        return tuple(Note(*row) for row in self._connection.execute(query))

    def note_times(self, account_id: int, since: datetime, until: datetime) -> tuple[datetime, ...]:
        """Return when notes were written, oldest first."""
        span = and_(NOTE.c.account_id == account_id, NOTE.c.at >= since, NOTE.c.at < until)
        return tuple(self._connection.execute(select(NOTE.c.at).where(span).order_by(NOTE.c.at)).scalars())

    def save_report(self, report: DayReport, at: datetime) -> bool:
        """Store or update the report of an account and day.

        True when it is new: the day had none, or only one of the unfinished day.
        """
        known = and_(REPORT.c.account_id == report.account_id, REPORT.c.day == report.day)
        finished = self._connection.execute(select(REPORT.c.finished).where(known)).scalar_one_or_none()
        values = {"account_id": report.account_id, "day": report.day, "finished": report.finished}
        self.replace(REPORT, values | {"written_at": at, "report": report})
        return finished is None or (report.finished and not finished)

    def report(self, account_id: int, day: date) -> DayReport | None:
        """Return a stored report."""
        query = select(REPORT.c.report).where(REPORT.c.account_id == account_id, REPORT.c.day == day)
        return self._connection.execute(query).scalar_one_or_none()

    def reports(self, account_id: int, since: date, until: date) -> tuple[DayReport, ...]:
        """Return the reports of finished days with since <= day < until, oldest first."""
        span = and_(REPORT.c.account_id == account_id, REPORT.c.day >= since, REPORT.c.day < until)
        query = select(REPORT.c.report).where(span, REPORT.c.finished).order_by(REPORT.c.day)
        return tuple(self._connection.execute(query).scalars())

    def reported_days(self, account_id: int) -> tuple[date, ...]:
        """Return the days with a report of a finished day, oldest first."""
        query = select(REPORT.c.day).where(REPORT.c.account_id == account_id, REPORT.c.finished)
        return tuple(self._connection.execute(query.order_by(REPORT.c.day)).scalars())

    def save_analysis(self, bot_id: int, analysis: Analysis) -> None:
        """Keep a bot's newest analysis."""
        values = {"bot_id": bot_id, "bar_time": analysis.bar_time, "analysis": analysis}
        self.replace(ANALYSIS, values)

    def analysis(self, bot_id: int) -> Analysis | None:
        """Return a bot's newest analysis."""
        query = select(ANALYSIS.c.analysis).where(ANALYSIS.c.bot_id == bot_id)
        return self._connection.execute(query).scalar_one_or_none()

    def _newest(self, theirs: ColumnElement[bool]) -> CheckIn | None:
        query = select(*CHECK_IN_COLUMNS).where(theirs)
        row = self._connection.execute(
            query.order_by(CHECK_IN.c.at.desc(), CHECK_IN.c.id.desc()).limit(1)
        ).one_or_none()
        return None if row is None else CheckIn(*row)
