"""Orders that wait: placed, changed, removed, expired, triggered, filled or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from . import constants as c
from . import money
from .book import Position
from .drafts import finished, new_order, side_of
from .server_clock import DAY

if TYPE_CHECKING:
    from .account import Account
    from .conditions import Cause
    from .records import TradeOrder, TradeRequest
    from .trades import Trader

STOP_LIMITS: Final = {
    c.ORDER_TYPE_BUY_STOP_LIMIT: c.ORDER_TYPE_BUY_LIMIT,
    c.ORDER_TYPE_SELL_STOP_LIMIT: c.ORDER_TYPE_SELL_LIMIT,
}
LIMITS: Final = frozenset((c.ORDER_TYPE_BUY_LIMIT, c.ORDER_TYPE_SELL_LIMIT))
MARKETS: Final = frozenset((c.ORDER_TYPE_BUY, c.ORDER_TYPE_SELL))
PENDINGS: Final = frozenset(range(c.ORDER_TYPE_BUY_LIMIT, c.ORDER_TYPE_CLOSE_BY))
_TOLERANCE: Final = 1e-6


class Waiting:
    """Keep the waiting orders of one account; each public method is one event."""

    def __init__(self, account: Account, trader: Trader) -> None:
        self._account = account
        self._market = account.market
        self._trader = trader

    def place(self, request: TradeRequest, cause: Cause) -> TradeOrder:
        """Accept a pending order."""
        change = self._account.change()
        order = new_order(
            change.ticket(),
            self._market.now_msc,
            symbol=request.symbol,
            kind=request.type,
            volume=money.lots(request.volume),
            cause=cause,
        )
        order = self._with_levels(order, request)
        change.pendings.append(order)
        self._account.apply(change)
        return order

    def modify(self, order: TradeOrder, request: TradeRequest) -> None:
        """Set price, levels and expiration of a waiting order anew; volume and filling stay."""
        change = self._account.change()
        change.pendings.append(self._with_levels(order, request))
        self._account.apply(change)

    def end(self, order: TradeOrder, state: int, comment: str = "", reason: int | None = None) -> None:
        """Move a waiting order into history."""
        change = self._account.change()
        change.removed.append(order.ticket)
        gone = order._replace(
            comment=comment or order.comment, reason=order.reason if reason is None else reason
        )
        change.orders.append(finished(gone, state, self._market.now_msc))
        self._account.apply(change)

    def trigger(self, order: TradeOrder) -> None:
        """Do what an order waits for, now that its price is there."""
        if order.type in STOP_LIMITS:
            change = self._account.change()
            limit = order._replace(
                type=STOP_LIMITS[order.type], price_open=order.price_stoplimit, price_stoplimit=0.0
            )
            change.pendings.append(limit)
            self._account.apply(change)
        elif self._refused(order):
            self.end(order, c.ORDER_STATE_REJECTED)
        else:
            self._trader.fill(order, self._price(order))

    def end_day(self, ended_day: int) -> None:
        """Let orders and levels die that live until the end of the server day that began at a label."""
        for order in list(self._account.pendings.values()):
            expires = expires_at(order)
            daily = self._market.specs[order.symbol].order_gtc_mode != c.SYMBOL_ORDERS_GTC
            if (daily and order.type not in MARKETS) or (expires and expires <= ended_day + DAY):
                self.end(order, c.ORDER_STATE_EXPIRED)
        for position in list(self._account.positions.values()):
            daily = self._market.specs[position.symbol].order_gtc_mode == c.SYMBOL_ORDERS_DAILY
            if daily and (position.sl or position.tp):
                self._trader.move_stops(position, 0.0, 0.0)

    def expire(self, label: int) -> None:
        """Let the orders expire whose time has come."""
        for order in list(self._account.pendings.values()):
            expires = expires_at(order)
            if expires and expires <= label:
                self.end(order, c.ORDER_STATE_EXPIRED)

    def next_expiration(self) -> int | None:
        """Return the earliest label at which a waiting order expires."""
        labels = [expires for order in self._account.pendings.values() if (expires := expires_at(order))]
        return min(labels, default=None)

    def _with_levels(self, order: TradeOrder, request: TradeRequest) -> TradeOrder:
        digits = self._market.specs[order.symbol].digits
        stop_limit = order.type in STOP_LIMITS
        return order._replace(
            price_open=round(request.price, digits),
            price_stoplimit=round(request.stoplimit, digits) if stop_limit else 0.0,
            sl=round(request.sl, digits),
            tp=round(request.tp, digits),
            type_time=request.type_time,
            time_expiration=request.expiration if request.type_time >= c.ORDER_TIME_SPECIFIED else 0,
        )

    def _price(self, order: TradeOrder) -> float:
        quote = self._market.quote(order.symbol)
        return quote.bid if side_of(order.type) else quote.ask

    def _refused(self, order: TradeOrder) -> bool:
        """Tell whether the account can't carry what the order would open."""
        account, side = self._account, side_of(order.type)
        if order.position_id and order.type in MARKETS:  # the rest of a closing
            return all(held.key != order.position_id for held in account.positions.values())
        depth = self._market.specs[order.symbol].depth
        if depth and order.type_filling == c.ORDER_FILLING_FOK and order.volume_current > depth:
            return True
        price = self._price(order)
        draft = Position(0, order.symbol, side, order.volume_current, price, 0.0, 0.0, 0, 0, 0, "", 0.0)
        mine = account.held(order.symbol) if account.conditions.netting else None
        if mine is not None and mine.type != side and mine.volume + _TOLERANCE >= draft.volume:
            return False
        others = any(held.type != side and held.symbol == order.symbol for held in account.positions.values())
        if account.conditions.hedge_prohibited and others and mine is None:
            return True
        blocked = account.pending_margin(order)
        return account.equity() < account.margin(draft) - blocked


def expires_at(order: TradeOrder) -> int:
    """Return the label from which an order is expired, 0 for never."""
    if order.type_time == c.ORDER_TIME_DAY:
        return (int(order.time_setup) // DAY + 1) * DAY
    if order.type_time == c.ORDER_TIME_SPECIFIED_DAY:
        return (int(order.time_expiration) // DAY + 1) * DAY
    return int(order.time_expiration)
