"""The schema's history: one revision per change, applied by `upgrade`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from bot_service.ports import Clock
from bot_service.storage.backup import backup, file_of
from bot_service.storage.engine import open_engine

if TYPE_CHECKING:
    from alembic.config import Config

_FILES = "[0-9]*_*.py"
_STAMP = "alembic_version"


def alembic_config() -> Config:
    """Return Alembic's configuration; the scripts lie in this package."""
    # Not with the package: the brake at the console finds its database up to date, and is in a hurry.
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


def revisions() -> tuple[str, ...]:
    """Return every revision that this version of the service knows, oldest first: files are named by them."""
    files = (Path(__file__).parent / "versions").glob(_FILES)
    return tuple(sorted(file.name.partition("_")[0] for file in files))


def newest_revision() -> str:
    """Return the revision that this version of the service needs."""
    return revisions()[-1]


def revision_of(url: str | Path) -> str | None:
    """Return the revision of a database, None for a new one."""
    path = file_of(url)
    if path is not None and not path.exists():
        return None
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            if not connection.dialect.has_table(connection, _STAMP):
                return None
            return connection.execute(text(f"SELECT version_num FROM {_STAMP}")).scalar()  # noqa: S608
    finally:
        engine.dispose()


def upgrade(url: str | Path, wall: Clock | None = None) -> Path | None:
    """Bring a database to the newest revision; return the copy of the old one that was made before.

    The copy lies beside the database: `<file>.backup-<revision>-<time>`, by `wall`, else the time of the
    file's last change. A new database and one that is up to date need no copy.
    """
    revision = revision_of(url)
    if revision == newest_revision():
        return None
    copy = None if revision is None else _copy(url, revision, wall)
    from alembic import command  # noqa: PLC0415  # as above

    # Foreign keys are off, because SQLite changes a table by replacing it; env.py checks them at the end.
    engine = open_engine(url, foreign_keys=False)
    try:
        with engine.execution_options(writing=True).connect() as connection:
            config = alembic_config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()
    return copy


def _copy(url: str | Path, revision: str, wall: Clock | None) -> Path | None:
    path = file_of(url)
    if path is None:
        return None
    moment = datetime.fromtimestamp(path.stat().st_mtime, UTC) if wall is None else wall.now()
    name = f"{path.name}.backup-{revision}-{moment:%Y%m%dT%H%M%S%fZ}"
    return backup(url, path.with_name(name))
