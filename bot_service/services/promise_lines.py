"""Promises with how they went."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot_service.domain.accounts import Account
from bot_service.domain.promises import PromiseMark
from bot_service.ports import UnitOfWork
from bot_service.services.views import PromiseLine

_MOMENT = timedelta(microseconds=1)


def lines_of(uow: UnitOfWork, user_id: int, account: Account, at: datetime) -> tuple[PromiseLine, ...]:
    """Return the promises that a person holds about an account at a moment (market time), oldest first."""
    held = [
        promise
        for promise in uow.promises.of_person(user_id)
        if promise.account_id == account.id and promise.holds_at(at)
    ]
    start, _end = account.day_bounds(account.trading_day(at))
    found = []
    for promise in held:
        tests = uow.promises.occasions((promise.id,), promise.made_at, at + _MOMENT)
        marks = [item.mark for item in tests]
        kept, broken = marks.count(PromiseMark.KEPT), marks.count(PromiseMark.BROKEN)
        judged = [one.mark for one in tests if not promise.watched and one.at >= start]
        today = judged[-1] if judged else None
        found.append(PromiseLine(promise, kept, broken, promise.ended_at, today))
    return tuple(found)
