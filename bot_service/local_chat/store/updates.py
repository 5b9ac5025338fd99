from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from bot_service.local_chat.store.database import Rows, dump

if TYPE_CHECKING:
    from bot_service.local_chat.shapes import Json


class Query(NamedTuple):
    """Describe a press that waits, or waited, for its answer."""

    chat_id: int
    user_id: int
    asked_at: float
    answered: int


class Updates(Rows):
    """Queue what bots have to be told, and the presses that wait for an answer."""

    def save(self, update: Json, token: str) -> None:
        """Queue an update for a bot; without a token it waits for the first bot that asks."""
        self._do("INSERT INTO pending VALUES (?, ?, ?)", update["update_id"], token, dump(update))

    def confirm(self, token: str, below: int) -> None:
        """Forget a bot's updates below an id."""
        self._do("DELETE FROM pending WHERE token = ? AND update_id < ?", token, below)

    def delivered(self, token: str, update_id: int) -> None:
        """Forget one update."""
        self._do("DELETE FROM pending WHERE token = ? AND update_id = ?", token, update_id)

    def pending(self, token: str, limit: int) -> list[Json]:
        """Return a bot's oldest updates."""
        rows = self._db.execute(
            "SELECT body FROM pending WHERE token = ? ORDER BY update_id LIMIT ?", (token, limit)
        )
        return [json.loads(row[0]) for row in rows]

    def pending_ids(self, token: str) -> list[int]:
        """Return the ids of a bot's unconfirmed updates, oldest first."""
        rows = self._db.execute("SELECT update_id FROM pending WHERE token = ? ORDER BY update_id", (token,))
        return [int(row[0]) for row in rows]

    def save_query(self, query_id: int, token: str, query: Query) -> None:
        """Remember a press that waits for its answer."""
        self._do(
            "INSERT INTO query (query_id, token, chat_id, user_id, asked_at, answered) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            query_id,
            token,
            *query,
        )

    def query(self, query_id: int, token: str) -> Query | None:
        """Return a bot's callback query."""
        row = self._row(
            "SELECT chat_id, user_id, asked_at, answered FROM query WHERE query_id = ? AND token = ?",
            query_id,
            token,
        )
        return Query(*row) if row else None

    def answered(self, query_id: int) -> None:
        """Note that a press was answered."""
        self._do("UPDATE query SET answered = 1 WHERE query_id = ?", query_id)
