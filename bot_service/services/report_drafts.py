"""Reports that are made while nobody waits, and stored only if what they were made of still stands.

Making one takes up to a second; SQLite has one writer, and no order may wait for a report. So a draft is made
in a reading unit of work, and the writing one only compares: the day still has no report, its deals, trades,
moods, notes and books are those of the draft. If anything has changed, nothing is written and the draft is
made again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot_service.domain.accounts import Account
from bot_service.domain.findings import DayReport, MarketCondition
from bot_service.ports import UnitOfWork
from bot_service.services.due_reports import DueDay, due_days

Markets = Mapping[date, tuple[MarketCondition, ...]]


@dataclass(frozen=True)
class Draft:
    """The report of a day that is due, and what it was made of."""

    account: Account
    due: DueDay
    report: DayReport


def drafts(
    uow: UnitOfWork, account_ids: Iterable[int], now: datetime, markets: Mapping[int, Markets]
) -> tuple[Draft, ...]:
    """Return the next reports that are due: first those of days that were missed, one by one.

    A day's report begins with what the one before it closed with; the newest days go out as one message.
    """
    due = {account: due_days(uow, account, now) for account in map(uow.accounts.get, account_ids)}
    missed = {account: days for account, days in due.items() if len(days) > 1}
    chosen = [(account, days[0]) for account, days in (missed or due).items() if days]
    return tuple(
        Draft(account, one, one.day.finished(one.broker_closing, _market(markets, account, one)))
        for account, one in chosen
    )


def still_hold(uow: UnitOfWork, made: Sequence[Draft], now: datetime) -> bool:
    """Tell whether all drafts still say what is stored, and none of them is written yet."""
    return all(_holds(uow, draft, now) for draft in made)


def _holds(uow: UnitOfWork, draft: Draft, now: datetime) -> bool:
    account = uow.accounts.get(draft.account.id)
    day = draft.report.day
    found = next((one for one in due_days(uow, account, now) if one.day.day == day), None)
    if found is None or found.broker_closing != draft.due.broker_closing:
        return False
    return (
        found.day.same_as(draft.due.day) and found.day.books_told(found.broker_closing) == draft.report.books
    )


def _market(markets: Mapping[int, Markets], account: Account, due: DueDay) -> tuple[MarketCondition, ...]:
    return markets.get(account.id, {}).get(due.day.day, ())
