"""The report of a day, and writing it when its hour has come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import dropwhile

from bot_service.domain.accounts import Account
from bot_service.domain.errors import NoAccount, NothingToReport
from bot_service.domain.events import ReportReady
from bot_service.domain.findings import DayReport
from bot_service.domain.jobs import ReportJob
from bot_service.domain.trading import ClosedTrade, DealKind
from bot_service.mentor import hours
from bot_service.mentor.books import balance_change, day_books, opened_count
from bot_service.mentor.day import History
from bot_service.mentor.facts import day_report
from bot_service.mentor.thresholds import HISTORY_DAYS
from bot_service.ports import Clock, Database, UnitOfWork
from bot_service.services.report_parts import completed

BACKLOG_DAYS = 7
LATE_AFTER = timedelta(minutes=30)

# A deal may reach the broker's balance a moment before it reaches our books: a difference is believed after
# this much market time.
DIFFERENCE_SETTLES = timedelta(minutes=10)

# Deals carry whole seconds: whether one this near was in the balance that the watch saw can't be told.
SAME_MOMENT = timedelta(seconds=2)

_DAY = timedelta(days=1)


class Mentoring:
    """Build reports from the books, and write them when their hour has come."""

    def __init__(
        self, database: Database, market: Clock, wall: Clock, late_after: timedelta = LATE_AFTER
    ) -> None:
        self._database = database
        self._market = market
        self._wall = wall
        self._late_after = late_after

    def report(self, account_id: int | None = None, day: date | None = None) -> DayReport:
        """Return the report of a trading day, built from the deals; without a day the present one so far.

        Raises:
            NothingToReport: the day lies ahead, or before the account's first deal.
            NoAccount: no account is connected yet.
        """
        with self._database.read() as uow:
            account = _account(uow, account_id)
            today = account.trading_day(self._market.now())
            asked = today if day is None else day
            if asked > today or (asked < today and asked < _first_day(uow, account, today)):
                raise NothingToReport(asked.isoformat())
            stored = _Day(uow, account, asked)
            told = uow.journal.report(account.id, asked)
            if asked == today or told is None or told.books is None:
                return stored.report(finished=asked < today)
            return stored.report(finished=True, opening=told.books.opening, closing=told.books.closing)

    def days(self, account_id: int | None = None) -> tuple[date, ...]:
        """Return the trading days that have a written report, newest first."""
        with self._database.read() as uow:
            return uow.journal.reported_days(_account(uow, account_id).id)[::-1]

    def next_report_at(self, account: Account) -> datetime:
        """Return when (market time, UTC) the account's next report is due."""
        return hours.next_report_at(account, self._market.now())

    def run(self, job: ReportJob) -> None:
        """Write what is due for the account of a job."""
        self.write_due_reports(job.account_id)

    def write_due_reports(self, account_id: int | None = None) -> tuple[DayReport, ...]:
        """Write each finished day's report whose hour has passed, once, and tell; return the new ones.

        May be called at any time and as often as wanted: what is written is not written again, and what was
        missed (at most 7 days) is made up for. A day's report waits until the watch has seen the account
        after the day's end and every order has an outcome, for nobody knows before what closed in it.
        Days without a trade, a check-in, a note or an operation stay silent.
        """
        now = self._market.now()
        with self._database.read() as uow:
            accounts = [account for account in uow.accounts.all() if account_id in (None, account.id)]
            waiting = [account.id for account in accounts if _due(uow, account, now)]
        return tuple(report for waits in waiting for report in self._write(waits, now))

    def _write(self, account_id: int, now: datetime) -> tuple[DayReport, ...]:
        with self._database.write() as uow:
            account = uow.accounts.get(account_id)
            reports = tuple(
                report for report in _due(uow, account, now) if self._keep(uow, account, report, now)
            )
            uow.commit()
        return reports

    def _keep(self, uow: UnitOfWork, account: Account, report: DayReport, now: datetime) -> bool:
        if not uow.journal.save_report(report, self._wall.now()):
            return False
        late = now - hours.report_due(account, report.day) > self._late_after
        uow.record(ReportReady(happened_at=now, account_id=account.id, day=report.day.isoformat(), late=late))
        return True


