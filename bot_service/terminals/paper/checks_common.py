"""The checks that several kinds of requests share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from . import constants as c
from .answers import OK
from .drafts import side_of
from .waiting import LIMITS, STOP_LIMITS

if TYPE_CHECKING:
    from .account import Account
    from .book import Position
    from .market import Quote
    from .records import TradeOrder, TradeRequest
    from .specs import SymbolSpec

TOLERANCE: Final = 1e-6
_NOISE: Final = 1e-4  # of a price in points
BY_PRICE: Final = frozenset((c.SYMBOL_TRADE_EXECUTION_REQUEST, c.SYMBOL_TRADE_EXECUTION_INSTANT))


class Common:
    """Hold one request and what it refers to."""

    def __init__(self, account: Account, request: TradeRequest) -> None:
        self._account = account
        self._market = account.market
        self._request = request
        self.order: TradeOrder | None = account.pendings.get(request.order)
        self.position = self._position()

    @property
    def symbol(self) -> str:
        """Return the request's symbol; changes may leave it to their order or position."""
        known = self.order or self.position
        return str(self._request.symbol or (known.symbol if known else ""))

    @property
    def spec(self) -> SymbolSpec:
        """Return the contract."""
        return self._market.specs[self.symbol]

    @property
    def quote(self) -> Quote:
        """Return the newest tick."""
        return self._market.quote(self.symbol)

    def level(self, price: float) -> float:
        """Return a price without float noise."""
        return round(price, self.spec.digits)

    def _position(self) -> Position | None:
        account, request = self._account, self._request
        if request.position:
            return account.positions.get(request.position)
        return account.held(request.symbol) if account.conditions.netting else None

    def _permissions(self) -> int:
        conditions = self._account.conditions
        if not conditions.connected:
            return c.TRADE_RETCODE_CONNECTION
        if not conditions.algo_button:
            return c.TRADE_RETCODE_CLIENT_DISABLES_AT
        if not conditions.trade_expert:
            return c.TRADE_RETCODE_SERVER_DISABLES_AT
        return OK if conditions.trade_allowed else c.TRADE_RETCODE_TRADE_DISABLED

    def _trade_mode(self, *, closes: bool) -> int:
        mode, buys = self.spec.trade_mode, side_of(self._request.type) == c.ORDER_TYPE_BUY
        if mode == c.SYMBOL_TRADE_MODE_DISABLED:
            return c.TRADE_RETCODE_TRADE_DISABLED
        if closes or mode == c.SYMBOL_TRADE_MODE_FULL:
            return OK
        if mode == c.SYMBOL_TRADE_MODE_CLOSEONLY:
            return c.TRADE_RETCODE_CLOSE_ONLY
        if mode == c.SYMBOL_TRADE_MODE_LONGONLY:
            return OK if buys else c.TRADE_RETCODE_LONG_ONLY
        return c.TRADE_RETCODE_SHORT_ONLY if buys else OK

    def _filling(self) -> int:
        filling, spec, kind = self._request.type_filling, self.spec, self._request.type
        waits = kind >= c.ORDER_TYPE_BUY_LIMIT
        if filling == c.ORDER_FILLING_BOC:
            passive = kind in LIMITS or kind in STOP_LIMITS
            allowed = passive and bool(spec.filling_mode & 4)
        elif filling == c.ORDER_FILLING_RETURN:
            allowed = waits or spec.exemode != c.SYMBOL_TRADE_EXECUTION_MARKET
        else:
            by_flag = filling in {0, 1} and bool(spec.filling_mode & (1 << filling))
            allowed = by_flag or (filling in {0, 1} and spec.exemode in BY_PRICE)
        return OK if allowed else c.TRADE_RETCODE_INVALID_FILL

    def _volume(self) -> int:
        volume, spec = self._request.volume, self.spec
        if not spec.volume_min - TOLERANCE <= volume <= spec.volume_max + TOLERANCE:
            return c.TRADE_RETCODE_INVALID_VOLUME
        steps = volume / spec.volume_step
        return OK if abs(steps - round(steps)) < TOLERANCE else c.TRADE_RETCODE_INVALID_VOLUME

    def _stops(self, side: int, reference: float) -> int:
        """Check both levels against the price from which they are measured."""
        sign = 1 if side == c.ORDER_TYPE_BUY else -1
        for level, direction in ((self._request.sl, -sign), (self._request.tp, sign)):
            if level and not self._far_enough(level, reference, direction):
                return c.TRADE_RETCODE_INVALID_STOPS
        return OK

    def _is_price(self, level: float) -> bool:
        if not math.isfinite(level) or level < 0:
            return False
        steps = level / self.spec.step
        return abs(steps - round(steps)) <= _NOISE

    def _far_enough(self, level: float, reference: float, direction: int) -> bool:
        if not self._is_price(level):
            return False
        distance = direction * (round(level / self.spec.point) - round(reference / self.spec.point))
        return distance >= max(self.spec.stops_level, 1)

    def _expiration(self) -> int:
        kind, spec = self._request.type_time, self.spec
        known = c.ORDER_TIME_GTC <= kind <= c.ORDER_TIME_SPECIFIED_DAY
        if not known or not spec.expiration_mode & (1 << kind):
            return c.TRADE_RETCODE_INVALID_EXPIRATION
        dated = kind in {c.ORDER_TIME_SPECIFIED, c.ORDER_TIME_SPECIFIED_DAY}
        late = dated and self._request.expiration <= self._market.now
        return c.TRADE_RETCODE_INVALID_EXPIRATION if late else OK

    def _session(self) -> int:
        if not self.quote.time:
            return c.TRADE_RETCODE_PRICE_OFF
        return OK if self._market.is_open(self.symbol, self._market.now) else c.TRADE_RETCODE_MARKET_CLOSED

    def _volume_limit(self, volume: float) -> int:
        """Check what one direction of a symbol may hold, waiting orders included."""
        limit, account, side = self.spec.volume_limit, self._account, side_of(self._request.type)
        if not limit:
            return OK
        held = sum(p.volume for p in account.positions.values() if (p.symbol, p.type) == (self.symbol, side))
        waiting = sum(
            order.volume_current
            for order in account.pendings.values()
            if order.symbol == self.symbol and side_of(order.type) == side
        )
        too_much = held + waiting + volume > limit + TOLERANCE
        return c.TRADE_RETCODE_LIMIT_VOLUME if too_much else OK

    def _fifo(self, position: Position) -> int:
        same = (p.key for p in self._account.positions.values() if p.symbol == position.symbol)
        late = self._account.conditions.fifo_close and min(same) != position.key
        return c.TRADE_RETCODE_FIFO_CLOSE if late else OK

    def _frozen(self, position: Position) -> int:
        reach = self.spec.freeze_level * self.spec.point
        price = self._account.exit(position)
        near = any(level and abs(price - level) < reach for level in (position.sl, position.tp))
        return c.TRADE_RETCODE_FROZEN if near else OK
