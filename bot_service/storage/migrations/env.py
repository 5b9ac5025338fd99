"""Alembic runs this file; `upgrade` hands it the connection."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection
from sqlmodel import AutoString, UTCDateTime

from bot_service.storage.tables import METADATA
from bot_service.storage.types import Code, Document, Money

RENDERED = {
    UTCDateTime: "sqlmodel.UTCDateTime()",
    AutoString: "sqlmodel.AutoString()",
    Code: "sa.Text()",
    Document: "sa.JSON()",
    Money: "Money()",
}


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our column types so that old revisions don't depend on the domain's classes."""
    if kind != "type" or type(item) not in RENDERED:
        return False
    if isinstance(item, Money):
        autogen.imports.add("from bot_service.storage.types import Money")
    return RENDERED[type(item)]


def refuse_orphans(connection: Connection) -> None:
    """Undo the migration if it left rows that point nowhere."""
    if connection.dialect.name != "sqlite":
        return
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if orphans:
        raise RuntimeError(f"the migration broke {len(orphans)} foreign keys, first {tuple(orphans[0])!r}")


def run(connection: Connection) -> None:
    """Apply the revisions and the check in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=True,
        render_item=render_item,
        # Alembic distrusts SQLite's driver, which begins late; our connections begin by themselves.
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
        refuse_orphans(connection)


run(context.config.attributes["connection"])
