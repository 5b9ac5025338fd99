from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from bot_service.domain.bots import BotSettings, BotStatus, Fault, Held, Waiting
from bot_service.domain.strategy import Analysis
from bot_service.storage.tables.base import Base
from bot_service.storage.types import Code, Document, stored

SETTINGS_KEPT = 4096


class BotRow(Base, table=True):
    """A bot; `settings` is a copy of its newest version, so that a claim is one statement."""

    __tablename__ = "bot"
    __table_args__ = (Index(None, "account_id", "status"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    settings: BotSettings = stored(Document(BotSettings, shared=SETTINGS_KEPT))
    status: BotStatus = stored(Code(BotStatus))
    version: int
    created_at: datetime
    waiting: Waiting | None = stored(Code(Waiting), default=None)
    held: Held | None = stored(Code(Held), default=None)
    fault: Fault | None = stored(Code(Fault), default=None)
    last_evaluated_bar: datetime | None = None
    due_at: datetime | None = None
    claimed_at: datetime | None = None
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    stop_batch: str | None = None
    deleted_at: datetime | None = None
    real_confirmed_at: datetime | None = None


class BotVersionRow(Base, table=True):
    """The settings of a bot from one edit to the next; `actor` is None for the first."""

    __tablename__ = "bot_version"

    bot_id: int = Field(primary_key=True, foreign_key="bot.id")
    version: int = Field(primary_key=True)
    since: datetime
    settings: BotSettings = stored(Document(BotSettings, shared=SETTINGS_KEPT))
    actor: int | None = stored(BigInteger(), default=None)


class BotTagRow(Base, table=True):
    """A word by which a person calls several bots."""

    __tablename__ = "bot_tag"

    bot_id: int = Field(primary_key=True, foreign_key="bot.id")
    tag: str = Field(primary_key=True)


class AnalysisRow(Base, table=True):
    """A bot's newest analysis."""

    __tablename__ = "analysis"

    bot_id: int = Field(primary_key=True, foreign_key="bot.id")
    bar_time: datetime
    analysis: Analysis = stored(Document(Analysis))
