"""Which direction a bot must not enter again before its signal has been off once."""

from __future__ import annotations

from bot_service.domain.entering import TAKEN_BY_HAND
from bot_service.domain.trading import ClosedTrade, Side
from bot_service.ports import UnitOfWork


def note_end(uow: UnitOfWork, trade: ClosedTrade) -> None:
    """Hold a bot's direction back if a person or the broker's margin ended its position."""
    if trade.bot_id is not None and trade.cause in TAKEN_BY_HAND:
        uow.set_value(_key(trade.bot_id), trade.side)


def off_first(uow: UnitOfWork, bot_id: int) -> Side | None:
    """Return the direction that is held back."""
    stored = uow.get_value(_key(bot_id))
    return Side(stored) if stored else None


def allow(uow: UnitOfWork, bot_id: int) -> None:
    """Hold nothing back any more."""
    if uow.get_value(_key(bot_id)):
        uow.set_value(_key(bot_id), "")


def _key(bot_id: int) -> str:
    return f"off_first:{bot_id}"
