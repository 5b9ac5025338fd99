"""What the mentor found in a day: codes and numbers, never sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from bot_service.domain.trading import ExitCause


class Mood(StrEnum):
    """The nine states of a check-in, three rows of three."""

    CALM = "calm"
    CONFIDENT = "confident"
    NEUTRAL = "neutral"
    DOUBTFUL = "doubtful"
    ANXIOUS = "anxious"
    FRUSTRATED = "frustrated"
    GREEDY = "greedy"
    TIRED = "tired"
    BORED = "bored"


class Severity(StrEnum):
    """How much a finding matters."""

    PRAISE = "praise"
    FACT = "fact"
    WARN = "warn"
    CRITICAL = "critical"


@dataclass(frozen=True)
class CheckIn:
    """How a person said he felt; `before_close` when it came before the day's first closed trade."""

    at: datetime
    mood: Mood
    before_close: bool = False


@dataclass(frozen=True)
class Finding:
    """One observation with the numbers and the evidence behind it."""

    code: str
    severity: Severity
    numbers: dict[str, str] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    sample: int = 0


@dataclass(frozen=True)
class BotLine:
    """One bot's part of a day; `bot_id` None stands for trades that were not a bot's."""

    bot_id: int | None
    name: str
    trades: int
    net: Decimal
    r: Decimal | None


@dataclass(frozen=True)
class Books:
    """The day's money: opening + trades + carried + operations = closing, or `difference` says how far off.

    `trades` is the whole net of the positions closed in the day. `carried` sets right what was booked on
    another day: costs of positions still open, less what the closed ones had been charged before.
    """

    opening: Decimal
    trades: Decimal
    operations: Decimal
    closing: Decimal
    carried: Decimal = Decimal(0)

    @property
    def difference(self) -> Decimal:
        """Return closing minus everything that explains it; zero when the books balance."""
        return self.closing - self.opening - self.trades - self.carried - self.operations


@dataclass(frozen=True)
class DayReport:
    """Everything the report of one account and trading day says, as data.

    `costs` is commission, swap and fee as booked (negative when paid) and part of `net`; wins, losses and
    `zeros` add up to `trades`; `r` sums the `r_trades` trades whose planned risk is known; `opened` counts
    the deals that opened or enlarged a position; `equity_curve` is the opening balance plus the closed
    trades, without deposits.
    """

    account_id: int
    day: date
    finished: bool
    currency: str
    trades: int
    wins: int
    losses: int
    net: Decimal
    costs: Decimal
    r: Decimal | None
    r_trades: int
    expectancy_r: Decimal | None
    bots: tuple[BotLine, ...]
    exits: dict[ExitCause, int]
    books: Books | None
    moods: tuple[CheckIn, ...]
    notes: tuple[str, ...]
    best: Decimal | None
    worst: Decimal | None
    observation: Finding
    closing: str
    equity_curve: tuple[tuple[datetime, Decimal], ...] = ()
    zeros: int = 0
    opened: int = 0
