"""What becomes of signals, orders and positions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from bot_service.domain.events.base import Event, Level
from bot_service.domain.trading import ExitCause, Purpose, Side


@dataclass(frozen=True, kw_only=True)
class OrderFilled(Event):
    """An opening was executed; money in `currency`.

    `slippage` is what the fill costs more at the stop than was decided, where that is worth telling;
    `beyond_limit` says that the broker passed the limit of the order.
    """

    code: ClassVar[str] = "order_filled"
    level: ClassVar[Level] = Level.TRADE
    name: str
    ticket: int
    position_id: int
    symbol: str
    side: Side
    lots: Decimal
    price: Decimal
    stop_loss: Decimal | None
    take_profit: Decimal | None
    planned_risk: Decimal | None
    currency: str
    strategy: str
    partial: bool = False
    asked_lots: Decimal | None = None
    slippage: Decimal | None = None
    beyond_limit: bool = False

    @property
    def subject(self) -> str | None:
        """Return the thread of the position."""
        return f"position:{self.account_id}:{self.position_id}"


@dataclass(frozen=True, kw_only=True)
class EntryDenied(Event):
    """The service refused to send an entry; `reason` is a code of domain.risk, `numbers` its figures."""

    code: ClassVar[str] = "entry_denied"
    name: str
    symbol: str
    side: Side
    reason: str
    numbers: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class OrderRejected(Event):
    """The broker refused an order."""

    code: ClassVar[str] = "order_rejected"
    level: ClassVar[Level] = Level.CRITICAL
    name: str
    symbol: str
    side: Side
    lots: Decimal
    purpose: Purpose
    retcode: int
    reject_class: str


@dataclass(frozen=True, kw_only=True)
class OrderDelayed(Event):
    """The broker can't take an order just now: an exit is tried again, an entry while its signal is fresh.

    Told once per signal or exit, however often it is tried.
    """

    code: ClassVar[str] = "order_delayed"
    name: str
    symbol: str
    side: Side
    lots: Decimal
    purpose: Purpose
    retcode: int
    reject_class: str


@dataclass(frozen=True, kw_only=True)
class MarketClosed(Event):
    """An order met a closed market: nothing was executed, and the bot waits for the opening."""

    code: ClassVar[str] = "market_closed"
    name: str
    symbol: str
    side: Side
    lots: Decimal
    purpose: Purpose


@dataclass(frozen=True, kw_only=True)
class OrderUnknown(Event):
    """Nobody knows yet what became of an order; nothing is sent again until it is known."""

    code: ClassVar[str] = "order_unknown"
    level: ClassVar[Level] = Level.CRITICAL
    name: str
    symbol: str
    side: Side
    lots: Decimal
    purpose: Purpose


@dataclass(frozen=True, kw_only=True)
class OrderNeverSent(Event):
    """An order that the service wanted never reached the broker."""

    code: ClassVar[str] = "order_never_sent"
    name: str
    symbol: str
    side: Side
    lots: Decimal
    purpose: Purpose


@dataclass(frozen=True, kw_only=True)
class SignalStale(Event):
    """A signal came too late and is not chased."""

    code: ClassVar[str] = "signal_stale"
    name: str
    symbol: str
    side: Side
    bar_time: datetime
    late_s: int


@dataclass(frozen=True, kw_only=True)
class PositionClosed(Event):
    """A position ended; `net` holds profit and all costs, `others` says that the position was not a bot's."""

    code: ClassVar[str] = "position_closed"
    level: ClassVar[Level] = Level.TRADE
    name: str
    ticket: int
    position_id: int
    symbol: str
    side: Side
    lots: Decimal
    price_open: Decimal
    price: Decimal
    opened_at: datetime
    cause: ExitCause
    net: Decimal
    r: Decimal | None
    currency: str

    @property
    def subject(self) -> str | None:
        """Return the thread of the position."""
        return f"position:{self.account_id}:{self.position_id}"
