from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field

from bot_service.domain.trading import DealEntry, DealKind, ExitCause, IntentState, Purpose, Side
from bot_service.storage.tables.base import Base
from bot_service.storage.types import Code, Money, stored

OPENING = text("purpose = 'open'")
OPEN_POSITION = text("purpose = 'open' AND position_id IS NOT NULL AND NOT position_closed")
UNSETTLED = text("state IN ('pending', 'unknown')")
UNSETTLED_CLOSING = text("purpose = 'close' AND state IN ('pending', 'unknown')")


class IntentRow(Base, table=True):
    """An order that the service wanted; `position_closed` keeps the open ones findable among thousands."""

    __tablename__ = "intent"
    __table_args__ = (
        Index(
            "uq_intent_opening",
            "bot_id",
            "bar_time",
            unique=True,
            sqlite_where=OPENING,
            postgresql_where=OPENING,
        ),
        Index(
            "uq_intent_unsettled_closing",
            "account_id",
            "position_id",
            unique=True,
            sqlite_where=UNSETTLED_CLOSING,
            postgresql_where=UNSETTLED_CLOSING,
        ),
        Index("uq_intent_account_id_ref", "account_id", "ref", unique=True),
        Index("ix_intent_position", "account_id", "position_id"),
        Index(
            "ix_intent_unsettled",
            "account_id",
            "bot_id",
            sqlite_where=UNSETTLED,
            postgresql_where=UNSETTLED,
        ),
        Index(
            "ix_intent_open_position",
            "account_id",
            sqlite_where=OPEN_POSITION,
            postgresql_where=OPEN_POSITION,
        ),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    ref: str
    account_id: int = Field(foreign_key="account.id")
    bot_id: int = Field(foreign_key="bot.id")
    magic: int = stored(BigInteger())
    purpose: Purpose = stored(Code(Purpose))
    symbol: str
    side: Side = stored(Code(Side))
    lots: Decimal = stored(Money())
    state: IntentState = stored(Code(IntentState))
    created_at: datetime
    bar_time: datetime | None = None
    stop_loss: Decimal | None = stored(Money(), default=None)
    take_profit: Decimal | None = stored(Money(), default=None)
    position_id: int | None = stored(BigInteger(), default=None)
    planned_risk: Decimal | None = stored(Money(), default=None)
    strategy: str
    order_ticket: int | None = stored(BigInteger(), default=None)
    deal_ticket: int | None = stored(BigInteger(), default=None)
    filled_lots: Decimal | None = stored(Money(), default=None)
    fill_price: Decimal | None = stored(Money(), default=None)
    retcode: int | None = None
    cause: ExitCause | None = stored(Code(ExitCause), default=None)
    price: Decimal | None = stored(Money(), default=None)
    worst_price: Decimal | None = stored(Money(), default=None)
    slippage: Decimal | None = stored(Money(), default=None)
    position_closed: bool = False


class ProtectionRow(Base, table=True):
    """What is known of the levels of an open position that we opened; gone when the position has ended."""

    __tablename__ = "protection"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    position_id: int = stored(BigInteger(), primary_key=True)
    lots: Decimal = stored(Money())
    own_lots: Decimal = stored(Money())
    stop_loss: Decimal | None = stored(Money(), default=None)
    take_profit: Decimal | None = stored(Money(), default=None)
    lost_stop: Decimal | None = stored(Money(), default=None)
    removals: int
    setting: Decimal | None = stored(Money(), default=None)
    missing_since: datetime | None = None
    tries: int
    tried_at: datetime | None = None
    cause: str
    closing: bool
    reminders: int
    told_at: datetime | None = None


class DealRow(Base, table=True):
    """One entry of a broker's books."""

    __tablename__ = "deal"
    __table_args__ = (Index(None, "account_id", "time"), Index(None, "account_id", "position_id"))

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    ticket: int = stored(BigInteger(), primary_key=True)
    order: int = stored(BigInteger())
    time: datetime
    kind: DealKind = stored(Code(DealKind))
    entry: DealEntry = stored(Code(DealEntry))
    reason: str
    symbol: str
    side: Side = stored(Code(Side))
    lots: Decimal = stored(Money())
    price: Decimal = stored(Money())
    profit: Decimal = stored(Money())
    commission: Decimal = stored(Money())
    swap: Decimal = stored(Money())
    fee: Decimal = stored(Money())
    magic: int = stored(BigInteger())
    position_id: int = stored(BigInteger())
    comment: str


class TradeRow(Base, table=True):
    """A closed position, added up from its deals."""

    __tablename__ = "trade"
    __table_args__ = (Index(None, "account_id", "closed_at"), Index(None, "bot_id", "closed_at"))

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    position_id: int = stored(BigInteger(), primary_key=True)
    bot_id: int | None = Field(default=None, foreign_key="bot.id")
    strategy: str
    symbol: str
    side: Side = stored(Code(Side))
    lots: Decimal = stored(Money())
    price_open: Decimal = stored(Money())
    price_close: Decimal = stored(Money())
    opened_at: datetime
    closed_at: datetime = Field(index=True)
    profit: Decimal = stored(Money())
    commission: Decimal = stored(Money())
    swap: Decimal = stored(Money())
    fee: Decimal = stored(Money())
    cause: ExitCause = stored(Code(ExitCause))
    planned_risk: Decimal | None = stored(Money(), default=None)
