from datetime import date, datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from bot_service.domain.findings import DayReport, Mood
from bot_service.storage.tables.base import Base
from bot_service.storage.types import Code, Document, stored


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


class ReportRow(Base, table=True):
    """The report of one account and trading day."""

    __tablename__ = "report"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    day: date = Field(primary_key=True)
    finished: bool
    written_at: datetime
    report: DayReport = stored(Document(DayReport))
