"""What the cycle of a replay needs of a database, in memory: no people, no outbox, no threads.

A unit of work changes a copy, and `commit` puts the copy in place; leaving without it forgets everything.
"""

from __future__ import annotations

from datetime import datetime
from types import TracebackType
from typing import Self

from bot_service.domain.events import Event
from bot_service.ports import Clock
from bot_service.storage.memory_tables import Accounts, Books, Bots, Intents, Journal, State


class MemoryDatabase:
    """One account's replay in memory; `wall` tells when something was recorded."""

    def __init__(self, wall: Clock) -> None:
        self.wall = wall
        self.state = State()

    def write(self, *, durable: bool = False) -> MemoryUnitOfWork:
        """Begin a unit of work that may commit; nothing here outlives the process."""
        del durable
        return MemoryUnitOfWork(self, self.state.copied())

    def read(self) -> MemoryUnitOfWork:
        """Begin a unit of work that only looks."""
        return MemoryUnitOfWork(self, self.state)


class MemoryUnitOfWork:
    """One transaction of a `MemoryDatabase`."""

    def __init__(self, database: MemoryDatabase, state: State) -> None:
        self._database = database
        self._state = state
        self._collected: list[Event] = []
        self.bots = Bots(state)
        self.intents = Intents(state)
        self.books = Books(state)
        self.accounts = Accounts(state)
        self.journal = Journal(state)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return

    def record(self, event: Event, *, answered_chat: int | None = None) -> None:
        """Collect an event for the history; nobody is told."""
        del answered_chat
        self._collected.append(event)

    def history(
        self, *, bot_id: int | None = None, limit: int = 50, before_id: int | None = None
    ) -> tuple[tuple[int, datetime, Event], ...]:
        """Return (id, recorded_at, event), newest first."""
        rows = [
            row
            for row in reversed(self._state.history)
            if (before_id is None or row[0] < before_id)
            and (bot_id is None or getattr(row[2], "bot_id", None) == bot_id)
        ]
        return tuple(rows[:limit])

    def get_value(self, key: str) -> str | None:
        """Return a small stored value."""
        return self._state.values.get(key)

    def set_value(self, key: str, value: str) -> None:
        """Store a small value."""
        self._state.values[key] = value

    def commit(self) -> None:
        """Put everything in place at once."""
        if self._state is self._database.state:
            raise RuntimeError("a reading unit of work can't write")
        if self._collected:
            now, first = self._database.wall.now(), len(self._state.history) + 1
            rows = ((first + place, now, event) for place, event in enumerate(self._collected))
            self._state.history = (*self._state.history, *rows)
            self._collected.clear()
        self._database.state = self._state
