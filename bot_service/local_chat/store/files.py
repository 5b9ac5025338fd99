from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot_service.local_chat.store.database import Rows, dump

if TYPE_CHECKING:
    from bot_service.local_chat.shapes import Json


class Files(Rows):
    """Keep pictures and documents."""

    def save(self, file_id: str, path: str, mime: str, facts: Json, content: bytes) -> None:
        """Keep a file with what the Bot API says of it."""
        self._do("INSERT INTO file VALUES (?, ?, ?, ?, ?)", file_id, path, mime, dump(facts), content)

    def facts(self, file_id: str) -> tuple[str, Json] | None:
        """Return path and facts of a file."""
        row = self._row("SELECT path, facts FROM file WHERE file_id = ?", file_id)
        return (str(row[0]), json.loads(row[1])) if row else None

    def content(self, key: str) -> tuple[str, bytes] | None:
        """Return type and content of a file by its id or path."""
        row = self._row("SELECT mime, content FROM file WHERE file_id = ?1 OR path = ?1", key)
        return (str(row[0]), bytes(row[1])) if row else None
