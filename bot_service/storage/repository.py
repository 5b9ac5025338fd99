"""What every repository needs: a connection inside a transaction, and inserts that meet existing rows.

Repositories read columns, not entities: without an identity map no value can be older than its row.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


# Building a statement costs more than running it; so those that run in every tick are built once.
@cache
def insert_unless_known(dialect: str, table: Table, *returning: str) -> Any:
    """Return an INSERT that leaves a row alone whose unique key exists."""
    statement = _INSERTS[dialect](table).on_conflict_do_nothing()
    return statement.returning(*(table.c[name] for name in returning)) if returning else statement


@cache
def insert_or_change(dialect: str, table: Table, *names: str) -> Any:
    """Return an INSERT that changes the named columns of the row whose primary key exists."""
    keys = [column.name for column in table.primary_key]
    statement = _INSERTS[dialect](table)
    changes = {name: statement.excluded[name] for name in names if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changes)


class Repository:
    """One kind of values in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def _dialect(self) -> str:
        return self._connection.dialect.name

    def insert_new(self, table: Table, values: Mapping[str, Any]) -> bool:
        """Add a row unless a unique key has it; tell whether it was added."""
        return self._connection.execute(insert_unless_known(self._dialect, table), values).rowcount == 1

    def replace(self, table: Table, values: Mapping[str, Any]) -> None:
        """Add a row or change the one with the same primary key."""
        self._connection.execute(insert_or_change(self._dialect, table, *values), values)
