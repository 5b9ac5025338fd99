from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot_service.local_chat.store.database import Counters, Rows, dump

if TYPE_CHECKING:
    from bot_service.local_chat.shapes import Json


class Bots(Rows):
    """Remember the bots, which updates they want, and their menus."""

    def name(self, token: str) -> str | None:
        """Return the shown name of a known bot."""
        row = self._row("SELECT name FROM bot WHERE token = ?", token)
        return str(row[0]) if row else None

    def save(self, token: str, name: str) -> None:
        """Remember a bot or its new name."""
        self._do(
            "INSERT INTO bot (token, name, allowed, asked) VALUES (?, ?, NULL, 0) "
            "ON CONFLICT (token) DO UPDATE SET name = excluded.name",
            token,
            name,
        )

    def asking(self, token: str) -> None:
        """Note that this bot is now the one that asks for updates, and give it those nobody had."""
        if self.latest() != token:
            asked = Counters(self._db).next("asked")
            self._do("UPDATE bot SET asked = ? WHERE token = ?", asked, token)
        self._do("UPDATE pending SET token = ? WHERE token = ''", token)

    def latest(self) -> str:
        """Return the token of the bot that asked for updates last, empty if none did."""
        row = self._row("SELECT token FROM bot WHERE asked > 0 ORDER BY asked DESC LIMIT 1")
        return str(row[0]) if row else ""

    def allow(self, token: str, kinds: list[str]) -> None:
        """Remember which kinds of updates a bot wants; an empty list is all."""
        self._do("UPDATE bot SET allowed = ? WHERE token = ?", json.dumps(kinds), token)

    def allowed(self, token: str) -> list[str]:
        """Return the kinds of updates a bot wants; an empty list is all."""
        row = self._row("SELECT allowed FROM bot WHERE token = ?", token)
        kinds: list[str] = json.loads(row[0]) if row and row[0] else []
        return kinds

    def save_webhook(self, token: str, webhook: Json | None) -> None:
        """Keep where a bot wants its updates posted and how that went; None: nowhere."""
        self._do("UPDATE bot SET webhook = ? WHERE token = ?", dump(webhook) if webhook else "", token)

    def webhook(self, token: str) -> Json | None:
        """Return where a bot wants its updates posted."""
        return self.webhooks().get(token)

    def webhooks(self) -> dict[str, Json]:
        """Return the webhooks of all bots that have one."""
        rows = self._db.execute("SELECT token, webhook FROM bot WHERE webhook <> ''")
        return {str(token): json.loads(webhook) for token, webhook in rows}

    def save_menu(self, token: str, scope: str, language: str, commands: list[Json]) -> None:
        """Keep the commands of one scope and language."""
        self._do("INSERT OR REPLACE INTO menu VALUES (?, ?, ?, ?)", token, scope, language, dump(commands))

    def delete_menu(self, token: str, scope: str, language: str) -> None:
        """Forget the commands of one scope and language."""
        self._do("DELETE FROM menu WHERE token = ? AND scope = ? AND language = ?", token, scope, language)

    def menu(self, token: str, scope: str, language: str) -> list[Json] | None:
        """Return the commands of exactly this scope and language."""
        row = self._row(
            "SELECT body FROM menu WHERE token = ? AND scope = ? AND language = ?", token, scope, language
        )
        commands: list[Json] | None = json.loads(row[0]) if row else None
        return commands
