"""What the mentor shows when he is asked: the hub, the day so far, written reports, own notes."""

from __future__ import annotations

from datetime import date, timedelta

from bot_service.domain.accounts import Account
from bot_service.domain.errors import MemberNotFound
from bot_service.domain.findings import DayReport
from bot_service.domain.people import Actor, Role
from bot_service.mentor.strip import streak
from bot_service.ports import UnitOfWork
from bot_service.services.desk import Desk
from bot_service.services.promise_lines import lines_of
from bot_service.services.tags import tag_of
from bot_service.services.trading_days import TradingDay
from bot_service.services.views import (
    FeedbackView,
    HubView,
    NotesView,
    ReportLine,
    ReportListView,
    StripDay,
)

STRIP_DAYS = 7
STREAK_DAYS = 60
REPORTS_A_PAGE = 10
NOTES_A_PAGE = 8
_DAY = timedelta(days=1)


class MentorHub:
    """Look-ups about one's own days; none of them asks a terminal."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def view(self, actor: Actor, account_id: int | None = None) -> HubView:
        """Return the mentor at a glance.

        Raises:
            NoAccount: no account is connected yet.
        """
        account = self._desk.account(account_id)
        with self._desk.database.read() as uow:
            today = self._today(uow, account)
            earlier = uow.journal.reports(account.id, today.day - STREAK_DAYS * _DAY, today.day)
            last = earlier[-1] if earlier else None
            answer = None
            if last is not None:
                answer = uow.mentor.step_answer(actor.user_id, account.id, last.day)
            member = uow.people.get(actor.user_id)
            if member is None:
                raise MemberNotFound(actor.user_id)
            return HubView(
                tag=tag_of(account),
                today=today,
                strip=_strip(earlier, today),
                streak=streak(earlier),
                promises=lines_of(uow, actor.user_id, account, self._desk.market.now()),
                last=last,
                answer=answer,
                wishes=member.mentor,
                now=self._desk.wall.now(),
                is_reader=not member.role.covers(Role.OPERATOR),
            )

    def feedback(self, account_id: int | None = None) -> FeedbackView:
        """Return how the day looks so far.

        Raises:
            NoAccount: no account is connected yet.
        """
        account = self._desk.account(account_id)
        with self._desk.database.read() as uow:
            return FeedbackView(tag_of(account), self._today(uow, account), self._desk.wall.now())

    def reports(self, account_id: int | None = None, page: int = 0) -> ReportListView:
        """Return a page of the written reports, newest first.

        Raises:
            NoAccount: no account is connected yet.
        """
        account = self._desk.account(account_id)
        with self._desk.database.read() as uow:
            days = uow.journal.reported_days(account.id)[::-1]
            pages = max(1, -(-len(days) // REPORTS_A_PAGE))
            page = min(page, pages - 1)
            chosen = days[page * REPORTS_A_PAGE : (page + 1) * REPORTS_A_PAGE]
            found = [uow.journal.report(account.id, day) for day in chosen]
        lines = tuple(_line(report) for report in found if report is not None)
        return ReportListView(tag_of(account), account.id, lines, page, pages)

    def notes(self, actor: Actor, word: str = "", page: int = 0) -> NotesView:
        """Return a page of a person's own notes, newest first, those with a word in them if one is given."""
        with self._desk.database.read() as uow:
            total, notes = uow.journal.notes_of(actor.user_id, word, page * NOTES_A_PAGE, NOTES_A_PAGE)
        return NotesView(notes, total, word, page, max(1, -(-total // NOTES_A_PAGE)))

    def _today(self, uow: UnitOfWork, account: Account) -> DayReport:
        day: date = account.trading_day(self._desk.market.now())
        return TradingDay(uow, account, day).so_far()


def _strip(earlier: tuple[DayReport, ...], today: DayReport) -> tuple[StripDay, ...]:
    known = {report.day: report for report in (*earlier, today)}
    days = [today.day - back * _DAY for back in range(STRIP_DAYS - 1, -1, -1)]
    found = [(day, known.get(day)) for day in days]
    return tuple(
        StripDay(day, 0, None) if report is None else StripDay(day, report.trades, report.score)
        for day, report in found
    )


def _line(report: DayReport) -> ReportLine:
    return ReportLine(report.day, report.net, report.currency, report.trades, report.r, report.score)
