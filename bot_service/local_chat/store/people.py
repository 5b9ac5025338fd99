from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from bot_service.local_chat.store.database import Rows, dump

if TYPE_CHECKING:
    from bot_service.local_chat.shapes import Json


class Person(NamedTuple):
    """Describe somebody with an account; `note` says which part he plays."""

    user_id: int
    name: str
    language: str
    note: str = ""


class People(Rows):
    """Remember people, who blocked the bot, and the reply keyboards they see."""

    def find(self, user_id: int) -> Person | None:
        """Return a person."""
        row = self._row("SELECT user_id, name, language, note FROM person WHERE user_id = ?", user_id)
        return Person(*row) if row else None

    def all(self) -> list[Person]:
        """Return everybody, by id."""
        rows = self._db.execute("SELECT user_id, name, language, note FROM person ORDER BY user_id")
        return [Person(*row) for row in rows]

    def save(self, person: Person) -> None:
        """Remember a person."""
        self._do("INSERT OR REPLACE INTO person (user_id, name, language, note) VALUES (?, ?, ?, ?)", *person)

    def block(self, chat_id: int, *, blocked: bool) -> None:
        """Note that a chat does not let the bot in, or does again."""
        if blocked:
            self._do("INSERT OR IGNORE INTO blocked VALUES (?)", chat_id)
        else:
            self._do("DELETE FROM blocked WHERE chat_id = ?", chat_id)

    def blocks(self, chat_id: int) -> bool:
        """Tell whether a chat keeps the bot out."""
        return self._row("SELECT 1 FROM blocked WHERE chat_id = ?", chat_id) is not None

    def save_keyboard(self, chat_id: int, keyboard: Json | None) -> None:
        """Keep the keyboard under the input of a chat; None removes it."""
        if keyboard is None:
            self._do("DELETE FROM keyboard WHERE chat_id = ?", chat_id)
        else:
            self._do("INSERT OR REPLACE INTO keyboard VALUES (?, ?)", chat_id, dump(keyboard))

    def keyboard(self, chat_id: int) -> Json | None:
        """Return the keyboard under the input of a chat."""
        row = self._row("SELECT body FROM keyboard WHERE chat_id = ?", chat_id)
        found: Json | None = json.loads(row[0]) if row else None
        return found
