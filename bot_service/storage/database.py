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
        self._durable_engine = open_engine(url, busy_timeout, durable=True)
        self._durable = self._durable_engine.execution_options(writing=True)
        self._turn = Turn(busy_timeout)

    def write(self, *, durable: bool = False) -> SqlUnitOfWork:
        """Begin a writing transaction at once; a durable one is on the disk when it has committed.

        The others may lose their last moments in a power cut, never their order: a durable one brings what
        was committed before it to the disk as well.
        """
        return SqlUnitOfWork(self._durable if durable else self._writer, self._wall, self._turn)

    def read(self) -> SqlUnitOfWork:
        """Begin a reading transaction: one consistent moment, never blocked by a writer."""
        return SqlUnitOfWork(self._engine, self._wall, None)

    def prune(self, now: datetime) -> dict[str, int]:
        """Forget what is old enough; return the number of deleted rows by table."""
        with self._turn, self._writer.begin() as connection:
            return prune(connection, now)

    def close(self) -> None:
        """Close all idle connections."""
        self._durable_engine.dispose()
        self._engine.dispose()
