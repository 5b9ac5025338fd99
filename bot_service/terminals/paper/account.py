"""The account: what it owns, what it is worth, and how an event becomes true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from . import constants as c
from . import money
from .book import Change, Position
from .conditions import INITIAL_BALANCE, Cause, Conditions
from .drafts import empty_deal
from .valuation import Valuation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .book import Book
    from .market import Market
    from .records import TradeOrder

__all__ = ["INITIAL_BALANCE", "Account", "Cause", "Conditions"]
_FIRST_TICKET: Final = 1_000_001
_EXTRA_DIGITS: Final = 3  # of a mean price beyond the symbol's


class Account:
    """Hold positions, orders and balance; memory follows only what was committed."""

    def __init__(
        self,
        book: Book,
        market: Market,
        conditions: Conditions | None = None,
        deposit: float = INITIAL_BALANCE,
    ) -> None:
        self.book = book
        self.market = market
        self.conditions = conditions or Conditions()
        self.money = Valuation(market, lambda: self.conditions)
        self.positions: dict[int, Position] = book.positions()
        self.pendings: dict[int, TradeOrder] = book.pendings()
        state = book.state()
        self.balance: float = state.get("balance", 0.0)
        self.credit: float = state.get("credit", 0.0)
        self._next_ticket: int = state.get("next_ticket", _FIRST_TICKET)
        if "balance" not in state:
            self.operate(c.DEAL_TYPE_BALANCE, deposit, "Initial deposit")

    def floating(self, position: Position) -> float:
        """Return a position's profit at the closing side's price, without swap."""
        spec = self.market.specs[position.symbol]
        return self.money.profit(
            spec, position.sign, position.volume, position.price_open, self.exit(position)
        )

    def exit(self, position: Position) -> float:
        """Return the price at which a position would be closed now."""
        quote = self.market.quote(position.symbol)
        return quote.bid if position.type == c.POSITION_TYPE_BUY else quote.ask

    def held(self, symbol: str) -> Position | None:
        """Return the position that a netting account has in a symbol."""
        found = (position for position in self.positions.values() if position.symbol == symbol)
        return next(found, None)

    def symbols(self) -> set[str]:
        """Return the symbols of all positions and waiting orders."""
        return {row.symbol for rows in (self.positions, self.pendings) for row in rows.values()}

    def profit(self) -> float:
        """Return the floating profit of all positions."""
        return self.money.round(sum(self.floating(position) for position in self.positions.values()))

    def equity(self) -> float:
        """Return balance, credit, floating profit and unpaid swap together."""
        swap = sum(position.swap for position in self.positions.values())
        return self.money.round(self.balance + self.credit + self.profit() + swap)

    def margin(self, extra: Position | None = None) -> float:
        """Return the margin in use, with one more trade if given."""
        held = self.positions.values() if extra is None else self._with(extra)
        by_symbol: dict[str, list[Position]] = {}
        for position in held:
            by_symbol.setdefault(position.symbol, []).append(position)
        specs = self.market.specs
        used = sum(self.money.symbol_margin(specs[name], mine) for name, mine in by_symbol.items())
        return self.money.round(used + sum(self.pending_margin(order) for order in self.pendings.values()))

    def pending_margin(self, order: TradeOrder) -> float:
        """Return what a waiting order blocks."""
        spec = self.market.specs[order.symbol]
        if not spec.margin_pending:
            return 0.0
        price = order.price_open or self.market.quote(order.symbol).ask
        needed = self.money.margin(spec, order.volume_current, price)
        return self.money.round(needed * spec.margin_pending)

    def level(self, equity: float, margin: float) -> float:
        """Return the margin level in percent, 0 without margin."""
        return money.cents(equity / margin * 100) if margin else 0.0

    def change(self) -> Change:
        """Begin an event."""
        return Change(balance=self.balance, next_ticket=self._next_ticket, credit=self.credit)

    def apply(self, change: Change) -> None:
        """Commit an event, then let memory follow."""
        self.book.commit(change, self.market.now_msc)
        self.balance, self.credit = change.balance, change.credit
        self._next_ticket = change.next_ticket
        for ticket in change.gone:
            self.positions.pop(ticket, None)
        for position in change.positions:
            self.positions[position.ticket] = position
        for ticket in change.removed:
            self.pendings.pop(ticket, None)
        for order in change.pendings:
            self.pendings[order.ticket] = order

    def operate(self, kind: int, amount: float, comment: str = "") -> int:
        """Book a deposit, credit, charge or other operation; return its deal's ticket.

        Raises:
            ValueError: if the kind is a trade.
        """
        if kind in {c.DEAL_TYPE_BUY, c.DEAL_TYPE_SELL}:
            message = f"deal type {kind} is no account operation"
            raise ValueError(message)
        change = self.change()
        deal = empty_deal(change.ticket(), self.market.now_msc)
        amount = self.money.round(amount)
        change.deals.append(deal._replace(type=kind, profit=amount, comment=comment))
        if kind == c.DEAL_TYPE_CREDIT:
            change.credit = self.money.round(change.credit + amount)
        else:
            change.balance = self.money.round(change.balance + amount)
        self.apply(change)
        return int(deal.ticket)

    def _with(self, extra: Position) -> Iterable[Position]:
        mine = self.held(extra.symbol) if self.conditions.netting else None
        if mine is None:
            return [*self.positions.values(), extra]
        others = [position for position in self.positions.values() if position.ticket != mine.ticket]
        left = self.merged(mine, extra)
        return others if left is None else [*others, left]

    def merged(self, mine: Position, extra: Position) -> Position | None:
        """Return what a netting position becomes after one more trade; None where nothing is left."""
        if mine.type == extra.type:
            volume = money.lots(mine.volume + extra.volume)
            price = (mine.price_open * mine.volume + extra.price_open * extra.volume) / volume
            digits = self.market.specs[mine.symbol].digits + _EXTRA_DIGITS
            return mine._replace(volume=volume, price_open=round(price, digits), sl=extra.sl, tp=extra.tp)
        rest = money.lots(mine.volume - extra.volume)
        if rest >= 0:
            return mine._replace(volume=rest) if rest else None
        return extra._replace(volume=-rest, identifier=mine.key, swap=0.0)
