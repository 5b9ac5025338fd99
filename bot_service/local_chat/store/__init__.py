"""Everything the local chat remembers, in one SQLite file or in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot_service.local_chat.store.bots import Bots
from bot_service.local_chat.store.database import Counters, opened
from bot_service.local_chat.store.files import Files
from bot_service.local_chat.store.people import People, Person
from bot_service.local_chat.store.rooms import Room, Rooms
from bot_service.local_chat.store.talk import Talk
from bot_service.local_chat.store.updates import Query, Updates

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Person", "Query", "Room", "Store"]


class Store:
    """Hold the tables of one file; what a call wrote counts when `commit` returns."""

    def __init__(self, path: Path | None) -> None:
        self._db = opened(path)
        self.counters = Counters(self._db)
        self.bots = Bots(self._db)
        self.people = People(self._db)
        self.rooms = Rooms(self._db)
        self.talk = Talk(self._db)
        self.updates = Updates(self._db)
        self.files = Files(self._db)

    def commit(self) -> None:
        """Make all that was written durable."""
        self._db.commit()

    def rollback(self) -> None:
        """Forget what was written since the last commit."""
        self._db.rollback()

    def close(self) -> None:
        """Close the file."""
        self._db.close()
