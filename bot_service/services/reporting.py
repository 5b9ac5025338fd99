"""Write the reports of finished days: once, at their hour, and again when deals came late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from bot_service.domain.accounts import Account
from bot_service.domain.events import ReportReady
from bot_service.domain.findings import DayReport, MarketCondition
from bot_service.mentor import hours
from bot_service.ports import Clock, Database, UnitOfWork
from bot_service.services import books, corrections, late_days, report_input
from bot_service.services.due_reports import DueDay, due_days
from bot_service.services.trading_days import TradingDay

Markets = Mapping[date, tuple[MarketCondition, ...]]


class Bystander(Protocol):
    """Who looks at bars for the mentor; no report ever waits for it."""

    def judge(self, account_id: int) -> None:
        """Book what has become of an account's interventions, as far as bars tell."""

    def market(self, account: Account, day: TradingDay) -> tuple[MarketCondition, ...]:
        """Return how the symbols moved that were traded in a day; () where nobody can tell."""


class NobodyAside:
    """Nobody: a service without terminals."""

    def judge(self, account_id: int) -> None:
        """Book nothing."""

    def market(self, account: Account, day: TradingDay) -> tuple[MarketCondition, ...]:
        """Return nothing."""
        del account, day
        return ()


class Reporting:
    """Write what is due and correct what was written too early; each account is one transaction."""

    def __init__(
        self,
        database: Database,
        market: Clock,
        wall: Clock,
        late_after: timedelta,
        aside: Bystander,
        risk_limit: Decimal | None = None,
    ) -> None:
        self._database = database
        self._market = market
        self._wall = wall
        self._late_after = late_after
        self._aside = aside
        self._risk_limit = risk_limit

    def run(self, account_id: int) -> None:
        """Judge an account's interventions, and write what is due for it."""
        self._aside.judge(account_id)
        self.write_due_reports(account_id)

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
            waiting = {account.id: due_days(uow, account, now) for account in accounts}
            late = {account.id for account in accounts if late_days.of_account(uow, account)}
        markets = {
            account.id: {due.day.day: self._aside.market(account, due.day) for due in waiting[account.id]}
            for account in accounts
        }
        return tuple(
            report
            for number in waiting
            if waiting[number] or number in late
            for report in self._write(number, now, markets[number])
        )

    def _write(self, account_id: int, now: datetime, markets: Markets) -> tuple[DayReport, ...]:
        new: list[DayReport] = []
        with self._database.write() as uow:
            if self._risk_limit is not None:
                report_input.keep_risk_limit(uow, self._risk_limit)
            account = uow.accounts.get(account_id)
            corrections.correct(uow, account, now, self._wall.now())
            for due in due_days(uow, account, now):
                report = self._kept(uow, account, due, now, markets)
                if report is not None:
                    new.append(report)
            uow.commit()
        return tuple(new)

    def _kept(
        self, uow: UnitOfWork, account: Account, due: DueDay, now: datetime, markets: Markets
    ) -> DayReport | None:
        day = due.day.day
        report = due.day.finished(due.broker_closing, markets.get(day, ()))
        money = books.account_day(uow, account, day)
        uow.books.save_day(replace(money, broker_closing=due.broker_closing))
        is_new = uow.journal.save_report(report, self._wall.now())
        late_days.reported(uow, account, day)
        if not is_new:
            return None
        late = now - hours.report_due(account, day) > self._late_after
        uow.record(ReportReady(happened_at=now, account_id=account.id, day=day.isoformat(), late=late))
        return report
