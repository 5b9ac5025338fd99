"""A bot, its settings and its lifecycle as one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from bot_service.domain.errors import ImpossibleTransition
from bot_service.domain.market import Timeframe, next_close

ParameterValue = int | float | bool

MAGIC_STRIDE = 1_000_000
SPREAD_SHARE = Decimal("0.02")


class BotStatus(StrEnum):
    """Where a bot is in its life."""

    STOPPED = "stopped"
    ACTIVE = "active"
    EXIT_ONLY = "exit_only"
    ERROR = "error"


class Trigger(StrEnum):
    """What moves a bot from one status to another."""

    START = "start"
    STOP = "stop"
    EXIT_ONLY = "exit_only"
    FLAT = "flat"
    FAULT = "fault"


class Waiting(StrEnum):
    """Why a running bot does nothing just now; it goes on by itself."""

    LINK_LOST = "link_lost"
    MARKET_CLOSED = "market_closed"
    OUTCOME_PENDING = "outcome_pending"
    TRADING_LOCKED = "trading_locked"


class Held(StrEnum):
    """Why a running bot opens nothing."""

    GUARD = "guard"
    PAUSE = "pause"
    SECOND_COPY = "second_copy"
    OTHER_ACCOUNT = "other_account"
    POSITION_MISSING = "position_missing"
    POSITION_SHARED = "position_shared"
    CURRENCY_CHANGED = "currency_changed"
    SYMBOL = "symbol"
    RESTARTS = "restarts"
    RUNAWAY = "runaway"
    RESTORED = "restored"


class Fault(StrEnum):
    """What a person must mend before the bot can run."""

    SYMBOL_GONE = "symbol_gone"
    BAD_PARAMETERS = "bad_parameters"
    UNKNOWN_STRATEGY = "unknown_strategy"
    BAD_STRATEGY = "bad_strategy"
    TRADING_DISABLED = "trading_disabled"


TRANSITIONS: Mapping[tuple[BotStatus, Trigger], BotStatus] = MappingProxyType(
    {
        (BotStatus.STOPPED, Trigger.START): BotStatus.ACTIVE,
        (BotStatus.EXIT_ONLY, Trigger.START): BotStatus.ACTIVE,
        (BotStatus.ERROR, Trigger.START): BotStatus.ACTIVE,
        (BotStatus.ACTIVE, Trigger.EXIT_ONLY): BotStatus.EXIT_ONLY,
        (BotStatus.ACTIVE, Trigger.STOP): BotStatus.STOPPED,
        (BotStatus.EXIT_ONLY, Trigger.STOP): BotStatus.STOPPED,
        (BotStatus.ERROR, Trigger.STOP): BotStatus.STOPPED,
        (BotStatus.EXIT_ONLY, Trigger.FLAT): BotStatus.STOPPED,
        (BotStatus.ACTIVE, Trigger.FAULT): BotStatus.ERROR,
        (BotStatus.EXIT_ONLY, Trigger.FAULT): BotStatus.ERROR,
    }
)

RUNNING = frozenset({BotStatus.ACTIVE, BotStatus.EXIT_ONLY})


def next_status(bot_id: int, status: BotStatus, trigger: Trigger) -> BotStatus:
    """Return the status after the trigger.

    Raises:
        ImpossibleTransition: the table has no such step.
    """
    try:
        return TRANSITIONS[status, trigger]
    except KeyError:
        raise ImpossibleTransition(bot_id, status, trigger) from None


class SizingMethod(StrEnum):
    """How many lots an entry gets."""

    RISK_PERCENT = "risk_percent"
    FIXED_LOT = "fixed_lot"


@dataclass(frozen=True)
class BotSettings:
    """What a person chose for a bot; each change makes a new version.

    `size` is the percentage of the sizing base for `risk_percent` and the lots for `fixed_lot`; `stop_atr`
    and `take_profit_atr` are multiples of ATR(14) of the bot's timeframe; `symbol` is the name asked for,
    `broker_symbol` what the account calls it.
    """

    name: str
    symbol: str
    broker_symbol: str
    strategy: str
    timeframe: Timeframe
    sizing: SizingMethod
    size: Decimal
    stop_atr: Decimal = Decimal(2)
    take_profit_atr: Decimal = Decimal(4)
    check_interval_s: int | None = None
    parameters: Mapping[str, ParameterValue] = field(default_factory=dict)


@dataclass(frozen=True)
class Bot:
    """A bot as stored; times are UTC, `due_at` and `last_evaluated_bar` market time."""

    id: int
    account_id: int
    settings: BotSettings
    status: BotStatus
    version: int
    created_at: datetime
    waiting: Waiting | None = None
    held: Held | None = None
    fault: Fault | None = None
    last_evaluated_bar: datetime | None = None
    due_at: datetime | None = None
    claimed_at: datetime | None = None
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    stop_batch: str | None = None
    deleted_at: datetime | None = None
    real_confirmed_at: datetime | None = None

    @property
    def running(self) -> bool:
        """Tell whether ticks of this bot may act."""
        return self.status in RUNNING


@dataclass(frozen=True)
class Glance:
    """What tells of a running bot whether a tick can find anything new."""

    account_id: int
    settings: BotSettings
    last_evaluated_bar: datetime | None
    server_offset: timedelta


def magic_of(magic_block: int, bot_id: int) -> int:
    """Return the magic number of a bot's orders: the account's block, then the bot's id."""
    return magic_block * MAGIC_STRIDE + bot_id


def bot_of(magic_block: int, magic: int) -> int | None:
    """Return the bot id that a magic number of this block carries, None for foreign numbers."""
    block, bot_id = divmod(magic, MAGIC_STRIDE)
    return bot_id if block == magic_block and bot_id > 0 else None


def tick_delay(bot_id: int, timeframe: Timeframe) -> timedelta:
    """Return how long after its bar's close a bot looks: 1 s and a spread of at most 2 % of the timeframe.

    The spread is fixed per bot, so that hundreds of bots do not ask the terminal in the same instant.
    """
    share = (bot_id * 0.618033988749895) % 1.0
    return timedelta(seconds=1) + timeframe.duration * float(SPREAD_SHARE) * share


def next_due(
    bot_id: int,
    settings: BotSettings,
    after: datetime,
    server_offset: timedelta = timedelta(0),
    *,
    spread: bool = True,
) -> datetime:
    """Return the next tick strictly after a moment: just after each bar close, and each check interval."""
    timeframe = settings.timeframe
    delay = tick_delay(bot_id, timeframe) if spread else timedelta(seconds=1)
    due = next_close(after - delay, timeframe, server_offset) + delay
    if settings.check_interval_s is None:
        return due
    step = min(timedelta(seconds=settings.check_interval_s), timeframe.duration)
    opened = due - timeframe.duration
    looks = (after - opened) // step + 1
    return min(due, opened + looks * step)
