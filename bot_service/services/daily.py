"""One account's money since the reset of its guards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from operator import attrgetter

from bot_service.domain import guards
from bot_service.domain.accounts import Account
from bot_service.domain.guards import DailyLook, DailyLoss, GuardPeriod
from bot_service.domain.market import AccountState
from bot_service.domain.trading import Deal, Snapshot
from bot_service.ports import UnitOfWork

ON_TIME = timedelta(minutes=10)
"""How long after a reset what floats still counts as what floated at it."""
AHEAD = timedelta(days=1)
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Today:
    """The period that runs, how it stands, and whether it has just begun.

    Between a deal and the look that sees both it and its money, the balance is not what the books say. What
    they don't explain may have been traded or paid: `mild` takes it for what hurts less, `strict` for more.
    """

    period: GuardPeriod
    mild: DailyLook
    strict: DailyLook
    is_new: bool
    is_explained: bool


def own_equity(state: AccountState) -> Decimal:
    """Return what an account is worth without the broker's credit."""
    return state.equity - state.credit


def today(uow: UnitOfWork, account: Account, rule: DailyLoss, seen: Snapshot) -> Today:
    """Return how the account stands since the newest reset; nothing is written."""
    known = uow.guards.period(account.id)
    period = _current(known, account, rule, seen)
    is_new = period is None
    if period is None:
        period = _begun(uow, known, account, rule, seen)
    deals = _deals(uow, period, seen)
    gap = seen.state.balance - period.opening_balance - guards.booked(deals)
    paid = guards.operations_of(deals)
    looks = [
        guards.look(period, rule, own_equity(seen.state), operations, account.currency)
        for operations in (paid, paid + gap)
    ]
    mild, strict = sorted(looks, key=attrgetter("loss"))
    return Today(period, mild, strict, is_new, abs(gap) <= CENT)


def _current(
    known: GuardPeriod | None, account: Account, rule: DailyLoss, seen: Snapshot
) -> GuardPeriod | None:
    if known is None or known.currency != account.currency:
        return None
    ends = guards.next_reset(known.started_at, rule, account.server_offset)
    return None if seen.market_at >= ends else replace(known, ends_at=ends)


def _begun(
    uow: UnitOfWork, known: GuardPeriod | None, account: Account, rule: DailyLoss, seen: Snapshot
) -> GuardPeriod:
    started = guards.last_reset(seen.market_at, rule, account.server_offset)
    if known is not None and started <= known.started_at:
        started = seen.market_at  # the account counts in another currency since then
    period = GuardPeriod(
        account_id=account.id,
        started_at=started,
        ends_at=guards.next_reset(started, rule, account.server_offset),
        opening_balance=seen.state.balance,
        opening_equity=own_equity(seen.state),
        reference=Decimal(0),
        currency=account.currency,
    )
    opening = seen.state.balance - guards.booked(_deals(uow, period, seen))
    floating = own_equity(seen.state) - seen.state.balance
    if seen.market_at - started > ON_TIME:
        # Nobody saw what floated at the reset: the stricter guess counts.
        floating = max(floating, Decimal(0))
    period = replace(period, opening_balance=opening, opening_equity=opening + floating)
    return replace(period, reference=guards.reference_of(period, rule))


def _deals(uow: UnitOfWork, period: GuardPeriod, seen: Snapshot) -> tuple[Deal, ...]:
    return uow.books.deals(period.account_id, period.started_at, seen.market_at + AHEAD)
