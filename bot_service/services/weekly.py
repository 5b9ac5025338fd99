"""The letter on Sunday: the week in numbers, own words read back, promises, one question; sent once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot_service.domain.accounts import Account
from bot_service.domain.events import WeeklyLetterReady
from bot_service.domain.people import Member, Role
from bot_service.domain.promises import PromiseMark
from bot_service.domain.weekly import AccountWeek, PromiseWeek, Quote, WeeklyLetter, WeekQuestion
from bot_service.mentor import ledger
from bot_service.mentor.score import mean_points
from bot_service.mentor.strip import streak
from bot_service.ports import UnitOfWork
from bot_service.services.desk import Desk

WEEK = timedelta(days=7)
LATE_AFTER = timedelta(hours=2)
NEVER_AFTER = timedelta(hours=36)
MOST_QUOTES = 4
STREAK_DAYS = 60
_DAY = timedelta(days=1)
_SUNDAY = 6


class Weekly:
    """Write the letters that are due; they follow the wall's clock of each person's zone."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def round(self) -> None:
        """Write what is due and not written yet; a week in which nothing happened stays silent."""
        now = self._desk.wall.now()
        with self._desk.database.read() as uow:
            accounts = self._accounts(uow)
            due = [one for one in uow.people.all() if accounts and _is_due(uow, one, accounts[0], now)]
        if not due:
            return
        with self._desk.database.write() as uow:
            for member in due:
                self._write(uow, member, accounts, now)
            uow.commit()

    def _accounts(self, uow: UnitOfWork) -> tuple[Account, ...]:
        return tuple(one for one in uow.accounts.all() if one.id in self._desk.terminals)

    def _write(self, uow: UnitOfWork, member: Member, accounts: Sequence[Account], now: datetime) -> None:
        sunday = _sunday(member, now)
        letter = letter_of(uow, member.user_id, accounts, sunday, self._desk.market.now())
        if not any(week.days for week in letter.accounts):
            return
        if uow.mentor.keep_letter(letter, now):
            uow.record(
                WeeklyLetterReady(
                    happened_at=self._desk.market.now(),
                    user_id=member.user_id,
                    week=sunday,
                    late=now - _hour(member, accounts[0], sunday) > LATE_AFTER,
                )
            )


def letter_of(
    uow: UnitOfWork, user_id: int, accounts: Sequence[Account], sunday: date, market: datetime
) -> WeeklyLetter:
    """Return the letter of the seven trading days before this moment (market time)."""
    weeks = tuple(_week(uow, account, account.trading_day(market)) for account in accounts)
    since = market - WEEK
    notes = uow.journal.own_notes(user_id, since, market)
    promises = [one for one in uow.promises.of_person(user_id) if one.holds_at(market)]
    told = []
    for promise in promises:
        marks = [one.mark for one in uow.promises.occasions((promise.id,), since, market)]
        kept, broken = marks.count(PromiseMark.KEPT), marks.count(PromiseMark.BROKEN)
        told.append(PromiseWeek(promise.kind, promise.text, kept, broken))
    first = accounts[0]
    zone = ZoneInfo(first.time_zone)
    earlier = uow.journal.reports(
        first.id, first.trading_day(market) - STREAK_DAYS * _DAY, first.trading_day(market)
    )
    return WeeklyLetter(
        user_id=user_id,
        week=sunday,
        accounts=weeks,
        notes=tuple(Quote(note.at.astimezone(zone).date(), note.text) for note in notes[-MOST_QUOTES:]),
        more_notes=max(0, len(notes) - MOST_QUOTES),
        promises=tuple(told),
        streak=streak(earlier),
        question=_question(weeks, bool(notes), told),
    )


def _week(uow: UnitOfWork, account: Account, today: date) -> AccountWeek:
    reports = uow.journal.reports(account.id, today - WEEK, today)
    in_r = [report.r for report in reports if report.r is not None]
    since, until = account.day_bounds(today - WEEK)[0], account.day_bounds(today)[0]
    done = ledger.as_known(uow.ledger.done(account.id, since, until), until)
    return AccountWeek(
        account_id=account.id,
        label=account.label,
        currency=account.currency,
        days=len(reports),
        trades=sum(report.trades for report in reports),
        wins=sum(report.wins for report in reports),
        net=sum((report.net for report in reports), Decimal(0)),
        r=sum(in_r, Decimal(0)) if in_r else None,
        r_trades=sum(report.r_trades for report in reports),
        interventions=ledger.tally(done) if done else None,
        score=mean_points(report.score for report in reports),
    )


def _question(weeks: Sequence[AccountWeek], wrote: bool, promises: Sequence[PromiseWeek]) -> WeekQuestion:
    if any(one.broken for one in promises):
        return WeekQuestion.WHAT_WAS_HARD
    if any(week.interventions is not None for week in weeks):
        return WeekQuestion.WHAT_MOVED_HAND
    return WeekQuestion.WHAT_HELPED if wrote else WeekQuestion.WHAT_TO_WRITE


def _is_due(uow: UnitOfWork, member: Member, account: Account, now: datetime) -> bool:
    wishes = member.mentor
    if not member.role.covers(Role.OPERATOR) or not wishes.letters or wishes.rests_at(now):
        return False
    sunday = _sunday(member, now)
    if not timedelta(0) <= now - _hour(member, account, sunday) < NEVER_AFTER:
        return False
    if uow.mentor.letter(member.user_id, sunday) is not None:
        return False
    # Who has made his first bot on this Sunday has no week behind him.
    zone = ZoneInfo(member.time_zone)
    return any(bot.created_at.astimezone(zone).date() < sunday for bot in uow.bots.all())


def _sunday(member: Member, now: datetime) -> date:
    today = now.astimezone(ZoneInfo(member.time_zone)).date()
    return today - timedelta(days=(today.weekday() - _SUNDAY) % 7)


def _hour(member: Member, account: Account, sunday: date) -> datetime:
    at = time.fromisoformat(account.report_at)
    return datetime.combine(sunday, at, ZoneInfo(member.time_zone)).astimezone(UTC)
