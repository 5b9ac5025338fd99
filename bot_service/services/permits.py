"""Whether the account takes our orders: told once when it doesn't and once when it does again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot_service.domain import codec
from bot_service.domain.accounts import Account
from bot_service.domain.bots import Waiting
from bot_service.domain.events import TradingLocked, TradingUnlocked
from bot_service.domain.market import TradeLock
from bot_service.domain.trading import Snapshot
from bot_service.ports import UnitOfWork


@dataclass(frozen=True)
class Lock:
    """Why orders are not taken, and since when (wall time)."""

    cause: TradeLock
    since: datetime


def lock_of(uow: UnitOfWork, account_id: int) -> Lock | None:
    """Return why an account takes no orders, None where it does."""
    text = uow.get_value(_key(account_id))
    return codec.read(Lock, text) if text else None


def look(uow: UnitOfWork, account: Account, seen: Snapshot, wall: datetime) -> None:
    """Let the bots wait while the account takes no orders, and go on by themselves."""
    known, cause = lock_of(uow, account.id), seen.state.trade_lock
    if cause is None:
        if known is not None:
            _unlock(uow, account, seen, known, wall)
        return
    waiting = [bot.id for bot in uow.bots.all(account.id) if bot.running]
    ready = [bot.id for bot in uow.bots.all(account.id, ids=waiting) if bot.waiting is None]
    if ready:
        uow.bots.set_waiting(account.id, Waiting.TRADING_LOCKED, ready)
    if known is not None and known.cause is cause:
        return
    since = wall if known is None else known.since
    uow.set_value(_key(account.id), codec.written(Lock(cause, since)))
    uow.record(
        TradingLocked(
            happened_at=seen.market_at,
            account_id=account.id,
            lock=cause,
            waiting_bots=len(waiting),
            open_positions=len(seen.positions),
        )
    )


def _unlock(uow: UnitOfWork, account: Account, seen: Snapshot, lock: Lock, wall: datetime) -> None:
    uow.set_value(_key(account.id), "")
    waiting = [bot.id for bot in uow.bots.all(account.id, waiting=Waiting.TRADING_LOCKED)]
    if waiting:
        uow.bots.set_waiting(account.id, None, waiting)
    locked_s = max(0, int((wall - lock.since).total_seconds()))
    uow.record(TradingUnlocked(happened_at=seen.market_at, account_id=account.id, locked_s=locked_s))


def _key(account_id: int) -> str:
    return f"trade_lock:{account_id}"
