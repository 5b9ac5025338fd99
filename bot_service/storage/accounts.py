from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import RowMapping, Text, bindparam, cast, insert, select, update

from bot_service.domain import codec
from bot_service.domain.accounts import Account, DayRule
from bot_service.domain.errors import NoAccount
from bot_service.domain.market import AccountIdentity, LinkCause
from bot_service.domain.trading import Snapshot
from bot_service.storage.repository import Repository
from bot_service.storage.tables import AccountRow, SnapshotRow
from bot_service.storage.types import table_of, values_of

ACCOUNT = table_of(AccountRow)
SNAPSHOT = table_of(SnapshotRow)
IDENTITY = ("server", "login", "trade_mode")
# Asked in every tick, so built once.
GET = select(ACCOUNT).where(ACCOUNT.c.id == bindparam("this"))
# As text, so that the many who read the same snapshot decode it once.
SEEN = select(cast(SNAPSHOT.c.snapshot, Text)).where(SNAPSHOT.c.account_id == bindparam("this"))
KEPT = 8


@lru_cache(maxsize=KEPT)
def _snapshot(text: str) -> Snapshot:
    return codec.from_json(Snapshot, json.loads(text))


def _account(row: RowMapping) -> Account:
    fields: dict[str, Any] = dict(row)
    identity = AccountIdentity(**{name: fields.pop(name) for name in IDENTITY})
    # Read in every tick, and empty but for accounts whose day was ever changed.
    earlier = tuple(codec.from_json(DayRule, rule) for rule in fields.pop("earlier_days"))
    return Account(identity=identity, earlier_days=earlier, **fields)


def _rules(account: Account) -> dict[str, Any]:
    return {"earlier_days": [codec.to_json(rule) for rule in account.earlier_days]}


class SqlAccounts(Repository):
    """Accounts and their snapshots in the database."""

    def add(self, account: Account) -> Account:
        """Store an account; its id is given."""
        values = values_of(account, "id", "identity") | values_of(account.identity) | _rules(account)
        account_id = self._connection.execute(insert(ACCOUNT).values(**values).returning(ACCOUNT.c.id))
        return replace(account, id=account_id.scalar_one())

    def get(self, account_id: int) -> Account:
        """Return an account.

        Raises:
            NoAccount: there is none.
        """
        row = self._connection.execute(GET, {"this": account_id}).mappings().first()
        if row is None:
            raise NoAccount
        return _account(row)

    def all(self) -> tuple[Account, ...]:
        """Return all accounts by id."""
        rows = self._connection.execute(select(ACCOUNT).order_by(ACCOUNT.c.id)).mappings()
        return tuple(_account(row) for row in rows)

    def find(self, identity: AccountIdentity) -> Account | None:
        """Return the account of an identity."""
        wanted = [ACCOUNT.c[name] == getattr(identity, name) for name in IDENTITY]
        row = self._connection.execute(select(ACCOUNT).where(*wanted)).mappings().one_or_none()
        return None if row is None else _account(row)

    def set_link(self, account_id: int, lost_at: datetime | None, cause: LinkCause | None) -> bool:
        """Write the state of the link; True when it was lost or came back just now.

        A link that is lost already keeps the moment of its loss and learns only the newer cause, so that a
        loss is told once.
        """
        stored = self.get(account_id).link_lost_at
        changed = (stored is None) != (lost_at is None)
        change = update(ACCOUNT).where(ACCOUNT.c.id == account_id).values(link_cause=cause)
        self._connection.execute(change.values(link_lost_at=lost_at) if changed else change)
        return changed

    def set_label(self, account_id: int, label: str) -> None:
        """Write what an account is called."""
        self._connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account_id).values(label=label))

    def set_currency(self, account_id: int, currency: str) -> None:
        """Write in which currency an account counts."""
        self._connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account_id).values(currency=currency))

    def set_day(self, account: Account) -> None:
        """Write when an account's days end and are reported."""
        values = {"day_ends": account.day_ends, "time_zone": account.time_zone}
        change = update(ACCOUNT).where(ACCOUNT.c.id == account.id)
        self._connection.execute(change.values(**values, report_at=account.report_at, **_rules(account)))

    def set_clock(self, account_id: int, market_time: datetime, server_offset: timedelta) -> None:
        """Keep where the market clock stands."""
        change = update(ACCOUNT).where(ACCOUNT.c.id == account_id)
        seconds = round(server_offset.total_seconds())
        self._connection.execute(change.values(market_time=market_time, server_offset_s=seconds))

    def save_snapshot(self, snapshot: Snapshot) -> None:
        """Replace the account's snapshot."""
        values = {"account_id": snapshot.account_id, "taken_at": snapshot.taken_at, "snapshot": snapshot}
        self.replace(SNAPSHOT, values)

    def snapshot(self, account_id: int) -> Snapshot | None:
        """Return the newest snapshot, None before the first."""
        text = self._connection.execute(SEEN, {"this": account_id}).scalar_one_or_none()
        return None if text is None else _snapshot(text)
