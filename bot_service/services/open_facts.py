"""Which positions of an account are open at a moment, with what they risk there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from bot_service.domain.accounts import Account
from bot_service.domain.closing import filled_risk
from bot_service.domain.trading import Deal, DealEntry, Intent, Position, Purpose
from bot_service.mentor.day import OpenPosition
from bot_service.ports import UnitOfWork
from bot_service.services import levels

CENT = Decimal("0.01")
PERCENT = Decimal("0.0001")


def open_now(uow: UnitOfWork, account: Account) -> tuple[OpenPosition, ...]:
    """Return the open positions as the watch saw them last, those of people too."""
    seen = uow.accounts.snapshot(account.id)
    if seen is None or not seen.positions:
        return ()
    openings = uow.intents.open_positions(account.id)
    base = seen.state.balance
    return tuple(_seen(position, openings.get(position.identifier), base) for position in seen.positions)


def open_at(uow: UnitOfWork, account: Account, at: datetime, balance: Decimal) -> tuple[OpenPosition, ...]:
    """Return the bots' positions that were open at a moment of the past, by deals and events.

    Nobody can tell any more which stop a position of a person had then: they are left out.
    """
    ended = {trade.position_id for trade in uow.books.trades_open_at(account.id, at)}
    still = set(uow.intents.open_positions(account.id))
    return tuple(_standing(uow, account, sorted(ended | still), at, balance))


def _standing(
    uow: UnitOfWork, account: Account, position_ids: Sequence[int], at: datetime, balance: Decimal
) -> Iterator[OpenPosition]:
    for position_id in position_ids:
        deals = [deal for deal in uow.books.deals_of(account.id, position_id) if deal.time < at]
        intents = uow.intents.of_position(account.id, position_id)
        opening = next((one for one in intents if one.purpose is Purpose.OPEN), None)
        entry = next((deal for deal in deals if deal.entry is DealEntry.IN), None)
        lots = _open_lots(deals)
        if opening is None or entry is None or lots <= 0:
            continue
        events = levels.changes_of(uow, account, entry.time, at).get(position_id, [])
        begin = levels.opening_levels(opening, entry.time)
        stop = levels.levels_at(events, begin, at).stop_loss
        yield _fact(position_id, opening, opening.symbol, lots, entry.price, stop, balance)


def _seen(position: Position, opening: Intent | None, balance: Decimal) -> OpenPosition:
    if opening is not None:
        return _fact(
            position.identifier,
            opening,
            position.symbol,
            position.lots,
            position.price_open,
            position.stop_loss,
            balance,
        )
    risk = _floating_risk(position)
    return OpenPosition(
        position.identifier,
        None,
        position.symbol,
        position.side,
        position.lots,
        position.stop_loss,
        None,
        risk,
        _percent(risk, balance),
    )


def _floating_risk(position: Position) -> Decimal | None:
    moved = position.price_current - position.price_open
    if position.stop_loss is None or not moved or not position.profit:
        return None
    lost = position.profit / moved * (position.price_open - position.stop_loss)
    return max(lost, Decimal(0)).quantize(CENT)


def _fact(
    position_id: int,
    opening: Intent,
    symbol: str,
    lots: Decimal,
    price_open: Decimal,
    stop: Decimal | None,
    balance: Decimal,
) -> OpenPosition:
    planned = filled_risk(opening)
    risk = None
    if stop is not None and planned is not None:
        full = levels.money_at_stop(opening, planned, price_open, stop)
        filled = opening.lots if opening.filled_lots is None else opening.filled_lots
        risk = None if full is None or filled <= 0 else (full * lots / filled).quantize(CENT)
    return OpenPosition(
        position_id,
        opening.bot_id,
        symbol,
        opening.side,
        lots,
        stop,
        planned,
        risk,
        _percent(risk, balance),
    )


def _percent(risk: Decimal | None, balance: Decimal) -> Decimal | None:
    return None if risk is None or balance <= 0 else (risk * 100 / balance).quantize(PERCENT)


def _open_lots(deals: Sequence[Deal]) -> Decimal:
    opened = sum((deal.lots for deal in deals if deal.entry is DealEntry.IN), Decimal(0))
    closed = sum((deal.lots for deal in deals if deal.entry is not DealEntry.IN), Decimal(0))
    return opened - closed
