"""What the mentor found in a day: codes and numbers, never sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from bot_service.domain.acts import ActKind
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
class Unproved:
    """A pattern that can't be spoken of yet: what was seen, and how much had to be seen at the least.

    With `sample` at or above `needed` there is enough to look at, and nothing was proved by it.
    """

    code: str
    sample: int
    needed: int


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
class Intervention:
    """What a person did by hand, against what the bot's own rule made of the bars that followed.

    Results in R, costs included; of several acts on one position each is judged against what the levels just
    before it would have made, so that the differences add up. `rule_cause` and `rule_at` tell how the rule
    would have ended. `approximate` where something had to be assumed: stop loss and take profit in one bar, a
    pause. `pending`: the end is not known yet, the difference is zero until then; `decided_at` is the moment
    (market time) from which it was known. `trades` is how many trades a pause kept from being made. `user_id`
    None: done in the terminal.
    """

    at: datetime
    kind: ActKind
    actual_r: Decimal
    rule_r: Decimal
    symbol: str = ""
    bot_id: int | None = None
    position_id: int | None = None
    rule_cause: ExitCause | None = None
    rule_at: datetime | None = None
    approximate: bool = False
    pending: bool = False
    decided_at: datetime | None = None
    trades: int = 0
    user_id: int | None = None

    @property
    def difference_r(self) -> Decimal:
        """Return what the hand made better (positive) or worse than the rule, in R."""
        return self.actual_r - self.rule_r


@dataclass(frozen=True)
class Tally:
    """Interventions of a span: how many helped and hurt, and by how much R; `pending` are not judged yet.

    `count` is all of them; the rest made no difference.
    """

    count: int
    helped: int
    helped_r: Decimal
    hurt: int
    hurt_r: Decimal
    pending: int = 0


@dataclass(frozen=True)
class Progress:
    """The last `days` trading days before the day; `score` is the mean discipline, None without any."""

    days: int
    trades: int
    wins: int
    net: Decimal
    r: Decimal | None
    score: Decimal | None = None


@dataclass(frozen=True)
class DayPoint:
    """What one trading day came to, for a line over several."""

    day: date
    net: Decimal
    r: Decimal | None


@dataclass(frozen=True)
class Score:
    """The discipline of a day: `kept` of `opportunities` to break a rule."""

    kept: int
    opportunities: int


@dataclass(frozen=True)
class MarketCondition:
    """How a symbol moved: `trending` by ADX, range against its usual day as a ratio."""

    symbol: str
    trending: bool
    volatility: Decimal


@dataclass(frozen=True)
class DayReport:
    """Everything the report of one account and trading day says, as data.

    `costs` is commission, swap and fee as booked (negative when paid) and part of `net`; wins, losses and
    `zeros` add up to `trades`; `r` sums the `r_trades` trades whose planned risk is known; `opened` counts
    the deals that opened or enlarged a position; `equity_curve` is the opening balance plus the closed
    trades, without deposits (on an account's first day it begins with the money).
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
    findings: tuple[Finding, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    settled: tuple[Intervention, ...] = ()
    """Interventions of earlier days whose end became known in this day."""
    month: Tally | None = None
    progress: tuple[Progress, ...] = ()
    score: Score | None = None
    market: tuple[MarketCondition, ...] = ()
    step: str = ""
    """The code of the one step for tomorrow."""
    earlier_step: str = ""
    """The step of the report before, to be asked back."""
    line: tuple[DayPoint, ...] = ()
    """The last 30 days with a report and this one, oldest first."""
    lesson: str = ""
    """The code of the finding whose one-minute lesson is told."""
