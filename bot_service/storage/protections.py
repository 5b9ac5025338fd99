from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, delete, select

from bot_service.domain.protection import Protection
from bot_service.storage.repository import Repository
from bot_service.storage.tables import ProtectionRow
from bot_service.storage.types import columns_of, table_of, values_of

PROTECTION = table_of(ProtectionRow)
COLUMNS = columns_of(PROTECTION, Protection)
OF_ACCOUNT = select(*COLUMNS).where(PROTECTION.c.account_id == bindparam("account"))


class SqlProtections(Repository):
    """What is known of the levels of open positions, in the database."""

    def all(self, account_id: int) -> dict[int, Protection]:
        """Return an account's rows by position id."""
        rows = self._connection.execute(OF_ACCOUNT, {"account": account_id})
        found = (Protection(*row) for row in rows)
        return {item.position_id: item for item in found}

    def get(self, account_id: int, position_id: int) -> Protection | None:
        """Return a position's row."""
        query = OF_ACCOUNT.where(PROTECTION.c.position_id == position_id)
        row = self._connection.execute(query, {"account": account_id}).one_or_none()
        return None if row is None else Protection(*row)

    def save(self, protection: Protection) -> None:
        """Write a position's row."""
        self.replace(PROTECTION, values_of(protection))

    def forget(self, account_id: int, position_ids: Iterable[int]) -> None:
        """Delete the rows of positions that have ended."""
        theirs = PROTECTION.c.position_id.in_(tuple(position_ids))
        self._connection.execute(delete(PROTECTION).where(PROTECTION.c.account_id == account_id, theirs))
