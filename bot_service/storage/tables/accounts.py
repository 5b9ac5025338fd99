from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, UniqueConstraint
from sqlmodel import Field

from bot_service.domain.market import LinkCause, MarginMode, TradeMode
from bot_service.domain.trading import Snapshot
from bot_service.storage.tables.base import Base
from bot_service.storage.types import Code, Document, Money, stored


class AccountRow(Base, table=True):
    """A trading account at one broker."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("server", "login", "trade_mode"),)

    id: int | None = Field(default=None, primary_key=True)
    label: str
    server: str
    login: int = stored(BigInteger())
    trade_mode: TradeMode = stored(Code(TradeMode))
    currency: str
    margin_mode: MarginMode = stored(Code(MarginMode))
    leverage: int
    time_zone: str
    magic_block: int = Field(unique=True)
    link_lost_at: datetime | None = None
    link_cause: LinkCause | None = stored(Code(LinkCause), default=None)
    market_time: datetime | None = None
    server_offset_s: int
    day_ends: int
    report_at: str
    earlier_days: list[dict[str, Any]] = stored(
        JSON(), default_factory=list, sa_column_kwargs={"server_default": "[]"}
    )


class SnapshotRow(Base, table=True):
    """What the watch saw of an account last."""

    __tablename__ = "account_snapshot"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    taken_at: datetime
    snapshot: Snapshot = stored(Document(Snapshot))


class AccountDayRow(Base, table=True):
    """The money of one trading day."""

    __tablename__ = "account_day"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    day: date = Field(primary_key=True)
    opening_balance: Decimal = stored(Money())
    closing_balance: Decimal = stored(Money())
    operations: Decimal = stored(Money())
    opening_equity: Decimal | None = stored(Money(), default=None)
    closing_equity: Decimal | None = stored(Money(), default=None)
    peak_equity: Decimal | None = stored(Money(), default=None)
    broker_closing: Decimal | None = stored(Money(), default=None)


class GuardPeriodRow(Base, table=True):
    """The money from one reset of an account's guards to the next."""

    __tablename__ = "guard_period"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    started_at: datetime = Field(primary_key=True)
    ends_at: datetime
    opening_balance: Decimal = stored(Money())
    opening_equity: Decimal = stored(Money())
    peak_equity: Decimal | None = stored(Money(), default=None)
    reference: Decimal = stored(Money())
    warned_at: datetime | None = None
    hit_at: datetime | None = None
    lifted_at: datetime | None = None
    currency: str = Field(default="", sa_column_kwargs={"server_default": ""})
