"""What look-ups and acts return: frozen data that the edge renders; never a row, never a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from bot_service.domain.accounts import Account
from bot_service.domain.backtests import BackTestReport
from bot_service.domain.bots import Bot, BotSettings, BotStatus, Held
from bot_service.domain.errors import ServiceError
from bot_service.domain.events import Event, StopRestored
from bot_service.domain.market import LinkCause, SymbolTerms, TradeLock, TradeMode
from bot_service.domain.pauses import Active
from bot_service.domain.risk import Denied, Sized
from bot_service.domain.strategy import Analysis, Parameter, StrategyLevel, SymbolKind
from bot_service.domain.trading import ClosedTrade, Position, Side, Snapshot


@dataclass(frozen=True)
class AccountTag:
    """What a message about an account begins with: `[PAPER]`, `[DEMO]` or `[REAL ••1234]`."""

    trade_mode: TradeMode
    login: int


@dataclass(frozen=True)
class BotLine:
    """One bot in a list; `floating` is its open position's profit and swap, None without position.

    `opens` is when its closed market opens, None where nobody knows.
    """

    bot: Bot
    floating: Decimal | None
    today: Decimal
    opens: datetime | None = None


@dataclass(frozen=True)
class BotsView:
    """A page of bots."""

    tag: AccountTag | None
    lines: tuple[BotLine, ...]
    page: int
    pages: int
    total: int
    currency: str


@dataclass(frozen=True)
class BotCard:
    """All about one bot; `age_s` is the age of the snapshot behind the position, `terms` its contract.

    `opens` is when its closed market opens, `pause` what holds its entries, `off_first` the direction whose
    signal must be off once.
    """

    tag: AccountTag
    bot: Bot
    position: Position | None
    analysis: Analysis | None
    today_net: Decimal
    today_trades: int
    currency: str
    age_s: int | None
    terms: SymbolTerms | None = None
    opens: datetime | None = None
    pause: Active | None = None
    off_first: Side | None = None


@dataclass(frozen=True)
class AccountView:
    """An account's money as the watch saw it last."""

    tag: AccountTag
    account: Account
    snapshot: Snapshot | None
    age_s: int | None
    today_net: Decimal
    today_trades: int


@dataclass(frozen=True)
class StatusView:
    """One screen: accounts, bots by state, alarms as codes.

    Of the waiting bots `closed` wait for a market, the first of which opens at `opens`.
    """

    accounts: tuple[AccountView, ...]
    by_status: dict[BotStatus, int]
    waiting: int
    held: int
    positions: int
    without_stop: int
    unknown_outcomes: int
    alarms: tuple[str, ...]
    pending_alerts: int
    closed: int = 0
    opens: datetime | None = None


@dataclass(frozen=True)
class PositionLine:
    """An open position and whose it is; `bot` None: by hand or somebody else's."""

    position: Position
    bot: Bot | None


@dataclass(frozen=True)
class PositionsView:
    """Open positions of an account, a page of them; `total` and `floating` are of all."""

    tag: AccountTag
    lines: tuple[PositionLine, ...]
    floating: Decimal
    currency: str
    age_s: int | None
    total: int
    page: int = 0
    pages: int = 1


@dataclass(frozen=True)
class DealsView:
    """Closed trades of the last days, newest first."""

    tag: AccountTag
    trades: tuple[ClosedTrade, ...]
    names: dict[int, str]
    days: int
    net: Decimal
    wins: int
    currency: str
    page: int
    pages: int


@dataclass(frozen=True)
class AnalysisView:
    """A bot's newest analysis."""

    tag: AccountTag
    bot: Bot
    analysis: Analysis | None


@dataclass(frozen=True)
class HistoryView:
    """What happened to a bot, newest first."""

    tag: AccountTag | None
    bot: Bot | None
    events: tuple[tuple[int, datetime, Event], ...]


@dataclass(frozen=True)
class StrategyView:
    """A strategy for people to choose from; `title` and `idea` are an own strategy's words."""

    key: str
    level: StrategyLevel
    learning_order: int
    markets: tuple[SymbolKind, ...]
    parameters: tuple[Parameter, ...]
    title: str = ""
    idea: str = ""


@dataclass(frozen=True)
class BackTestView:
    """A bot's back-test over the days that were asked for; the report says which span it covers."""

    tag: AccountTag
    bot: Bot
    days: int
    report: BackTestReport


@dataclass(frozen=True)
class HealthLine:
    """One checked part: `code` names it, `ok` says how it is, `numbers` fill the words."""

    code: str
    ok: bool
    numbers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class HealthView:
    """All checked parts."""

    lines: tuple[HealthLine, ...]
    link_cause: LinkCause | None = None
    trade_lock: TradeLock | None = None


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
    currency: str


@dataclass(frozen=True)
class PutBackReceipt:
    """A stop that somebody had taken away is back."""

    tag: AccountTag
    restored: StopRestored


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


@dataclass(frozen=True)
class StartAllPreview:
    """What starting all would mean, before it is confirmed.

    `largest_loss` is the money if every bot enters and every stop is hit, None when it can't be known.
    """

    tag: AccountTag | None
    bots: tuple[Bot, ...]
    last_batch: tuple[int, ...]
    last_stopped_at: datetime | None
    largest_loss: Decimal | None
    currency: str
    needs_real_confirmation: bool


@dataclass(frozen=True)
class SymbolLine:
    """A symbol of the account and the bots that trade it."""

    terms: SymbolTerms
    bots: tuple[Bot, ...]


@dataclass(frozen=True)
class SymbolsView:
    """A page of the symbols that a search found."""

    tag: AccountTag
    text: str
    lines: tuple[SymbolLine, ...]
    page: int
    pages: int
    total: int


@dataclass(frozen=True)
class SymbolChoiceView:
    """What could take a symbol's place for all its bots; `before` is the contract they were made for."""

    tag: AccountTag
    symbol: str
    before: SymbolTerms | None
    bots: tuple[Bot, ...]
    offers: tuple[SymbolTerms, ...]


@dataclass(frozen=True)
class SwapPreview:
    """What another symbol would mean for the bots of one; `blocked` ones keep theirs for now."""

    tag: AccountTag
    symbol: str
    before: SymbolTerms | None
    now: SymbolTerms
    bots: tuple[Bot, ...]
    blocked: tuple[BotOutcome, ...] = ()


@dataclass(frozen=True)
class SwapReceipt:
    """What became of each bot that got another symbol; `faulted` ones wait for a start."""

    tag: AccountTag
    symbol: str
    now: SymbolTerms
    outcomes: tuple[BotOutcome, ...]
    faulted: tuple[int, ...]
