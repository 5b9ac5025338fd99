from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field

from bot_service.storage.tables.base import Base
from bot_service.storage.types import stored


class GroupRow(Base, table=True):
    """A Telegram group that a member has connected."""

    __tablename__ = "chat_group"

    chat_id: int = stored(BigInteger(), primary_key=True)
    title: str
    language: str
    time_zone: str
    bound_by: int = stored(BigInteger())
    bound_at: datetime


class RouteRow(Base, table=True):
    """Which alerts also go to a group, and to which topic of it (0: none)."""

    __tablename__ = "alert_route"

    chat_id: int = stored(BigInteger(), primary_key=True)
    thread_id: int = stored(BigInteger(), primary_key=True)
    kind: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
