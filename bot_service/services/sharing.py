"""Accounts on which two owners of a symbol get in each other's way: netting, exchange, oldest first.

Such an account has one position per symbol, or closes the oldest first whoever wants to close. So a symbol
has one bot there, and what is not wholly that bot's holds its entries.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot, Held
from bot_service.domain.closing import has_ended, own_lots
from bot_service.domain.errors import SymbolTaken
from bot_service.domain.events import PositionShared, PositionUnshared
from bot_service.domain.market import AccountState, MarginMode
from bot_service.domain.trading import Intent, Position, Snapshot
from bot_service.ports import UnitOfWork
from bot_service.services import holds
from bot_service.services.holds import Hold


def is_exclusive(uow: UnitOfWork, account: Account) -> bool:
    """Tell whether an account allows one bot per symbol, as the watch saw it last."""
    snapshot = uow.accounts.snapshot(account.id)
    if snapshot is None:
        return account.margin_mode is not MarginMode.HEDGING
    return snapshot.state.one_bot_per_symbol


def refuse_second(
    uow: UnitOfWork, account: Account, symbol: str, bot_id: int | None = None, *, running: bool = False
) -> None:
    """Refuse a bot where another one has its symbol; with `running` only one that could act counts.

    Raises:
        SymbolTaken: another bot has it.
    """
    if not symbol or not is_exclusive(uow, account):
        return
    holding = {intent.bot_id for intent in uow.intents.open_positions(account.id).values()} if running else ()
    for other in uow.bots.all(account.id):
        if other.id == bot_id or other.settings.broker_symbol != symbol:
            continue
        if not running or other.running or other.id in holding:
            raise SymbolTaken(symbol, other.id, other.settings.name)


def obstacle(
    uow: UnitOfWork, bot: Bot, state: AccountState, positions: Iterable[Position]
) -> Position | None:
    """Return the position that is in the way of a bot's entries, None where its symbol is its own."""
    if not state.one_bot_per_symbol:
        return None
    opened = uow.intents.open_positions(bot.account_id, bot.id)
    there = [position for position in positions if position.symbol == bot.settings.broker_symbol]
    return next((item for item in there if not _is_own(uow, bot, item, opened.get(item.identifier))), None)


def own_part(uow: UnitOfWork, bot: Bot, position: Position) -> Decimal:
    """Return how many lots of a position are the bot's: what it may close, never more than there is."""
    deals = uow.books.deals_of(bot.account_id, position.identifier)
    own = own_lots(deals, uow.intents.of_position(bot.account_id, position.identifier))
    return min(own, position.lots)


def look(uow: UnitOfWork, account: Account, seen: Snapshot, wall: datetime) -> None:
    """Hold the entries of bots whose symbol is not theirs alone, told once; let them go on when it is."""
    held = {
        hold.bot_id: hold
        for hold in holds.of_account(uow, account.id)
        if hold.reason is Held.POSITION_SHARED and hold.bot_id is not None
    }
    if not held and not seen.state.one_bot_per_symbol:
        return
    for bot in uow.bots.all(account.id):
        found = obstacle(uow, bot, seen.state, seen.positions)
        if found is None:
            if bot.id in held:
                _go_on(uow, bot, seen.market_at)
        elif bot.running and bot.id not in held:
            hold_back(uow, bot, found, seen.market_at, wall)


def hold_back(uow: UnitOfWork, bot: Bot, found: Position, market: datetime, wall: datetime) -> None:
    """Hold a bot's entries because of a position that is not wholly its own, told once."""
    if not holds.put(uow, bot.account_id, Hold(Held.POSITION_SHARED, wall, bot.id)):
        return
    uow.record(
        PositionShared(
            happened_at=market,
            account_id=bot.account_id,
            bot_id=bot.id,
            name=bot.settings.name,
            ticket=found.ticket,
            symbol=found.symbol,
            side=found.side,
            lots=found.lots,
            own_lots=own_part(uow, bot, found),
        )
    )


def _is_own(uow: UnitOfWork, bot: Bot, position: Position, opening: Intent | None) -> bool:
    deals = uow.books.deals_of(bot.account_id, position.identifier)
    if has_ended(deals):
        # The look is older than the deals: a stop was hit in between.
        return True
    if opening is None or (position.magic, position.side) != (opening.magic, opening.side):
        # It may be the answer to an order whose outcome is not known yet.
        return bool(uow.intents.unsettled(bot_id=bot.id))
    return own_lots(deals, uow.intents.of_position(bot.account_id, position.identifier)) == position.lots


def _go_on(uow: UnitOfWork, bot: Bot, market: datetime) -> None:
    holds.lift(uow, bot.account_id, Held.POSITION_SHARED, bot_id=bot.id)
    uow.record(
        PositionUnshared(
            happened_at=market,
            account_id=bot.account_id,
            bot_id=bot.id,
            name=bot.settings.name,
            symbol=bot.settings.broker_symbol,
        )
    )
