from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from bot_service.local_chat.store.database import Rows, dump

if TYPE_CHECKING:
    from bot_service.local_chat.shapes import Json


class Room(NamedTuple):
    """Describe a group; `facts` hold its type, whether it is a forum and where it migrated."""

    chat_id: int
    title: str
    facts: Json


class Rooms(Rows):
    """Remember groups, who is in them, and their topics."""

    def find(self, chat_id: int) -> Room | None:
        """Return a group."""
        row = self._row("SELECT chat_id, title, facts FROM room WHERE chat_id = ?", chat_id)
        return Room(row[0], row[1], json.loads(row[2])) if row else None

    def save(self, room: Room) -> None:
        """Remember a group."""
        self._do(
            "INSERT OR REPLACE INTO room (chat_id, title, facts) VALUES (?, ?, ?)",
            room.chat_id,
            room.title,
            dump(room.facts),
        )

    def join(self, chat_id: int, user_id: int) -> None:
        """Note that a person is in a group."""
        self._do("INSERT OR IGNORE INTO room_member VALUES (?, ?)", chat_id, user_id)

    def members(self, chat_id: int) -> list[int]:
        """Return the ids of the people in a group."""
        rows = self._db.execute("SELECT user_id FROM room_member WHERE chat_id = ? ORDER BY 1", (chat_id,))
        return [int(row[0]) for row in rows]

    def of(self, user_id: int) -> list[Room]:
        """Return the groups a person is in, the oldest first."""
        rows = self._db.execute(
            "SELECT chat_id, title, facts FROM room JOIN room_member USING (chat_id) "
            "WHERE user_id = ? ORDER BY room.rowid DESC",
            (user_id,),
        )
        return [Room(chat_id, title, json.loads(facts)) for chat_id, title, facts in rows]

    def save_topic(self, chat_id: int, thread_id: int, topic: Json | None) -> None:
        """Keep a topic of a forum; None forgets it."""
        if topic is None:
            self._do("DELETE FROM topic WHERE chat_id = ? AND thread_id = ?", chat_id, thread_id)
        else:
            self._do("INSERT OR REPLACE INTO topic VALUES (?, ?, ?)", chat_id, thread_id, dump(topic))

    def topics(self, chat_id: int) -> dict[int, Json]:
        """Return the topics of a forum by their number."""
        rows = self._db.execute(
            "SELECT thread_id, body FROM topic WHERE chat_id = ? ORDER BY thread_id", (chat_id,)
        )
        return {int(thread_id): json.loads(body) for thread_id, body in rows}

    def move(self, old: int, new: int) -> None:
        """Take members and topics of a group over to its new number."""
        self._do("UPDATE OR REPLACE room_member SET chat_id = ? WHERE chat_id = ?", new, old)
        self._do("UPDATE topic SET chat_id = ? WHERE chat_id = ?", new, old)
