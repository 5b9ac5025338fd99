"""Send one market order: price within its limit, the right account, the answer without guessing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from bot_service.domain.errors import MarketDataMissing, SymbolRefused, TerminalUnavailable
from bot_service.domain.market import AccountIdentity
from bot_service.domain.trading import OrderRequest, OrderResult, Outcome, Side
from bot_service.terminals import mapping
from bot_service.terminals.link import Failure, Link
from bot_service.terminals.retcodes import DONE_PARTIAL, INVALID_FILL, UNSENT, RetcodeClass, class_of

ACTION_DEAL = 1
TIME_GTC = 0
FILL_FOK, FILL_IOC, FILL_RETURN = 0, 1, 2
FLAG_FOK, FLAG_IOC = 1, 2
EXECUTION_MARKET = 2
CHECK_OK = 0
WIDE = Decimal("0.01")
"""The share of the price by which an order without a limit may be filled worse."""


class OrderDesk:
    """Turn a request into exactly one order_send and its answer into an OrderResult."""

    def __init__(
        self,
        link: Link,
        identity: Callable[[], AccountIdentity],
        symbol: Callable[[str], Any],
        quote: Callable[[str], Any],
    ) -> None:
        self._link = link
        self._identity = identity
        self._symbol = symbol
        self._quote = quote
        self._answered = 0

    def place(self, request: OrderRequest) -> OrderResult:
        """Send a market order at most once."""
        try:
            info = self._symbol(request.symbol)
            quote = self._quote(request.symbol)
        except MarketDataMissing as error:
            return _refused(RetcodeClass.NO_QUOTES, detail=str(error))
        except SymbolRefused as error:
            return _refused(RetcodeClass.CONFIG, detail=str(error))
        except TerminalUnavailable as error:
            return _refused(RetcodeClass.NOT_SENT, error.retcode or None, error.detail)
        price = mapping.price_of(quote.ask if request.side is Side.BUY else quote.bid, info.digits)
        deviation = deviation_points(request, price, mapping.decimal_of(info.point, 12))
        if deviation is None:
            return replace(_refused(RetcodeClass.SLIPPED), price=price)
        return self._try_fillings(request, info, price, deviation)

    def _try_fillings(self, request: OrderRequest, info: Any, price: Decimal, deviation: int) -> OrderResult:
        answer = _refused(RetcodeClass.FILLING, INVALID_FILL)
        wanted = filling_candidates(info.filling_mode, info.trade_exemode)
        # The one that was taken before comes first, unless the symbol has changed.
        for filling in sorted(wanted, key=lambda mode: mode != request.filling):
            order = order_dict(request, price, deviation, filling)
            answer = (
                self._check(order, request) or self._stranger(request) or self._send(order, request, info)
            )
            if answer.retcode != INVALID_FILL:
                return replace(answer, filling=filling)
        return answer

    def _stranger(self, request: OrderRequest) -> OrderResult | None:
        # The last thing before an order leaves: somebody may log in elsewhere at any moment.
        try:
            same = request.expected is None or self._identity() == request.expected
        except TerminalUnavailable as error:
            return _refused(RetcodeClass.NOT_SENT, error.retcode or None, error.detail)
        return None if same else _refused(RetcodeClass.OTHER_ACCOUNT)

    def _check(self, order: dict[str, Any], request: OrderRequest) -> OrderResult | None:
        try:
            answer = self._link.attempt("order_check", order)
        except TerminalUnavailable as error:
            return _refused(RetcodeClass.NOT_SENT, detail=error.detail)
        if isinstance(answer, Failure):
            kind = UNSENT.get(answer.code, RetcodeClass.NOT_SENT)
            return _refused(kind, answer.code, answer.text)
        code = int(answer.retcode)
        kind = class_of(code)
        if code == CHECK_OK or kind in (RetcodeClass.DONE, RetcodeClass.PLACED):
            return None
        if code != INVALID_FILL and request.position_ticket is not None:
            # A check may doubt a closing (margin, levels); only the server may refuse it.
            return None
        # A check that can't be answered is no refusal by the broker, and nothing has left.
        kind = RetcodeClass.NOT_SENT if kind is RetcodeClass.UNKNOWN else kind
        return _refused(kind, code, str(answer.comment))

    def _send(self, order: dict[str, Any], request: OrderRequest, info: Any) -> OrderResult:
        try:
            answer = self._link.attempt("order_send", order)
            if isinstance(answer, Failure):
                return _unanswered(answer)
            if not self._answers(answer, request):
                return OrderResult(Outcome.UNKNOWN, None, detail="the answer to another order")
            return result_of(answer, request.lots, info.digits)
        except TerminalUnavailable as error:
            return OrderResult(Outcome.UNKNOWN, None, detail=error.detail)
        except (AttributeError, TypeError, ValueError, ArithmeticError) as error:
            # The order left, and what came back can't be read.
            return OrderResult(Outcome.UNKNOWN, None, detail=repr(error))

    def _answers(self, answer: Any, request: OrderRequest) -> bool:
        # The terminal numbers its requests and repeats each in its answer; older bridges carry neither.
        number, echo = int(getattr(answer, "request_id", 0)), getattr(answer, "request", None)
        repeated = number != 0 and number == self._answered
        self._answered = number
        comment = str(getattr(echo, "comment", ""))
        return not repeated and (not comment or comment.startswith(request.ref))


def deviation_points(request: OrderRequest, price: Decimal, point: Decimal) -> int | None:
    """Return how many points worse than `price` a fill may be; None where the limit is passed already."""
    if request.worst_price is None:
        return int(price * WIDE / point)
    room = request.side.sign * (request.worst_price - price)
    return None if room < 0 else int((room / point).to_integral_value(ROUND_FLOOR))


def filling_candidates(flags: int, execution: int) -> list[int]:
    """Return the filling modes to try; `flags` is a bit mask, the answers are enum values."""
    modes = [mode for mode, flag in ((FILL_IOC, FLAG_IOC), (FILL_FOK, FLAG_FOK)) if flags & flag]
    if not modes:
        return [FILL_RETURN, FILL_FOK, FILL_IOC]
    return modes if execution == EXECUTION_MARKET else [*modes, FILL_RETURN]


def order_dict(request: OrderRequest, price: Decimal, deviation: int, filling: int) -> dict[str, Any]:
    """Return the request as the API reads it: prices and volume are floats, never ints."""
    order: dict[str, Any] = {
        "action": ACTION_DEAL,
        "symbol": request.symbol,
        "volume": float(request.lots),
        "type": 0 if request.side is Side.BUY else 1,
        "price": float(price),
        "deviation": deviation,
        "magic": request.magic,
        "comment": request.ref,
        "type_time": TIME_GTC,
        "type_filling": filling,
    }
    if request.stop_loss is not None:
        order["sl"] = float(request.stop_loss)
    if request.take_profit is not None:
        order["tp"] = float(request.take_profit)
    if request.position_ticket is not None:
        order["position"] = request.position_ticket
    return order


def result_of(answer: Any, asked: Decimal, digits: int) -> OrderResult:
    """Return what the broker made of the order; executed nothing and refused nothing is unknown."""
    code = int(answer.retcode)
    kind = class_of(code)
    lots = mapping.decimal_of(answer.volume)
    outcome = _outcome(kind, code, lots, asked, has_deal=bool(answer.deal))
    return OrderResult(
        outcome=outcome,
        retcode=code,
        order_ticket=int(answer.order),
        deal_ticket=int(answer.deal),
        lots=lots if outcome in (Outcome.FILLED, Outcome.PARTIAL) else Decimal(0),
        price=mapping.price_of(answer.price, digits),
        reject_class=kind.value if outcome is Outcome.REJECTED else "",
        detail=str(answer.comment),
    )


def _outcome(kind: RetcodeClass, code: int, lots: Decimal, asked: Decimal, *, has_deal: bool) -> Outcome:
    if kind is RetcodeClass.UNKNOWN:
        return Outcome.UNKNOWN
    if kind not in (RetcodeClass.DONE, RetcodeClass.PLACED):
        return Outcome.REJECTED
    if lots == 0 or (kind is RetcodeClass.PLACED and not has_deal):
        return Outcome.UNKNOWN
    return Outcome.PARTIAL if lots < asked or code == DONE_PARTIAL else Outcome.FILLED


def _unanswered(failure: Failure) -> OrderResult:
    kind = UNSENT.get(failure.code)
    if kind is None:
        return OrderResult(Outcome.UNKNOWN, failure.code, detail=failure.text)
    return _refused(kind, failure.code, failure.text)


def _refused(kind: RetcodeClass, retcode: int | None = None, detail: str = "") -> OrderResult:
    return OrderResult(Outcome.REJECTED, retcode, reject_class=kind.value, detail=detail)
