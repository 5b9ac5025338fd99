"""Write reports again from what is stored: after deals that came late, or from scratch."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from bot_service.domain.accounts import Account
from bot_service.domain.events import ReportCorrected, report_subject
from bot_service.domain.findings import DayReport
from bot_service.ports import Clock, Database, UnitOfWork
from bot_service.services import due_reports, late_days
from bot_service.services.trading_days import TradingDay

MONEY = (
    "trades",
    "wins",
    "losses",
    "zeros",
    "net",
    "costs",
    "r",
    "r_trades",
    "expectancy_r",
    "bots",
    "exits",
    "books",
    "best",
    "worst",
    "equity_curve",
    "opened",
)
"""What of a report is counted from deals alone."""


def correct(database: Database, account_id: int, now: datetime, wall: Clock) -> tuple[DayReport, ...]:
    """Write the reports again that late deals concern, tell what has changed, and return those days'.

    Later reports begin with what the late day closed with, so they are written again too. Each is made
    outside of any writing unit of work and stored in one of its own: a round that ends in between leaves the
    days marked as late, and the next one finds what is done already as it should be.
    """
    with database.read() as uow:
        account = uow.accounts.get(account_id)
        late = late_days.of_account(uow, account)
        if not late or not due_reports.is_known(uow, account, late[-1]):
            return ()
        days = [day for day in uow.journal.reported_days(account_id) if day >= late[0]]
    told: list[DayReport] = []
    seen: list[TradingDay] = []
    for day in days:
        with database.read() as uow:
            before = uow.journal.report(account_id, day)
            stored = TradingDay(uow, account, day)
            after = None if before is None else rebuilt(uow, account, before)
        seen.append(stored)
        if before is None or after is None or after == before:
            continue
        with database.write() as uow:
            if uow.journal.report(account_id, day) != before or not _stands(uow, account, stored):
                return tuple(told)
            uow.journal.save_report(after, wall.now())
            uow.outbox.edit(report_subject(account_id, day.isoformat()))
            if day in late and _money(after) != _money(before):
                uow.record(_corrected(before, after, now))
                told.append(after)
            uow.commit()
    with database.write() as uow:
        if late_days.of_account(uow, account) == late and all(_stands(uow, account, one) for one in seen):
            late_days.forget(uow, account)
            uow.commit()
    return tuple(told)


def _stands(uow: UnitOfWork, account: Account, seen: TradingDay) -> bool:
    return TradingDay(uow, account, seen.day).same_as(seen)


def rebuilt(uow: UnitOfWork, account: Account, told: DayReport) -> DayReport:
    """Return the report of a finished day as its deals, acts and books make it now.

    Bars are not asked for again: how the market was stays as it was written.
    """
    stored = TradingDay(uow, account, told.day)
    return stored.finished(broker_closing(uow, account, told), told.market)


def broker_closing(uow: UnitOfWork, account: Account, told: DayReport) -> Decimal | None:
    """Return what the broker's balance was at the end of a reported day, None where only deals tell."""
    kept = uow.books.day(account.id, told.day)
    if kept is not None and kept.broker_closing is not None:
        return kept.broker_closing
    # Reports of before the balance was kept: a difference that was said is one to the broker's balance.
    differs = told.books is not None and told.books.difference != 0
    return told.books.closing if differs and told.books is not None else None


def _money(report: DayReport) -> tuple[object, ...]:
    operations = None if report.books is None else report.books.operations
    return (report.trades, report.net, operations, report.opened)


def _corrected(before: DayReport, after: DayReport, now: datetime) -> ReportCorrected:
    return ReportCorrected(
        happened_at=now,
        account_id=after.account_id,
        day=after.day,
        trades_before=before.trades,
        trades=after.trades,
        net_before=before.net,
        net=after.net,
        currency=after.currency,
    )


def money_of(told: DayReport, now: DayReport) -> DayReport:
    """Return a report with its money counted anew, and everything that was said left as it was."""
    return replace(told, **{name: getattr(now, name) for name in MONEY})
