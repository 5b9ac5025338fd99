"""Change the levels of one position: identity first, the price next, then one request, then look again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from bot_service.domain.errors import MarketDataMissing, SymbolRefused, TerminalUnavailable
from bot_service.domain.market import AccountIdentity
from bot_service.domain.protection import StopOutcome, StopRequest, StopResult
from bot_service.terminals import mapping
from bot_service.terminals.link import Failure, Link
from bot_service.terminals.retcodes import INVALID_STOPS, UNSENT, RetcodeClass, class_of

ACTION_SLTP = 6
BUY = 0
DONE = frozenset({RetcodeClass.DONE, RetcodeClass.NO_CHANGES})
OPEN_ENDED = frozenset({RetcodeClass.UNKNOWN, RetcodeClass.PLACED})


class StopDesk:
    """Turn a request into at most one order_send and its answer into a StopResult.

    Asking twice for the same levels is harmless (the second answer is "no changes"), so there is no intent.
    A stop is only moved on the tick grid, and then towards the price: nothing here makes a risk larger, so
    one that the broker finds too near is refused and not set further away.
    """

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

    def change(self, request: StopRequest) -> StopResult:
        """Change a position's levels; what is not asked for stays as the position has it now."""
        try:
            return self._change(request)
        except MarketDataMissing as error:
            return _refused(RetcodeClass.RETRY_LATER, detail=str(error))
        except SymbolRefused as error:
            return _refused(RetcodeClass.CONFIG, detail=str(error))
        except TerminalUnavailable as error:
            return _refused(RetcodeClass.NOT_SENT, error.retcode or None, error.detail)

    def _change(self, request: StopRequest) -> StopResult:
        if request.expected is not None and self._identity() != request.expected:
            return _refused(RetcodeClass.OTHER_ACCOUNT)
        position = self._position(request.ticket)
        if position is None:
            return _refused(RetcodeClass.STATE, detail="no such position")
        wanted = _on_ticks(request, position, self._symbol(position.symbol))
        if _is_past(wanted, position, self._quote(position.symbol)):
            return _refused(RetcodeClass.PAST)
        return self._seen(wanted, self._send(wanted, position))

    def _position(self, ticket: int) -> Any | None:
        found = self._link.ask("positions_get", ticket=ticket)
        return found[0] if found else None

    def _send(self, request: StopRequest, position: Any) -> StopResult:
        try:
            answer = self._link.attempt("order_send", _stops_dict(request, position))
            if isinstance(answer, Failure):
                kind = UNSENT.get(answer.code)
                if kind is None:
                    return StopResult(StopOutcome.UNKNOWN, answer.code, detail=answer.text)
                return _refused(kind, answer.code, answer.text)
            return _result_of(int(answer.retcode), str(answer.comment))
        except TerminalUnavailable as error:
            return StopResult(StopOutcome.UNKNOWN, detail=error.detail)
        except (AttributeError, TypeError, ValueError) as error:
            # The request left, and what came back can't be read.
            return StopResult(StopOutcome.UNKNOWN, detail=repr(error))

    def _seen(self, request: StopRequest, result: StopResult) -> StopResult:
        # A "done" is a promise; only the position itself says that it has the level.
        if result.outcome is not StopOutcome.DONE:
            return result
        try:
            position = self._position(request.ticket)
        except TerminalUnavailable as error:
            return replace(result, outcome=StopOutcome.UNKNOWN, detail=error.detail)
        if position is None:
            return _refused(RetcodeClass.STATE, result.retcode, "the position ended meanwhile")
        stop, target = (mapping.decimal_of(level) or None for level in (position.sl, position.tp))
        kept = request.stop_loss in (None, stop) and request.take_profit in (None, target)
        outcome = StopOutcome.DONE if kept else StopOutcome.UNKNOWN
        return replace(result, outcome=outcome, stop_loss=stop, take_profit=target)


def _on_ticks(request: StopRequest, position: Any, info: Any) -> StopRequest:
    tick = mapping.decimal_of(info.trade_tick_size, 12) or mapping.decimal_of(info.point, 12)
    # Up for a long position and down for a short one: the way on which the loss gets smaller.
    rounding = ROUND_CEILING if position.type == BUY else ROUND_FLOOR

    def near(level: Decimal | None) -> Decimal | None:
        if level is None:
            return None
        ticks = (level / tick).to_integral_value(rounding)
        return (ticks * tick).quantize(Decimal(1).scaleb(-int(info.digits)))

    return replace(request, stop_loss=near(request.stop_loss), take_profit=near(request.take_profit))


def _is_past(request: StopRequest, position: Any, quote: Any) -> bool:
    sign = 1 if position.type == BUY else -1
    # A long position ends at the bid, a short one at the ask.
    closing = mapping.decimal_of(quote.bid if sign > 0 else quote.ask)
    stop, target = request.stop_loss, request.take_profit
    beyond_stop = stop is not None and sign * (closing - stop) <= 0
    return beyond_stop or (target is not None and sign * (target - closing) <= 0)


def _stops_dict(request: StopRequest, position: Any) -> dict[str, Any]:
    # A level that is left out is taken away by the server, so both are always said.
    stop = position.sl if request.stop_loss is None else request.stop_loss
    target = position.tp if request.take_profit is None else request.take_profit
    return {
        "action": ACTION_SLTP,
        "symbol": str(position.symbol),
        "position": int(position.ticket),
        "sl": float(stop),
        "tp": float(target),
    }


def _result_of(code: int, comment: str) -> StopResult:
    kind = RetcodeClass.INVALID_STOPS if code == INVALID_STOPS else class_of(code)
    if kind in DONE:
        return StopResult(StopOutcome.DONE, code, detail=comment)
    if kind in OPEN_ENDED:
        return StopResult(StopOutcome.UNKNOWN, code, detail=comment)
    return _refused(kind, code, comment)


def _refused(kind: RetcodeClass, retcode: int | None = None, detail: str = "") -> StopResult:
    return StopResult(StopOutcome.REFUSED, retcode, kind.value, detail)
