from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot_service.local_chat.store.database import Counters, Rows, dump

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot_service.local_chat.shapes import Json

_ALL = "SELECT seq, kind, body FROM entry WHERE seq > :after ORDER BY seq"
_OF_CHAT = "SELECT seq, kind, body FROM entry WHERE chat_id = :chat AND seq > :after ORDER BY seq"


class Talk(Rows):
    """Keep messages in their present form, and the transcript of all forms they had."""

    def message(self, message_id: int) -> tuple[str | None, Json] | None:
        """Return the author's token (None: a person) and the present form of a message that isn't deleted."""
        row = self._row("SELECT token, body FROM message WHERE message_id = ? AND deleted = 0", message_id)
        return (row[0], json.loads(row[1])) if row else None

    def save(self, message: Json, token: str | None, *, silent: bool = False) -> int:
        """Keep the present form of a message and append it to the transcript; return its place there."""
        chat_id = message["chat"]["id"]
        self._do(
            "INSERT INTO message (message_id, chat_id, token, silent, body) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (message_id) DO UPDATE SET body = excluded.body",
            message["message_id"],
            chat_id,
            token,
            silent,
            dump(message),
        )
        return self.append(chat_id, "message", message)

    def delete(self, message_id: int) -> None:
        """Mark a message as deleted; the transcript keeps what was shown."""
        self._do("UPDATE message SET deleted = 1 WHERE message_id = ?", message_id)

    def newest(self, chat_id: int) -> Json | None:
        """Return the newest message of a chat."""
        row = self._row(
            "SELECT body FROM message WHERE chat_id = ? AND deleted = 0 ORDER BY message_id DESC LIMIT 1",
            chat_id,
        )
        found: Json | None = json.loads(row[0]) if row else None
        return found

    def spoken(self, chat_id: int) -> bool:
        """Tell whether anything was ever said in a chat."""
        return self._row("SELECT 1 FROM message WHERE chat_id = ? LIMIT 1", chat_id) is not None

    def silent(self, chat_id: int | None) -> list[int]:
        """Return the ids of the messages sent without a sound."""
        rows = self._db.execute(
            "SELECT message_id FROM message WHERE silent = 1 AND (?1 IS NULL OR chat_id = ?1)", (chat_id,)
        )
        return [int(row[0]) for row in rows]

    def append(self, chat_id: int, kind: str, body: Json) -> int:
        """Append one element to the transcript and return its number."""
        seq = Counters(self._db).next("seq")
        self._do("INSERT INTO entry VALUES (?, ?, ?, ?)", seq, chat_id, kind, dump(body))
        return seq

    def entries(self, after: int, chat_id: int | None) -> Iterable[tuple[int, str, Json]]:
        """Yield the elements of the transcript behind a number."""
        rows = self._db.execute(_ALL if chat_id is None else _OF_CHAT, {"after": after, "chat": chat_id})
        return ((int(seq), str(kind), json.loads(body)) for seq, kind, body in rows)
