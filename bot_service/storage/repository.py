"""What every repository needs: a connection inside a transaction, and inserts that meet existing rows.

Repositories read columns, not entities: without an identity map no value can be older than its row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class Repository:
    """One kind of values in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _insert(self, table: Table) -> Any:
        return _INSERTS[self._connection.dialect.name](table)

    def insert_new(self, table: Table, values: Mapping[str, Any]) -> bool:
        """Add a row unless a unique key has it; tell whether it was added."""
        statement = self._insert(table).values(**values).on_conflict_do_nothing()
        return self._connection.execute(statement).rowcount == 1

    def replace(self, table: Table, values: Mapping[str, Any]) -> None:
        """Add a row or change the one with the same primary key."""
        keys = [column.name for column in table.primary_key]
        statement = self._insert(table).values(**values)
        changes = {name: statement.excluded[name] for name in values if name not in keys}
        self._connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changes))
