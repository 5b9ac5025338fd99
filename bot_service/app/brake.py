"""`bot-service stop-all` and what `panic` does first: only the database and the brake, seconds count.

What makes the other commands slow to begin (pandas, the chat, the terminals, migrations) stays outside;
a test of the imports sees to it.
"""

from __future__ import annotations

from datetime import timedelta
from types import ModuleType

from bot_service.domain.errors import DatabaseBusy
from bot_service.scheduling.clocks import SystemClock
from bot_service.services.braking import Brake
from bot_service.settings import Settings
from bot_service.storage.database import SqlDatabase
from bot_service.storage.engine import BUSY_TIMEOUT
from bot_service.storage.migrations import upgrade

FAILED = 1
TRIES = 6
"""A brake gives up late: each try waits for the lock as long as any writer does."""


def stop_all(settings: Settings, wait: timedelta = BUSY_TIMEOUT) -> tuple[int, ...]:
    """Stop all bots by one update of the table and return which; a running service acts on it.

    Raises:
        DatabaseBusy: others have held the lock for TRIES times `wait`.
    """
    wall = SystemClock()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade(settings.url, wall)
    database = SqlDatabase(settings.url, wall, busy_timeout=wait)
    try:
        return _tried(Brake(database, wall, wall), settings.language)
    finally:
        database.close()


def _tried(brake: Brake, language: str) -> tuple[int, ...]:
    for _try in range(TRIES - 1):
        try:
            return brake.stop_all()
        except DatabaseBusy:
            _words().locked(language)
    return brake.stop_all()


def run_stop_all(settings: Settings, wait: timedelta = BUSY_TIMEOUT) -> int:
    """Stop all bots and say how many; a running service tells the chat."""
    try:
        stopped = stop_all(settings, wait)
    except DatabaseBusy:
        return _not_stopped(settings)
    _words().stopped(settings, len(stopped))
    return 0


def run_panic(settings: Settings, *, yes: bool, manual: bool) -> int:
    """Stop all bots at once, then close positions after asking; return the exit code."""
    try:
        stopped = stop_all(settings)
    except DatabaseBusy:
        return _not_stopped(settings)
    _words().stopped_first(settings, len(stopped))
    # All that is slow to begin comes when the bots stand.
    from bot_service.app.panic import Panic  # noqa: PLC0415

    return Panic(settings, yes=yes, manual=manual).run()


def _not_stopped(settings: Settings) -> int:
    _words().not_stopped(settings)
    return FAILED


def _words() -> ModuleType:
    from bot_service.app import brake_words  # noqa: PLC0415  # words take a tenth of a second to load

    return brake_words
