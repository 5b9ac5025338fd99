"""What every call of the terminal has in common: one lock, last_error, time that passes first."""

from __future__ import annotations

import functools
import sqlite3
import threading
from typing import TYPE_CHECKING, Any, TypeAlias

from . import constants as c
from .arguments import NO_LINK, SUCCESS, Failure
from .server_clock import server_msc
from .valuation import NoRate

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from .account import Account
    from .advance import Clockwork
    from .market import Market
    from .trades import Trader
    from .waiting import Waiting

    _Method: TypeAlias = Callable[..., Any]


class Base:
    """Hold the state that the parts of the terminal share."""

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        account: Account,
        trader: Trader,
        waiting: Waiting,
        clockwork: Clockwork,
    ) -> None:
        self._clock = clock
        self._market: Market = account.market
        self._account = account
        self._trader = trader
        self._waiting = waiting
        self._clockwork = clockwork
        self._lock = threading.RLock()
        self._error = SUCCESS
        self._linked = False
        self._requests = 0
        self._hidden: set[str] = set()
        self._books: set[str] = set()

    def _require_link(self) -> None:
        if not self._linked:
            raise Failure(*NO_LINK)

    def _catch_up(self) -> None:
        if not self._account.conditions.connected:
            return  # cut off from its broker a terminal knows what it knew; the rest it learns afterwards
        self._clockwork.advance(server_msc(self._clock()))


def call(failure: Any, *, needs_link: bool = True) -> Callable[[_Method], _Method]:
    """Make a method behave as a function of the package: no exception, `failure`, last_error()."""

    def decorate(method: _Method) -> _Method:
        @functools.wraps(method)
        def called(self: Base, /, *args: Any, **kwargs: Any) -> Any:
            with self._lock:
                self._error = SUCCESS
                try:
                    if needs_link:
                        self._require_link()
                        self._catch_up()
                    return method(self, *args, **kwargs)
                except Failure as refused:
                    self._error = refused.error
                except NoRate as missing:
                    self._error = (c.RES_E_NOT_FOUND, f"No rate for {missing}")
                except sqlite3.Error as error:
                    self._error = (c.RES_E_INTERNAL_FAIL, f"Paper book: {error}")
                return failure

        return called

    return decorate
