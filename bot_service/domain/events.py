"""Everything that can happen, as data; words are made at the edge in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from bot_service.domain import codec
from bot_service.domain.trading import ExitCause, Purpose, Side

EVENTS: dict[str, type[Event]] = {}


class Level(StrEnum):
    """How loud an alert is; critical overtakes the others and breaks through quiet hours."""

    CRITICAL = "critical"
    TRADE = "trade"
    INFO = "info"


class Audience(StrEnum):
    """Whose chats get the alert."""

    NOBODY = "nobody"
    MEMBERS = "members"
    OWNER = "owner"
    ACTOR = "actor"


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact; `happened_at` is market time, `actor` the user id of the person who caused it.

    `subject` names the thread that an alert belongs to: alerts with the subject of a position reply to the
    alert of its opening.
    """

    code: ClassVar[str]
    level: ClassVar[Level] = Level.INFO
    audience: ClassVar[Audience] = Audience.MEMBERS

    happened_at: datetime
    account_id: int | None = None
    bot_id: int | None = None
    actor: int | None = None

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "code" in cls.__dict__:
            EVENTS[cls.code] = cls

    @property
    def subject(self) -> str | None:
        """Return the thread of the alert, None where it stands alone."""
        return None

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"event": self.code, **codec.to_json(self)}


def from_json(data: dict[str, Any]) -> Event:
    """Build an event from its JSON form."""
    kind = EVENTS[data["event"]]
    return codec.from_json(kind, {name: item for name, item in data.items() if name != "event"})


@dataclass(frozen=True, kw_only=True)
class BotCreated(Event):
    """A bot was made; it is stopped."""

    code: ClassVar[str] = "bot_created"
    name: str


