"""Positions, orders, deals and trading in the shape of the official package."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from . import constants as c
from . import money
from .arguments import Failure, invalid, label, mask, number, parse_request, unnamed, whole
from .base import Base, call
from .checks import COMMENTS, OK, Checker
from .conditions import Cause
from .drafts import side_of
from .records import OrderCheckResult, OrderSendResult, TradePosition

if TYPE_CHECKING:
    from collections.abc import Callable

    from .book import Position
    from .records import TradeOrder, TradeRequest

_TWO_DATES: Final = 2


class TradeApi(Base):
    """Answer about the account's trades and make new ones."""

    @call(None)
    def positions_total(self) -> Any:
        """Return the number of open positions."""
        return len(self._account.positions)

    @call(None)
    def positions_get(
        self, *args: Any, symbol: Any = None, group: Any = None, ticket: Any = None, **_: Any
    ) -> Any:
        """Return open positions: of one ticket, else of a symbol, else of a group, else all."""
        fits = _selection(args, symbol, group, ticket)
        found = self._account.positions.values()
        return tuple(self._shown(held) for held in found if fits(held.ticket, held.symbol))

    @call(None)
    def orders_total(self) -> Any:
        """Return the number of waiting orders."""
        return len(self._account.pendings)

    @call(None)
    def orders_get(
        self, *args: Any, symbol: Any = None, group: Any = None, ticket: Any = None, **_: Any
    ) -> Any:
        """Return waiting orders: of one ticket, else of a symbol, else of a group, else all."""
        fits = _selection(args, symbol, group, ticket)
        found = self._account.pendings.values()
        return tuple(self._priced(order) for order in found if fits(order.ticket, order.symbol))

    @call(None)
    def history_orders_total(self, date_from: Any, date_to: Any, /) -> Any:
        """Return how many orders were finished between two dates."""
        begin, end = label("date_from", date_from), label("date_to", date_to)
        return self._account.book.count("orders", "time_done", begin, end)

    @call(None)
    def history_deals_total(self, date_from: Any, date_to: Any, /) -> Any:
        """Return how many deals were made between two dates."""
        begin, end = label("date_from", date_from), label("date_to", date_to)
        return self._account.book.count("deals", "time", begin, end)

    @call(None)
    def history_orders_get(self, *dates: Any, **named: Any) -> Any:
        """Return finished orders between two dates, or of one ticket or position."""
        condition, values, fits = _history(dates, named, time="time_done", ticket="ticket")
        return tuple(row for row in self._account.book.orders(condition, values) if fits(row.symbol))

    @call(None)
    def history_deals_get(self, *dates: Any, **named: Any) -> Any:
        """Return deals between two dates, or of one order (`ticket`) or position."""
        condition, values, fits = _history(dates, named, time='"time"', ticket='"order"')
        return tuple(row for row in self._account.book.deals(condition, values) if fits(row.symbol))

    @call(None)
    def order_calc_margin(self, action: Any, symbol: Any, volume: Any, price: Any, /) -> Any:
        """Return the margin that an order would need by itself."""
        spec = self._contract(action, symbol)
        amount, at = number("volume", volume), number("price", price)
        if not amount > 0 or not at > 0:
            raise Failure(c.RES_E_INVALID_PARAMS, "Invalid params")
        return self._account.money.margin(spec, amount, at)

    @call(None)
    def order_calc_profit(
        self, action: Any, symbol: Any, volume: Any, price_open: Any, price_close: Any, /
    ) -> Any:
        """Return the profit of a trade in the account's currency."""
        spec = self._contract(action, symbol)
        amount = number("volume", volume)
        opened, closed = number("price_open", price_open), number("price_close", price_close)
        if not amount > 0 or not opened > 0 or not closed > 0:
            raise Failure(c.RES_E_INVALID_PARAMS, "Invalid params")
        sign = 1 if action == c.ORDER_TYPE_BUY else -1
        return self._account.money.profit(spec, sign, amount, opened, closed)

    @call(None)
    def order_check(self, *args: Any, **fields: Any) -> Any:
        """Tell what would come of a request, without sending it."""
        request = parse_request(args, fields)
        checker = Checker(self._account, request)
        code = checker.verdict()
        account = self._account
        margin = account.margin()
        if code == OK and request.action == c.TRADE_ACTION_DEAL and not request.position:
            margin = account.margin(checker.draft())
        equity = account.equity()
        free = account.money.round(equity - margin)
        level = account.level(equity, margin)
        return OrderCheckResult(
            code, account.balance, equity, account.profit(), margin, free, level, COMMENTS[code], request
        )

    @call(None)
    def order_send(self, *args: Any, **fields: Any) -> Any:
        """Trade: open, close or change; committed to the account's file on return."""
        request = parse_request(args, fields)
        self._requests += 1
        checker = Checker(self._account, request)
        code = checker.verdict()
        if code != OK:
            return self._refused(code, checker, request)
        if request.action == c.TRADE_ACTION_DEAL:
            return self._dealt(checker, request)
        return self._result(c.TRADE_RETCODE_DONE, request, **self._changed(checker, request))

    def _changed(self, checker: Checker, request: TradeRequest) -> dict[str, Any]:
        """Do what a request that is no deal asks for; return what its answer knows."""
        position, order = checker.position, checker.order
        if request.action == c.TRADE_ACTION_PENDING:
            placed = self._waiting.place(request, _cause(request))
            return {"order": placed.ticket, "volume": placed.volume_initial, "price": placed.price_open}
        if request.action == c.TRADE_ACTION_CLOSE_BY and position is not None:
            other = self._account.positions[request.position_by]
            both = f"#{position.ticket} by #{other.ticket}"
            cause = dataclasses.replace(_cause(request), comment=request.comment or both[:29])
            return {"order": self._trader.close_by(position, other, cause)}
        if request.action == c.TRADE_ACTION_SLTP and position is not None:
            self._trader.move_stops(position, checker.level(request.sl), checker.level(request.tp))
            return {}
        if order is not None and request.action == c.TRADE_ACTION_MODIFY:
            self._waiting.modify(order, request)
        elif order is not None:
            self._waiting.end(order, c.ORDER_STATE_CANCELED)
        return {"order": request.order}

    def _contract(self, action: Any, symbol: Any) -> Any:
        if whole("action", action) not in {c.ORDER_TYPE_BUY, c.ORDER_TYPE_SELL}:
            raise Failure(c.RES_E_INVALID_PARAMS, "Invalid params")
        if not isinstance(symbol, str):
            raise invalid("symbol")
        if symbol not in self._market.specs:
            raise Failure(c.RES_E_NOT_FOUND, "Terminal: Not found")
        return self._market.specs[symbol]

    def _dealt(self, checker: Checker, request: TradeRequest) -> OrderSendResult:
        deal = self._trader.market(checker.draft(), checker.position, _cause(request))
        quote = self._market.quote(deal.symbol)
        part = money.lots(request.volume) > deal.volume
        return self._result(
            c.TRADE_RETCODE_DONE_PARTIAL if part else c.TRADE_RETCODE_DONE,
            request,
            deal=deal.ticket,
            order=deal.order,
            volume=deal.volume,
            price=deal.price,
            bid=quote.bid,
            ask=quote.ask,
        )

    def _refused(self, code: int, checker: Checker, request: TradeRequest) -> OrderSendResult:
        if code != c.TRADE_RETCODE_REQUOTE:
            return self._result(code, request)
        return self._result(code, request, bid=checker.quote.bid, ask=checker.quote.ask)

    def _result(self, code: int, request: TradeRequest, **known: Any) -> OrderSendResult:
        empty = {"deal": 0, "order": 0, "volume": 0.0, "price": 0.0, "bid": 0.0, "ask": 0.0}
        return OrderSendResult(
            retcode=code,
            comment=COMMENTS[code],
            request_id=self._requests,
            retcode_external=0,
            request=request,
            **(empty | known),
        )

    def _shown(self, held: Position) -> TradePosition:
        return TradePosition(
            ticket=held.ticket,
            time=held.time_msc // 1000,
            time_msc=held.time_msc,
            time_update=held.time_update_msc // 1000,
            time_update_msc=held.time_update_msc,
            type=held.type,
            magic=held.magic,
            identifier=held.key,
            reason=held.reason,
            volume=held.volume,
            price_open=held.price_open,
            sl=held.sl,
            tp=held.tp,
            price_current=self._account.exit(held),
            swap=held.swap,
            profit=self._account.floating(held),
            symbol=held.symbol,
            comment=held.comment,
            external_id="",
        )

    def _priced(self, order: TradeOrder) -> TradeOrder:
        quote = self._market.quote(order.symbol)
        return order._replace(price_current=quote.bid if side_of(order.type) else quote.ask)


