"""The money of each trading day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from bot_service.domain.accounts import Account, AccountDay
from bot_service.domain.trading import DealKind, Snapshot
from bot_service.ports import UnitOfWork


def account_day(uow: UnitOfWork, account: Account, day: date) -> AccountDay:
    """Return a trading day's money by the deals; a running day closes with what is booked so far.

    Equities come from what the watch saw, where it saw anything.
    """
    start, end = account.day_bounds(day)
    operations = sum(
        (deal.net for deal in uow.books.deals(account.id, start, end) if deal.kind is not DealKind.TRADE),
        Decimal(0),
    )
    stored = uow.books.day(account.id, day)
    return AccountDay(
        account_id=account.id,
        day=day,
        opening_balance=uow.books.balance_at(account.id, start),
        closing_balance=uow.books.balance_at(account.id, end),
        operations=operations,
        opening_equity=None if stored is None else stored.opening_equity,
        closing_equity=None if stored is None else stored.closing_equity,
        broker_closing=None if stored is None else stored.broker_closing,
    )


def keep_days(uow: UnitOfWork, account: Account, seen: Snapshot, before: Snapshot | None) -> None:
    """Write the day's money when a trading day ends and another begins."""
    today = account.trading_day(seen.market_at)
    last = None if before is None else account.trading_day(before.market_at)
    if last == today and uow.books.day(account.id, today) is not None:
        return
    if before is not None and last is not None and last < today:
        ended = account_day(uow, account, last)
        uow.books.save_day(_with_equities(ended, ended.opening_equity, before.state.equity))
    began = account_day(uow, account, today)
    opening = began.opening_equity
    # An equity seen in the middle of a day is not the day's opening one.
    if opening is None and last is not None and last == today - timedelta(days=1):
        opening = seen.state.equity
    uow.books.save_day(_with_equities(began, opening, began.closing_equity))


def _with_equities(day: AccountDay, opening: Decimal | None, closing: Decimal | None) -> AccountDay:
    return replace(day, opening_equity=opening, closing_equity=closing)
