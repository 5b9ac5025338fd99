"""Write the reports of finished days: once, at their hour, and again when deals came late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from bot_service.services.due_reports import BACKLOG_DAYS, DueDay, due_days, is_awaited, is_watched
from bot_service.services.report_drafts import Draft, Markets, drafts, still_hold
from bot_service.services.trading_days import TradingDay

MOST_ROUNDS = 2 * BACKLOG_DAYS


def hours_key(account_id: int) -> str:
    """Return where it stands when (market time) an account's hours were changed."""
    return f"hours_changed:{account_id}"


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
    """Write what is due and correct what was written too early."""

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
        self._look_back(account_id, now)
        with self._database.read() as uow:
            known = uow.accounts.all()
            asked = [account for account in known if account_id in (None, account.id)]
            due = _due_together(uow, asked, known, now)
            late = [account.id for account in asked if late_days.of_account(uow, account)]
        markets = {
            account.id: {one.day.day: self._aside.market(account, one.day) for one in due[account.id]}
            for account in known
            if account.id in due
        }
        for number in (account.id for account in known if account.id in {*late, *due}):
            corrections.correct(self._database, number, now, self._wall)
        written = self._write(tuple(due), now, markets) if due else ()
        return tuple(report for report in written if account_id in (None, report.account_id))

    def _look_back(self, account_id: int | None, now: datetime) -> None:
        with self._database.read() as uow:
            accounts = [account for account in uow.accounts.all() if account_id in (None, account.id)]
            due = {account: hours.last_due_day(account, now) for account in accounts}
            waiting = [one for one, day in due.items() if not late_days.looked_back(uow, one, day)]
        if waiting:
            with self._database.write() as uow:
                for account in waiting:
                    late_days.look_back(uow, account, due[account], now)
                uow.commit()

    def _write(
        self, account_ids: Sequence[int], now: datetime, markets: Mapping[int, Markets]
    ) -> tuple[DayReport, ...]:
        new: list[DayReport] = []
        self._keep_limit()
        # A round for each day that may have been missed, and one for the newest; more only after a change.
        for _round in range(MOST_ROUNDS):
            with self._database.read() as uow:
                made = drafts(uow, account_ids, now, markets)
            if not made:
                break
            new.extend(self._stored(made, now))
        return tuple(new)

    def _keep_limit(self) -> None:
        limit = self._risk_limit
        if limit is None:
            return
        with self._database.read() as uow:
            if report_input.risk_limit(uow) == limit:
                return
        with self._database.write() as uow:
            report_input.keep_risk_limit(uow, limit)
            uow.commit()

    def _stored(self, made: Sequence[Draft], now: datetime) -> list[DayReport]:
        with self._database.write() as uow:
            if not still_hold(uow, made, now):
                return []
            new = [draft.report for draft in made if self._is_told(uow, draft, now)]
            uow.commit()
        return new

    def _is_told(self, uow: UnitOfWork, draft: Draft, now: datetime) -> bool:
        account, day = draft.account, draft.report.day
        money = books.account_day(uow, account, day)
        uow.books.save_day(replace(money, broker_closing=draft.due.broker_closing))
        is_new = uow.journal.save_report(draft.report, self._wall.now())
        late_days.reported(uow, account, day)
        if not is_new:
            return False
        late = now - max(hours.report_due(account, day), _asked_since(uow, account, day)) > self._late_after
        uow.record(ReportReady(happened_at=now, account_id=account.id, day=day.isoformat(), late=late))
        return True


def _due_together(
    uow: UnitOfWork, asked: Sequence[Account], known: Sequence[Account], now: datetime
) -> dict[int, tuple[DueDay, ...]]:
    # What has one hour goes out as one message: whoever is ready waits some minutes for the others.
    due = {account.id: days for account in asked if (days := due_days(uow, account, now))}
    if not due:
        return {}
    others = [account for account in known if account.id not in due and is_watched(uow, account, now)]
    if any(is_awaited(uow, account, now) for account in others):
        return {}
    return due | {account.id: days for account in others if (days := due_days(uow, account, now))}


def _asked_since(uow: UnitOfWork, account: Account, day: date) -> datetime:
    """Return since when the report may come at its hour: somebody may just have chosen an earlier one."""
    changed = uow.get_value(hours_key(account.id))
    return account.day_bounds(day)[1] if changed is None else datetime.fromisoformat(changed)
