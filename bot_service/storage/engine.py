"""Connections to the database, set up so that a writer holds the lock from its first statement."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import ExceptionContext

from bot_service.domain.errors import DatabaseBusy

BUSY_TIMEOUT = timedelta(seconds=5)
THREADS = 16
_BUSY_CODES = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class Turn:
    """Lets this process' writers wait for each other in line.

    SQLite's own waiting sleeps and tries again, so that an unlucky writer among many waits for a second. The
    lock inside is an optimisation only: what keeps writers apart is BEGIN IMMEDIATE, between processes too.
    """

    def __init__(self, timeout: timedelta) -> None:
        self._lock = Lock()
        self._timeout = timeout

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=self._timeout.total_seconds()):
            raise DatabaseBusy

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def as_url(url: str | Path) -> URL:
    """Return a database URL; a path means an SQLite file."""
    if isinstance(url, str) and "://" in url:
        return make_url(url)
    return URL.create("sqlite", database=str(url))


def open_engine(
    url: str | Path,
    busy_timeout: timedelta = BUSY_TIMEOUT,
    *,
    foreign_keys: bool = True,
    durable: bool = False,
) -> Engine:
    """Return an engine; of SQLite only files, because threads can't share a database in memory.

    What a `durable` one commits is on the disk, whatever happens to the power.
    """
    address = as_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(address, pool_size=THREADS, max_overflow=-1)
    seconds = busy_timeout.total_seconds()
    engine = create_engine(
        address,
        pool_size=THREADS,
        max_overflow=-1,
        # No isolation level: the driver would begin late and deferred, and lose updates.
        connect_args={"isolation_level": None, "timeout": seconds, "check_same_thread": False},
    )
    pragmas = (
        f"busy_timeout={int(seconds * 1000)}",
        "journal_mode=WAL",
        f"synchronous={'FULL' if durable else 'NORMAL'}",
        f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
    )
    _listen(engine, pragmas)
    return engine


def _listen(engine: Engine, pragmas: tuple[str, ...]) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN DEFERRED")

    @event.listens_for(engine, "handle_error")
    def translate(context: ExceptionContext) -> DatabaseBusy | None:
        code = getattr(context.original_exception, "sqlite_errorcode", 0)
        return DatabaseBusy() if code & 0xFF in _BUSY_CODES else None
