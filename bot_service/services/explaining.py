"""What a finding stands on, line by line; and what a person says against it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from bot_service.domain.accounts import Account
from bot_service.domain.errors import InvalidValue, NothingToReport
from bot_service.domain.findings import DayReport, Finding
from bot_service.domain.journal import Objection
from bot_service.domain.people import Actor
from bot_service.domain.trading import ClosedTrade
from bot_service.mentor.shown import found, numbered
from bot_service.ports import UnitOfWork
from bot_service.services.desk import Desk
from bot_service.services.tags import tag_of
from bot_service.services.trading_days import TradingDay
from bot_service.services.views import Evidence, ObjectionReceipt, WhyListView, WhyView

_TICKET = re.compile(r"#(\d{1,18})")


class Explaining:
    """Show evidence, and remember what a person calls untrue."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def findings(self, account_id: int | None = None, day: date | None = None) -> WhyListView:
        """Return the findings of a report by number, of the newest one without a day.

        Raises:
            NoAccount: no account is connected yet.
            NothingToReport: the day has no report.
        """
        account = self._desk.account(account_id)
        with self._desk.database.read() as uow:
            stored = TradingDay(uow, account, self._day(uow, account, day))
            report = self._told(uow, account, stored)
            open_yet = stored.unproved()
        return WhyListView(tag_of(account), report, numbered(report), open_yet)

    def why(self, actor: Actor, account_id: int | None, day: date | None, which: int | str) -> WhyView:
        """Return the evidence of a finding: by its number in the report, or by its code.

        Raises:
            NoAccount: no account is connected yet.
            NothingToReport: the day has no report.
            InvalidValue: the report has no such finding.
        """
        account = self._desk.account(account_id)
        with self._desk.database.read() as uow:
            report = self._report(uow, account, day)
            finding = _chosen(report, which)
            evidence = _evidence(uow, account, finding)
            member = uow.people.get(actor.user_id)
            objected = any(
                item.code == finding.code and item.day == report.day
                for item in uow.mentor.objections(actor.user_id, account.id)
            )
        muted = member is not None and finding.code in member.mentor.muted
        return WhyView(tag_of(account), report, finding, evidence, muted, objected)

    def object_to(self, actor: Actor, account_id: int, day: date, code: str) -> ObjectionReceipt:
        """Remember that a finding isn't true; it keeps still for two weeks.

        Raises:
            NothingToReport: the day has no report.
            InvalidValue: the report has no such finding.
        """
        with self._desk.database.write() as uow:
            report = self._report(uow, uow.accounts.get(account_id), day)
            _chosen(report, code)
            uow.mentor.object_to(Objection(actor.user_id, account_id, day, code, self._desk.wall.now()))
            uow.commit()
        return ObjectionReceipt(account_id, day, code)

    def withdraw(self, actor: Actor, account_id: int, day: date, code: str) -> ObjectionReceipt:
        """Let a finding count again that was called untrue."""
        with self._desk.database.write() as uow:
            uow.mentor.withdraw(actor.user_id, account_id, day, code)
            uow.commit()
        return ObjectionReceipt(account_id, day, code, undone=True)

    def _report(self, uow: UnitOfWork, account: Account, day: date | None) -> DayReport:
        return self._told(uow, account, TradingDay(uow, account, self._day(uow, account, day)))

    def _day(self, uow: UnitOfWork, account: Account, day: date | None) -> date:
        if day is not None:
            return day
        days = uow.journal.reported_days(account.id)
        return days[-1] if days else account.trading_day(self._desk.market.now())

    def _told(self, uow: UnitOfWork, account: Account, stored: TradingDay) -> DayReport:
        report = uow.journal.report(account.id, stored.day)
        if report is not None and report.finished:
            return report
        if stored.day == account.trading_day(self._desk.market.now()):
            return stored.so_far()
        raise NothingToReport(stored.day.isoformat())


def _chosen(report: DayReport, which: int | str) -> Finding:
    shown = numbered(report)
    if isinstance(which, int):
        if 1 <= which <= len(shown):
            return shown[which - 1]
        raise InvalidValue("finding", str(which), "no_such_finding", f"1 - {len(shown)}" if shown else "")
    for finding in found(report):
        if finding.code == which:
            return finding
    raise InvalidValue("finding", which[:32], "no_such_finding")


def _evidence(uow: UnitOfWork, account: Account, finding: Finding) -> tuple[Evidence, ...]:
    tickets = [int(match[1]) for text in finding.evidence if (match := _TICKET.fullmatch(text))]
    trades = {trade.position_id: trade for trade in _trades(uow, account, tickets)}
    told = []
    for text in finding.evidence:
        match = _TICKET.fullmatch(text)
        told.append(Evidence(text, trades.get(int(match[1])) if match else None))
    return tuple(told)


def _trades(uow: UnitOfWork, account: Account, tickets: Sequence[int]) -> tuple[ClosedTrade, ...]:
    return uow.books.trades_of(account.id, tickets) if tickets else ()
