"""The order in which a trade server looks for reasons to refuse a request."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from . import constants as c
from . import money
from .answers import COMMENTS, OK, TRADE_RETCODE_HEDGE_PROHIBITED
from .book import Position
from .checks_common import BY_PRICE, TOLERANCE
from .checks_waiting import WaitingChecks
from .waiting import MARKETS

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["COMMENTS", "OK", "Checker"]


class Checker(WaitingChecks):
    """Look at one request in the server's order; the first reason found counts."""

    @property
    def closes(self) -> bool:
        """Tell whether the request only closes something."""
        if self._request.position:
            return True
        held, request = self.position, self._request
        return held is not None and held.type != request.type and request.volume <= held.volume + TOLERANCE

    def verdict(self) -> int:
        """Return the code of the first reason, or OK."""
        return next((code for code in self._codes() if code != OK), OK)

    def draft(self) -> Position:
        """Return the trade that the request asks for."""
        request, now = self._request, self._market.now_msc
        return Position(
            ticket=0,
            symbol=self.symbol,
            type=request.type,
            volume=money.lots(request.volume),
            price_open=self.quote.ask if request.type == c.ORDER_TYPE_BUY else self.quote.bid,
            sl=self.level(request.sl),
            tp=self.level(request.tp),
            time_msc=now,
            time_update_msc=now,
            magic=request.magic,
            comment=request.comment,
            swap=0.0,
        )

    def _codes(self) -> Iterator[int]:
        kinds = {
            c.TRADE_ACTION_DEAL: self._deal_codes,
            c.TRADE_ACTION_PENDING: self._pending_codes,
            c.TRADE_ACTION_SLTP: self._stops_codes,
            c.TRADE_ACTION_MODIFY: self._modify_codes,
            c.TRADE_ACTION_REMOVE: self._remove_codes,
            c.TRADE_ACTION_CLOSE_BY: self._close_by_codes,
        }
        action = self._request.action
        if not self.symbol and action in _GONE:
            yield self._permissions()
            yield _GONE[action]
        known = self.symbol in self._market.specs and action in kinds
        yield OK if known else c.TRADE_RETCODE_INVALID
        yield self._permissions()
        yield from kinds[action]()

    def _deal_codes(self) -> Iterator[int]:
        request, spec = self._request, self.spec
        yield self._trade_mode(closes=self.closes)
        allowed = request.type in MARKETS and spec.order_mode & 1
        yield OK if allowed else c.TRADE_RETCODE_INVALID_ORDER
        yield self._filling()
        yield self._volume()
        yield self._price()
        if not self.closes:
            yield self._stops(request.type, self.quote.ask if request.type else self.quote.bid)
        yield self._expiration()
        yield self._session()
        yield self._requote()
        yield from self._close_codes() if self.closes else self._open_codes()
        short = bool(spec.depth) and request.volume > spec.depth + TOLERANCE
        unfillable = short and request.type_filling == c.ORDER_FILLING_FOK
        yield c.TRADE_RETCODE_REJECT if unfillable else OK

    def _stops_codes(self) -> Iterator[int]:
        position, request = self.position, self._request
        if self.spec.trade_mode == c.SYMBOL_TRADE_MODE_DISABLED:
            yield c.TRADE_RETCODE_TRADE_DISABLED
        if position is None:
            yield c.TRADE_RETCODE_POSITION_CLOSED
            return
        yield OK if position.symbol == self.symbol else c.TRADE_RETCODE_INVALID
        yield self._stops(position.type, self.quote.ask if position.type else self.quote.bid)
        yield self._session()
        same = (self.level(request.sl), self.level(request.tp)) == (position.sl, position.tp)
        yield c.TRADE_RETCODE_NO_CHANGES if same else OK
        yield self._frozen(position)

    def _price(self) -> int:
        price, spec = self._request.price, self.spec
        if not math.isfinite(price) or price < 0:
            return c.TRADE_RETCODE_INVALID_PRICE
        return c.TRADE_RETCODE_INVALID_PRICE if spec.exemode in BY_PRICE and not price else OK

    def _requote(self) -> int:
        spec, request = self.spec, self._request
        if spec.exemode not in BY_PRICE:
            return OK
        fair = self.quote.ask if request.type == c.ORDER_TYPE_BUY else self.quote.bid
        points = abs(request.price - fair) / spec.point
        return OK if points <= request.deviation + TOLERANCE else c.TRADE_RETCODE_REQUOTE

    def _open_codes(self) -> Iterator[int]:
        account, request, spec = self._account, self._request, self.spec
        draft = self.draft()
        opened, left = draft.price_open, account.exit(draft)
        cost = sum(account.money.costs(spec, draft.volume))
        cost += account.money.profit(spec, draft.sign, draft.volume, opened, left)
        free = account.equity() + cost - account.margin(draft)
        yield OK if free >= 0 else c.TRADE_RETCODE_NO_MONEY
        yield self._volume_limit(draft.volume)
        limit = account.conditions.limit_positions
        full = limit and len(account.positions) >= limit and self.position is None
        yield c.TRADE_RETCODE_LIMIT_POSITIONS if full else OK
        held = account.positions.values()
        opposite = any(p.type != request.type and p.symbol == self.symbol for p in held)
        if account.conditions.hedge_prohibited and opposite and not account.conditions.netting:
            yield TRADE_RETCODE_HEDGE_PROHIBITED

    def _close_codes(self) -> Iterator[int]:
        position, request = self.position, self._request
        if position is None:
            yield c.TRADE_RETCODE_POSITION_CLOSED
            return
        fits = position.symbol == self.symbol and position.type != request.type
        yield OK if fits else c.TRADE_RETCODE_INVALID
        yield self._fifo(position)
        yield self._frozen(position)
        too_much = request.volume > position.volume + TOLERANCE
        yield c.TRADE_RETCODE_INVALID_CLOSE_VOLUME if too_much else OK
        busy = any(order.position_id == position.key for order in self._account.pendings.values())
        yield c.TRADE_RETCODE_CLOSE_ORDER_EXIST if busy else OK


# What a change is told that names neither symbol nor anything that exists.
_GONE = {
    c.TRADE_ACTION_SLTP: c.TRADE_RETCODE_POSITION_CLOSED,
    c.TRADE_ACTION_CLOSE_BY: c.TRADE_RETCODE_POSITION_CLOSED,
    c.TRADE_ACTION_MODIFY: c.TRADE_RETCODE_INVALID,
    c.TRADE_ACTION_REMOVE: c.TRADE_RETCODE_INVALID,
}
