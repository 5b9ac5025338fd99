"""Times in which a promise was tested and kept without anybody being asked, booked when they are over.

Market time throughout. Where the mark stands is stored, so that a restart books nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot_service.domain.accounts import Account
from bot_service.domain.promises import Promise, PromiseKind, PromiseMark, PromiseOccasion
from bot_service.ports import UnitOfWork
from bot_service.services.vows import bad_moments, interventions, limit_hits

LOOK_BACK = timedelta(days=7)
EVERY = timedelta(minutes=1)
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)

Span = tuple[datetime, datetime, str]


def has_news(uow: UnitOfWork, account: Account, now: datetime) -> bool:
    """Tell whether it is time to look again at an account whose people promised something."""
    if now - _settled(uow, account, now) < EVERY:
        return False
    return any(promise.watched for promise in uow.promises.of_account(account.id))


def settle(uow: UnitOfWork, account: Account, now: datetime) -> None:
    """Book every test that has ended since the last look and was kept."""
    since = _settled(uow, account, now)
    for promise in uow.promises.of_account(account.id):
        if not promise.watched:
            continue
        for start, end, reason in _tests(uow, account, promise, since, now):
            if not uow.promises.occasions((promise.id,), start, end):
                uow.promises.note(PromiseOccasion(promise.id, start, PromiseMark.KEPT, "", reason))
    uow.set_value(_key(account.id), now.isoformat())


def _tests(
    uow: UnitOfWork, account: Account, promise: Promise, since: datetime, now: datetime
) -> Iterator[Span]:
    found = {
        PromiseKind.CALM_AFTER_LOSS: _bad_hours,
        PromiseKind.NO_RESTART: _after_limits,
        PromiseKind.FEW_INTERVENTIONS: _busy_days,
    }[promise.kind](uow, account, promise, since, now)
    return (span for span in found if since < span[1] <= now and promise.holds_at(span[0]))


def _bad_hours(
    uow: UnitOfWork, account: Account, promise: Promise, since: datetime, now: datetime
) -> Iterator[Span]:
    length = timedelta(minutes=promise.minutes)
    begin, _ = account.day_bounds(account.trading_day(since - _DAY))
    moments = bad_moments(account, uow.books.trades(account.id, begin, now), promise.loss_r)
    open_span: Span | None = None
    for at, so_far in moments:
        reason = f"day_r={so_far:.2f}"
        if open_span is not None and at < open_span[1]:
            open_span = (open_span[0], at + length, reason)
            continue
        if open_span is not None:
            yield open_span
        open_span = (at, at + length, reason)
    if open_span is not None:
        yield open_span


def _after_limits(
    uow: UnitOfWork, account: Account, promise: Promise, since: datetime, now: datetime
) -> Iterator[Span]:
    del promise
    for at, ends_at in limit_hits(uow, account, since - LOOK_BACK, now):
        yield at, ends_at, "daily_limit"


def _busy_days(
    uow: UnitOfWork, account: Account, promise: Promise, since: datetime, now: datetime
) -> Iterator[Span]:
    day = account.trading_day(since)
    while account.day_bounds(day)[1] <= now:
        start, end = account.day_bounds(day)
        count = interventions(uow, account, promise.user_id, start, end)
        # A day without any is no test, and one with more by closing alone is neither kept nor broken.
        if 1 <= count <= promise.most:
            yield end - _SECOND, end, f"count={count}"
        day += _DAY


def _settled(uow: UnitOfWork, account: Account, now: datetime) -> datetime:
    kept = uow.get_value(_key(account.id))
    earliest = now - LOOK_BACK
    return earliest if not kept else max(earliest, datetime.fromisoformat(kept))


def _key(account_id: int) -> str:
    return f"promises_settled:{account_id}"
