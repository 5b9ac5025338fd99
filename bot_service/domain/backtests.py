"""What a person asks of a back-test in the chat, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bot_service.domain.bots import BotSettings
from bot_service.domain.market import Bars
from bot_service.domain.performance import Performance


class BackTestTrouble(StrEnum):
    """Why a back-test came to no result."""

    TOO_FEW_BARS = "too_few_bars"
    UNKNOWN_SYMBOL = "unknown_symbol"
    TOO_LONG = "too_long"
    INTERRUPTED = "interrupted"
    BROKEN = "broken"


class BackTestStopped(Exception):
    """Carry a trouble from the one who runs back-tests to the use case."""

    def __init__(self, trouble: BackTestTrouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True)
class BackTestOrder:
    """One back-test to run; `bars` None means the files of the paper market, up to `until`."""

    settings: BotSettings
    since: datetime
    until: datetime
    bars: Bars | None


@dataclass(frozen=True)
class BackTestReport:
    """How a back-test went: as in life, and flat over weekends.

    `symbol` is the one whose costs were used; `curve` is equity at bar closes, thinned out for a picture,
    and ends at `until`; `open_profit` belongs to what was still open then.
    """

    symbol: str
    since: datetime
    until: datetime
    bars: int
    currency: str
    start_balance: Decimal
    open_profit: Decimal
    holding: Performance
    flat: Performance
    curve: tuple[tuple[datetime, Decimal], ...]
