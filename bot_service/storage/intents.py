from __future__ import annotations

import secrets
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, TextClause, and_, bindparam, exists, select, update

from bot_service.domain.errors import IntentExists
from bot_service.domain.trading import Intent, IntentState, Purpose
from bot_service.storage.repository import Repository, insert_unless_known
from bot_service.storage.tables import IntentRow, TradeRow
from bot_service.storage.tables.trading import OPEN_POSITION, OPENING, UNSETTLED
from bot_service.storage.types import columns_of, table_of, values_of

INTENT = table_of(IntentRow)
TRADE = table_of(TradeRow)
COLUMNS = columns_of(INTENT, Intent)
OUTCOME = (
    "state",
    "position_id",
    "order_ticket",
    "deal_ticket",
    "filled_lots",
    "fill_price",
    "retcode",
    "stop_loss",
    "take_profit",
    "planned_risk",
    "slippage",
)
ATTEMPT = ("created_at", "lots", "stop_loss", "take_profit", "planned_risk", "price", "worst_price")
NO_OUTCOME = ("order_ticket", "deal_ticket", "filled_lots", "fill_price", "retcode", "slippage")
# A position may have ended before its opening is settled: reconciling finds both at once.
CLOSED = exists().where(
    TRADE.c.account_id == INTENT.c.account_id, TRADE.c.position_id == bindparam("position_id")
)
SETTLE = (
    update(INTENT)
    .where(INTENT.c.id == bindparam("this"))
    .values({name: bindparam(name) for name in OUTCOME} | {"position_closed": CLOSED})
)


def _by_owner(condition: ColumnElement[bool] | TextClause) -> tuple[Select[Any], ...]:
    query = select(*COLUMNS).where(condition)
    account, bot = INTENT.c.account_id == bindparam("account"), INTENT.c.bot_id == bindparam("bot")
    return (query, query.where(account), query.where(bot), query.where(account, bot))


# Asked in every tick, so built once: of all, of an account, of a bot, of a bot in an account.
PENDING = _by_owner(UNSETTLED)
IS_OPEN = and_(OPEN_POSITION, INTENT.c.state.in_([IntentState.FILLED, IntentState.PARTIAL]))
OPENED = _by_owner(IS_OPEN)
OWNERS = select(INTENT.c.position_id, INTENT.c.bot_id).where(
    IS_OPEN, INTENT.c.account_id == bindparam("account")
)
EXECUTED = and_(
    OPENING,
    INTENT.c.account_id == bindparam("account"),
    INTENT.c.symbol == bindparam("symbol"),
    INTENT.c.bar_time < bindparam("before"),
    INTENT.c.position_id.is_not(None),
    INTENT.c.planned_risk.is_not(None),
)
NEWEST_OPENING = select(*COLUMNS).where(EXECUTED).order_by(INTENT.c.bar_time.desc()).limit(1)
OPENING_BARS = (
    select(INTENT.c.bar_time)
    .distinct()
    .where(EXECUTED, INTENT.c.bar_time >= bindparam("since"))
    .order_by(INTENT.c.bar_time)
)
RENEW = (
    update(INTENT)
    .where(INTENT.c.id == bindparam("this"), INTENT.c.state.in_([IntentState.PENDING, IntentState.REJECTED]))
    .values(
        {name: bindparam(name) for name in ATTEMPT}
        | dict.fromkeys(NO_OUTCOME)
        | {"state": IntentState.PENDING}
    )
    .returning(*COLUMNS)
)
REF_BYTES = 8  # 16 characters: what a comment surely carries


