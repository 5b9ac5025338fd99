"""Send one market order: identity first, filling by the symbol's flags, the answer without guessing."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
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
DEVIATION_POINTS = 20
CHECK_OK = 0


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
        self._fillings: dict[str, int] = {}

    def forget(self) -> None:
        """Forget which filling each symbol took: the next connection may be another account."""
        self._fillings.clear()

    def place(self, request: OrderRequest) -> OrderResult:
        """Send a market order at most once."""
        try:
            if request.expected is not None and self._identity() != request.expected:
                return _refused(RetcodeClass.OTHER_ACCOUNT)
            info = self._symbol(request.symbol)
            quote = self._quote(request.symbol)
        except MarketDataMissing as error:
            return _refused(RetcodeClass.REQUOTE, detail=str(error))
        except SymbolRefused as error:
            return _refused(RetcodeClass.CONFIG, detail=str(error))
        except TerminalUnavailable as error:
            return _refused(RetcodeClass.NOT_SENT, error.retcode or None, error.detail)
        answer = _refused(RetcodeClass.FILLING, INVALID_FILL)
        for filling in self._candidates(request.symbol, info):
            order = order_dict(request, quote, filling)
            answer = self._check(order, request) or self._send(order, request, info.digits)
            if answer.retcode != INVALID_FILL:
                if answer.outcome in (Outcome.FILLED, Outcome.PARTIAL):
                    self._fillings[request.symbol] = filling
                return answer
        return answer

    def _candidates(self, symbol: str, info: Any) -> list[int]:
        known = self._fillings.get(symbol)
        wanted = filling_candidates(info.filling_mode, info.trade_exemode)
        return wanted if known is None else [known, *(mode for mode in wanted if mode != known)]

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
        return _refused(
            RetcodeClass.REJECT if kind is RetcodeClass.UNKNOWN else kind, code, str(answer.comment)
        )

    def _send(self, order: dict[str, Any], request: OrderRequest, digits: int) -> OrderResult:
        try:
            answer = self._link.attempt("order_send", order)
            if isinstance(answer, Failure):
                return _unanswered(answer)
            return result_of(answer, request.lots, digits)
        except TerminalUnavailable as error:
            return OrderResult(Outcome.UNKNOWN, None, detail=error.detail)
        except (AttributeError, TypeError, ValueError, ArithmeticError) as error:
            # The order left, and what came back can't be read.
            return OrderResult(Outcome.UNKNOWN, None, detail=repr(error))


def filling_candidates(flags: int, execution: int) -> list[int]:
    """Return the filling modes to try; `flags` is a bit mask, the answers are enum values."""
    modes = [mode for mode, flag in ((FILL_IOC, FLAG_IOC), (FILL_FOK, FLAG_FOK)) if flags & flag]
    if not modes:
        return [FILL_RETURN, FILL_FOK, FILL_IOC]
    return modes if execution == EXECUTION_MARKET else [*modes, FILL_RETURN]


def order_dict(request: OrderRequest, quote: Any, filling: int) -> dict[str, Any]:
    """Return the request as the API reads it: prices and volume are floats, never ints."""
    order: dict[str, Any] = {
        "action": ACTION_DEAL,
        "symbol": request.symbol,
        "volume": float(request.lots),
        "type": 0 if request.side is Side.BUY else 1,
        "price": float(quote.ask if request.side is Side.BUY else quote.bid),
        "deviation": DEVIATION_POINTS,
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
