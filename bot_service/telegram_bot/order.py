"""In which order updates run: changes of one chat one after the other, everything else at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from telegram.ext import BaseUpdateProcessor

MANY = 10_000


class Order(BaseUpdateProcessor):
    """Queue updates that have the same key; those without a key overtake."""

    def __init__(self, key_of: Callable[[object], object | None]) -> None:
        super().__init__(MANY)
        self._key_of = key_of
        self._locks: dict[object, asyncio.Lock] = {}
        self._waiting: dict[object, int] = {}

    async def initialize(self) -> None:
        """Need nothing."""

    async def shutdown(self) -> None:
        """Hold nothing."""

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Run an update when its turn has come."""
        key = self._key_of(update)
        if key is None:
            await coroutine
            return
        lock = self._locks.setdefault(key, asyncio.Lock())
        self._waiting[key] = self._waiting.get(key, 0) + 1
        try:
            async with lock:
                await coroutine
        finally:
            self._waiting[key] -= 1
            if not self._waiting[key]:
                del self._waiting[key], self._locks[key]
            if asyncio.iscoroutine(coroutine):
                coroutine.close()
