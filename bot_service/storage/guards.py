from __future__ import annotations

from sqlalchemy import select

from bot_service.domain.guards import GuardPeriod
from bot_service.storage.repository import Repository
from bot_service.storage.tables import GuardPeriodRow
from bot_service.storage.types import columns_of, table_of, values_of

PERIOD = table_of(GuardPeriodRow)
COLUMNS = columns_of(PERIOD, GuardPeriod)


class SqlGuards(Repository):
    """The money from one reset of an account's guards to the next, in the database."""

    def period(self, account_id: int) -> GuardPeriod | None:
        """Return the newest period."""
        theirs = select(*COLUMNS).where(PERIOD.c.account_id == account_id)
        newest = theirs.order_by(PERIOD.c.started_at.desc()).limit(1)
        row = self._connection.execute(newest).one_or_none()
        return None if row is None else GuardPeriod(*row)

    def save(self, period: GuardPeriod) -> None:
        """Write a period."""
        self.replace(PERIOD, values_of(period))
