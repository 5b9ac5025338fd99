"""Make trades, days and reports again from the deals: the same result, or what was wrong is mended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from bot_service.domain.accounts import Account
from bot_service.domain.closing import closed_trades
from bot_service.domain.findings import DayReport
from bot_service.domain.trading import ClosedTrade, Deal, DealKind, ExitCause
from bot_service.mentor.thresholds import HISTORY_DAYS
from bot_service.ports import Clock, Database, UnitOfWork
from bot_service.services import books, corrections
from bot_service.services.closings import BEFORE_ALL, may_be_ours

AFTER_ALL = datetime(9000, 1, 1, tzinfo=UTC)
LOOKS_KEPT = timedelta(days=90)
"""How long look-ups are kept: what was said of days that count on older ones is left as it was said."""
SAID_ANEW = LOOKS_KEPT - timedelta(days=HISTORY_DAYS)


@dataclass(frozen=True)
class Rebuilt:
    """What was made again of one account, and what came out differently."""

    account: Account
    trades: int
    reports: int
    added: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    removed: tuple[int, ...] = ()
    days: tuple[date, ...] = ()

    @property
    def same(self) -> bool:
        """Tell whether everything came out as it was stored."""
        return not (self.added or self.changed or self.removed or self.days)


class Rebuilding:
    """Work beside a running service: each account's trades, and each report, is a transaction of its own."""

    def __init__(self, database: Database, market: Clock, wall: Clock) -> None:
        self._database = database
        self._market = market
        self._wall = wall

    def run(self, account_id: int | None = None) -> tuple[Rebuilt, ...]:
        """Rebuild an account, or every one, from deals, orders, notes and the ledger."""
        with self._database.read() as uow:
            accounts = [one for one in uow.accounts.all() if account_id in (None, one.id)]
        return tuple(self._account(account) for account in accounts)

    def _account(self, account: Account) -> Rebuilt:
        with self._database.write() as uow:
            found = _trades(uow, account)
            stored = {trade.position_id: trade for trade in _all(uow, account)}
            added = tuple(number for number in found if number not in stored)
            changed = tuple(number for number in found if stored.get(number, found[number]) != found[number])
            removed = tuple(number for number in stored if number not in found)
            uow.books.rewrite_trades(account.id, [found[number] for number in (*added, *changed)], removed)
            uow.commit()
        with self._database.read() as uow:
            reported = uow.journal.reported_days(account.id)
        days = tuple(day for day in reported if self._day(account, day))
        return Rebuilt(account, len(found), len(reported), added, changed, removed, days)

    def _day(self, account: Account, day: date) -> bool:
        """Make a day's money and report again; tell whether the report came out differently."""
        with self._database.write() as uow:
            uow.books.save_day(books.account_day(uow, account, day))
            before = uow.journal.report(account.id, day)
            after = None if before is None else self._again(uow, account, before)
            differs = after is not None and after != before
            if differs and after is not None:
                uow.journal.save_report(after, self._wall.now())
            uow.commit()
        return differs

    def _again(self, uow: UnitOfWork, account: Account, told: DayReport) -> DayReport:
        now = corrections.rebuilt(uow, account, told)
        _, end = account.day_bounds(told.day)
        if self._market.now() - end <= SAID_ANEW:
            return now
        return corrections.money_of(told, now)


def _trades(uow: UnitOfWork, account: Account) -> dict[int, ClosedTrade]:
    by_position: dict[int, list[Deal]] = {}
    for deal in uow.books.deals(account.id, BEFORE_ALL, AFTER_ALL):
        if deal.kind is DealKind.TRADE and deal.position_id:
            by_position.setdefault(deal.position_id, []).append(deal)
    ordered = {trade.position_id for trade in _all(uow, account) if _ordered(trade)}
    found: dict[int, ClosedTrade] = {}
    for position_id, deals in by_position.items():
        intents = uow.intents.of_position(account.id, position_id)
        if not intents and may_be_ours(uow, account, deals):
            continue
        for trade in closed_trades(account.id, deals, intents):
            found[trade.position_id] = _named(trade, ordered)
    return found


def _all(uow: UnitOfWork, account: Account) -> Iterable[ClosedTrade]:
    return uow.books.trades(account.id, BEFORE_ALL, AFTER_ALL)


def _ordered(trade: ClosedTrade) -> bool:
    return trade.bot_id is None and trade.cause is ExitCause.OPERATOR


def _named(trade: ClosedTrade, ordered: set[int]) -> ClosedTrade:
    # That somebody ordered a position of nobody's closed stands in no deal; it was known when it closed.
    known = trade.position_id in ordered and trade.bot_id is None and trade.cause is ExitCause.OTHER
    return replace(trade, cause=ExitCause.OPERATOR) if known else trade
