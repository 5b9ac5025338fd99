from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import and_, insert, select, update

from bot_service.domain.findings import CheckIn, DayReport, Mood
from bot_service.domain.strategy import Analysis
from bot_service.storage.repository import Repository
from bot_service.storage.tables import AnalysisRow, CheckInRow, NoteRow, ReportRow
from bot_service.storage.types import columns_of, table_of, values_of

CHECK_IN = table_of(CheckInRow)
NOTE = table_of(NoteRow)
REPORT = table_of(ReportRow)
ANALYSIS = table_of(AnalysisRow)
CHECK_IN_COLUMNS = columns_of(CHECK_IN, CheckIn)


class SqlJournal(Repository):
    """Check-ins, notes, reports and analyses in the database."""

    def add_check_in(self, user_id: int, account_id: int, check_in: CheckIn) -> None:
        """Store a check-in."""
        values = {"user_id": user_id, "account_id": account_id, **values_of(check_in)}
        self._connection.execute(insert(CHECK_IN).values(**values))

    def correct_check_in(self, user_id: int, account_id: int, at: datetime, mood: Mood) -> None:
        """Change the mood of the person's newest check-in up to a moment."""
        theirs = and_(CHECK_IN.c.user_id == user_id, CHECK_IN.c.account_id == account_id, CHECK_IN.c.at <= at)
        newest = select(CHECK_IN.c.id).where(theirs).order_by(CHECK_IN.c.at.desc(), CHECK_IN.c.id.desc())
        change = update(CHECK_IN).where(CHECK_IN.c.id == newest.limit(1).scalar_subquery())
        self._connection.execute(change.values(mood=mood, corrected_at=at))

    def check_ins(self, account_id: int, since: datetime, until: datetime) -> tuple[CheckIn, ...]:
        """Return check-ins with since <= at < until, oldest first."""
        span = and_(CHECK_IN.c.account_id == account_id, CHECK_IN.c.at >= since, CHECK_IN.c.at < until)
        query = select(*CHECK_IN_COLUMNS).where(span).order_by(CHECK_IN.c.at, CHECK_IN.c.id)
        return tuple(CheckIn(*row) for row in self._connection.execute(query))

    def add_note(self, user_id: int, account_id: int, at: datetime, text: str) -> None:
        """Store a note."""
        values = {"user_id": user_id, "account_id": account_id, "at": at, "text": text}
        self._connection.execute(insert(NOTE).values(**values))

    def notes(self, account_id: int, since: datetime, until: datetime) -> tuple[str, ...]:
        """Return notes with since <= at < until, oldest first."""
        span = and_(NOTE.c.account_id == account_id, NOTE.c.at >= since, NOTE.c.at < until)
        query = select(NOTE.c.text).where(span).order_by(NOTE.c.at, NOTE.c.id)
        return tuple(self._connection.execute(query).scalars())

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
