"""Moments after which a person may be asked how he feels: one function per kind of event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from bot_service.domain.accounts import Account
from bot_service.domain.check_ins import PromptCause
from bot_service.domain.events import DailyLossHit, Event, PositionClosed
from bot_service.domain.trading import ClosedTrade, ExitCause
from bot_service.ports import UnitOfWork

LOSS_DAY_R = Decimal(-2)
_BY_HAND = frozenset({ExitCause.OPERATOR, ExitCause.BY_HAND})


@dataclass(frozen=True)
class Moment:
    """Something that may stir a person; `actor` did it, None where nobody knows or nobody did."""

    cause: PromptCause
    actor: int | None = None


Finder = Callable[[UnitOfWork, Account, Event], tuple[Moment, ...]]


def moments_of(uow: UnitOfWork, account: Account, event: Event) -> tuple[Moment, ...]:
    """Return the moments that an event of an account brings."""
    finder = _FINDERS.get(event.code)
    return () if finder is None else finder(uow, account, event)


def day_r(trades: tuple[ClosedTrade, ...]) -> Decimal:
    """Return the sum of R of the trades that have one."""
    return sum((trade.r for trade in trades if trade.r is not None), Decimal(0))


def _limit_hit(_uow: UnitOfWork, _account: Account, _event: Event) -> tuple[Moment, ...]:
    return (Moment(PromptCause.GUARD),)


def _closed(uow: UnitOfWork, account: Account, event: Event) -> tuple[Moment, ...]:
    if not isinstance(event, PositionClosed):
        return ()
    start, end = account.day_bounds(account.trading_day(event.happened_at))
    trades = uow.books.trades(account.id, start, end)
    known = [place for place, trade in enumerate(trades) if trade.position_id == event.position_id]
    if not known:
        return ()
    before, with_it = trades[: known[0]], trades[: known[0] + 1]
    found = []
    if event.cause in _BY_HAND and any(trade.net < 0 for trade in before):
        found.append(Moment(PromptCause.CLOSED_BY_HAND, event.actor))
    if day_r(with_it) <= LOSS_DAY_R < day_r(before):
        found.append(Moment(PromptCause.LOSS_DAY))
    return tuple(found)


_FINDERS: Mapping[str, Finder] = {
    DailyLossHit.code: _limit_hit,
    PositionClosed.code: _closed,
}
