"""Positions of ours that the terminal doesn't show and whose end the books don't tell either."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot_service.domain import codec
from bot_service.domain.accounts import Account
from bot_service.domain.bots import Held
from bot_service.domain.events import PositionFound, PositionMissing
from bot_service.domain.trading import Intent, Snapshot
from bot_service.ports import UnitOfWork
from bot_service.services import holds
from bot_service.services.holds import Hold

PATIENCE = timedelta(minutes=1)
"""How long deals may come later than the change of the positions (wall time)."""


@dataclass(frozen=True)
class _Missed:
    position_id: int
    since: datetime
    told: bool = False


@dataclass(frozen=True)
class _List:
    positions: tuple[_Missed, ...] = ()


def look(uow: UnitOfWork, account: Account, seen: Snapshot, wall: datetime) -> None:
    """Tell each missing position once, hold its bot, and tell when it is known again.

    Call it when new deals are in the books: then only what nobody can explain is missing.
    """
    opened = uow.intents.open_positions(account.id)
    shown = {position.identifier for position in seen.positions}
    known = {missed.position_id: missed for missed in _stored(uow, account.id)}
    gone = [position_id for position_id in opened if position_id not in shown]
    if not gone and not known:
        return
    found = [missed for missed in known.values() if missed.told and missed.position_id not in gone]
    left = tuple(_looked(uow, account, opened[item], known.get(item), seen, wall) for item in gone)
    if left != tuple(known.values()):
        uow.set_value(_key(account.id), codec.written(_List(left)))
    for missed in found:
        _tell_found(uow, account, missed.position_id, seen, is_open=missed.position_id in opened)


def _looked(
    uow: UnitOfWork,
    account: Account,
    intent: Intent,
    known: _Missed | None,
    seen: Snapshot,
    wall: datetime,
) -> _Missed:
    missed = known or _Missed(intent.position_id or 0, wall)
    if missed.told or wall - missed.since < PATIENCE:
        return missed
    holds.put(uow, account.id, Hold(Held.POSITION_MISSING, wall, intent.bot_id))
    uow.record(PositionMissing(happened_at=seen.market_at, **_facts(uow, account, intent)))
    return replace(missed, told=True)


def _tell_found(
    uow: UnitOfWork, account: Account, position_id: int, seen: Snapshot, *, is_open: bool
) -> None:
    intent = uow.intents.of_position(account.id, position_id)[0]
    others = [missed.position_id for missed in _stored(uow, account.id) if missed.told]
    if not any(uow.intents.of_position(account.id, item)[0].bot_id == intent.bot_id for item in others):
        holds.lift(uow, account.id, Held.POSITION_MISSING, bot_id=intent.bot_id)
    facts = _facts(uow, account, intent)
    uow.record(PositionFound(happened_at=seen.market_at, is_open=is_open, **facts))


def _facts(uow: UnitOfWork, account: Account, intent: Intent) -> dict[str, Any]:
    return {
        "account_id": account.id,
        "bot_id": intent.bot_id,
        "name": uow.bots.get(intent.bot_id, deleted=True).settings.name,
        "ticket": intent.position_id or 0,
        "symbol": intent.symbol,
        "side": intent.side,
        "lots": intent.lots if intent.filled_lots is None else intent.filled_lots,
    }


def _stored(uow: UnitOfWork, account_id: int) -> tuple[_Missed, ...]:
    text = uow.get_value(_key(account_id))
    return codec.read(_List, text).positions if text else ()


def _key(account_id: int) -> str:
    return f"missing_positions:{account_id}"
