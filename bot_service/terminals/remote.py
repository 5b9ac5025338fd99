"""A MetaTrader5-shaped API whose package lives elsewhere: in a child process or on another host."""

from __future__ import annotations

import builtins
import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from bot_service.terminals import far
from bot_service.terminals.backoff import BackOff
from bot_service.terminals.channel import BEAT, DEADLINES, DEFAULT, START, Channel, NotSent, Refused, SignIn
from bot_service.terminals.plain import pack, unpack
from bot_service.terminals.retcodes import BROKEN, NO_LINK, NOT_ANSWERING, NOT_READY, OTHER_ACCOUNT

log = logging.getLogger(__name__)

FUNCTIONS = frozenset(
    {
        "login",
        "shutdown",
        "version",
        "account_info",
        "terminal_info",
        "symbols_total",
        "symbols_get",
        "symbol_info",
        "symbol_info_tick",
        "symbol_select",
        "market_book_add",
        "market_book_release",
        "market_book_get",
        "copy_rates_from",
        "copy_rates_from_pos",
        "copy_rates_range",
        "copy_ticks_from",
        "copy_ticks_range",
        "orders_total",
        "orders_get",
        "positions_total",
        "positions_get",
        "order_calc_margin",
        "order_calc_profit",
        "order_check",
        "order_send",
        "history_orders_total",
        "history_orders_get",
        "history_deals_total",
        "history_deals_get",
    }
)
SAY_FALSE = frozenset({"initialize", "login", "symbol_select", "market_book_add", "market_book_release"})
SUCCESS = (1, "Success")
IPC_TIMEOUT = -10005
HEARTBEAT_S = 10.0


