"""Consistent copies of an SQLite database, taken while others use it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bot_service.storage.engine import BUSY_TIMEOUT, as_url


class CopyFailed(OSError):
    """SQLite could not write or read a copy; its words say why."""


def file_of(url: str | Path) -> Path | None:
    """Return the file of an SQLite database, None for a database on a server."""
    address = as_url(url)
    if address.get_backend_name() != "sqlite":
        return None
    if not address.database or address.database == ":memory:":
        raise ValueError("the database must be a file")
    return Path(address.database)


def backup(url: str | Path, target: Path) -> Path:
    """Write a consistent copy to a file that must not exist yet, and return its path.

    Raises:
        ValueError: the database is no SQLite file.
        FileExistsError: the target exists.
        FileNotFoundError: there is no database.
        CopyFailed: the database is locked or broken, or the disk is full; nothing is left of the copy.
    """
    source = file_of(url)
    if source is None:
        raise ValueError("a database on a server is copied with its own tools")
    if target.exists():
        raise FileExistsError(target)
    if not source.exists():
        raise FileNotFoundError(source)
    timeout = BUSY_TIMEOUT.total_seconds()
    try:
        with closing(sqlite3.connect(source, timeout=timeout, isolation_level=None)) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.DatabaseError as error:
        target.unlink(missing_ok=True)
        raise CopyFailed(str(error)) from error
    return target
