"""The file behind the local chat: its tables, and how an older file gets what it lacks."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pathlib import Path

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS bot (
    token TEXT PRIMARY KEY, name TEXT NOT NULL, allowed TEXT, asked INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS person (user_id INTEGER PRIMARY KEY, name TEXT NOT NULL, language TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS room (chat_id INTEGER PRIMARY KEY, title TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS room_member (
    chat_id INTEGER NOT NULL, user_id INTEGER NOT NULL, PRIMARY KEY (chat_id, user_id));
CREATE TABLE IF NOT EXISTS topic (
    chat_id INTEGER NOT NULL, thread_id INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (chat_id, thread_id));
CREATE TABLE IF NOT EXISTS blocked (chat_id INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS keyboard (chat_id INTEGER PRIMARY KEY, body TEXT NOT NULL);
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
CREATE INDEX IF NOT EXISTS message_by_chat ON message (chat_id, message_id);
CREATE INDEX IF NOT EXISTS pending_by_token ON pending (token, update_id);
"""
_ADDED: Final = (
    ("person", "note", "TEXT NOT NULL DEFAULT ''"),
    ("room", "facts", "TEXT NOT NULL DEFAULT '{}'"),
    ("bot", "webhook", "TEXT NOT NULL DEFAULT ''"),
)
"""Columns that files of the first version lack."""


def opened(path: Path | None) -> sqlite3.Connection:
    """Open the file, or a database in memory, with all its tables."""
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    # Made by the starting thread, used by the server's thread alone.
    db = sqlite3.connect(path or ":memory:", check_same_thread=False)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=NORMAL")
    db.executescript(_SCHEMA)
    for table, column, kind in _ADDED:
        known = {row[1] for row in db.execute(f"PRAGMA table_info({table})")}
        if column not in known:
            db.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
    db.commit()
    return db


def dump(value: Any) -> str:
    """Return a value as the compact JSON that the rows hold."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Rows:
    """Read and write rows of some tables of one connection."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def _row(self, statement: str, *values: Any) -> Any:
        return self._db.execute(statement, values).fetchone()

    def _do(self, statement: str, *values: Any) -> None:
        self._db.execute(statement, values)


class Counters(Rows):
    """Give out numbers that never come back, not even after a restart."""

    def next(self, name: str) -> int:
        """Return the next number of a counter."""
        row = self._row(
            "INSERT INTO counter VALUES (?, 1) "
            "ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
            name,
        )
        return int(row[0])

    def current(self, name: str) -> int:
        """Return the last number given out by a counter."""
        row = self._row("SELECT value FROM counter WHERE name = ?", name)
        return int(row[0]) if row else 0
