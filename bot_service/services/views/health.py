"""How the service is, and what holds entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot_service.domain.bots import Bot, Held
from bot_service.domain.market import LinkCause, TradeLock
from bot_service.services.views.money import AccountTag


@dataclass(frozen=True)
class HealthLine:
    """One checked part: `code` names it, `ok` says how it is, `numbers` fill the words."""

    code: str
    ok: bool
    numbers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class HealthView:
    """All checked parts, and by account why a terminal can't be reached or takes no orders."""

    lines: tuple[HealthLine, ...]
    link_causes: Mapping[str, LinkCause] = field(default_factory=dict)
    trade_locks: Mapping[str, TradeLock] = field(default_factory=dict)


@dataclass(frozen=True)
class HoldLine:
    """What holds entries: `bot` None means those of the whole account; `detail` is the reason's own."""

    tag: AccountTag
    account_id: int
    reason: Held
    since: datetime
    bot: Bot | None
    detail: str


@dataclass(frozen=True)
class HoldsView:
    """Everything that holds entries now."""

    lines: tuple[HoldLine, ...]