class SqlIntents(Repository):
    """Intents in the database; two unique indexes refuse the second order."""

    def add(self, draft: Intent) -> Intent:
        """Store a pending intent with a new id and a random reference.

        The reference is random, so that a database restored from a copy never repeats one.
        """
        values = values_of(draft, "id", "ref", "state")
        values |= {
            "ref": secrets.token_hex(REF_BYTES),
            "state": IntentState.PENDING,
            "position_closed": False,
        }
        statement = insert_unless_known(self._dialect, INTENT, *(column.name for column in COLUMNS))
        row = self._connection.execute(statement, values).one_or_none()
        if row is None:
            raise IntentExists(draft.bot_id, draft.purpose)
        return Intent(*row)

    def renew(self, intent: Intent) -> Intent:
        """Make a refused or pending intent pending again with the values of a further attempt."""
        attempt = {name: getattr(intent, name) for name in ATTEMPT}
        row = self._connection.execute(RENEW, {"this": intent.id, **attempt}).one_or_none()
        if row is None:
            raise IntentExists(intent.bot_id, intent.purpose)
        return Intent(*row)

    def settle(self, intent: Intent) -> None:
        """Write state and outcome fields of an intent."""
        outcome = {name: getattr(intent, name) for name in OUTCOME}
        if self._connection.execute(SETTLE, {"this": intent.id, **outcome}).rowcount != 1:
            raise LookupError(f"no intent {intent.id}")

    def get(self, intent_id: int) -> Intent:
        """Return an intent.

        Raises:
            LookupError: there is none.
        """
        found = self._all(select(*COLUMNS).where(INTENT.c.id == intent_id))
        if not found:
            raise LookupError(f"no intent {intent_id}")
        return found[0]

    def unsettled(self, account_id: int | None = None, bot_id: int | None = None) -> tuple[Intent, ...]:
        """Return pending and unknown intents, oldest first."""
        return self._theirs(PENDING, account_id, bot_id)

    def of_position(self, account_id: int, position_id: int) -> tuple[Intent, ...]:
        """Return all intents that opened or close a position."""
        theirs = and_(INTENT.c.account_id == account_id, INTENT.c.position_id == position_id)
        return self._all(select(*COLUMNS).where(theirs))

    def open_positions(self, account_id: int, bot_id: int | None = None) -> dict[int, Intent]:
        """Return the filled opening intents whose position has no closed trade yet, by position id."""
        found = self._theirs(OPENED, account_id, bot_id)
        return {intent.position_id: intent for intent in found if intent.position_id is not None}

    def owners(self, account_id: int) -> dict[int, int]:
        """Return whose the open positions are: bot ids by position id."""
        rows = self._connection.execute(OWNERS, {"account": account_id})
        return {row.position_id: row.bot_id for row in rows}

    def newest_opening(self, account_id: int, symbol: str, before: datetime) -> Intent | None:
        """Return the last executed opening of a symbol whose bar began before a moment (market time)."""
        values = {"account": account_id, "symbol": symbol, "before": before}
        row = self._connection.execute(NEWEST_OPENING, values).one_or_none()
        return None if row is None else Intent(*row)

    def opening_bars(
        self, account_id: int, symbol: str, since: datetime, until: datetime
    ) -> tuple[datetime, ...]:
        """Return the bars with since <= bar < until in which openings of a symbol were executed, by time."""
        values = {"account": account_id, "symbol": symbol, "since": since, "before": until}
        return tuple(self._connection.execute(OPENING_BARS, values).scalars())

    def openings(self, bot_id: int, since: datetime, limit: int) -> tuple[Intent, ...]:
        """Return a bot's newest openings of bars after a moment, newest first."""
        theirs = and_(INTENT.c.bot_id == bot_id, INTENT.c.purpose == Purpose.OPEN, INTENT.c.bar_time > since)
        query = select(*COLUMNS).where(theirs).order_by(INTENT.c.bar_time.desc()).limit(limit)
        return tuple(Intent(*row) for row in self._connection.execute(query))

    def by_ref(self, account_id: int, ref: str) -> Intent | None:
        """Return the intent with this reference."""
        found = self._all(select(*COLUMNS).where(INTENT.c.account_id == account_id, INTENT.c.ref == ref))
        return found[0] if found else None

    def _theirs(
        self, queries: tuple[Select[Any], ...], account_id: int | None, bot_id: int | None
    ) -> tuple[Intent, ...]:
        query = queries[(account_id is not None) + 2 * (bot_id is not None)]
        return self._all(query, {"account": account_id, "bot": bot_id})

    def _all(self, query: Select[Any], values: dict[str, Any] | None = None) -> tuple[Intent, ...]:
        # Sorted here: asked for the order of ids, SQLite walks the whole table instead of a small index.
        found = [Intent(*row) for row in self._connection.execute(query, values)]
        return tuple(sorted(found, key=attrgetter("id")))
