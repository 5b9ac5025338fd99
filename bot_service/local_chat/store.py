"""Everything the local chat remembers, in one SQLite file or in memory."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Json = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS bot (
    token TEXT PRIMARY KEY, name TEXT NOT NULL, allowed TEXT, asked INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS person (user_id INTEGER PRIMARY KEY, name TEXT NOT NULL, language TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS room (chat_id INTEGER PRIMARY KEY, title TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS message (
    message_id INTEGER PRIMARY KEY, chat_id INTEGER NOT NULL, token TEXT, silent INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS entry (
    seq INTEGER PRIMARY KEY, chat_id INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS pending (update_id INTEGER PRIMARY KEY, token TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS query (
    query_id INTEGER PRIMARY KEY, token TEXT NOT NULL, chat_id INTEGER NOT NULL, user_id INTEGER NOT NULL,
    asked_at REAL NOT NULL, answered INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS menu (
    token TEXT NOT NULL, scope TEXT NOT NULL, language TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (token, scope, language));
CREATE TABLE IF NOT EXISTS file (
    file_id TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, mime TEXT NOT NULL, facts TEXT NOT NULL,
    content BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS entry_by_chat ON entry (chat_id, seq);
CREATE INDEX IF NOT EXISTS pending_by_token ON pending (token, update_id);
"""


