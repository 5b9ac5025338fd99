"""Put a copy of the database in its place: whole, not newer than this version, brought up to date."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copyfile

from bot_service.ports import Clock
from bot_service.storage.backup import CopyFailed, backup, file_of
from bot_service.storage.migrations import revision_of, revisions, upgrade

KEPT = 7
_DAILY = "bot_service-"
_BESIDE = ("-wal", "-shm")


class NotRestorable(Exception):
    """A copy can't be used; `reason` is `missing`, `broken`, `newer` or `server`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def daily_copy(url: str, folder: Path, wall: Clock) -> Path | None:
    """Copy the database once a day and keep the newest seven; None where today's is there."""
    if file_of(url) is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{_DAILY}{wall.now():%Y%m%d}.db"
    if target.exists():
        return None
    # Under another name until it is whole: a copy that was cut off must not count as today's.
    unfinished = target.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    backup(url, unfinished).rename(target)
    for old in sorted(folder.glob(f"{_DAILY}*.db"))[:-KEPT]:
        old.unlink()
    return target


def prepare(url: str, source: Path, wall: Clock) -> Path:
    """Return a copy of a copy beside the database, checked and brought to this version's tables.

    Raises:
        NotRestorable: it is no whole database of this service, or a newer version's.
    """
    target = file_of(url)
    if target is None:
        raise NotRestorable("server")
    if not source.is_file():
        raise NotRestorable("missing")
    _check(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    ready = target.with_name(f"{target.name}.restoring")
    _remove(ready)
    address = f"sqlite:///{source.as_posix()}"
    backup(address, ready)
    made = upgrade(f"sqlite:///{ready.as_posix()}", wall)
    if made is not None:
        made.unlink()  # the copy itself is still there
    with closing(sqlite3.connect(ready, isolation_level=None)) as connection:
        # What waited to be sent was told by the other machine, or is old by now.
        connection.execute("UPDATE outbox SET state = 'dead' WHERE state = 'queued'")
    return ready


def put_in_place(url: str, ready: Path, wall: Clock) -> Path | None:
    """Replace the database by a prepared copy; return where the old one is kept, None without one.

    At every moment there is a whole database under its name, or the old one with what belongs to it.
    """
    target = file_of(url)
    if target is None:
        raise NotRestorable("server")
    kept = _keep(url, target, wall) if target.exists() else None
    for name in _BESIDE:
        _beside(target, name).unlink(missing_ok=True)
    ready.replace(target)
    return kept


def _keep(url: str, target: Path, wall: Clock) -> Path:
    kept = target.with_name(f"{target.name}.before-restore-{wall.now():%Y%m%dT%H%M%SZ}")
    try:
        backup(url, kept)
    except CopyFailed:
        # A broken database is what people restore for: it is kept byte by byte, for whoever can mend it.
        for name in ("", *_BESIDE):
            if _beside(target, name).exists():
                copyfile(_beside(target, name), _beside(kept, name))
        return kept
    with closing(sqlite3.connect(target)) as connection:
        # Nothing but the file itself may hold what was committed when its companions go.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return kept


def _check(source: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise NotRestorable("broken")
        revision = revision_of(f"sqlite:///{source.as_posix()}")
    except sqlite3.DatabaseError:
        raise NotRestorable("broken") from None
    if revision is None:
        raise NotRestorable("broken")
    if revision not in revisions():
        raise NotRestorable("newer")


def _remove(path: Path) -> None:
    for name in ("", *_BESIDE):
        _beside(path, name).unlink(missing_ok=True)


def _beside(path: Path, name: str) -> Path:
    return path.with_name(path.name + name)
