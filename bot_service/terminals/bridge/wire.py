"""Carry calls to a host by RPyC 6: one round trip per call, plain data both ways.

The host runs RPyC's `SlaveService`; we are a `MasterService`, which gives the host nothing of ours. At the
start one helper is installed there (the source of `far.py`), then only that helper is called. Its answers
are RPyC's own immutable values: nothing from the host is ever unpickled.
"""

from __future__ import annotations

import hashlib
import inspect
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import rpyc
from rpyc.core.service import MasterService
from rpyc.utils.factory import connect_stream

from bot_service.terminals import far
from bot_service.terminals.bridge.stream import DeadlineStream
from bot_service.terminals.channel import DEADLINES, NotSent, Refused, SignIn
from bot_service.terminals.remote import RemoteApi
from bot_service.terminals.retcodes import HOST_DOWN, NO_PACKAGE, WRONG_VERSION

DEFAULT_PORT = 18812
CONNECT_S = 5.0
MAJOR = 6
_INSTALL = """
import sys, types
def bot_service_far(name, source):
    module = sys.modules.get(name)
    if module is None:
        made = types.ModuleType(name)
        exec(compile(source, name, "exec"), vars(made))
        module = sys.modules.setdefault(name, made)
    return module
def bot_service_hello(name, source):
    import rpyc
    far = bot_service_far(name, source)
    try:
        package = far.package()
    except ImportError as error:
        return far.MISSING, str(error), rpyc.__version__
    global bot_service_call
    def bot_service_call(*call):
        return far.call(package, *call)
    return far.hello(package) + (rpyc.__version__,)
"""


class RpycChannel:
    """Carry calls to `host:port`."""

    def __init__(self, host: str, port: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._address = (host, port)
        self._monotonic = monotonic
        self._stream: DeadlineStream | None = None
        self._connection: Any = None
        self._call: Any = None
        self._ahead_s = 0.0

    def open(self, deadline_s: float) -> tuple[Any, ...]:
        """Connect anew, install the helper, return the host's hello."""
        self.close()
        try:
            connected = socket.create_connection(self._address, min(deadline_s, CONNECT_S))
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            raise Refused(HOST_DOWN, f"{self._where()} can't be reached: {error}") from error
        self._stream = DeadlineStream(connected)
        self._stream.until = time.monotonic() + deadline_s
        try:
            return self._install(deadline_s)
        except Refused:
            raise
        except Exception as error:  # what two versions make of each other can't be foreseen
            if time.monotonic() >= self._stream.until:
                raise TimeoutError(f"{self._where()} did not answer within {deadline_s:g} s") from error
            raise Refused(
                WRONG_VERSION,
                f"{self._where()} doesn't speak RPyC {MAJOR} (here {rpyc.__version__}): {error!r}. "
                f"Install rpyc>={MAJOR},<{MAJOR + 1} there too.",
            ) from error

    def call(
        self, name: str, args: tuple[Any, ...], kwargs: tuple[Any, ...], deadline_s: float
    ) -> tuple[Any, ...]:
        """Return the host's answer to one call."""
        if self._stream is None or self._connection.closed:
            raise NotSent("no connection")
        now = time.monotonic()
        self._stream.until = now + deadline_s
        # A host that froze with the request in its hands must not act on it after we have given up.
        not_after = self._ahead_s + now + deadline_s
        try:
            pending = self._call(name, args, kwargs, not_after)
            pending.set_expiry(deadline_s)
            answer: tuple[Any, ...] = pending.value
        except Exception as error:  # RPyC raises whatever the host raised, and EOFError
            if isinstance(error, TimeoutError) or time.monotonic() >= now + deadline_s:
                raise TimeoutError(f"no answer to {name} within {deadline_s:g} s") from error
            raise ConnectionError(f"the bridge broke during {name}: {error!r}") from error
        return answer

    def explain(self, error: tuple[int, str]) -> tuple[int, str]:
        """Return the error as it is: from here nothing more can be seen."""
        return error

    def close(self) -> None:
        """Disconnect."""
        stream, self._stream = self._stream, None
        connection, self._connection, self._call = self._connection, None, None
        if stream is not None:
            # Not by RPyC's own farewell: a frozen host would not take it.
            stream.break_off()
        if connection is not None:
            with suppress(Exception):  # it says goodbye to nobody
                connection.close()
        elif stream is not None:
            stream.close()

    def kill(self) -> None:
        """Break the connection from any thread."""
        stream = self._stream
        if stream is not None:
            stream.break_off()

    def _install(self, deadline_s: float) -> tuple[Any, ...]:
        config = {"sync_request_timeout": deadline_s, "include_local_traceback": False}
        connection = self._connection = connect_stream(self._stream, MasterService, config)
        source = inspect.getsource(far)
        name = "bot_service_far_" + hashlib.sha256(source.encode()).hexdigest()[:16]
        connection.execute(_INSTALL)
        hello: tuple[Any, ...] = connection.namespace["bot_service_hello"](name, source)
        heard_at = time.monotonic()
        major = int(hello[-1].split(".")[0])
        if major != MAJOR:
            raise Refused(
                WRONG_VERSION, f"RPyC {MAJOR} is needed at both ends; {self._where()} has {hello[-1]}"
            )
        if hello[0] == far.MISSING:
            raise Refused(NO_PACKAGE, f"{self._where()} can't load MetaTrader5: {hello[1]}")
        # Measured as if the answer had taken no time: so the host stops early rather than late.
        self._ahead_s = hello[4] - heard_at
        self._call = rpyc.async_(connection.namespace["bot_service_call"])
        return hello

    def _where(self) -> str:
        return f"{self._address[0]}:{self._address[1]}"


def bridge_api(
    url: str,
    sign_in: SignIn | None = None,
    *,
    deadlines: Mapping[str, float] = DEADLINES,
    monotonic: Callable[[], float] = time.monotonic,
) -> RemoteApi:
    """Return an API whose package lives on the host of `rpyc://host:port`.

    Raises:
        ValueError: the address can't be read.
    """
    return RemoteApi(RpycChannel(*address_of(url)), sign_in, deadlines=deadlines, monotonic=monotonic)


def address_of(url: str) -> tuple[str, int]:
    """Return host and port of a bridge's address.

    Raises:
        ValueError: it is not `rpyc://host` or `rpyc://host:port`.
    """
    parts = urlsplit(url)
    if parts.scheme != "rpyc" or not parts.hostname or parts.path not in ("", "/") or parts.username:
        raise ValueError("is not an address such as rpyc://127.0.0.1:18812")
    return parts.hostname, parts.port or DEFAULT_PORT
