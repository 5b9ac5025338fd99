from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger
from sqlmodel import Field

from bot_service.domain.alert_settings import NO_WISHES, AlertSettings
from bot_service.domain.mentor_wishes import USUAL_WISHES, MentorWishes
from bot_service.domain.people import Role
from bot_service.storage.tables.base import Base
from bot_service.storage.types import Code, Document, stored


def named() -> Any:
    """Return a text column that older rows have empty."""
    return Field(default="", sa_column_kwargs={"server_default": ""})


class MemberRow(Base, table=True):
    """A person who may talk to the service, or once might."""

    __tablename__ = "member"

    user_id: int = stored(BigInteger(), primary_key=True)
    chat_id: int = stored(BigInteger())
    role: Role = stored(Code(Role))
    language: str
    time_zone: str
    active: bool
    name: str = named()
    alerts: AlertSettings = stored(
        Document(AlertSettings), default=NO_WISHES, sa_column_kwargs={"server_default": "{}"}
    )
    mentor: MentorWishes = stored(
        Document(MentorWishes), default=USUAL_WISHES, sa_column_kwargs={"server_default": "{}"}
    )


class PairingCodeRow(Base, table=True):
    """A one-time code by its hash; `ended` when a newer one replaced it."""

    __tablename__ = "pairing_code"

    code_hash: str = Field(primary_key=True)
    role: Role = stored(Code(Role))
    expires_at: datetime
    used_at: datetime | None = None
    ended: bool = False
    invited_by: int | None = stored(BigInteger(), default=None)


class StrangerRow(Base, table=True):
    """Somebody without a role who wrote once."""

    __tablename__ = "stranger"

    user_id: int = stored(BigInteger(), primary_key=True)
    first_at: datetime
    name: str = named()
    language: str = named()


class TokenRow(Base, table=True):
    """What a confirmation button stands for."""

    __tablename__ = "token"

    id: str = Field(primary_key=True)
    user_id: int = stored(BigInteger())
    action: str
    payload: dict[str, Any] = stored(JSON())
    expires_at: datetime = Field(index=True)
    used_at: datetime | None = None


class DraftRow(Base, table=True):
    """An unfinished dialogue of one person in one chat."""

    __tablename__ = "draft"

    user_id: int = stored(BigInteger(), primary_key=True)
    chat_id: int = stored(BigInteger(), primary_key=True)
    kind: str
    payload: dict[str, Any] = stored(JSON())
    updated_at: datetime


class AuditRow(Base, table=True):
    """One command or press and what came of it."""

    __tablename__ = "audit"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(index=True)
    user_id: int = stored(BigInteger())
    command: str
    arguments: str
    result: str
    detail: dict[str, Any] | None = stored(JSON(none_as_null=True), default=None)
    is_lookup: bool = False
    bots: str = named()
    """The bots it was about, as `,3,5,`, so that one can be looked for."""
    market_at: datetime | None = Field(default=None, index=True)


class ValueRow(Base, table=True):
    """A small value of the service."""

    __tablename__ = "value"

    key: str = Field(primary_key=True)
    value: str
