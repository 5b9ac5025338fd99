from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, text
from sqlmodel import Field

from bot_service.domain.asked import Asked
from bot_service.domain.events import Level
from bot_service.domain.sent import Sent
from bot_service.storage.tables.base import Base
from bot_service.storage.types import Code, Document, stored


class MessageKind(StrEnum):
    """What is done in the chat."""

    SEND = "send"
    EDIT = "edit"
    PHOTO = "photo"


class MessageState(StrEnum):
    """What became of a message."""

    QUEUED = "queued"
    SENT = "sent"
    DEAD = "dead"


QUEUED = text("state = 'queued'")
THREADED = text("subject IS NOT NULL")


class HistoryRow(Base, table=True):
    """Something that happened; ids without foreign keys, because history is never mended."""

    __tablename__ = "history"
    __table_args__ = (Index(None, "code", "happened_at"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    recorded_at: datetime = Field(index=True)
    happened_at: datetime
    code: str
    account_id: int | None = None
    bot_id: int | None = None
    actor: int | None = stored(BigInteger(), default=None)
    payload: dict[str, Any] = stored(JSON())


class HistoryBotRow(Base, table=True):
    """Which bots a row of the history is about; a bulk event has one row here per bot."""

    __tablename__ = "history_bot"

    bot_id: int = Field(primary_key=True)
    history_id: int = Field(primary_key=True, foreign_key="history.id", index=True)


class MessageRow(Base, table=True):
    """One message on its way to one chat."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_queued", "chat_id", "level", "id", sqlite_where=QUEUED, postgresql_where=QUEUED),
        Index("ix_outbox_thread", "chat_id", "subject", sqlite_where=THREADED, postgresql_where=THREADED),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    chat_id: int = stored(BigInteger())
    user_id: int = stored(BigInteger())
    kind: MessageKind = stored(Code(MessageKind))
    level: Level = stored(Code(Level))
    payload: dict[str, Any] = stored(JSON())
    subject: str | None = None
    reply_to: int | None = stored(BigInteger(), default=None)
    history_id: int | None = None
    state: MessageState = stored(Code(MessageState))
    attempts: int = 0
    recorded_at: datetime = Field(index=True)
    not_before: datetime | None = None
    lease_until: datetime | None = None
    sent_at: datetime | None = None
    message_id: int | None = stored(BigInteger(), default=None)
    error: str | None = None
    thread_id: int | None = stored(BigInteger(), default=None)
    parts: Sent | None = stored(Document(Sent), default=None)


class ExecutedUpdateRow(Base, table=True):
    """A Telegram update that was executed and must not be executed again; `owed` until it was answered."""

    __tablename__ = "executed_update"

    update_id: int = stored(BigInteger(), primary_key=True)
    at: datetime = Field(index=True)
    owed: Asked | None = stored(Document(Asked), default=None)
