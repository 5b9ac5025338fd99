"""What happens to links, accounts, people and the service itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from bot_service.domain.events.base import Audience, Event, Level
from bot_service.domain.trading import Side

LONG_AWAY_S = 300
"""How long the service or Telegram must be away before one digest tells of it."""


@dataclass(frozen=True, kw_only=True)
class LinkLost(Event):
    """The terminal of an account can't be trusted just now; its bots wait.

    Positions are those of the last look at `seen_at` (market time); nobody knows what has ended since.
    """

    code: ClassVar[str] = "link_lost"
    level: ClassVar[Level] = Level.CRITICAL
    cause: str
    waiting_bots: int
    open_positions: int | None = None
    without_stop: int = 0
    seen_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class LinkRestored(Event):
    """The terminal answers again and the books are reconciled.

    As loud as the loss: a quieter one would be overtaken by the next loss and would then be the last word.
    """

    code: ClassVar[str] = "link_restored"
    level: ClassVar[Level] = Level.CRITICAL
    lost_s: int


@dataclass(frozen=True, kw_only=True)
class OtherAccount(Event):
    """The terminal is logged in to another account than the stored one."""

    code: ClassVar[str] = "other_account"
    level: ClassVar[Level] = Level.CRITICAL
    expected: str
    actual: str


@dataclass(frozen=True, kw_only=True)
class ServiceResumed(Event):
    """The service runs again after a restart; `down_s` how long it was away."""

    code: ClassVar[str] = "service_resumed"
    resumed: tuple[int, ...]
    positions: int
    without_stop: int
    down_s: int


@dataclass(frozen=True, kw_only=True)
class ClockSkewed(Event):
    """This machine's clock differs from Telegram's."""

    code: ClassVar[str] = "clock_skewed"
    level: ClassVar[Level] = Level.CRITICAL
    skew_s: int


@dataclass(frozen=True, kw_only=True)
class MarketEnded(Event):
    """The replayed history is over."""

    code: ClassVar[str] = "market_ended"
    audience: ClassVar[Audience] = Audience.OWNER


def report_subject(account_id: int | None, day: str) -> str:
    """Return what the messages of a report are found by."""
    return f"report:{account_id}:{day}"


@dataclass(frozen=True, kw_only=True)
class ReportReady(Event):
    """The report of a finished trading day; `late` when it came over half an hour after its hour."""

    code: ClassVar[str] = "report_ready"
    day: str
    late: bool = False

    @property
    def subject(self) -> str | None:
        """Return what the messages of the report are found by when it has changed."""
        return report_subject(self.account_id, self.day)


@dataclass(frozen=True, kw_only=True)
class ReportCorrected(Event):
    """The broker showed deals of a day after its report was written: the report is another one now."""

    code: ClassVar[str] = "report_corrected"
    day: date
    trades_before: int
    trades: int
    net_before: Decimal
    net: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class BotsOverdue(Event):
    """Bots did not look at the market when they should have; they were scheduled again."""

    code: ClassVar[str] = "bots_overdue"
    level: ClassVar[Level] = Level.CRITICAL
    bot_ids: tuple[int, ...]
    late_s: int


@dataclass(frozen=True, kw_only=True)
class ScheduleStalled(Event):
    """Nothing was scheduled for a while: the computer slept, or its clock was changed."""

    code: ClassVar[str] = "schedule_stalled"
    level: ClassVar[Level] = Level.CRITICAL
    silent_s: int


@dataclass(frozen=True)
class GapLine:
    """What a closed time did to a position.

    `share` is the jump in percent of the stop's distance before it, negative against the position; None
    without a stop on the losing side.
    """

    ticket: int
    side: Side
    before: Decimal
    after: Decimal
    stop_loss: Decimal | None
    share: Decimal | None


@dataclass(frozen=True, kw_only=True)
class MarketReopened(Event):
    """A market with open positions trades again after a weekend or a long holiday."""

    code: ClassVar[str] = "market_reopened"
    symbol: str
    positions: tuple[GapLine, ...]


@dataclass(frozen=True, kw_only=True)
class EntriesPaused(Event):
    """Entries are held from now on; without ids those of all bots. `until` is the clock of its cause."""

    code: ClassVar[str] = "entries_paused"
    cause: str
    until: datetime
    name: str = ""
    bot_ids: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class EntriesResumed(Event):
    """A pause is over; without ids it was about all bots."""

    code: ClassVar[str] = "entries_resumed"
    cause: str
    name: str = ""
    bot_ids: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PausesChanged(Event):
    """Somebody changed the pause days or hours; `what` says how, as text."""

    code: ClassVar[str] = "pauses_changed"
    audience: ClassVar[Audience] = Audience.NOBODY
    added: bool
    what: str


@dataclass(frozen=True, kw_only=True)
class ReentryAllowed(Event):
    """Somebody lets a bot enter again in a direction that its signal still shows."""

    code: ClassVar[str] = "reentry_allowed"
    name: str
    side: Side


@dataclass(frozen=True, kw_only=True)
class RestartsHeld(Event):
    """The service was started again and again; entries are held until the owner has looked."""

    code: ClassVar[str] = "restarts_held"
    level: ClassVar[Level] = Level.CRITICAL
    restarts: int
    within_s: int


@dataclass(frozen=True, kw_only=True)
class RestartsOver(Event):
    """The owner lets entries go on after many restarts."""

    code: ClassVar[str] = "restarts_over"


@dataclass(frozen=True, kw_only=True)
class CopyRestored(Event):
    """The database came from a copy; entries are held until the owner says that the old machine is off."""

    code: ClassVar[str] = "copy_restored"
    level: ClassVar[Level] = Level.CRITICAL


@dataclass(frozen=True, kw_only=True)
class CopyRestoredOver(Event):
    """The owner says that the machine of the copy is off."""

    code: ClassVar[str] = "copy_restored_over"
