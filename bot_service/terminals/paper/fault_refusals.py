"""Faults of the trade server: refusals, and orders that are done in part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from . import constants as c
from .fault_base import ORDERS, Call, Fault
from .records import OrderSendResult


@dataclass(kw_only=True, eq=False)
class Refusal(Fault):
    """Refuse orders with one return code."""

    kind: ClassVar[str] = "refusal"
    on: ClassVar[frozenset[str]] = ORDERS
    code: int = c.TRADE_RETCODE_REJECT

    def strike(self, call: Call) -> Any:
        """Send nothing and answer with the code."""
        return _answer(call, self.code)


@dataclass(kw_only=True, eq=False)
class RequoteStorm(Refusal):
    """Answer each market order with a new price."""

    kind: ClassVar[str] = "requote_storm"
    times: int = 8
    code: int = c.TRADE_RETCODE_REQUOTE

    def fits(self, call: Call) -> bool:
        """Tell whether the call is a market order."""
        return super().fits(call) and call.is_deal


@dataclass(kw_only=True, eq=False)
class TooManyRequests(Refusal):
    """Answer that the account sends too much."""

    kind: ClassVar[str] = "too_many_requests"
    times: int = 3
    code: int = c.TRADE_RETCODE_TOO_MANY_REQUESTS


@dataclass(kw_only=True, eq=False)
class StopRefused(Refusal):
    """Refuse to set any stop loss for ever: by a change, and with a market order."""

    kind: ClassVar[str] = "stop_refused"
    times: int = 10**9
    code: int = c.TRADE_RETCODE_INVALID_STOPS
    with_orders: bool = False

    def fits(self, call: Call) -> bool:
        """Tell whether the call would set a stop."""
        action, stop = call.request.get("action"), call.request.get("sl")
        by_order = self.with_orders and action == c.TRADE_ACTION_DEAL and stop
        return super().fits(call) and (action == c.TRADE_ACTION_SLTP or bool(by_order))


@dataclass(kw_only=True, eq=False)
class StopStripped(Fault):
    """Execute a market order without its stop and target, and say that all is well."""

    kind: ClassVar[str] = "stop_stripped"
    on: ClassVar[frozenset[str]] = ORDERS

    def fits(self, call: Call) -> bool:
        """Tell whether the call opens a position with a stop."""
        opens = call.is_deal and not call.closes
        return super().fits(call) and opens and bool(call.request.get("sl"))

    def strike(self, call: Call) -> Any:
        """Execute the rest of the order."""
        answer = call.go(sl=0.0, tp=0.0)
        if answer is None:
            return answer
        asked = answer.request._replace(sl=call.request["sl"], tp=call.request.get("tp", 0.0))
        return answer._replace(request=asked)


@dataclass(kw_only=True, eq=False)
class ClosedWhileClosing(Refusal):
    """Let the market close at the very moment at which a position is to be closed."""

    kind: ClassVar[str] = "closed_while_closing"
    times: int = 3
    code: int = c.TRADE_RETCODE_MARKET_CLOSED

    def fits(self, call: Call) -> bool:
        """Tell whether the call closes a position."""
        return super().fits(call) and call.closes


@dataclass(kw_only=True, eq=False)
class PartialFill(Fault):
    """Fill only a share of a market order, in whole volume steps, and say so."""

    kind: ClassVar[str] = "partial_fill"
    on: ClassVar[frozenset[str]] = ORDERS
    share: float = 0.5
    closing: bool = False

    def fits(self, call: Call) -> bool:
        """Tell whether the call is a market order that can be divided."""
        wanted = call.closes if self.closing else call.is_deal and not call.closes
        return super().fits(call) and wanted and self._part(call) > 0

    def strike(self, call: Call) -> Any:
        """Execute the share."""
        answer = call.go(volume=self._part(call))
        if answer is None or answer.retcode != c.TRADE_RETCODE_DONE:
            return answer
        request = answer.request._replace(volume=call.request["volume"])
        return answer._replace(retcode=c.TRADE_RETCODE_DONE_PARTIAL, request=request)

    def _part(self, call: Call) -> float:
        info = call.api.api.symbol_info(call.request.get("symbol", ""))
        volume = call.request.get("volume", 0.0)
        if info is None or not isinstance(volume, float):
            return 0.0
        part = round(int(volume * self.share / info.volume_step + 1e-7) * info.volume_step, 8)
        return part if info.volume_min <= part < volume else 0.0


@dataclass(kw_only=True, eq=False)
class PartialClose(PartialFill):
    """Close only a share of a position."""

    kind: ClassVar[str] = "partial_close"
    closing: bool = True


def _answer(call: Call, code: int) -> Any:
    """Return what a server that did nothing answers, with the present prices where it offers new ones."""
    checked = call.api.api.order_check(*call.args, **call.kwargs)
    if checked is None:
        return call.go()  # a malformed request fails by itself
    tick = call.api.api.symbol_info_tick(checked.request.symbol)
    known = tick is not None and code == c.TRADE_RETCODE_REQUOTE
    bid, ask = (tick.bid, tick.ask) if known else (0.0, 0.0)
    return OrderSendResult(code, 0, 0, 0.0, 0.0, bid, ask, f"Fault {code}", 0, 0, checked.request)
