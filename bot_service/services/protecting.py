"""Small truths about the stops of open positions that several use cases share."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot
from bot_service.domain.errors import MarketDataMissing, SymbolRefused
from bot_service.domain.trading import Intent, Position
from bot_service.ports import Terminal, UnitOfWork


def note_refusal(uow: UnitOfWork, intent: Intent, reject_class: str) -> None:
    """Keep why the broker didn't close a position that has no stop."""
    known = uow.protections.get(intent.account_id, intent.position_id or 0)
    if known is not None:
        uow.protections.save(replace(known, cause=reject_class))


def result_at(
    terminal: Terminal, position: Position, lots: Decimal, stop_loss: Decimal | None
) -> Decimal | None:
    """Return what a position makes when its stop is hit, costs not included; None: nothing limits it."""
    if stop_loss is None:
        return None
    try:
        return terminal.profit(position.side, position.symbol, lots, position.price_open, stop_loss)
    except (MarketDataMissing, SymbolRefused):
        return None


def facts_of(account: Account, bot: Bot, position: Position, now: datetime) -> dict[str, Any]:
    """Return what every event about an open position of a bot names."""
    return {
        "happened_at": now,
        "account_id": account.id,
        "bot_id": bot.id,
        "name": bot.settings.name,
        "ticket": position.ticket,
        "position_id": position.identifier,
        "symbol": position.symbol,
        "side": position.side,
        "lots": position.lots,
        "currency": account.currency,
    }
