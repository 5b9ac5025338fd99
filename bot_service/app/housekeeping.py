"""What a service does for itself now and then: forget old rows, copy its database, look at its machine."""

from __future__ import annotations

import logging

from bot_service.app.backups import FOLDER
from bot_service.app.machine import read_machine
from bot_service.ports import Clock
from bot_service.scheduling.lanes import ThreadLanes
from bot_service.scheduling.local import LocalTicker
from bot_service.services.resources import Resources
from bot_service.settings import Settings
from bot_service.storage.database import SqlDatabase
from bot_service.storage.restoring import daily_copy

log = logging.getLogger(__name__)

PRUNE_ROUND_S = 6 * 3600.0
COPY_ROUND_S = 600.0
MACHINE_ROUND_S = 30.0


class Housekeeping:
    """Keep a service small, safe and awake."""

    def __init__(
        self,
        settings: Settings,
        database: SqlDatabase,
        lanes: ThreadLanes,
        resources: Resources,
        wall: Clock,
    ) -> None:
        self._settings = settings
        self._database = database
        self._lanes = lanes
        self._resources = resources
        self._wall = wall

    def begin(self, rounds: LocalTicker) -> None:
        """Let its rounds run from now on."""
        rounds.every(PRUNE_ROUND_S, self._prune, "prune")
        rounds.every(COPY_ROUND_S, self._copy, "daily copy")
        rounds.every(MACHINE_ROUND_S, self._look_at_machine, "machine")

    def _look_at_machine(self) -> None:
        self._resources.look(read_machine(self._settings.data_dir, self._lanes.lag()))

    def _copy(self) -> None:
        try:
            made = daily_copy(self._settings.url, self._settings.data_dir / FOLDER, self._wall)
        except OSError:
            log.exception("no daily copy of the database")
            return
        if made is not None:
            log.info("copied the database", extra={"file": str(made)})

    def _prune(self) -> None:
        removed = self._database.prune(self._wall.now())
        log.info("forgot old rows", extra={"removed": removed})
