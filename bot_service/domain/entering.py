"""What the gates before an entry must know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from bot_service.domain.exposure import AccountRisk
from bot_service.domain.pauses import Active
from bot_service.domain.sessions import Session
from bot_service.domain.strategy import SymbolKind
from bot_service.domain.trading import ExitCause, Side

TAKEN_BY_HAND = frozenset({ExitCause.BY_HAND, ExitCause.OPERATOR, ExitCause.STOP_OUT})
"""After such an end nothing is opened in the same direction until the signal has been off once."""


@dataclass(frozen=True)
class GateRules:
    """Where the gates close; `spread_percent` is a share of the stop's distance.

    `ahead` is how long before a close of at least `long_close` markets of `ahead_kinds` get no entry.
    """

    spread_percent: Decimal = Decimal(20)
    spread_times: Decimal = Decimal(3)
    gap_times: Decimal = Decimal("1.5")
    gap_watch: timedelta = timedelta(hours=1)
    edge: timedelta = timedelta(minutes=10)
    ahead: timedelta = timedelta(hours=2)
    long_close: timedelta = timedelta(hours=2)
    ahead_kinds: frozenset[SymbolKind] = frozenset({SymbolKind.FOREX, SymbolKind.METAL})


@dataclass(frozen=True)
class Entry:
    """An entry that is about to be made, and what surrounds it; None is what nobody knows.

    `usual_spread` is the median of an hour; in the first hour after a long close that of the hour before
    it. `off_first` is the direction whose signal must be off once.
    """

    side: Side
    kind: SymbolKind
    at: datetime
    spread: Decimal
    stop_distance: Decimal
    usual_spread: Decimal | None = None
    session: Session | None = None
    off_first: Side | None = None
    pause: Active | None = None
    account_risk: AccountRisk | None = None
    entries_today: int = 0
    entries_cap: int | None = None
