from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, UniqueConstraint
from sqlmodel import Field

from bot_service.domain.check_ins import PromptAnswer, PromptCause
from bot_service.domain.journal import StepReply
from bot_service.domain.promises import Brake, BrakeState, PromiseKind, PromiseMark
from bot_service.domain.weekly import WeeklyLetter
from bot_service.storage.tables.base import Base
from bot_service.storage.types import Code, Document, Money, stored


class PromiseRow(Base, table=True):
    """What a person promised himself."""

    __tablename__ = "promise"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = stored(BigInteger(), index=True)
    account_id: int = Field(foreign_key="account.id")
    kind: PromiseKind = stored(Code(PromiseKind))
    made_at: datetime
    brake: Brake = stored(Code(Brake))
    loss_r: Decimal = stored(Money())
    minutes: int
    most: int
    text: str
    until: datetime | None = None
    ended_at: datetime | None = None


class PromiseOccasionRow(Base, table=True):
    """One time when a promise was tested."""

    __tablename__ = "promise_occasion"
    __table_args__ = (Index(None, "promise_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    promise_id: int = Field(foreign_key="promise.id")
    at: datetime
    mark: PromiseMark = stored(Code(PromiseMark))
    command: str
    reason: str


class BrakedActRow(Base, table=True):
    """An act that a promise stands in the way of."""

    __tablename__ = "braked_act"
    __table_args__ = (Index(None, "state", "user_id"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = stored(BigInteger())
    chat_id: int = stored(BigInteger())
    account_id: int = Field(foreign_key="account.id")
    promise_ids: list[int] = stored(JSON())
    reasons: list[str] = stored(JSON())
    brake: Brake = stored(Code(Brake))
    deed: dict[str, Any] = stored(JSON())
    happened_at: datetime
    asked_at: datetime
    free_at: datetime | None = None
    state: BrakeState = stored(Code(BrakeState))


class PromptRow(Base, table=True):
    """A question about somebody's mood."""

    __tablename__ = "check_in_prompt"
    __table_args__ = (UniqueConstraint("user_id", "day", "slot"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = stored(BigInteger())
    account_id: int = Field(foreign_key="account.id")
    day: date
    slot: str
    cause: PromptCause = stored(Code(PromptCause))
    asked_at: datetime
    answer: PromptAnswer | None = stored(Code(PromptAnswer), default=None)
    answered_at: datetime | None = None


class ObjectionRow(Base, table=True):
    """Somebody's word that a finding isn't true."""

    __tablename__ = "objection"

    user_id: int = stored(BigInteger(), primary_key=True)
    account_id: int = Field(primary_key=True, foreign_key="account.id")
    day: date = Field(primary_key=True)
    code: str = Field(primary_key=True)
    at: datetime


class StepAnswerRow(Base, table=True):
    """What became of the step of a day's report."""

    __tablename__ = "step_answer"

    user_id: int = stored(BigInteger(), primary_key=True)
    account_id: int = Field(primary_key=True, foreign_key="account.id")
    day: date = Field(primary_key=True)
    reply: StepReply = stored(Code(StepReply))
    at: datetime


class WeeklyLetterRow(Base, table=True):
    """The letter of a person and week."""

    __tablename__ = "weekly_letter"

    user_id: int = stored(BigInteger(), primary_key=True)
    week: date = Field(primary_key=True)
    written_at: datetime
    letter: WeeklyLetter = stored(Document(WeeklyLetter))
