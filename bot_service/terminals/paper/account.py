"""The account: what it owns, what an event does to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from . import constants as c
from . import money
from .book import Change, Position
from .records import TradeDeal, TradeOrder

if TYPE_CHECKING:
    from .book import Book
    from .market import Market

INITIAL_BALANCE: Final = 10_000.0
_FIRST_TICKET: Final = 1_000_001


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Hold what a broker decides about an account and a terminal."""

    login: int = 5_000_001
    name: str = "Paper Account"
    server: str = "Paper-Demo"
    company: str = "Paper Trading"
    leverage: int = 100
    limit_orders: int = 0
    limit_positions: int = 0
    margin_so_call: float = 50.0
    margin_so_so: float = 20.0
    trade_allowed: bool = True
    trade_expert: bool = True
    fifo_close: bool = False
    hedge_prohibited: bool = False
    algo_button: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Say who asked for a deal and what it is marked with."""

    reason: int
    magic: int
    comment: str
    filling: int = c.ORDER_FILLING_FOK


class Account:
    """Apply events to positions and balance; memory follows only what was committed."""

    def __init__(self, book: Book, market: Market) -> None:
        self.book = book
        self.market = market
        self.conditions = Conditions()
        self.positions: dict[int, Position] = book.positions()
        state = book.state()
        self.balance: float = state.get("balance", 0.0)
        self._next_ticket: int = state.get("next_ticket", _FIRST_TICKET)
        if "balance" not in state:
            self._deposit(INITIAL_BALANCE)

    def floating(self, position: Position) -> float:
        """Return a position's profit at the closing side's price, without swap."""
        spec = self.market.specs[position.symbol]
        return money.profit(spec, position.sign, position.volume, position.price_open, self.exit(position))

    def exit(self, position: Position) -> float:
        """Return the price at which a position would be closed now."""
        quote = self.market.quote(position.symbol)
        return quote.bid if position.type == c.POSITION_TYPE_BUY else quote.ask

    def profit(self) -> float:
        """Return the floating profit of all positions."""
        return money.cents(sum(self.floating(position) for position in self.positions.values()))

    def equity(self) -> float:
        """Return balance, floating profit and unpaid swap together."""
        swap = sum(position.swap for position in self.positions.values())
        return money.cents(self.balance + self.profit() + swap)

    def margin(self, extra: Position | None = None) -> float:
        """Return the margin in use, with one more position if given."""
        held = [*self.positions.values(), *([extra] if extra else [])]
        symbols = {position.symbol for position in held}
        return money.cents(sum(self._symbol_margin(symbol, held) for symbol in symbols))

    def change(self) -> Change:
        """Begin an event."""
        return Change(balance=self.balance, next_ticket=self._next_ticket)

    def apply(self, change: Change) -> None:
        """Commit an event, then let memory follow."""
        self.book.commit(change, self.market.now_msc)
        self.balance, self._next_ticket = change.balance, change.next_ticket
        for position in change.positions:
            self.positions[position.ticket] = position
        for ticket in change.gone:
            self.positions.pop(ticket, None)

    def open(self, draft: Position, cause: Cause) -> TradeDeal:
        """Turn a draft into a position; its ticket is the order's."""
        change = self.change()
        ticket = change.ticket()
        position = draft._replace(ticket=ticket)
        cost = money.commission(self.market.specs[position.symbol], position.volume)
        self._record(change, position, position.type, position.volume, c.DEAL_ENTRY_IN, cause, ticket)
        deal = change.deals[-1]._replace(price=position.price_open, commission=cost)
        change.deals[-1] = deal
        change.orders[-1] = change.orders[-1]._replace(
            price_open=position.price_open, price_current=position.price_open, sl=position.sl, tp=position.tp
        )
        change.positions.append(position)
        change.balance = money.cents(change.balance + cost)
        self.apply(change)
        return deal

    def close(self, position: Position, volume: float, cause: Cause) -> TradeDeal:
        """Close a position or a part of it at the current price."""
        change = self.change()
        spec = self.market.specs[position.symbol]
        price = self.exit(position)
        rest = money.lots(position.volume - volume)
        swap = money.cents(position.swap * volume / position.volume) if rest else position.swap
        self._record(change, position, 1 - position.type, volume, c.DEAL_ENTRY_OUT, cause, change.ticket())
        deal = change.deals[-1]._replace(
            price=price,
            commission=money.commission(spec, volume),
            swap=swap,
            profit=money.profit(spec, position.sign, volume, position.price_open, price),
        )
        change.deals[-1] = deal
        change.orders[-1] = change.orders[-1]._replace(price_open=price, price_current=price)
        change.balance = money.cents(change.balance + deal.profit + deal.commission + deal.swap)
        if rest:
            left = position._replace(volume=rest, swap=money.cents(position.swap - swap))
            change.positions.append(left._replace(time_update_msc=self.market.now_msc))
        else:
            change.gone.append(position.ticket)
        self.apply(change)
        return deal

    def move_stops(self, position: Position, sl: float, tp: float) -> None:
        """Set both levels of a position."""
        change = self.change()
        change.positions.append(position._replace(sl=sl, tp=tp, time_update_msc=self.market.now_msc))
        self.apply(change)

    def add_swaps(self, ended_weekday: int) -> None:
        """Charge all positions for the server day that has ended."""
        change = self.change()
        for position in self.positions.values():
            spec = self.market.specs[position.symbol]
            amount = money.night_swap(spec, position, self.exit(position), ended_weekday)
            if amount:
                swap = money.cents(position.swap + amount)
                change.positions.append(position._replace(swap=swap))
        if change.positions:
            self.apply(change)

    def _symbol_margin(self, symbol: str, held: list[Position]) -> float:
        spec = self.market.specs[symbol]
        mine = (position for position in held if position.symbol == symbol)
        return money.symbol_margin(spec, mine, self.conditions.leverage)

    def _record(
        self,
        change: Change,
        position: Position,
        side: int,
        volume: float,
        entry: int,
        cause: Cause,
        order: int,
    ) -> None:
        now = self.market.now_msc
        change.orders.append(
            TradeOrder(
                ticket=order,
                time_setup=now // 1000,
                time_setup_msc=now,
                time_done=now // 1000,
                time_done_msc=now,
                time_expiration=0,
                type=side,
                type_time=c.ORDER_TIME_GTC,
                type_filling=cause.filling,
                state=c.ORDER_STATE_FILLED,
                magic=cause.magic,
                position_id=position.ticket,
                position_by_id=0,
                reason=cause.reason,
                volume_initial=volume,
                volume_current=0.0,
                price_open=0.0,
                sl=0.0,
                tp=0.0,
                price_current=0.0,
                price_stoplimit=0.0,
                symbol=position.symbol,
                comment=cause.comment,
                external_id="",
            )
        )
        change.deals.append(
            _deal(change.ticket(), now)._replace(
                order=order,
                type=side,
                entry=entry,
                magic=cause.magic,
                position_id=position.ticket,
                reason=cause.reason,
                volume=volume,
                symbol=position.symbol,
                comment=cause.comment,
            )
        )

    def _deposit(self, amount: float) -> None:
        change = self.change()
        deal = _deal(change.ticket(), self.market.now_msc)
        change.deals.append(deal._replace(type=c.DEAL_TYPE_BALANCE, profit=amount, comment="Initial deposit"))
        change.balance = amount
        self.apply(change)


def _deal(ticket: int, now: int) -> TradeDeal:
    numbers = dict.fromkeys(("volume", "price", "commission", "swap", "profit", "fee"), 0.0)
    whole = dict.fromkeys(("order", "type", "entry", "magic", "position_id", "reason"), 0)
    words = dict.fromkeys(("symbol", "comment", "external_id"), "")
    return TradeDeal(**numbers, **whole, **words, ticket=ticket, time=now // 1000, time_msc=now)
