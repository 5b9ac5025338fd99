"""What is forgotten, and when; trades, deals and the audit of changes are kept for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Table, delete, select

from bot_service.storage.tables import (
    AuditRow,
    ExecutedUpdateRow,
    HistoryBotRow,
    HistoryRow,
    MessageRow,
    PhraseRow,
    TokenRow,
)
from bot_service.storage.tables.messages import MessageState
from bot_service.storage.types import table_of

MESSAGES_KEPT = timedelta(days=30)
UPDATES_KEPT = timedelta(days=7)
LOOKUPS_KEPT = timedelta(days=90)
HISTORY_KEPT = timedelta(days=400)
TOKENS_KEPT = timedelta(days=7)
PHRASES_KEPT = timedelta(days=60)

OUTBOX = table_of(MessageRow)
UPDATE = table_of(ExecutedUpdateRow)
AUDIT = table_of(AuditRow)
HISTORY = table_of(HistoryRow)
HISTORY_BOT = table_of(HistoryBotRow)
TOKEN = table_of(TokenRow)
PHRASE = table_of(PhraseRow)


def prune(connection: Connection, now: datetime) -> dict[str, int]:
    """Delete what is old enough; return the number of rows by table."""
    old_history = HISTORY.c.recorded_at < now - HISTORY_KEPT
    rules: tuple[tuple[Table, ColumnElement[bool]], ...] = (
        # A row that still waits is never forgotten, however old.
        (OUTBOX, (OUTBOX.c.state != MessageState.QUEUED) & (OUTBOX.c.recorded_at < now - MESSAGES_KEPT)),
        (UPDATE, UPDATE.c.at < now - UPDATES_KEPT),
        (AUDIT, AUDIT.c.is_lookup & (AUDIT.c.at < now - LOOKUPS_KEPT)),
        (TOKEN, TOKEN.c.expires_at < now - TOKENS_KEPT),
        (HISTORY_BOT, HISTORY_BOT.c.history_id.in_(select(HISTORY.c.id).where(old_history))),
        (HISTORY, old_history),
        (PHRASE, PHRASE.c.at < now - PHRASES_KEPT),
    )
    return {table.name: connection.execute(delete(table).where(rule)).rowcount for table, rule in rules}
