"""Threads for handlers: a slow look-up never holds a stop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from typing import Any, ParamSpec, TypeVar

from bot_service.telegram_bot.registry import Kind

P = ParamSpec("P")
R = TypeVar("R")
Answering = Callable[[], AbstractContextManager[None]]


class Executors:
    """One pool per kind of act, one for the gate, the mail, and what takes its time."""

    def __init__(self, answering: Answering = nullcontext) -> None:
        self._answering = answering
        changes = _pool(4, "change")
        self._pools = {
            Kind.STOP: _pool(2, "stop"),
            Kind.RAISE: changes,
            Kind.CHANGE: changes,
            # Many, because some of them may wait for a terminal that hangs.
            Kind.LOOK: _pool(12, "look"),
        }
        self._gate = _pool(2, "gate")
        self._mail = _pool(1, "mail")
        self._threads: dict[asyncio.Task[Any], int] = {}
        # Two, so that who asks while one long work runs is told so at once.
        self._long = _pool(2, "long")

    async def run(self, kind: Kind, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a handler in the threads of its kind."""
        task = asyncio.current_task()

        def known() -> R:
            if task is not None:
                self._threads[task] = threading.get_ident()
            with self._answering():
                return function(*args, **kwargs)

        try:
            return await _run(self._pools[kind], known)
        finally:
            if task is not None:
                self._threads.pop(task, None)

    def thread_of(self, task: asyncio.Task[Any]) -> int | None:
        """Return the identity of the thread in which a task's handler runs just now."""
        return self._threads.get(task)

    async def gate(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a question of the gate."""
        return await _run(self._gate, function, *args, **kwargs)

    async def mail(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a step of the sender."""
        return await _run(self._mail, function, *args, **kwargs)

    async def long(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run what takes its time."""
        return await _run(self._long, function, *args, **kwargs)

    def close(self) -> None:
        """Let running handlers end and take no new ones."""
        for pool in {*self._pools.values(), self._gate, self._mail, self._long}:
            pool.shutdown(wait=True, cancel_futures=True)


def _pool(workers: int, name: str) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(workers, thread_name_prefix=f"chat-{name}")


async def _run(pool: ThreadPoolExecutor, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    return await asyncio.get_running_loop().run_in_executor(pool, lambda: function(*args, **kwargs))
