"""What acts on bots return, and what they would do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from bot_service.domain.bots import Bot, BotSettings
from bot_service.domain.errors import ServiceError
from bot_service.domain.events import StopRestored
from bot_service.domain.market import SymbolTerms
from bot_service.domain.risk import Denied, Sized
from bot_service.domain.trading import Side
from bot_service.services.views.money import AccountTag, PositionLine


@dataclass(frozen=True)
class BotOutcome:
    """What became of one bot in an act; `error` says why it failed."""

    bot_id: int
    name: str
    done: bool
    busy: bool = False
    error: ServiceError | None = None


@dataclass(frozen=True)
class StartReceipt:
    """What starting did, read back."""

    tag: AccountTag | None
    outcomes: tuple[BotOutcome, ...]


@dataclass(frozen=True)
class StopReceipt:
    """What stopping did, read back; `spared` bots were started after the message was sent.

    `positions` stay open, each with or without a stop loss; `age_s` is the age of the snapshot behind them.
    """

    tag: AccountTag | None
    outcomes: tuple[BotOutcome, ...]
    spared: tuple[int, ...]
    positions: tuple[PositionLine, ...]
    age_s: int | None
    message_age_s: int


@dataclass(frozen=True)
class PutBackReceipt:
    """A stop that somebody had taken away is back."""

    tag: AccountTag
    restored: StopRestored


@dataclass(frozen=True)
class Rival:
    """Another bot on the same market; `side` is that of its open position, None without."""

    tag: AccountTag
    bot_id: int
    name: str
    side: Side | None


@dataclass(frozen=True)
class LeastLot:
    """What the broker's smallest lot would lose at the stop."""

    lots: Decimal
    step: Decimal
    risk: Decimal
    percent: Decimal


@dataclass(frozen=True)
class TagsReceipt:
    """The tags of a bot as they are now."""

    bot_id: int
    name: str
    tags: tuple[str, ...]
    known: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """What saving settings would mean: the loss at the stop, or why an entry would be denied now.

    `sized` and `denied` are both None when the market can't be asked just now.
    """

    tag: AccountTag
    settings: BotSettings
    sized: Sized | None
    denied: Denied | None
    currency: str
    contract_size: Decimal
    digits: int
    bot: Bot | None = None
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    raises_risk: bool = False
    terms: SymbolTerms | None = None
    rivals: tuple[Rival, ...] = ()
    least: LeastLot | None = None


@dataclass(frozen=True)
class StartAllPreview:
    """What starting all would mean, before it is confirmed.

    `losses` is the money by currency if every bot enters and every stop is hit, None where it can't be known.
    `accounts` says whose each bot is, where there are several.
    """

    tag: AccountTag | None
    bots: tuple[Bot, ...]
    last_batch: tuple[int, ...]
    last_stopped_at: datetime | None
    losses: dict[str, Decimal | None]
    needs_real_confirmation: bool
    accounts: dict[int, AccountTag] = field(default_factory=dict)
