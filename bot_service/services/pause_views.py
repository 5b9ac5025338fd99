"""What pausing returns: frozen data that the edge renders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot_service.domain.bots import Bot
from bot_service.domain.pauses import Plan
from bot_service.domain.trading import Side


@dataclass(frozen=True)
class PausesView:
    """All pauses that are set, and what holds now; `running` bots could trade."""

    plan: Plan
    wall: datetime
    market: datetime
    running: int = 0
    held: int = 0


@dataclass(frozen=True)
class PauseReceipt:
    """A timed pause that has just begun; no ids mean all bots."""

    until: datetime
    bot_ids: tuple[int, ...]


@dataclass(frozen=True)
class ReentryReceipt:
    """What was let go; None: nothing was held back."""

    bot: Bot
    side: Side | None
