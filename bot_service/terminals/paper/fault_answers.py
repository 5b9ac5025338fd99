"""Faults of the way between a program and its terminal: answers late, lost, broken or doubled."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from . import constants as c
from .fault_base import BOOKS, LOST, ORDERS, Call, Fault, nothing


@dataclass(kw_only=True, eq=False)
class Delay(Fault):
    """Answer late; `pause` is told how long and does the waiting, so that tests needn't."""

    kind: ClassVar[str] = "delay"
    seconds: float = 2.0
    pause: Callable[[float], None] = field(default=lambda _: None)

    def strike(self, call: Call) -> Any:
        """Wait, then make the call."""
        self.pause(self.seconds)
        return call.go()


@dataclass(kw_only=True, eq=False)
class Hang(Fault):
    """Never answer until released; `executed` says whether the call went through first."""

    kind: ClassVar[str] = "hang"
    executed: bool = False
    entered: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)

    def strike(self, call: Call) -> Any:
        """Block until somebody sets `released`."""
        answer = call.go() if self.executed else None
        self.entered.set()
        self.released.wait()
        return answer if self.executed else call.api.fail(*LOST)


@dataclass(kw_only=True, eq=False)
class NoneWithCode(Fault):
    """Answer None with a last error, and do nothing."""

    kind: ClassVar[str] = "none_with_code"
    code: int = c.RES_E_INTERNAL_FAIL_TIMEOUT
    text: str = "IPC timeout"

    def strike(self, call: Call) -> Any:
        """Fail before anything was sent."""
        return call.api.fail(self.code, self.text, nothing(call))


@dataclass(kw_only=True, eq=False)
class LostAnswer(Fault):
    """Execute the order and lose the answer: None with a last error."""

    kind: ClassVar[str] = "lost_answer"
    on: ClassVar[frozenset[str]] = ORDERS
    code: int = c.RES_E_INTERNAL_FAIL_RECEIVE
    text: str = "IPC recv failed"

    def strike(self, call: Call) -> Any:
        """Make the call and hide what came of it."""
        call.go()
        return call.api.fail(self.code, self.text)


@dataclass(kw_only=True, eq=False)
class LostRequest(Fault):
    """Lose an order on its way; it looks exactly as if the answer were lost."""

    kind: ClassVar[str] = "lost_request"
    on: ClassVar[frozenset[str]] = ORDERS

    def strike(self, call: Call) -> Any:
        """Do nothing and fail as after sending."""
        return call.api.fail(c.RES_E_INTERNAL_FAIL_SEND, "IPC send failed")


@dataclass(kw_only=True, eq=False)
class BrokenAnswer(Fault):
    """Execute the order and raise, as a bridge does that can't carry the answer."""

    kind: ClassVar[str] = "broken_answer"
    on: ClassVar[frozenset[str]] = ORDERS
    error: Callable[[], Exception] = field(default=lambda: EOFError("connection closed by peer"))

    def strike(self, call: Call) -> Any:
        """Make the call, then raise."""
        call.go()
        raise self.error()


@dataclass(kw_only=True, eq=False)
class TimedOut(Fault):
    """Execute the order and answer 10012: the server says that it doesn't know."""

    kind: ClassVar[str] = "timed_out"
    on: ClassVar[frozenset[str]] = ORDERS
    code: int = c.TRADE_RETCODE_TIMEOUT

    def strike(self, call: Call) -> Any:
        """Make the call and answer with the doubt."""
        answer = call.go()
        return answer if answer is None else _emptied(answer, self.code)


@dataclass(kw_only=True, eq=False)
class DuplicateAnswer(Fault):
    """Give the previous order's answer to the next order, which is executed nevertheless."""

    kind: ClassVar[str] = "duplicate_answer"
    on: ClassVar[frozenset[str]] = ORDERS
    times: int = 2
    _kept: Any = None

    def fits(self, call: Call) -> bool:
        """Tell whether the call is a market order."""
        return super().fits(call) and call.is_deal

    def strike(self, call: Call) -> Any:
        """Remember the first answer; give it again for the second."""
        answer, kept = call.go(), self._kept
        self._kept = answer
        return answer if kept is None else kept


@dataclass(kw_only=True, eq=False)
class LateBooks(Fault):
    """Show deals and positions as they were before, for some reads after an order."""

    kind: ClassVar[str] = "late_books"
    on: ClassVar[frozenset[str]] = ORDERS | BOOKS
    times: int = 6
    _before: dict[str, set[int]] | None = None
    _left: int = 0

    def fits(self, call: Call) -> bool:
        """Tell whether it is the order to begin with, or a read after it."""
        return call.is_deal if self._before is None else call.name in BOOKS

    def strike(self, call: Call) -> Any:
        """Hide every row that is new since the order."""
        if self._before is None:
            api = call.api.api
            self._before = {"positions_get": {row.ticket for row in api.positions_get() or ()}}
            for name in ("history_deals_get", "history_orders_get"):
                self._before[name] = {row.ticket for row in getattr(api, name)(0, 2**31 - 1) or ()}
            return call.go()
        rows, known = call.go(), self._before[call.name]
        return rows if rows is None else tuple(row for row in rows if row.ticket in known)


def _emptied(answer: Any, code: int) -> Any:
    nothing = {"deal": 0, "order": 0, "volume": 0.0, "price": 0.0}
    return answer._replace(retcode=code, comment=f"Fault {code}", **nothing)
