"""What happens to the stops, targets and lots of open positions between their opening and their end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from bot_service.domain.events.base import Event, Level
from bot_service.domain.protection import StopPolicy
from bot_service.domain.trading import ExitCause, Side


@dataclass(frozen=True, kw_only=True)
class PositionEvent(Event):
    """What every event about an open position names; `lots` are those that are open."""

    name: str
    ticket: int
    position_id: int
    symbol: str
    side: Side
    lots: Decimal
    currency: str

    @property
    def subject(self) -> str | None:
        """Return the thread of the position."""
        return f"position:{self.account_id}:{self.position_id}"


@dataclass(frozen=True, kw_only=True)
class StopMissing(PositionEvent):
    """A position that we opened with a stop has none; it is being set, else `policy` says what happens."""

    code: ClassVar[str] = "stop_missing"
    level: ClassVar[Level] = Level.CRITICAL
    wanted: Decimal
    policy: StopPolicy


@dataclass(frozen=True, kw_only=True)
class StopRestored(PositionEvent):
    """A position has a stop again; `wanted` is the one that was missing, `result` the money at it now."""

    code: ClassVar[str] = "stop_restored"
    level: ClassVar[Level] = Level.TRADE
    stop_loss: Decimal
    wanted: Decimal | None
    result: Decimal | None


@dataclass(frozen=True, kw_only=True)
class StopUnmended(PositionEvent):
    """A position is still open without its stop; `cause` is the last refusal's class, empty: no clear answer.

    `closing`: it is being closed and that has not worked either.
    """

    code: ClassVar[str] = "stop_unmended"
    level: ClassVar[Level] = Level.CRITICAL
    wanted: Decimal
    cause: str
    closing: bool
    missing_s: int


@dataclass(frozen=True, kw_only=True)
class StopRemoved(PositionEvent):
    """Somebody else than the service took a position's stop away; `removal` binds the button to this time.

    `last_seen_at`: nobody was watching since then, so nobody knows when it happened.
    """

    code: ClassVar[str] = "stop_removed"
    level: ClassVar[Level] = Level.CRITICAL
    stop_before: Decimal
    result_before: Decimal | None
    removal: int
    last_seen_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class PositionChanged(PositionEvent):
    """Somebody else than the service changed lots, stop or target; results are the money at the stop.

    `by` says whose deals changed the lots; nobody tells who moved a stop or a target.
    """

    code: ClassVar[str] = "position_changed"
    level: ClassVar[Level] = Level.TRADE
    lots_before: Decimal
    stop_before: Decimal | None
    stop_loss: Decimal | None
    target_before: Decimal | None
    take_profit: Decimal | None
    result_before: Decimal | None
    result: Decimal | None
    by: ExitCause | None = None
    last_seen_at: datetime | None = None
