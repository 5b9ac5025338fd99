"""Days whose report was written before all their deals were visible: they are written again, and said."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from bot_service.domain.accounts import Account
from bot_service.ports import UnitOfWork

LOOK_BACK = timedelta(days=7)


def reported(uow: UnitOfWork, account: Account, day: date) -> None:
    """Remember up to which moment (market time) an account's days have their reports."""
    _, end = account.day_bounds(day)
    known = _reported_until(uow, account)
    if known is None or end > known:
        uow.set_value(f"reported_until:{account.id}", end.isoformat())


def note(uow: UnitOfWork, account: Account, moments: Iterable[datetime]) -> None:
    """Remember the days of deals and trades that came too late for their report."""
    until = _reported_until(uow, account)
    late = set() if until is None else {account.trading_day(at) for at in moments if at < until}
    if late:
        _save(uow, account, late | set(of_account(uow, account)))


def of_account(uow: UnitOfWork, account: Account) -> tuple[date, ...]:
    """Return the days whose report has to be looked at again, oldest first."""
    stored = json.loads(uow.get_value(f"late_days:{account.id}") or "[]")
    return tuple(sorted(date.fromisoformat(day) for day in stored))


def forget(uow: UnitOfWork, account: Account) -> None:
    """Take the reports of all days as complete."""
    _save(uow, account, ())


def looked_back(uow: UnitOfWork, account: Account, day: date) -> bool:
    """Tell whether the deals of the last week were asked for when a day's report was due."""
    return uow.get_value(f"looked_back:{account.id}") == day.isoformat()


def look_back(uow: UnitOfWork, account: Account, day: date, now: datetime) -> None:
    """Ask for all deals of the last week: brokers show some late, and set things right in the past."""
    uow.set_value(f"looked_back:{account.id}", day.isoformat())
    uow.set_value(_wanted(account.id), (now - LOOK_BACK).isoformat())


def wanted_since(uow: UnitOfWork, account_id: int) -> datetime | None:
    """Return since when all deals are to be read again, None: nothing was asked for."""
    stored = uow.get_value(_wanted(account_id))
    return datetime.fromisoformat(stored) if stored else None


def read_again(uow: UnitOfWork, account_id: int) -> None:
    """Take what was asked for as read."""
    if uow.get_value(_wanted(account_id)):
        uow.set_value(_wanted(account_id), "")


def _wanted(account_id: int) -> str:
    return f"deals_wanted:{account_id}"


def _reported_until(uow: UnitOfWork, account: Account) -> datetime | None:
    stored = uow.get_value(f"reported_until:{account.id}")
    return datetime.fromisoformat(stored) if stored else None


def _save(uow: UnitOfWork, account: Account, days: Iterable[date]) -> None:
    uow.set_value(f"late_days:{account.id}", json.dumps(sorted(day.isoformat() for day in days)))
