"""The parent's end of a child process: start it, ask it with a deadline, kill it."""

from __future__ import annotations

import importlib.util
import multiprocessing
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from bot_service.terminals import far
from bot_service.terminals.channel import DEADLINES, NotSent, Refused, SignIn
from bot_service.terminals.isolated.child import serve
from bot_service.terminals.isolated.official import LOADER
from bot_service.terminals.isolated.sessions import in_another_session
from bot_service.terminals.remote import RemoteApi
from bot_service.terminals.retcodes import NO_PACKAGE, NOT_READY, OTHER_SESSION

PACKAGE = "MetaTrader5"
JOIN_S = 2.0
_SESSION_CODES = (-10003, -10004, NOT_READY)


class PackageMissing(Exception):
    """The official package is not installed here."""


class ChildProcess:
    """Carry calls to a child process of our own; `loader` ("module:function") gives it its package."""

    def __init__(self, loader: str = LOADER, loader_args: Sequence[Any] = ()) -> None:
        self._loader = loader
        self._loader_args = tuple(loader_args)
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    @property
    def pid(self) -> int | None:
        """Return the child's process id while there is a child."""
        return None if self._process is None else self._process.pid

    def open(self, deadline_s: float) -> tuple[Any, ...]:
        """Start a child, after ending the one before it, and return its hello."""
        self.close()
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        # Spawn and not fork: a fork would copy locks that other threads hold.
        process = context.Process(
            target=serve, args=(theirs, self._loader, self._loader_args), name="terminal", daemon=True
        )
        process.start()
        # Our copy of its end must go, or its death would not end the pipe.
        theirs.close()
        self._process, self._pipe = process, ours
        hello = self._answer("start", deadline_s)
        if hello[0] == far.MISSING:
            raise Refused(NO_PACKAGE, f"the child can't load the package: {hello[1]}")
        return hello

    def call(
        self, name: str, args: tuple[Any, ...], kwargs: tuple[Any, ...], deadline_s: float
    ) -> tuple[Any, ...]:
        """Return the child's answer to one call."""
        if self._pipe is None:
            raise NotSent("no child")
        try:
            self._pipe.send((name, args, kwargs, deadline_s))
        except OSError as error:
            raise NotSent(f"the child is gone: {error!r}") from error
        return self._answer(name, deadline_s)

    def explain(self, error: tuple[int, str]) -> tuple[int, str]:
        """Tell a closed terminal from one that this Windows session can't see."""
        if sys.platform == "win32" and error[0] in _SESSION_CODES and in_another_session():
            return OTHER_SESSION, f"the terminal runs in another Windows session ({error[1]})"
        return error

    def close(self) -> None:
        """End the child."""
        process, self._process = self._process, None
        pipe, self._pipe = self._pipe, None
        if process is not None:
            process.kill()
            process.join(JOIN_S)
        if pipe is not None:
            pipe.close()

    def kill(self) -> None:
        """End the child at once; a call that waits for it fails."""
        process = self._process
        if process is not None:
            with suppress(ValueError):  # closed meanwhile
                process.kill()

    def _answer(self, name: str, deadline_s: float) -> tuple[Any, ...]:
        if self._pipe is None:
            raise ConnectionError("no child")
        if not self._pipe.poll(deadline_s):
            raise TimeoutError(f"no answer to {name} within {deadline_s:g} s")
        try:
            answer: tuple[Any, ...] = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise ConnectionError(f"the child ended during {name}") from error
        return answer


def isolated_api(
    sign_in: SignIn | None = None,
    *,
    loader: str = LOADER,
    loader_args: Sequence[Any] = (),
    deadlines: Mapping[str, float] = DEADLINES,
    monotonic: Callable[[], float] = time.monotonic,
) -> RemoteApi:
    """Return an API whose package lives in a child process; the child starts with `initialize`.

    Raises:
        PackageMissing: the official package is asked for and not installed.
    """
    if loader == LOADER and not package_installed():
        raise PackageMissing(PACKAGE)
    return RemoteApi(ChildProcess(loader, loader_args), sign_in, deadlines=deadlines, monotonic=monotonic)


def package_installed() -> bool:
    """Tell whether the official package is installed, without importing it."""
    try:
        return importlib.util.find_spec(PACKAGE) is not None
    except ValueError:  # a module without a spec stands there: not the real one
        return False
