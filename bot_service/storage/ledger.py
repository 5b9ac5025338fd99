from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, insert, select, update

from bot_service.domain.findings import Intervention
from bot_service.storage.repository import Repository
from bot_service.storage.tables import InterventionRow
from bot_service.storage.types import columns_of, table_of, values_of

LEDGER = table_of(InterventionRow)
COLUMNS = columns_of(LEDGER, Intervention)
NOTHING = 0
"""Stands for no position and no bot: a key holds no NULL."""


class SqlLedger(Repository):
    """The ledger of interventions in the database."""

    def book(self, account_id: int, interventions: Iterable[Intervention]) -> None:
        """Store interventions, or what has become of those that are known."""
        for one in interventions:
            values = {"account_id": account_id, **values_of(one)}
            values |= {"bot_id": one.bot_id or NOTHING, "position_id": one.position_id or NOTHING}
            names = ("account_id", "at", "kind", "position_id", "bot_id")
            this = and_(*(LEDGER.c[name] == values[name] for name in names))
            if self._connection.execute(update(LEDGER).where(this).values(**values)).rowcount == 0:
                self._connection.execute(insert(LEDGER).values(**values))

    def done(self, account_id: int, since: datetime, until: datetime) -> tuple[Intervention, ...]:
        """Return the interventions with since <= at < until, oldest first."""
        return self._found(account_id, and_(LEDGER.c.at >= since, LEDGER.c.at < until))

    def decided(self, account_id: int, since: datetime, until: datetime) -> tuple[Intervention, ...]:
        """Return the interventions whose end became known with since <= decided_at < until."""
        return self._found(account_id, and_(LEDGER.c.decided_at >= since, LEDGER.c.decided_at < until))

    def pending(self, account_id: int) -> tuple[Intervention, ...]:
        """Return the interventions whose end is not known, oldest first."""
        return self._found(account_id, LEDGER.c.pending)

    def _found(self, account_id: int, condition: ColumnElement[bool]) -> tuple[Intervention, ...]:
        query = select(*COLUMNS).where(LEDGER.c.account_id == account_id, condition)
        rows = self._connection.execute(query.order_by(LEDGER.c.at, LEDGER.c.id))
        return tuple(_read(row) for row in rows)


def _read(row: Row[Any]) -> Intervention:
    found = Intervention(*tuple(row))
    return replace(found, bot_id=found.bot_id or None, position_id=found.position_id or None)
