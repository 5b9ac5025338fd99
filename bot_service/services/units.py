"""In which currency an account counts: another one holds entries until the owner has confirmed it."""

from __future__ import annotations

from datetime import datetime

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Held
from bot_service.domain.errors import NothingHeld
from bot_service.domain.events import CurrencyChanged, CurrencySettled
from bot_service.domain.people import Actor
from bot_service.domain.trading import Snapshot
from bot_service.ports import UnitOfWork
from bot_service.services import holds
from bot_service.services.holds import Hold


def counted_in(uow: UnitOfWork, account: Account) -> str:
    """Return the currency of the broker's present numbers; the stored one may wait for the owner's word."""
    snapshot = uow.accounts.snapshot(account.id)
    return account.currency if snapshot is None else snapshot.state.currency


def look(uow: UnitOfWork, account: Account, seen: Snapshot, wall: datetime) -> None:
    """Compare the broker's currency with the stored one; a change that is taken back needs nobody."""
    now = seen.state.currency
    held = _held(uow, account.id)
    if now == account.currency:
        if held is not None:
            holds.lift(uow, account.id, Held.CURRENCY_CHANGED)
            uow.record(CurrencySettled(happened_at=seen.market_at, account_id=account.id, currency=now))
        return
    if held is not None and held.source != now:
        holds.lift(uow, account.id, Held.CURRENCY_CHANGED)
    if holds.put(uow, account.id, Hold(Held.CURRENCY_CHANGED, wall, source=now)):
        uow.record(
            CurrencyChanged(
                happened_at=seen.market_at, account_id=account.id, before=account.currency, now=now
            )
        )


def confirm(uow: UnitOfWork, actor: Actor, account: Account, currency: str, market: datetime) -> None:
    """Take the account with the currency that was shown; entries go on.

    Raises:
        NothingHeld: the account counts in another currency by now, or nobody has to confirm anything.
    """
    held = _held(uow, account.id)
    if held is None or held.source != currency:
        raise NothingHeld(Held.CURRENCY_CHANGED)
    uow.accounts.set_currency(account.id, currency)
    holds.lift(uow, account.id, Held.CURRENCY_CHANGED)
    settled = CurrencySettled(
        happened_at=market, account_id=account.id, actor=actor.user_id, currency=currency
    )
    uow.record(settled, answered_chat=actor.chat_id)


def _held(uow: UnitOfWork, account_id: int) -> Hold | None:
    theirs = (hold for hold in holds.of_account(uow, account_id) if hold.reason is Held.CURRENCY_CHANGED)
    return next(theirs, None)
