"""The order in which a trade server looks for reasons to refuse a request."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from . import constants as c
from . import money
from .book import Position

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .account import Account
    from .market import Quote
    from .records import TradeRequest
    from .specs import SymbolSpec

TRADE_RETCODE_HEDGE_PROHIBITED: Final = 10046  # missing in the package
OK: Final = 0
_TOLERANCE: Final = 1e-6
COMMENTS: Final = {
    OK: "Done",
    c.TRADE_RETCODE_DONE: "Request executed",
    c.TRADE_RETCODE_REQUOTE: "Requote",
    c.TRADE_RETCODE_INVALID: "Invalid request",
    c.TRADE_RETCODE_INVALID_VOLUME: "Invalid volume",
    c.TRADE_RETCODE_INVALID_PRICE: "Invalid price",
    c.TRADE_RETCODE_INVALID_STOPS: "Invalid stops",
    c.TRADE_RETCODE_TRADE_DISABLED: "Trade disabled",
    c.TRADE_RETCODE_MARKET_CLOSED: "Market closed",
    c.TRADE_RETCODE_NO_MONEY: "No money",
    c.TRADE_RETCODE_PRICE_OFF: "No prices",
    c.TRADE_RETCODE_INVALID_EXPIRATION: "Invalid expiration",
    c.TRADE_RETCODE_NO_CHANGES: "No changes",
    c.TRADE_RETCODE_SERVER_DISABLES_AT: "AutoTrading disabled by server",
    c.TRADE_RETCODE_CLIENT_DISABLES_AT: "AutoTrading disabled by client",
    c.TRADE_RETCODE_FROZEN: "Order or position frozen",
    c.TRADE_RETCODE_INVALID_FILL: "Unsupported filling mode",
    c.TRADE_RETCODE_LIMIT_VOLUME: "Volume limit reached",
    c.TRADE_RETCODE_INVALID_ORDER: "Invalid order",
    c.TRADE_RETCODE_POSITION_CLOSED: "Position doesn't exist",
    c.TRADE_RETCODE_INVALID_CLOSE_VOLUME: "Invalid close volume",
    c.TRADE_RETCODE_LIMIT_POSITIONS: "Positions limit reached",
    c.TRADE_RETCODE_LONG_ONLY: "Only long positions allowed",
    c.TRADE_RETCODE_SHORT_ONLY: "Only short positions allowed",
    c.TRADE_RETCODE_CLOSE_ONLY: "Only position closing allowed",
    c.TRADE_RETCODE_FIFO_CLOSE: "Close oldest position first",
    TRADE_RETCODE_HEDGE_PROHIBITED: "Opposite positions prohibited",
}


class Checker:
    """Look at one request in the server's order; the first reason found counts."""

    def __init__(self, account: Account, request: TradeRequest) -> None:
        self._account = account
        self._market = account.market
        self._request = request
        self.position: Position | None = account.positions.get(request.position)

    @property
    def symbol(self) -> str:
        """Return the request's symbol; a change of stops may leave it to the position."""
        if self._request.action == c.TRADE_ACTION_SLTP and not self._request.symbol and self.position:
            return self.position.symbol
        return str(self._request.symbol)

    @property
    def spec(self) -> SymbolSpec:
        """Return the contract of the request."""
        return self._market.specs[self.symbol]

    @property
    def quote(self) -> Quote:
        """Return the contract's newest tick."""
        return self._market.quote(self.symbol)

    @property
    def closes(self) -> bool:
        """Tell whether the request names a position to close."""
        return bool(self._request.position)

    def verdict(self) -> int:
        """Return OK or the code of the first reason to refuse."""
        return next((code for code in self._codes() if code), OK)

    def draft(self) -> Position:
        """Return the position that an opening would make, ticket missing."""
        request, now = self._request, self._market.now_msc
        price = self.quote.ask if request.type == c.ORDER_TYPE_BUY else self.quote.bid
        return Position(
            ticket=0,
            symbol=self.symbol,
            type=request.type,
            volume=money.lots(request.volume),
            price_open=price,
            sl=self.level(request.sl),
            tp=self.level(request.tp),
            time_msc=now,
            time_update_msc=now,
            magic=request.magic,
            comment=request.comment,
            swap=0.0,
        )

    def level(self, price: float) -> float:
        """Return a price without float noise."""
        return round(price, self.spec.digits)

    def _codes(self) -> Iterator[int]:
        action = self._request.action
        if action == c.TRADE_ACTION_SLTP and self.position is None and not self._request.symbol:
            yield self._permissions()
            yield c.TRADE_RETCODE_POSITION_CLOSED
        yield OK if self.symbol in self._market.specs else c.TRADE_RETCODE_INVALID
        yield self._permissions()
        if action == c.TRADE_ACTION_DEAL:
            yield from self._deal_codes()
        elif action == c.TRADE_ACTION_SLTP:
            yield from self._stops_codes()
        elif action in {c.TRADE_ACTION_PENDING, c.TRADE_ACTION_CLOSE_BY}:
            yield c.TRADE_RETCODE_INVALID_ORDER  # as order_mode tells
        else:
            yield c.TRADE_RETCODE_INVALID

    def _permissions(self) -> int:
        conditions = self._account.conditions
        if not conditions.algo_button:
            return c.TRADE_RETCODE_CLIENT_DISABLES_AT
        if not conditions.trade_expert:
            return c.TRADE_RETCODE_SERVER_DISABLES_AT
        return OK if conditions.trade_allowed else c.TRADE_RETCODE_TRADE_DISABLED

    def _deal_codes(self) -> Iterator[int]:
        request, spec = self._request, self.spec
        yield self._trade_mode()
        market_type = request.type in {c.ORDER_TYPE_BUY, c.ORDER_TYPE_SELL}
        yield OK if market_type and spec.order_mode & 1 else c.TRADE_RETCODE_INVALID_ORDER
        yield self._filling()
        yield self._volume()
        yield self._price()
        if not self.closes:
            yield self._stops(int(request.type))
        yield self._expiration()
        yield self._session()
        yield self._requote()
        yield from self._close_codes() if self.closes else self._open_codes()

    def _stops_codes(self) -> Iterator[int]:
        position, request = self.position, self._request
        if self.spec.trade_mode == c.SYMBOL_TRADE_MODE_DISABLED:
            yield c.TRADE_RETCODE_TRADE_DISABLED
        if position is None:
            yield c.TRADE_RETCODE_POSITION_CLOSED
            return
        yield OK if position.symbol == self.symbol else c.TRADE_RETCODE_INVALID
        if (self.level(request.sl), self.level(request.tp)) == (position.sl, position.tp):
            yield self._session() or c.TRADE_RETCODE_NO_CHANGES
        yield self._stops(position.type)
        yield self._session()
        yield self._frozen(position)

    def _trade_mode(self) -> int:
        mode, is_buy = self.spec.trade_mode, self._request.type == c.ORDER_TYPE_BUY
        if mode == c.SYMBOL_TRADE_MODE_DISABLED:
            return c.TRADE_RETCODE_TRADE_DISABLED
        if self.closes or mode == c.SYMBOL_TRADE_MODE_FULL:
            return OK
        if mode == c.SYMBOL_TRADE_MODE_CLOSEONLY:
            return c.TRADE_RETCODE_CLOSE_ONLY
        if mode == c.SYMBOL_TRADE_MODE_LONGONLY:
            return OK if is_buy else c.TRADE_RETCODE_LONG_ONLY
        return c.TRADE_RETCODE_SHORT_ONLY if is_buy else OK

    def _filling(self) -> int:
        filling, spec = self._request.type_filling, self.spec
        if spec.exemode in {c.SYMBOL_TRADE_EXECUTION_REQUEST, c.SYMBOL_TRADE_EXECUTION_INSTANT}:
            allowed = filling in {c.ORDER_FILLING_FOK, c.ORDER_FILLING_IOC, c.ORDER_FILLING_RETURN}
        elif filling == c.ORDER_FILLING_RETURN:
            allowed = spec.exemode != c.SYMBOL_TRADE_EXECUTION_MARKET
        else:
            allowed = filling in {0, 1} and bool(spec.filling_mode & (1 << filling))
        return OK if allowed else c.TRADE_RETCODE_INVALID_FILL

    def _volume(self) -> int:
        volume, spec = self._request.volume, self.spec
        if not spec.volume_min - _TOLERANCE <= volume <= spec.volume_max + _TOLERANCE:
            return c.TRADE_RETCODE_INVALID_VOLUME
        steps = volume / spec.volume_step
        return OK if abs(steps - round(steps)) < _TOLERANCE else c.TRADE_RETCODE_INVALID_VOLUME

    def _price(self) -> int:
        price, spec = self._request.price, self.spec
        if not math.isfinite(price) or price < 0:
            return c.TRADE_RETCODE_INVALID_PRICE
        by_market = spec.exemode in {c.SYMBOL_TRADE_EXECUTION_MARKET, c.SYMBOL_TRADE_EXECUTION_EXCHANGE}
        return OK if by_market or price > 0 else c.TRADE_RETCODE_INVALID_PRICE

    def _stops(self, side: int) -> int:
        sign = 1 if side == c.ORDER_TYPE_BUY else -1
        reference = self.quote.bid if sign > 0 else self.quote.ask
        for level, direction in ((self._request.sl, -sign), (self._request.tp, sign)):
            if level and not self._far_enough(level, reference, direction):
                return c.TRADE_RETCODE_INVALID_STOPS
        return OK

    def _far_enough(self, level: float, reference: float, direction: int) -> bool:
        if not math.isfinite(level) or level < 0:
            return False
        points = level / self.spec.point
        if abs(points - round(points)) > 1e-4:  # noqa: PLR2004 - float noise of a price in points
            return False
        distance = direction * (round(points) - round(reference / self.spec.point))
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

    def _requote(self) -> int:
        spec, request = self.spec, self._request
        if spec.exemode not in {c.SYMBOL_TRADE_EXECUTION_REQUEST, c.SYMBOL_TRADE_EXECUTION_INSTANT}:
            return OK
        fair = self.quote.ask if request.type == c.ORDER_TYPE_BUY else self.quote.bid
        points = abs(request.price - fair) / spec.point
        return OK if points <= request.deviation + _TOLERANCE else c.TRADE_RETCODE_REQUOTE

    def _open_codes(self) -> Iterator[int]:
        account, request, spec = self._account, self._request, self.spec
        draft = self.draft()
        cost = money.commission(spec, draft.volume) + money.profit(
            spec, draft.sign, draft.volume, draft.price_open, account.exit(draft)
        )
        free = account.equity() + cost - account.margin(draft)
        yield OK if free >= 0 else c.TRADE_RETCODE_NO_MONEY
        same = [p for p in account.positions.values() if p.symbol == self.symbol]
        one_side = sum(p.volume for p in same if p.type == request.type) + draft.volume
        if spec.volume_limit and one_side > spec.volume_limit + _TOLERANCE:
            yield c.TRADE_RETCODE_LIMIT_VOLUME
        limit = account.conditions.limit_positions
        yield c.TRADE_RETCODE_LIMIT_POSITIONS if limit and len(account.positions) >= limit else OK
        opposite = any(p.type != request.type for p in same)
        if account.conditions.hedge_prohibited and opposite:
            yield TRADE_RETCODE_HEDGE_PROHIBITED

    def _close_codes(self) -> Iterator[int]:
        position, request = self.position, self._request
        if position is None:
            yield c.TRADE_RETCODE_POSITION_CLOSED
            return
        fits = position.symbol == self.symbol and position.type != request.type
        yield OK if fits else c.TRADE_RETCODE_INVALID
        same = (p.ticket for p in self._account.positions.values() if p.symbol == self.symbol)
        if self._account.conditions.fifo_close and min(same) != position.ticket:
            yield c.TRADE_RETCODE_FIFO_CLOSE
        yield self._frozen(position)
        too_much = request.volume > position.volume + _TOLERANCE
        yield c.TRADE_RETCODE_INVALID_CLOSE_VOLUME if too_much else OK

    def _frozen(self, position: Position) -> int:
        reach = self.spec.freeze_level * self.spec.point
        price = self._account.exit(position)
        near = any(level and abs(price - level) < reach for level in (position.sl, position.tp))
        return c.TRADE_RETCODE_FROZEN if near else OK
