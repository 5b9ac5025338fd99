"""The paper account as it is, and the books that the service keeps of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from fault_world import World

from bot_service.domain.bots import magic_of
from bot_service.terminals.paper import constants as c
from bot_service.terminals.paper.server_clock import to_utc

ALWAYS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
TRADES = frozenset((c.DEAL_TYPE_BUY, c.DEAL_TYPE_SELL))


@dataclass(frozen=True)
class Life:
    """One position of ours by the account's own deals."""

    position_id: int
    bot_id: int
    ins: tuple[Any, ...]
    outs: tuple[Any, ...]

    @property
    def lots(self) -> Decimal:
        """Return how much was opened."""
        return exact(sum(deal.volume for deal in self.ins), 8)

    @property
    def open_lots(self) -> Decimal:
        """Return how much is still open."""
        return self.lots - exact(sum(deal.volume for deal in self.outs), 8)

    @property
    def net(self) -> Decimal:
        """Return profit and all costs."""
        return money(sum(net_of(deal) for deal in (*self.ins, *self.outs)))

    @property
    def price_close(self) -> float:
        """Return the mean price of what went out."""
        return mean(self.outs)

    @property
    def closed_at(self) -> datetime:
        """Return when the last of it went out."""
        return to_utc(self.outs[-1].time_msc)


def exact(value: float, digits: int = 8) -> Decimal:
    """Return a float of the terminal as the decimal that is meant."""
    return Decimal(str(round(value, digits)))


def money(value: float) -> Decimal:
    """Return an amount in whole cents."""
    return Decimal(str(round(value, 6))).quantize(Decimal("0.01"))


def mean(deals: Sequence[Any]) -> float:
    """Return the price of deals by volume."""
    if len({deal.price for deal in deals}) == 1:
        return float(deals[0].price)
    return float(sum(deal.price * deal.volume for deal in deals) / sum(deal.volume for deal in deals))


def same_price(said: Decimal | None, true: float) -> bool:
    """Tell whether a price is the true one, rounded to the digits of a quote."""
    return said is not None and abs(float(said) - true) <= 0.5001 * 10.0 ** said.as_tuple().exponent


def net_of(deal: Any) -> float:
    """Return a deal's profit and all its costs."""
    return float(deal.profit + deal.commission + deal.swap + deal.fee)


class Account:
    """The account as it is, and our part of it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.magics = {magic_of(world.account.magic_block, bot_id): bot_id for bot_id in world.wanted}
        self.deals = world.truth.deals()
        foreign = {deal.position_id for deal in self.deals if deal.ticket in world.foreign}
        mine = [
            deal
            for deal in self.deals
            if deal.type in TRADES
            and deal.magic in self.magics
            and deal.entry == c.DEAL_ENTRY_IN
            and deal.ticket not in world.foreign
        ]
        self.opened = tuple(mine)
        self.lives = {
            position: self._life(position)
            for position in dict.fromkeys(deal.position_id for deal in mine)
            if position not in foreign
        }

    def _life(self, position_id: int) -> Life:
        deals = [deal for deal in self.deals if deal.position_id == position_id and deal.type in TRADES]
        ins = tuple(deal for deal in deals if deal.entry == c.DEAL_ENTRY_IN)
        outs = tuple(deal for deal in deals if deal.entry != c.DEAL_ENTRY_IN)
        return Life(position_id, self.magics[ins[0].magic], ins, outs)

    def closed(self) -> dict[int, Life]:
        """Return the positions that have ended."""
        return {key: life for key, life in self.lives.items() if not life.open_lots}


class Stored:
    """The service's own books."""

    def __init__(self, world: World) -> None:
        with closing(sqlite3.connect(world.path)) as db:
            numbers = [row[0] for row in db.execute("SELECT id FROM intent ORDER BY id")]
        with world.storage.read() as uow:
            self.intents = tuple(uow.intents.get(number) for number in numbers)
            self.trades = uow.books.trades(world.account.id, *ALWAYS)
            self.deals = uow.books.deals(world.account.id, *ALWAYS)
            self.balance = uow.books.balance_at(world.account.id, ALWAYS[1])
            self.open = uow.intents.open_positions(world.account.id)
            self.bots = {bot.id: bot for bot in uow.bots.all()}
            self.waiting = uow.outbox.pending()
            self.history = tuple(event for _, _, event in reversed(uow.history(limit=1_000_000)))
