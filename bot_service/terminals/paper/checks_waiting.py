"""The reasons to refuse placing, changing or removing a pending order, and closing by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import constants as c
from .answers import OK
from .checks_common import TOLERANCE, Common
from .drafts import side_of
from .waiting import LIMITS, PENDINGS, STOP_LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .records import TradeOrder

_CLOSE_BY_BIT = 64


class WaitingChecks(Common):
    """Look at requests about waiting orders in the server's order."""

    def _pending_codes(self) -> Iterator[int]:
        request, spec = self._request, self.spec
        yield self._trade_mode(closes=False)
        allowed = request.type in PENDINGS and spec.order_mode & (1 << request.type // 2)
        yield OK if allowed else c.TRADE_RETCODE_INVALID_ORDER
        yield self._filling()
        yield self._volume()
        yield from self._price_codes(request.type)
        yield self._expiration()
        yield self._session()
        yield self._pending_money()
        yield self._order_limit()
        yield self._volume_limit(request.volume)

    def _modify_codes(self) -> Iterator[int]:
        order = self.order
        if self.spec.trade_mode == c.SYMBOL_TRADE_MODE_DISABLED:
            yield c.TRADE_RETCODE_TRADE_DISABLED
        if order is None or order.symbol != self.symbol or order.type not in PENDINGS:
            yield c.TRADE_RETCODE_INVALID
            return
        yield from self._price_codes(order.type)
        yield self._expiration()
        yield self._session()
        yield self._unchanged(order)
        yield self._order_frozen(order)

    def _remove_codes(self) -> Iterator[int]:
        order = self.order
        if self.spec.trade_mode == c.SYMBOL_TRADE_MODE_DISABLED:
            yield c.TRADE_RETCODE_TRADE_DISABLED
        if order is None or order.symbol != self.symbol:
            yield c.TRADE_RETCODE_INVALID
            return
        yield self._session()
        yield self._order_frozen(order)

    def _close_by_codes(self) -> Iterator[int]:
        account, first = self._account, self.position
        if self.spec.trade_mode == c.SYMBOL_TRADE_MODE_DISABLED:
            yield c.TRADE_RETCODE_TRADE_DISABLED
        allowed = not account.conditions.netting and self.spec.order_mode & _CLOSE_BY_BIT
        yield OK if allowed else c.TRADE_RETCODE_INVALID_ORDER
        second = account.positions.get(self._request.position_by)
        if first is None or second is None:
            yield c.TRADE_RETCODE_POSITION_CLOSED
            return
        pair = first.symbol == second.symbol == self.symbol and first.type != second.type
        yield OK if pair else c.TRADE_RETCODE_INVALID
        yield self._session()
        yield self._frozen(first) or self._frozen(second)

    def _price_codes(self, kind: int) -> Iterator[int]:
        """Check the order's price, its limit price and the levels measured from it."""
        price, stop_limit = self._request.price, kind in STOP_LIMITS
        buys, quote = side_of(kind) == c.ORDER_TYPE_BUY, self.quote
        if quote.time:
            below = buys == (kind in LIMITS)
            fair = quote.ask if buys else quote.bid
            good = price > 0 and self._far_enough(price, fair, -1 if below else 1)
            yield OK if good else c.TRADE_RETCODE_INVALID_PRICE
        if stop_limit:
            limit = self._request.stoplimit
            better = limit < price if buys else limit > price
            yield OK if limit > 0 and better and self._is_price(limit) else c.TRADE_RETCODE_INVALID_PRICE
        yield self._stops(side_of(kind), self._request.stoplimit if stop_limit else price)

    def _pending_money(self) -> int:
        spec, request = self.spec, self._request
        if not spec.margin_pending:
            return OK
        needed = self._account.money.margin(spec, request.volume, request.price) * spec.margin_pending
        free = self._account.equity() - self._account.margin() - needed
        return OK if free >= 0 else c.TRADE_RETCODE_NO_MONEY

    def _order_limit(self) -> int:
        limit = self._account.conditions.limit_orders
        return c.TRADE_RETCODE_LIMIT_ORDERS if limit and len(self._account.pendings) >= limit else OK

    def _unchanged(self, order: TradeOrder) -> int:
        request = self._request
        stoplimit = self.level(request.stoplimit) if order.type in STOP_LIMITS else 0.0
        expiration = request.expiration if request.type_time >= c.ORDER_TIME_SPECIFIED else 0
        wanted = (self.level(request.price), stoplimit, self.level(request.sl), self.level(request.tp))
        present = (order.price_open, order.price_stoplimit, order.sl, order.tp)
        times = (request.type_time, expiration) == (order.type_time, order.time_expiration)
        return c.TRADE_RETCODE_NO_CHANGES if wanted == present and times else OK

    def _order_frozen(self, order: TradeOrder) -> int:
        reach = self.spec.freeze_level * self.spec.point
        fair = self.quote.bid if side_of(order.type) else self.quote.ask
        near = order.type in PENDINGS and abs(fair - order.price_open) < reach - TOLERANCE * self.spec.point
        return c.TRADE_RETCODE_FROZEN if near else OK
