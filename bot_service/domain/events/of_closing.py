"""What becomes of positions that somebody wants closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from bot_service.domain.events.base import Event, Level
from bot_service.domain.events.of_stops import PositionEvent


@dataclass(frozen=True, kw_only=True)
class ClosingOrdered(Event):
    """Somebody (`actor`; None: the console) wants positions closed."""

    code: ClassVar[str] = "closing_ordered"
    level: ClassVar[Level] = Level.TRADE
    tickets: tuple[int, ...]
    panic: bool = False


@dataclass(frozen=True, kw_only=True)
class ClosingDone(PositionEvent):
    """An ordered closing of a part, or of a position without bot, was executed; `net` after all costs."""

    code: ClassVar[str] = "closing_done"
    level: ClassVar[Level] = Level.TRADE
    left: Decimal
    net: Decimal | None


@dataclass(frozen=True, kw_only=True)
class ClosingChanged(PositionEvent):
    """A position was not any more as it was confirmed; `lots` are open now, 0: it is gone."""

    code: ClassVar[str] = "closing_changed"
    confirmed: Decimal


@dataclass(frozen=True, kw_only=True)
class ClosingRefused(PositionEvent):
    """The broker did not close a position; `again` says whether it is tried again by itself."""

    code: ClassVar[str] = "closing_refused"
    level: ClassVar[Level] = Level.CRITICAL
    retcode: int
    reject_class: str
    again: bool


@dataclass(frozen=True, kw_only=True)
class ClosingWaits(PositionEvent):
    """The market is closed: the order to close is kept until it opens, `opens` where that is known."""

    code: ClassVar[str] = "closing_waits"
    level: ClassVar[Level] = Level.CRITICAL
    opens: datetime | None


@dataclass(frozen=True, kw_only=True)
class ClosingUnknown(PositionEvent):
    """Nobody knows yet whether a position without bot was closed; it is being checked."""

    code: ClassVar[str] = "closing_unknown"
    level: ClassVar[Level] = Level.CRITICAL


@dataclass(frozen=True, kw_only=True)
class ClosingCancelled(Event):
    """Somebody took orders to close back."""

    code: ClassVar[str] = "closing_cancelled"
    tickets: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class StopMoved(PositionEvent):
    """Somebody set a position's stop to its entry."""

    code: ClassVar[str] = "stop_moved"
    stop_loss: Decimal
    before: Decimal | None