class _Day:
    """Everything stored about one account and trading day, read once."""

    def __init__(self, uow: UnitOfWork, account: Account, day: date) -> None:
        self._uow = uow
        self._account = account
        self.day = day
        self._start, end = account.day_bounds(day)
        self.trades = uow.books.trades(account.id, self._start, end)
        self.deals = uow.books.deals(account.id, self._start, end)
        self.check_ins = uow.journal.check_ins(account.id, self._start, end)
        self.notes = uow.journal.notes(account.id, self._start, end)

    @property
    def ours(self) -> bool:
        """Tell whether the service had a part in the day: a bot's trade, a check-in or a note."""
        return bool(self.check_ins or self.notes or any(trade.bot_id is not None for trade in self.trades))

    @property
    def eventful(self) -> bool:
        """Tell whether there is something to say without being asked."""
        return bool(self.ours or self.trades or any(deal.kind is not DealKind.TRADE for deal in self.deals))

    @property
    def anchored(self) -> bool:
        """Tell whether an earlier report says what the balance was."""
        return self._anchor() is not None

    def report(
        self, *, finished: bool, opening: Decimal | None = None, closing: Decimal | None = None
    ) -> DayReport:
        """Build the report; what is not given of the balances is taken from the deals."""
        books = self._uow.books
        earlier = books.trades(self._account.id, self._start - HISTORY_DAYS * _DAY, self._start)
        begins = self._opening() if opening is None else opening
        report = day_report(
            self._account,
            self.day,
            finished,
            self.trades,
            _names(self._uow, self.trades),
            self.check_ins,
            self.notes,
            day_books(begins, self.deals, self.trades, closing),
            History.of(self._account, earlier),
            opened_count(self.deals),
        )
        return completed(self._uow, report)

    def _opening(self) -> Decimal:
        known = self._anchor()
        if known is None or known.books is None:
            return self._uow.books.balance_at(self._account.id, self._start)
        _, ended = self._account.day_bounds(known.day)
        since = self._uow.books.deals(self._account.id, ended, self._start)
        return known.books.closing + balance_change(since)

    def _anchor(self) -> DayReport | None:
        reported = self._uow.journal.reported_days(self._account.id)
        earlier = [day for day in reported if day < self.day]
        return self._uow.journal.report(self._account.id, earlier[-1]) if earlier else None


def _account(uow: UnitOfWork, account_id: int | None) -> Account:
    if account_id is not None:
        return uow.accounts.get(account_id)
    accounts = uow.accounts.all()
    if not accounts:
        raise NoAccount
    return accounts[0]


def _first_day(uow: UnitOfWork, account: Account, otherwise: date) -> date:
    first = uow.books.first_deal_time(account.id)
    return otherwise if first is None else account.trading_day(first)


def _names(uow: UnitOfWork, trades: Iterable[ClosedTrade]) -> dict[int, str]:
    ids = sorted({trade.bot_id for trade in trades if trade.bot_id is not None})
    return {bot_id: uow.bots.get(bot_id, deleted=True).settings.name for bot_id in ids}


def _due(uow: UnitOfWork, account: Account, now: datetime) -> tuple[DayReport, ...]:
    days = _unreported(uow, account, hours.last_due_day(account, now))
    eventful = [stored for stored in days if stored.eventful]
    if not eventful:
        return ()
    newest = _checked(uow, account, eventful[-1], now)
    return (*(day.report(finished=True) for day in eventful[:-1]), *newest)


def _unreported(uow: UnitOfWork, account: Account, newest: date) -> list[_Day]:
    reported = uow.journal.reported_days(account.id)
    first = max(newest - (BACKLOG_DAYS - 1) * _DAY, _first_day(uow, account, newest + _DAY))
    if reported:
        first = max(first, reported[-1] + _DAY)
    wanted = [first + ahead * _DAY for ahead in range((newest - first).days + 1)]
    days = [_Day(uow, account, day) for day in wanted if _known(uow, account, day)]
    # A newly connected account has a past of its own: the service speaks of it from its own first act on.
    return days if reported else list(dropwhile(lambda stored: not stored.ours, days))


def _known(uow: UnitOfWork, account: Account, day: date) -> bool:
    snapshot = uow.accounts.snapshot(account.id)
    _, end = account.day_bounds(day)
    seen = snapshot is not None and snapshot.market_at >= end
    return seen and not uow.intents.unsettled(account.id)


def _checked(uow: UnitOfWork, account: Account, day: _Day, now: datetime) -> tuple[DayReport, ...]:
    closing = _broker_closing(uow, account, day.day)
    report = day.report(finished=True, closing=closing)
    if report.books is None or report.books.difference == 0:
        return (report,)
    if now < hours.report_due(account, day.day) + DIFFERENCE_SETTLES:
        return ()
    if day.anchored:
        return (report,)
    # Nothing is known of the time before: the broker's balance is where the books begin.
    opening = report.books.opening + report.books.difference
    return (day.report(finished=True, opening=opening, closing=closing),)


def _broker_closing(uow: UnitOfWork, account: Account, day: date) -> Decimal | None:
    snapshot = uow.accounts.snapshot(account.id)
    _, end = account.day_bounds(day)
    if snapshot is None or snapshot.market_at < end:
        return None
    seen = snapshot.market_at
    if uow.books.deals(account.id, seen - SAME_MOMENT, seen + SAME_MOMENT):
        return None
    return snapshot.state.balance - balance_change(uow.books.deals(account.id, end, seen))
