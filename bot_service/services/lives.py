"""The positions that hands have touched, as the ledger counts them: from deals, orders and events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from bot_service.domain.accounts import Account
from bot_service.domain.acts import Act, ActKind
from bot_service.domain.closing import ENDS, closed_trades, exit_cause, filled_risk
from bot_service.domain.events import Event
from bot_service.domain.trading import (
    BY_PERSON,
    ClosedTrade,
    Deal,
    DealEntry,
    Intent,
    Purpose,
)
from bot_service.mentor.ledger import Life, Touch
from bot_service.mentor.replay import End, Levels
from bot_service.ports import UnitOfWork
from bot_service.services import levels

ZERO = Decimal(0)
CLEAR_MOVE = Decimal("0.2")
"""Share of the stop's distance from which on a result tells what a price step is worth."""
SWAP_FROM = timedelta(days=90)
_TRIPLE = 2
_WEEKEND = 5
_ORDERS = frozenset({ActKind.CLOSE, ActKind.PANIC})
_LEVELS = frozenset({ActKind.MOVE_STOP, ActKind.REMOVE_STOP, ActKind.MOVE_TARGET})


def touched(acts: Iterable[Act], trades: Iterable[ClosedTrade]) -> list[int]:
    """Return the positions of bots that somebody closed, or whose levels somebody moved."""
    moved = {act.position_id for act in acts if act.kind in _LEVELS | _ORDERS}
    closed = {trade.position_id for trade in trades if trade.bot_id is not None and trade.cause in BY_PERSON}
    return sorted(number for number in moved | closed if number is not None)


def life_of(
    uow: UnitOfWork, account: Account, position_id: int, acts: Sequence[Act], until: datetime
) -> Life | None:
    """Return a bot's position with everything that hands did to it; None where no plan tells its R."""
    deals = uow.books.deals_of(account.id, position_id)
    intents = uow.intents.of_position(account.id, position_id)
    opening = next((one for one in intents if one.purpose is Purpose.OPEN and one.state.settled), None)
    entry = next((deal for deal in deals if deal.entry is DealEntry.IN), None)
    risk = None if opening is None else filled_risk(opening)
    if opening is None or entry is None or risk is None or risk <= 0:
        return None
    trade = next((one for one in closed_trades(account.id, deals, intents) if one.bot_id is not None), None)
    events = levels.changes_of(uow, account, entry.time, until).get(position_id, [])
    own = [act for act in acts if act.position_id == position_id]
    costs = _costs(deals, trade)
    begin = _as_set(events, levels.opening_levels(opening, entry.time))
    life = Life(
        position_id=position_id,
        bot_id=opening.bot_id,
        symbol=opening.symbol,
        side=opening.side,
        lots=sum((deal.lots for deal in deals if deal.entry is DealEntry.IN), ZERO),
        price_open=entry.price if trade is None else trade.price_open,
        opened_at=entry.time,
        planned_risk=risk,
        value=ZERO,
        levels=begin,
        touches=tuple(_touches(deals, intents, events, begin, own)),
        costs=costs,
        swap_a_night=_swap_a_night(uow, account, opening, trade),
        result_r=None if trade is None else trade.r,
        ended=None if trade is None else _end(trade),
    )
    value = _value(life, opening, trade)
    return None if value is None else replace(life, value=value)


def nights(account: Account, since: datetime, until: datetime) -> int:
    """Return how many nights a broker charges between two moments: Wednesday's three times, weekends none."""
    first = (since + account.server_offset).date()
    last = (until + account.server_offset).date()
    days = (first + timedelta(days=ahead) for ahead in range(max((last - first).days, 0)))
    return sum(3 if day.weekday() == _TRIPLE else 1 for day in days if day.weekday() < _WEEKEND)


def _as_set(events: Sequence[Event], begin: Levels) -> Levels:
    """Return the levels that the service itself gave a position before anybody touched it."""
    for change in levels.walked(events, begin):
        if change.kind is not None:
            break
        if change.levels.stop_loss is not None:
            begin = replace(change.levels, since=begin.since)
    return begin


def _touches(
    deals: Sequence[Deal],
    intents: Sequence[Intent],
    events: Sequence[Event],
    begin: Levels,
    own: Sequence[Act],
) -> list[Touch]:
    moved = [
        Touch(change.levels.since, change.kind, change.user_id, change.levels)
        for change in levels.walked(events, begin)
        if change.kind is not None
    ]
    closings = [intent for intent in intents if intent.purpose is Purpose.CLOSE]
    closed = [
        _closed(deal, own) for deal in deals if deal.entry in ENDS and exit_cause(deal, closings) in BY_PERSON
    ]
    return sorted([*moved, *closed], key=lambda touch: (touch.at, touch.levels is None))


def _closed(deal: Deal, own: Sequence[Act]) -> Touch:
    orders = [act for act in own if act.kind in _ORDERS and act.user_id is not None and act.at <= deal.time]
    kind, user_id = ActKind.CLOSE, None
    if orders and deal.reason == "expert":
        kind, user_id = orders[-1].kind, orders[-1].user_id
    return Touch(deal.time, kind, user_id, None, deal.lots, deal.price)


def _costs(deals: Sequence[Deal], trade: ClosedTrade | None) -> Decimal:
    if trade is not None:
        return trade.commission + trade.fee
    # Leaving is taken to cost as much as entering did.
    return 2 * sum((deal.commission + deal.fee for deal in deals if deal.entry is DealEntry.IN), ZERO)


def _end(trade: ClosedTrade) -> End:
    return End(trade.closed_at, trade.closed_at, trade.price_close, trade.cause)


def _value(life: Life, opening: Intent, trade: ClosedTrade | None) -> Decimal | None:
    """Return the money of a price step of 1: by what was made, else by what was planned to be lost."""
    if opening.stop_loss is None:
        return None
    distance = life.side.sign * (life.price_open - opening.stop_loss)
    if distance <= 0:
        return None
    if trade is not None:
        moved = trade.price_close - trade.price_open
        if abs(moved) >= CLEAR_MOVE * distance and trade.profit:
            return life.side.sign * trade.profit / moved
    return max(life.planned_risk + life.costs, ZERO) / distance


def _swap_a_night(
    uow: UnitOfWork, account: Account, opening: Intent, trade: ClosedTrade | None
) -> Decimal | None:
    """Return what a night costs: by this position, else by others of the symbol and side; None: unknown."""
    at = opening.created_at if trade is None else trade.closed_at
    known = [] if trade is None else [trade]
    earlier = uow.books.trades(account.id, at - SWAP_FROM, at, opening.bot_id)
    for one in [*known, *reversed(earlier)]:
        held = nights(account, one.opened_at, one.closed_at)
        if held and (one.symbol, one.side) == (opening.symbol, opening.side):
            lots = opening.lots if opening.filled_lots is None else opening.filled_lots
            return one.swap / held * lots / one.lots
    return None
