"""What the limits of an account and of its bots have to say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from bot_service.domain.events.base import Event, Level


@dataclass(frozen=True, kw_only=True)
class DailyLossFacts(Event):
    """How much of a day's limit is used; `ends_at` is the next reset (market time).

    `closes` and `until_owner` say what a hit does, and what ends it.
    """

    loss: Decimal
    limit: Decimal
    currency: str
    ends_at: datetime
    closes: bool = False
    until_owner: bool = False


@dataclass(frozen=True, kw_only=True)
class DailyLossNear(DailyLossFacts):
    """Most of what an account may lose today is lost."""

    code: ClassVar[str] = "daily_loss_near"
    level: ClassVar[Level] = Level.CRITICAL


@dataclass(frozen=True, kw_only=True)
class DailyLossHit(DailyLossFacts):
    """An account has lost what it may lose today; its entries are held."""

    code: ClassVar[str] = "daily_loss_hit"
    level: ClassVar[Level] = Level.CRITICAL
    positions: int = 0


@dataclass(frozen=True, kw_only=True)
class GuardLifted(Event):
    """The daily limit holds entries no longer: a new day, or the owner (`actor`) said so."""

    code: ClassVar[str] = "guard_lifted"
    level: ClassVar[Level] = Level.CRITICAL


@dataclass(frozen=True, kw_only=True)
class GuardClosing(Event):
    """What a hit limit has closed, and what is left; `why` is the last refusal's class."""

    code: ClassVar[str] = "guard_closing"
    level: ClassVar[Level] = Level.CRITICAL
    closed: int
    left: int
    tickets: tuple[int, ...] = ()
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class MarginLow(Event):
    """The margin level has fallen below a limit; `near_call`: the broker may soon close positions."""

    code: ClassVar[str] = "margin_low"
    level: ClassVar[Level] = Level.CRITICAL
    percent: Decimal
    limit: Decimal
    near_call: bool
    call: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class MarginFine(Event):
    """The margin level is above the limit again."""

    code: ClassVar[str] = "margin_fine"
    percent: Decimal | None


@dataclass(frozen=True, kw_only=True)
class LimitsChanged(Event):
    """Somebody changed an account's limits; `lines` name each as what it was and what it is."""

    code: ClassVar[str] = "limits_changed"
    level: ClassVar[Level] = Level.CRITICAL
    weaker: bool
    lines: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, kw_only=True)
class BotRunaway(Event):
    """A bot was refused or has lost too often in a row; its entries are held."""

    code: ClassVar[str] = "bot_runaway"
    level: ClassVar[Level] = Level.CRITICAL
    name: str
    cause: str
    times: int


@dataclass(frozen=True, kw_only=True)
class BotGoesOn(Event):
    """A person lets a bot enter again that had been held."""

    code: ClassVar[str] = "bot_goes_on"
    name: str


@dataclass(frozen=True, kw_only=True)
class MachineShort(Event):
    """The machine runs out of something; no bot may be started meanwhile."""

    code: ClassVar[str] = "machine_short"
    level: ClassVar[Level] = Level.CRITICAL
    resource: str
    disk_free_mb: int
    memory_percent: int
    lane_lag_s: int


@dataclass(frozen=True, kw_only=True)
class MachineFine(Event):
    """The machine has enough of something again."""

    code: ClassVar[str] = "machine_fine"
    resource: str
