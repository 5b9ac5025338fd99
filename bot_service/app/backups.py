"""`bot-service backup` and `restore`: a consistent copy, and a database from one."""

from __future__ import annotations

from pathlib import Path

from bot_service.app.locking import AlreadyRunning, only_service
from bot_service.app.speech import say
from bot_service.i18n import mark as _
from bot_service.ports import Clock
from bot_service.scheduling.clocks import SystemClock
from bot_service.services.restored import Restored
from bot_service.settings import Settings
from bot_service.storage.backup import backup
from bot_service.storage.database import SqlDatabase
from bot_service.storage.restoring import NotRestorable, prepare, put_in_place

FAILED = 1
FOLDER = "backups"
REASONS = {
    "missing": _("There is no such file: {file}"),
    "broken": _("{file} is not a complete copy of this service's database. Nothing was changed."),
    "newer": _("{file} comes from a newer version. Update this service first. Nothing was changed."),
    "server": _("A database on a server is copied and restored with its own tools."),
}


def run_backup(settings: Settings, target: Path | None) -> int:
    """Write a consistent copy, also while the service runs; return the exit code."""
    wall = SystemClock()
    file = target or settings.data_dir / FOLDER / f"by-hand-{wall.now():%Y%m%dT%H%M%SZ}.db"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        backup(settings.url, file)
    except FileExistsError:
        say(settings.language, _("{file} exists already. Nothing was overwritten."), file=file)
        return FAILED
    except FileNotFoundError:
        say(settings.language, _("There is no database yet. Start the service first."))
        return FAILED
    except ValueError:
        say(settings.language, REASONS["server"])
        return FAILED
    except OSError as error:
        say(settings.language, _("The copy could not be written: {reason}"), reason=error)
        return FAILED
    say(settings.language, _("Copied to {file}"), file=file)
    return 0


def run_restore(settings: Settings, source: Path) -> int:
    """Put a copy in the database's place, its entries held; return the exit code."""
    try:
        with only_service(settings.data_dir):
            kept = restore(settings.url, source, SystemClock())
    except AlreadyRunning as error:
        say(
            settings.language,
            _("Another service (process {holder}) uses {directory}. Stop it first."),
            holder=error.holder,
            directory=error.directory,
        )
        return FAILED
    except NotRestorable as error:
        say(settings.language, REASONS[error.reason], file=source)
        return FAILED
    except OSError as error:
        say(settings.language, _("The database could not be restored: {reason}"), reason=error)
        return FAILED
    say(settings.language, _("Restored from {file}. Entries are held until you send /lift."), file=source)
    if kept is not None:
        say(settings.language, _("The database that was here is kept: {file}"), file=kept)
    return 0


def restore(url: str, source: Path, wall: Clock) -> Path | None:
    """Replace the database by a copy whose entries are held; return where the old one is kept.

    Raises:
        NotRestorable: the copy can't be used; nothing was changed.
    """
    ready = prepare(url, source, wall)
    database = SqlDatabase(f"sqlite:///{ready.as_posix()}", wall)
    try:
        Restored(database, wall, wall).hold()
    finally:
        database.close()
    return put_in_place(url, ready, wall)
