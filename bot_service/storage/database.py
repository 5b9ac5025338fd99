from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from bot_service.ports import Clock
from bot_service.storage.engine import BUSY_TIMEOUT, Turn, open_engine
from bot_service.storage.retention import prune
from bot_service.storage.unit_of_work import SqlUnitOfWork


class SqlDatabase:
    """The service's database; may be used from any thread, each unit of work has its own connection.

    Its schema is made and kept by `migrations.upgrade`. `wall` tells when something was recorded.

    Raises:
        DatabaseBusy: from any unit of work, when others held the lock longer than `busy_timeout`.
    """

    def __init__(self, url: str | Path, wall: Clock, *, busy_timeout: timedelta = BUSY_TIMEOUT) -> None:
        self._wall = wall
        self._engine = open_engine(url, busy_timeout)
        self._writer = self._engine.execution_options(writing=True)
        self._turn = Turn(busy_timeout)

    def write(self) -> SqlUnitOfWork:
        """Begin a writing transaction at once."""
        return SqlUnitOfWork(self._writer, self._wall, self._turn)

    def read(self) -> SqlUnitOfWork:
        """Begin a reading transaction: one consistent moment, never blocked by a writer."""
        return SqlUnitOfWork(self._engine, self._wall, None)

    def prune(self, now: datetime) -> dict[str, int]:
        """Forget what is old enough; return the number of deleted rows by table."""
        with self._turn, self._writer.begin() as connection:
            return prune(connection, now)

    def close(self) -> None:
        """Close all idle connections."""
        self._engine.dispose()