class Store:
    """Read and write rows; what a call wrote counts when `commit` returns."""

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        # Made by the starting thread, used by the server's thread alone.
        self._db = sqlite3.connect(path or ":memory:", check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)

    def commit(self) -> None:
        """Make all that was written durable."""
        self._db.commit()

    def rollback(self) -> None:
        """Forget what was written since the last commit."""
        self._db.rollback()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def next(self, name: str) -> int:
        """Return the next number of a counter; numbers never come back, not even after a restart."""
        row = self._db.execute(
            "INSERT INTO counter VALUES (?, 1) "
            "ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
            (name,),
        ).fetchone()
        return int(row[0])

    def current(self, name: str) -> int:
        """Return the last number given out by a counter."""
        row = self._row("SELECT value FROM counter WHERE name = ?", name)
        return int(row[0]) if row else 0

    # Bots

    def bot_name(self, token: str) -> str | None:
        """Return the shown name of a known bot."""
        row = self._row("SELECT name FROM bot WHERE token = ?", token)
        return str(row[0]) if row else None

    def save_bot(self, token: str, name: str) -> None:
        """Remember a bot or its new name."""
        self._db.execute(
            "INSERT INTO bot VALUES (?, ?, NULL, 0) ON CONFLICT (token) DO UPDATE SET name = excluded.name",
            (token, name),
        )

    def asking(self, token: str) -> None:
        """Note that this bot is now the one that asks for updates, and give it those nobody had."""
        if self.latest_bot() != token:
            asked = self.next("asked")
            self._db.execute("UPDATE bot SET asked = ? WHERE token = ?", (asked, token))
        self._db.execute("UPDATE pending SET token = ? WHERE token = ''", (token,))

    def latest_bot(self) -> str:
        """Return the token of the bot that asked for updates last, empty if none did."""
        row = self._row("SELECT token FROM bot WHERE asked > 0 ORDER BY asked DESC LIMIT 1")
        return str(row[0]) if row else ""

    def allow(self, token: str, kinds: list[str]) -> None:
        """Remember which kinds of updates a bot wants; an empty list is all."""
        self._db.execute("UPDATE bot SET allowed = ? WHERE token = ?", (json.dumps(kinds), token))

    def allowed(self, token: str) -> list[str]:
        """Return the kinds of updates a bot wants; an empty list is all."""
        row = self._row("SELECT allowed FROM bot WHERE token = ?", token)
        kinds: list[str] = json.loads(row[0]) if row and row[0] else []
        return kinds

    # People and groups

    def person(self, user_id: int) -> tuple[str, str] | None:
        """Return name and language of a person."""
        row = self._row("SELECT name, language FROM person WHERE user_id = ?", user_id)
        return (str(row[0]), str(row[1])) if row else None

    def save_person(self, user_id: int, name: str, language: str) -> None:
        """Remember a person."""
        self._db.execute("INSERT OR REPLACE INTO person VALUES (?, ?, ?)", (user_id, name, language))

    def room(self, chat_id: int) -> str | None:
        """Return the title of a group."""
        row = self._row("SELECT title FROM room WHERE chat_id = ?", chat_id)
        return str(row[0]) if row else None

    def save_room(self, chat_id: int, title: str) -> None:
        """Remember a group."""
        self._db.execute("INSERT OR REPLACE INTO room VALUES (?, ?)", (chat_id, title))

    # Messages

    def message(self, message_id: int) -> tuple[str | None, Json] | None:
        """Return the author's token (None: a person) and the present form of a message that isn't deleted."""
        row = self._row("SELECT token, body FROM message WHERE message_id = ? AND deleted = 0", message_id)
        return (row[0], json.loads(row[1])) if row else None

    def save_message(self, message: Json, token: str | None, *, silent: bool = False) -> int:
        """Keep the present form of a message and append it to the transcript; return its place there."""
        chat_id = message["chat"]["id"]
        self._db.execute(
            "INSERT INTO message VALUES (?, ?, ?, ?, 0, ?) "
            "ON CONFLICT (message_id) DO UPDATE SET body = excluded.body",
            (message["message_id"], chat_id, token, silent, _dump(message)),
        )
        return self.append(chat_id, "message", message)

    def delete_message(self, message: Json) -> None:
        """Mark a message as deleted; the transcript keeps what was shown."""
        self._db.execute("UPDATE message SET deleted = 1 WHERE message_id = ?", (message["message_id"],))

    def silent(self, chat_id: int | None) -> list[int]:
        """Return the ids of the messages sent without a sound."""
        return [
            int(row[0])
            for row in self._db.execute(
                "SELECT message_id FROM message WHERE silent = 1 AND (?1 IS NULL OR chat_id = ?1)", (chat_id,)
            )
        ]

    def append(self, chat_id: int, kind: str, body: Json) -> int:
        """Append one element to the transcript and return its number."""
        seq = self.next("seq")
        self._db.execute("INSERT INTO entry VALUES (?, ?, ?, ?)", (seq, chat_id, kind, _dump(body)))
        return seq

    def entries(self, after: int, chat_id: int | None) -> Iterable[tuple[int, str, Json]]:
        """Yield the elements of the transcript behind a number."""
        rows = self._db.execute(
            "SELECT seq, kind, body FROM entry WHERE seq > ?1 AND (?2 IS NULL OR chat_id = ?2) ORDER BY seq",
            (after, chat_id),
        )
        return ((int(seq), str(kind), json.loads(body)) for seq, kind, body in rows)

    # Updates and callback queries

    def save_update(self, update: Json, token: str) -> None:
        """Queue an update for a bot; without a token it waits for the first bot that asks."""
        self._db.execute("INSERT INTO pending VALUES (?, ?, ?)", (update["update_id"], token, _dump(update)))

    def confirm(self, token: str, below: int) -> None:
        """Forget a bot's updates below an id."""
        self._db.execute("DELETE FROM pending WHERE token = ? AND update_id < ?", (token, below))

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

    def save_query(self, query_id: int, token: str, chat_id: int, user_id: int, asked_at: float) -> None:
        """Remember a press that waits for its answer."""
        self._db.execute(
            "INSERT INTO query VALUES (?, ?, ?, ?, ?, 0)", (query_id, token, chat_id, user_id, asked_at)
        )

    def query(self, query_id: int, token: str) -> tuple[int, int, float, bool] | None:
        """Return chat, person, time and whether it is answered, of a bot's callback query."""
        row = self._row(
            "SELECT chat_id, user_id, asked_at, answered FROM query WHERE query_id = ? AND token = ?",
            query_id,
            token,
        )
        return (int(row[0]), int(row[1]), float(row[2]), bool(row[3])) if row else None

    def answered(self, query_id: int) -> None:
        """Note that a press was answered."""
        self._db.execute("UPDATE query SET answered = 1 WHERE query_id = ?", (query_id,))

    # Menus and files

    def save_menu(self, token: str, scope: str, language: str, commands: list[Json]) -> None:
        """Keep the commands of one scope and language."""
        self._db.execute(
            "INSERT OR REPLACE INTO menu VALUES (?, ?, ?, ?)", (token, scope, language, _dump(commands))
        )

    def delete_menu(self, token: str, scope: str, language: str) -> None:
        """Forget the commands of one scope and language."""
        self._db.execute(
            "DELETE FROM menu WHERE token = ? AND scope = ? AND language = ?", (token, scope, language)
        )

    def menu(self, token: str, scope: str, language: str) -> list[Json] | None:
        """Return the commands of exactly this scope and language."""
        row = self._row(
            "SELECT body FROM menu WHERE token = ? AND scope = ? AND language = ?", token, scope, language
        )
        commands: list[Json] | None = json.loads(row[0]) if row else None
        return commands

    def save_file(self, file_id: str, path: str, mime: str, facts: Json, content: bytes) -> None:
        """Keep a file with what the Bot API says of it."""
        self._db.execute(
            "INSERT INTO file VALUES (?, ?, ?, ?, ?)", (file_id, path, mime, _dump(facts), content)
        )

    def file_facts(self, file_id: str) -> tuple[str, Json] | None:
        """Return path and facts of a file."""
        row = self._row("SELECT path, facts FROM file WHERE file_id = ?", file_id)
        return (str(row[0]), json.loads(row[1])) if row else None

    def file_content(self, key: str) -> tuple[str, bytes] | None:
        """Return type and content of a file by its id or path."""
        row = self._row("SELECT mime, content FROM file WHERE file_id = ?1 OR path = ?1", key)
        return (str(row[0]), bytes(row[1])) if row else None

    def _row(self, statement: str, *values: Any) -> Any:
        return self._db.execute(statement, values).fetchone()


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
