"""The report of a day, and writing it when its hour has come."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from bot_service.domain.accounts import Account
from bot_service.domain.errors import NoAccount, NothingToReport
from bot_service.domain.findings import DayReport
from bot_service.domain.jobs import ReportJob
from bot_service.mentor import hours
from bot_service.ports import Clock, Database, UnitOfWork
from bot_service.services.due_reports import first_day
from bot_service.services.reporting import Bystander, NobodyAside, Reporting
from bot_service.services.trading_days import TradingDay

LATE_AFTER = timedelta(minutes=30)


class Mentoring:
    """Build reports from the books, and write them when their hour has come."""

    def __init__(
        self,
        database: Database,
        market: Clock,
        wall: Clock,
        late_after: timedelta = LATE_AFTER,
        aside: Bystander | None = None,
        risk_limit: Decimal | None = None,
    ) -> None:
        self._database = database
        self._market = market
        self._wall = wall
        beside = aside or NobodyAside()
        self._reporting = Reporting(database, market, wall, late_after, beside, risk_limit)

    def report(self, account_id: int | None = None, day: date | None = None) -> DayReport:
        """Return the report of a trading day, built from the deals; without a day the present one so far.

        Raises:
            NothingToReport: the day lies ahead, or before the account's first deal.
            NoAccount: no account is connected yet.
        """
        with self._database.read() as uow:
            return self._report(uow, _account(uow, account_id), day)

    def reports(self, day: date | None = None) -> tuple[DayReport, ...]:
        """Return the reports of all accounts that have something to say of a day, at least one.

        Raises:
            NothingToReport: the day lies ahead, or before the first deal of any account.
            NoAccount: no account is connected yet.
        """
        with self._database.read() as uow:
            first = _account(uow, None)
            told = (self._told(uow, account, day) for account in uow.accounts.all())
            return tuple(made for made in told if made is not None) or (self._report(uow, first, day),)

    def days(self, account_id: int | None = None) -> tuple[date, ...]:
        """Return the trading days that have a written report, newest first."""
        with self._database.read() as uow:
            return uow.journal.reported_days(_account(uow, account_id).id)[::-1]

    def next_report_at(self, account: Account) -> datetime:
        """Return when (market time, UTC) the account's next report is due."""
        return hours.next_report_at(account, self._market.now())

    def run(self, job: ReportJob) -> None:
        """Judge interventions and write what is due for the account of a job."""
        self._reporting.run(job.account_id)

    def write_due_reports(self, account_id: int | None = None) -> tuple[DayReport, ...]:
        """Write each finished day's report whose hour has passed, once, and tell; return the new ones."""
        return self._reporting.write_due_reports(account_id)

    def _report(
        self, uow: UnitOfWork, account: Account, day: date | None, stored: TradingDay | None = None
    ) -> DayReport:
        today = account.trading_day(self._market.now())
        asked = today if day is None else day
        if asked > today or (asked < today and asked < first_day(uow, account, today)):
            raise NothingToReport(asked.isoformat())
        if asked == today:
            return (stored or TradingDay(uow, account, asked)).so_far()
        told = uow.journal.report(account.id, asked)
        if told is not None and told.finished:
            return told
        return (stored or TradingDay(uow, account, asked)).finished(None)

    def _told(self, uow: UnitOfWork, account: Account, day: date | None) -> DayReport | None:
        asked = account.trading_day(self._market.now()) if day is None else day
        stored = TradingDay(uow, account, asked)
        if not stored.eventful:
            return None
        try:
            return self._report(uow, account, asked, stored)
        except NothingToReport:
            return None


def _account(uow: UnitOfWork, account_id: int | None) -> Account:
    if account_id is not None:
        return uow.accounts.get(account_id)
    accounts = uow.accounts.all()
    if not accounts:
        raise NoAccount
    return accounts[0]