@dataclass(frozen=True, kw_only=True)
class BotEdited(Event):
    """A bot's settings changed; `changes` maps a field to its old and new value as text."""

    code: ClassVar[str] = "bot_edited"
    name: str
    version: int
    changes: dict[str, tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class BotDeleted(Event):
    """A bot was marked deleted."""

    code: ClassVar[str] = "bot_deleted"
    name: str


@dataclass(frozen=True, kw_only=True)
class BotsStarted(Event):
    """One or several bots run from now on."""

    code: ClassVar[str] = "bots_started"
    bot_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class BotsStopping(Event):
    """Bots were told to stop; `busy` still finish something and are reported when they end."""

    code: ClassVar[str] = "bots_stopping"
    bot_ids: tuple[int, ...]
    busy: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BotStopped(Event):
    """The last unfinished act of a stopping bot has ended."""

    code: ClassVar[str] = "bot_stopped"
    name: str
    cause: str = "stop"


@dataclass(frozen=True, kw_only=True)
class BotsExitOnly(Event):
    """Bots open nothing any more and still manage what is open."""

    code: ClassVar[str] = "bots_exit_only"
    bot_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class BotFlat(Event):
    """An exit-only bot has no position left and is stopped."""

    code: ClassVar[str] = "bot_flat"
    name: str


@dataclass(frozen=True, kw_only=True)
class BotFaulted(Event):
    """A bot needs a hand; an open position keeps its stop."""

    code: ClassVar[str] = "bot_faulted"
    level: ClassVar[Level] = Level.CRITICAL
    name: str
    fault: str
    detail: str = ""
    ticket: int | None = None
    stop_loss: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class OrderFilled(Event):
    """An opening was executed; money in `currency`."""

    code: ClassVar[str] = "order_filled"
    level: ClassVar[Level] = Level.TRADE
    name: str
    ticket: int
    position_id: int
    symbol: str
    side: Side
    lots: Decimal
    price: Decimal
    stop_loss: Decimal | None
    take_profit: Decimal | None
    planned_risk: Decimal | None
    currency: str
    strategy: str
    partial: bool = False
    asked_lots: Decimal | None = None

    @property
    def subject(self) -> str | None:
        """Return the thread of the position."""
        return f"position:{self.account_id}:{self.position_id}"


@dataclass(frozen=True, kw_only=True)
class EntryDenied(Event):
    """The service refused to send an entry; `reason` is a code of domain.risk, `numbers` its figures."""

    code: ClassVar[str] = "entry_denied"
    name: str
    symbol: str
    side: Side
    reason: str
    numbers: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class OrderRejected(Event):
    """The broker refused an order."""

    code: ClassVar[str] = "order_rejected"
    level: ClassVar[Level] = Level.CRITICAL
    name: str
    symbol: str
    side: Side
    lots: Decimal
    purpose: Purpose
    retcode: int
    reject_class: str


@dataclass(frozen=True, kw_only=True)
class MarketClosed(Event):
    """An order met a closed market: nothing was executed, and the bot waits for the opening."""

    code: ClassVar[str] = "market_closed"
    name: str
    symbol: str
    side: Side
    lots: Decimal
    purpose: Purpose


@dataclass(frozen=True, kw_only=True)
class OrderUnknown(Event):
    """Nobody knows yet what became of an order; nothing is sent again until it is known."""

    code: ClassVar[str] = "order_unknown"
    level: ClassVar[Level] = Level.CRITICAL
    name: str
    symbol: str
    side: Side
    lots: Decimal
    purpose: Purpose


@dataclass(frozen=True, kw_only=True)
class OrderNeverSent(Event):
    """An order that the service wanted never reached the broker."""

    code: ClassVar[str] = "order_never_sent"
    name: str
    symbol: str
    side: Side
    lots: Decimal
    purpose: Purpose


@dataclass(frozen=True, kw_only=True)
class SignalStale(Event):
    """A signal came too late and is not chased."""

    code: ClassVar[str] = "signal_stale"
    name: str
    symbol: str
    side: Side
    bar_time: datetime
    late_s: int


@dataclass(frozen=True, kw_only=True)
class PositionClosed(Event):
    """A position ended; `net` holds profit and all costs, `others` says that the position was not a bot's."""

    code: ClassVar[str] = "position_closed"
    level: ClassVar[Level] = Level.TRADE
    name: str
    ticket: int
    position_id: int
    symbol: str
    side: Side
    lots: Decimal
    price_open: Decimal
    price: Decimal
    opened_at: datetime
    cause: ExitCause
    net: Decimal
    r: Decimal | None
    currency: str

    @property
    def subject(self) -> str | None:
        """Return the thread of the position."""
        return f"position:{self.account_id}:{self.position_id}"


@dataclass(frozen=True, kw_only=True)
class UnknownPosition(Event):
    """A position carries our magic number and no order of ours explains it."""

    code: ClassVar[str] = "unknown_position"
    level: ClassVar[Level] = Level.CRITICAL
    ticket: int
    symbol: str
    side: Side
    lots: Decimal


@dataclass(frozen=True, kw_only=True)
class LinkLost(Event):
    """The terminal of an account can't be trusted just now; its bots wait."""

    code: ClassVar[str] = "link_lost"
    level: ClassVar[Level] = Level.CRITICAL
    cause: str
    waiting_bots: int
    open_positions: int | None = None


@dataclass(frozen=True, kw_only=True)
class LinkRestored(Event):
    """The terminal answers again and the books are reconciled."""

    code: ClassVar[str] = "link_restored"
    lost_s: int


@dataclass(frozen=True, kw_only=True)
class OtherAccount(Event):
    """The terminal is logged in to another account than the stored one."""

    code: ClassVar[str] = "other_account"
    level: ClassVar[Level] = Level.CRITICAL
    expected: str
    actual: str


@dataclass(frozen=True, kw_only=True)
class DueReset(Event):
    """A bot's next tick lay too far ahead and was set right."""

    code: ClassVar[str] = "due_reset"
    name: str
    was: datetime


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
class StrangerKnocked(Event):
    """Somebody without a role wrote to the bot."""

    code: ClassVar[str] = "stranger_knocked"
    audience: ClassVar[Audience] = Audience.OWNER
    user_id: int


@dataclass(frozen=True, kw_only=True)
class MemberUnreachable(Event):
    """A member blocked the bot; his chat gets nothing any more."""

    code: ClassVar[str] = "member_unreachable"
    audience: ClassVar[Audience] = Audience.OWNER
    user_id: int


@dataclass(frozen=True, kw_only=True)
class OwnerPaired(Event):
    """A person became the owner with a one-time code."""

    code: ClassVar[str] = "owner_paired"
    user_id: int


@dataclass(frozen=True, kw_only=True)
class MarketEnded(Event):
    """The replayed history is over."""

    code: ClassVar[str] = "market_ended"
    audience: ClassVar[Audience] = Audience.OWNER


@dataclass(frozen=True, kw_only=True)
class StoppedFromConsole(Event):
    """Somebody stopped all bots on the machine itself."""

    code: ClassVar[str] = "stopped_from_console"
    level: ClassVar[Level] = Level.CRITICAL
    bot_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ReportReady(Event):
    """The report of a finished trading day; `late` when it came over half an hour after its hour."""

    code: ClassVar[str] = "report_ready"
    day: str
    late: bool = False
