from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field

from bot_service.domain.acts import ActKind
from bot_service.domain.findings import DayReport, Mood
from bot_service.domain.trading import ExitCause
from bot_service.storage.tables.base import Base
from bot_service.storage.types import Code, Document, Money, stored


class CheckInRow(Base, table=True):
    """How a person said he felt."""

    __tablename__ = "check_in"
    __table_args__ = (Index(None, "account_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = stored(BigInteger())
    account_id: int = Field(foreign_key="account.id")
    at: datetime
    mood: Mood = stored(Code(Mood))
    before_close: bool
    corrected_at: datetime | None = None
    message_id: int | None = stored(BigInteger(), default=None)
    """The message that tells of it; a reply to it is a note."""


class NoteRow(Base, table=True):
    """What a person wrote down."""

    __tablename__ = "note"
    __table_args__ = (Index(None, "account_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = stored(BigInteger())
    account_id: int = Field(foreign_key="account.id")
    at: datetime
    text: str


class InterventionRow(Base, table=True):
    """One act by hand in the ledger; a 0 stands for no position (a pause) and for no bot."""

    __tablename__ = "intervention"
    __table_args__ = (
        Index(None, "account_id", "decided_at"),
        UniqueConstraint("account_id", "at", "kind", "position_id", "bot_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    at: datetime
    kind: ActKind = stored(Code(ActKind))
    position_id: int = stored(BigInteger())
    bot_id: int
    symbol: str
    actual_r: Decimal = stored(Money())
    rule_r: Decimal = stored(Money())
    rule_cause: ExitCause | None = stored(Code(ExitCause), default=None)
    rule_at: datetime | None = None
    approximate: bool
    pending: bool
    decided_at: datetime | None = None
    trades: int
    user_id: int | None = stored(BigInteger(), default=None)


class ReportRow(Base, table=True):
    """The report of one account and trading day."""

    __tablename__ = "report"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    day: date = Field(primary_key=True)
    finished: bool
    written_at: datetime
    report: DayReport = stored(Document(DayReport))


class PhraseRow(Base, table=True):
    """A catalog sentence of a report in the Writer's words, checked."""

    __tablename__ = "phrase"
    __table_args__ = (Index(None, "account_id", "day", "language"),)

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    day: date
    language: str
    sentence: str
    text: str
    at: datetime