class RemoteApi:
    """Call the package far away, one call at a time, each with a deadline.

    A call without an answer in time raises TimeoutError: its outcome is unknown, the far side is given up,
    and `initialize` makes a new one, not before the back-off allows it.
    """

    def __init__(
        self,
        channel: Channel,
        sign_in: SignIn | None = None,
        *,
        deadlines: Mapping[str, float] = DEADLINES,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._channel = channel
        self._sign_in = sign_in or SignIn()
        self._deadlines = {**DEADLINES, **deadlines}
        self._monotonic = monotonic
        self._backoff = BackOff(monotonic)
        self._lock = threading.RLock()
        self._error: tuple[int, str] = SUCCESS
        self._why: tuple[int, str] = NO_LINK
        self._linked = False
        self._killed = False
        self._answered_at = monotonic()
        self._selected: dict[str, None] = {}
        self._constants: dict[str, int] = {}

    def __getattr__(self, name: str) -> Any:
        if name in FUNCTIONS:
            return partial(self._call, name)
        if name.isupper() and name in self.__dict__.get("_constants", ()):
            return self._constants[name]
        raise AttributeError(name)

    def last_error(self) -> tuple[int, str]:
        """Return code and text of the last call, read on the far side in the same step."""
        return self._error

    def initialize(self, *_: Any, **__: Any) -> bool:
        """Connect to the terminal and the account of the sign-in; arguments have no say.

        Raises:
            TimeoutError: the terminal hangs.
        """
        with self._lock:
            if not self._stands():
                if not self._backoff.ready:
                    self._error = self._why
                    return False
                self._begin()
            if self._linked:
                self._check_account()
            if self._linked:
                self._select_again()
                self._error = SUCCESS
            return self._linked

    def shutdown(self) -> bool:
        """Disconnect and end the far side."""
        with self._lock:
            if self._linked and not self._killed:
                # It ends now, whatever it answers.
                with suppress(OSError):
                    self._call("shutdown")
            self._linked = False
            self._channel.close()
            self._error = SUCCESS
            return True

    def probe(self, name: str, *args: Any) -> Any:
        """Return what a probe of `far.PROBES` finds out about the package itself."""
        return self._call(name, *args)

    def kill(self) -> None:
        """End the far side at once, from any thread; a call that waits there fails."""
        self._killed = True
        self._channel.kill()

    def _stands(self) -> bool:
        # A terminal that only lost its broker comes back by itself; connecting anew would disturb it.
        return self._linked and self._call("terminal_info") is not None

    def _begin(self) -> None:
        self._linked = self._killed = False
        options = {"timeout": round(self._sign_in.timeout_s * 1000), "portable": self._sign_in.portable}
        path = () if self._sign_in.path is None else (self._sign_in.path,)
        try:
            hello = self._channel.open(self._deadlines[START])
            self._constants = dict(hello[5])
        except Refused as refused:
            self._drop((refused.code, refused.text))
            return
        except TimeoutError as error:
            self._drop((NOT_ANSWERING, str(error)))
            raise
        except (OSError, EOFError) as error:
            self._drop((BROKEN, str(error)))
            return
        # The path alone first: credentials given here can make a terminal log in again and again.
        if self._ask("initialize", path, options):
            self._linked = True
            self._backoff.succeeded()
        else:
            self._drop(self._channel.explain(_of_connecting(self._error)))

    def _check_account(self) -> None:
        wanted = self._sign_in
        account = self._call("account_info")
        if account is not None and wanted.login is not None and account.login != wanted.login:
            named = {"password": wanted.password, "server": wanted.server}
            named = {name: value for name, value in named.items() if value is not None}
            timeout = round(wanted.timeout_s * 1000)
            logged_in = self._call("login", wanted.login, **named, timeout=timeout)
            account = self._call("account_info") if logged_in else None
        if account is None:
            self._drop(self._error)
        elif wanted.login not in (None, account.login) or not _same(wanted.server, account.server):
            self._drop((OTHER_ACCOUNT, f"logged in to {account.login} at {account.server}"))

    def _select_again(self) -> None:
        for symbol in self._selected:
            if not self._call("symbol_select", symbol):
                log.warning("a symbol can't be selected again", extra={"symbol": symbol})

    def _call(self, name: str, /, *args: Any, **kwargs: Any) -> Any:
        with self._lock:
            if not self._linked or (name == "order_send" and not self._beats()):
                # For an order this code says: surely not sent.
                return self._failure(name, NO_LINK if name == "order_send" else self._why)
            answer = self._ask(name, args, kwargs)
            if name == "symbol_select" and answer:
                self._selected[str(args[0])] = None
            return answer

    def _beats(self) -> bool:
        """Look whether the far side lives before an order leaves, so that a dead one leaves no doubt."""
        if self._monotonic() - self._answered_at < HEARTBEAT_S:
            return True
        try:
            self._channel.call("last_error", (), (), self._deadlines[BEAT])
        except (NotSent, OSError, EOFError) as error:
            self._drop((BROKEN, str(error)))
            return False
        return True

    def _ask(self, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        packed = tuple(pack(value) for value in args)
        named = tuple((key, pack(value)) for key, value in kwargs.items())
        deadline_s = self._deadlines.get(name, self._deadlines[DEFAULT])
        try:
            answer = self._channel.call(name, packed, named, deadline_s)
        except NotSent as error:
            self._drop((BROKEN, str(error)))
            return self._failure(name, NO_LINK)
        except TimeoutError as error:
            self._drop((NOT_ANSWERING, str(error)))
            raise
        except (OSError, EOFError) as error:
            self._drop((BROKEN, str(error)))
            raise ConnectionError(f"the terminal was lost during {name}") from error
        self._answered_at = self._monotonic()
        return self._opened(name, answer)

    def _opened(self, name: str, answer: tuple[Any, ...]) -> Any:
        if answer[0] == far.TOO_LATE:
            return self._failure(name, (NO_LINK[0], "the terminal was busy; nothing was done"))
        if answer[0] == far.RAISED:
            kind = getattr(builtins, answer[1], RuntimeError)
            raise kind(answer[2]) if _plain_error(kind) else RuntimeError(f"{answer[1]}: {answer[2]}")
        self._error = (answer[2], answer[3])
        return unpack(answer[1])

    def _failure(self, name: str, error: tuple[int, str]) -> Any:
        self._error = error
        return False if name in SAY_FALSE else None

    def _drop(self, why: tuple[int, str]) -> None:
        self._linked = False
        self._why = self._error = why
        self._channel.close()
        self._backoff.failed()
        log.warning("terminal given up: %s %s", *why)


def _of_connecting(error: tuple[int, str]) -> tuple[int, str]:
    # A terminal that is up but shows no account answers so.
    return (NOT_READY, f"{error[1]} ({error[0]})") if error[0] == IPC_TIMEOUT else error


def _same(wanted: str | None, found: str) -> bool:
    return wanted is None or wanted.casefold() == found.casefold()


def _plain_error(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, (TypeError, ValueError, SystemError, AttributeError))
