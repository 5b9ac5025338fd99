"""Which finished days of an account have no report yet and can have one now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import dropwhile

from bot_service.domain.accounts import Account
from bot_service.mentor import hours
from bot_service.mentor.books import balance_change
from bot_service.ports import UnitOfWork
from bot_service.services.trading_days import TradingDay

BACKLOG_DAYS = 7

# A deal may reach the broker's balance a moment before it reaches our books: a difference is believed after
# this much market time.
DIFFERENCE_SETTLES = timedelta(minutes=10)

# Deals carry whole seconds: whether one this near was in the balance that the watch saw can't be told.
SAME_MOMENT = timedelta(seconds=2)

# Reports of one hour go out as one message: so long the accounts that are ready wait for the others.
TOGETHER_WITHIN = timedelta(minutes=5)

AWAY_AFTER = timedelta(hours=1)

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class DueDay:
    """A day whose report is due, and the broker's balance at its end where that is known."""

    day: TradingDay
    broker_closing: Decimal | None


def due_days(uow: UnitOfWork, account: Account, now: datetime) -> tuple[DueDay, ...]:
    """Return the days whose report is to be written at a moment (market time), oldest first."""
    days = _unreported(uow, account, hours.last_due_day(account, now))
    eventful = [stored for stored in days if stored.eventful]
    if not eventful:
        return ()
    earlier = tuple(DueDay(day, None) for day in eventful[:-1])
    newest = eventful[-1]
    closing = _broker_closing(uow, account, newest.day)
    settles = hours.report_due(account, newest.day) + DIFFERENCE_SETTLES
    if newest.books_by(closing).difference != 0 and now < settles:
        return earlier
    return (*earlier, DueDay(newest, closing))


def is_awaited(uow: UnitOfWork, account: Account, now: datetime) -> bool:
    """Tell whether an account's report has its hour but can't be written yet, and will be soon."""
    day = hours.last_due_day(account, now)
    if account.link_lost_at is not None or now >= hours.report_due(account, day) + TOGETHER_WITHIN:
        return False
    if day in uow.journal.reported_days(account.id)[-1:]:
        return False
    return TradingDay(uow, account, day).eventful and not due_days(uow, account, now)


def is_watched(uow: UnitOfWork, account: Account, now: datetime) -> bool:
    """Tell whether an account was seen within the last hour; nobody waits for one that is away."""
    snapshot = uow.accounts.snapshot(account.id)
    return snapshot is not None and abs(now - snapshot.market_at) <= AWAY_AFTER


def first_day(uow: UnitOfWork, account: Account, otherwise: date) -> date:
    """Return the trading day of an account's first deal."""
    first = uow.books.first_deal_time(account.id)
    return otherwise if first is None else account.trading_day(first)


def is_known(uow: UnitOfWork, account: Account, day: date) -> bool:
    """Tell whether everything that closed in a day is on the books, as far as can be known."""
    snapshot = uow.accounts.snapshot(account.id)
    _, end = account.day_bounds(day)
    seen = snapshot is not None and snapshot.market_at >= end
    return seen and not uow.intents.unsettled(account.id)


def _unreported(uow: UnitOfWork, account: Account, newest: date) -> list[TradingDay]:
    reported = uow.journal.reported_days(account.id)
    first = max(newest - (BACKLOG_DAYS - 1) * _DAY, first_day(uow, account, newest + _DAY))
    if reported:
        first = max(first, reported[-1] + _DAY)
    wanted = [first + ahead * _DAY for ahead in range((newest - first).days + 1)]
    days = [TradingDay(uow, account, day) for day in wanted if is_known(uow, account, day)]
    # A newly connected account has a past of its own: the service speaks of it from its own first act on.
    return days if reported else list(dropwhile(lambda stored: not stored.ours, days))


def _broker_closing(uow: UnitOfWork, account: Account, day: date) -> Decimal | None:
    snapshot = uow.accounts.snapshot(account.id)
    _, end = account.day_bounds(day)
    if snapshot is None or snapshot.market_at < end:
        return None
    seen = snapshot.market_at
    if uow.books.deals(account.id, seen - SAME_MOMENT, seen + SAME_MOMENT):
        return None
    return snapshot.state.balance - balance_change(uow.books.deals(account.id, end, seen))