def _cause(request: TradeRequest) -> Cause:
    return Cause(
        reason=c.DEAL_REASON_EXPERT,
        magic=request.magic,
        comment=request.comment,
        filling=request.type_filling,
    )


def _selection(args: tuple[Any, ...], symbol: Any, group: Any, ticket: Any) -> Callable[[int, str], bool]:
    if args:
        raise unnamed()
    if ticket is not None:
        wanted = whole("ticket", ticket)
        return lambda number, _: number == wanted
    if symbol is not None:
        if not isinstance(symbol, str):
            raise invalid("symbol")
        return lambda _, name: name == symbol
    fits = mask("*" if group is None else group)
    return lambda _, name: fits(name)


def _history(
    dates: tuple[Any, ...], named: dict[str, Any], *, time: str, ticket: str
) -> tuple[str, tuple[int, ...], Callable[[str], bool]]:
    columns = {"ticket": ticket, "position": "position_id"}
    keys = [key for key in columns if named.get(key) is not None]
    if keys:
        if dates:
            raise unnamed()
        return f"{columns[keys[0]]} = ?", (whole(keys[0], named[keys[0]]),), lambda _: True
    if len(dates) != _TWO_DATES:
        raise Failure(c.RES_E_INVALID_PARAMS, "Invalid params")
    group = named.get("group")
    fits = mask("*" if group is None else group)
    return f"{time} BETWEEN ? AND ?", (label("date_from", dates[0]), label("date_to", dates[1])), fits
