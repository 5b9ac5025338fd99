"""What all faults have in common: a call on its way, and when a fault strikes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Final, Protocol

from . import constants as c

ORDERS: Final = frozenset(("order_send",))
BOOKS: Final = frozenset(("positions_get", "history_deals_get", "history_orders_get"))
READS: Final = BOOKS | {
    "account_info",
    "terminal_info",
    "symbol_info",
    "symbol_info_tick",
    "orders_get",
    "copy_rates_from_pos",
    "symbols_get",
}
ANY: Final = READS | ORDERS | {"order_check", "initialize"}
LOST: Final = (c.RES_E_INTERNAL_FAIL_RECEIVE, "IPC recv failed")
NO_LINK: Final = (c.RES_E_INTERNAL_FAIL_CONNECT, "No IPC connection")


class Line(Protocol):
    """Stand between a program and a terminal."""

    api: Any

    @property
    def paper(self) -> Any:
        """Return the paper terminal at the end of the line."""

    def fail(self, code: int, text: str, answer: Any = None) -> Any:
        """Set the last error and return what a function returns when it failed."""


@dataclass(frozen=True)
class Call:
    """Hold one call on its way to the terminal."""

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    api: Line

    def go(self, **changed: Any) -> Any:
        """Make the call; `changed` replaces fields of its request."""
        function = getattr(self.api.api, self.name)
        if changed:
            return function({**self.request, **changed})
        return function(*self.args, **self.kwargs)

    @property
    def request(self) -> dict[str, Any]:
        """Return the request of an order, empty for other calls."""
        given = self.args[0] if self.args else self.kwargs
        return given if self.name.startswith("order_") and isinstance(given, dict) else {}

    @property
    def is_deal(self) -> bool:
        """Tell whether the call asks for a market order."""
        return self.request.get("action") == c.TRADE_ACTION_DEAL

    @property
    def closes(self) -> bool:
        """Tell whether the call asks to close a position."""
        return self.is_deal and bool(self.request.get("position"))


@dataclass(kw_only=True, eq=False)
class Fault:
    """Break calls that fit, after some of them and a number of times."""

    kind: ClassVar[str] = ""
    on: ClassVar[frozenset[str]] = ANY
    after: int = 0
    times: int = 1

    def fits(self, call: Call) -> bool:
        """Tell whether this fault can strike a call."""
        return call.name in self.on

    def strike(self, call: Call) -> Any:
        """Return what the caller gets instead of its answer, or raise what it meets."""
        raise NotImplementedError


def nothing(call: Call) -> Any:
    """Return what a function returns when it failed."""
    return False if call.name in {"initialize", "login", "symbol_select"} else None
