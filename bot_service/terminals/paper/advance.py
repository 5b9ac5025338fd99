"""Let time pass: stops, targets, waiting orders, stop-outs and swaps happen in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from . import constants as c
from .conditions import Cause
from .scan import Scanner, goal_of, stop_of, trigger_of
from .server_clock import DAY, weekday

if TYPE_CHECKING:
    from .account import Account
    from .book import Position
    from .scan import Range
    from .trades import Trader
    from .waiting import Waiting

_FINEST: Final = 1  # seconds: the way is only split while the bars allow a stop-out
_MARK_EVERY: Final = 1  # market seconds; what was seen must not lie in the future after a kill
_ORDER: Final = -1  # a hit's reason when it is no deal's


class _Hit(NamedTuple):
    label: int
    ticket: int
    reason: int


class Clockwork:
    """Move an account through the market."""

    def __init__(self, account: Account, trader: Trader, waiting: Waiting) -> None:
        self._account = account
        self._market = account.market
        self._trader = trader
        self._waiting = waiting
        self._scan = Scanner(account.market)
        self._marked = account.market.now

    def advance(self, until_msc: int) -> None:
        """Go forward to a label; an earlier one changes nothing."""
        if until_msc <= self._market.now_msc:
            return
        until = until_msc // 1000
        while self._account.positions or self._account.pendings:
            midnight = (self._market.now // DAY + 1) * DAY
            expires = self._waiting.next_expiration()
            stop = min(midnight, midnight if expires is None else max(expires, self._market.now))
            if until < stop:
                self._pass(until)
                break
            self._pass(stop)
            self._waiting.expire(stop)
            if stop == midnight:
                self._waiting.end_day(midnight - DAY)
                self._trader.night(weekday(midnight - 1))
        self._market.now_msc = until_msc
        if self._account.book.durable and self._market.now - self._marked >= _MARK_EVERY:
            self._marked = self._market.now
            self._account.book.mark_time(until_msc)

    def _pass(self, until: int) -> None:
        """Go to a second of the same day; split the way while a stop-out is thinkable."""
        while self._market.now < until and (self._account.positions or self._account.pendings):
            now = self._market.now
            seen = {symbol: self._scan.ranges(symbol, now, until) for symbol in self._account.symbols()}
            if until - now > _FINEST and self._worst_level_reached(seen):
                self._pass(now + (until - now) // 2)
                continue
            if not self._trigger(seen):
                self._go_to(until)
            self._stop_out()
        self._go_to(until)

    def _go_to(self, label: int) -> None:
        self._market.now_msc = max(self._market.now_msc, label * 1000)

    def _trigger(self, seen: dict[str, Range]) -> bool:
        """Let happen what the ticks bring; tell True where an order ended it early and more may follow."""
        hits = [*self._position_hits(seen), *self._order_hits(seen)]
        ordered_at = None
        for hit in sorted(hits):
            if ordered_at is not None and hit.label > ordered_at:
                return True
            self._go_to(hit.label)
            if hit.reason == _ORDER:
                ordered_at = hit.label
                order = self._account.pendings.get(hit.ticket)
                if order is not None:
                    self._waiting.trigger(order)
                    self._stop_out()
            elif hit.ticket in self._account.positions:
                self._leave(self._account.positions[hit.ticket], hit.reason)
        return ordered_at is not None

    def _leave(self, position: Position, reason: int) -> None:
        level, word = (position.sl, "sl") if reason == c.DEAL_REASON_SL else (position.tp, "tp")
        digits = self._market.specs[position.symbol].digits
        cause = Cause(reason=reason, magic=position.magic, comment=f"[{word} {level:.{digits}f}]")
        self._trader.close(position, position.volume, cause)

    def _position_hits(self, seen: dict[str, Range]) -> list[_Hit]:
        held = self._account.positions.values()
        hits = (self._first_hit(position, seen) for position in held if position.sl or position.tp)
        return [hit for hit in hits if hit is not None]

    def _first_hit(self, position: Position, seen: dict[str, Range]) -> _Hit | None:
        """Return when and why a position's stop or target is reached; in one row the stop comes first."""
        found = []
        for reason, target in ((c.DEAL_REASON_SL, stop_of(position)), (c.DEAL_REASON_TP, goal_of(position))):
            row = self._scan.row_of(position.symbol, target, seen[position.symbol]) if target.level else None
            if row is not None:
                found.append((row, reason, target))
        if not found:
            return None
        row, reason, target = min(found, key=lambda item: item[:2])
        row_time = int(seen[position.symbol][0][row])
        return _Hit(self._scan.second_of(position.symbol, target, row_time), position.ticket, reason)

    def _order_hits(self, seen: dict[str, Range]) -> list[_Hit]:
        hits = []
        for order in self._account.pendings.values():
            target = trigger_of(order)
            row = self._scan.row_of(order.symbol, target, seen[order.symbol])
            if row is not None:
                row_time = int(seen[order.symbol][0][row])
                label = self._scan.second_of(order.symbol, target, row_time)
                hits.append(_Hit(label, order.ticket, _ORDER))
        return hits

    def _worst_level_reached(self, seen: dict[str, Range]) -> bool:
        """Tell whether the worst prices of all symbols together could cause a stop-out."""
        account = self._account
        if not account.positions:
            return False
        worst = account.balance + account.credit
        worst += sum(position.swap for position in account.positions.values())
        for symbol, (_, lows, highs) in seen.items():
            quote = self._market.quote(symbol)
            ends = (min(quote.bid, lows.min(initial=np.inf)), max(quote.bid, highs.max(initial=-np.inf)))
            worst += min(self._floating_at(symbol, bid) for bid in ends)
        return account.conditions.is_out(worst, account.margin())

    def _floating_at(self, symbol: str, bid: float) -> float:
        spec, spread = self._market.specs[symbol], self._market.spread(symbol)
        return sum(
            self._account.money.profit(
                spec, held.sign, held.volume, held.price_open, bid + spread * held.type
            )
            for held in self._account.positions.values()
            if held.symbol == symbol
        )

    def _stop_out(self) -> None:
        """Free margin: first the waiting order that blocks most, then the position that loses most."""
        account = self._account
        while account.positions:
            equity, margin = account.equity(), account.margin()
            if not account.conditions.is_out(equity, margin):
                return
            cause = f"so: {account.level(equity, margin):.1f}%/{equity:.1f}/{margin:.1f}"[:29]
            blocking = max(account.pendings.values(), key=account.pending_margin, default=None)
            if blocking is not None:
                self._waiting.end(blocking, c.ORDER_STATE_CANCELED, cause, c.ORDER_REASON_SO)
                continue
            loser = self._loser()
            if loser is None:
                return
            self._trader.close(
                loser, loser.volume, Cause(reason=c.DEAL_REASON_SO, magic=loser.magic, comment=cause)
            )

    def _loser(self) -> Position | None:
        account, market = self._account, self._market
        tradable = [held for held in account.positions.values() if market.is_open(held.symbol, market.now)]
        if not tradable:
            return None
        worst = min(tradable, key=account.floating)
        if not account.conditions.fifo_close:
            return worst
        same = [held for held in tradable if held.symbol == worst.symbol]
        return min(same, key=lambda held: held.key)
