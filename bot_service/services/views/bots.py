"""What look-ups of bots and strategies return."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot_service.domain.backtests import BackTestReport
from bot_service.domain.bots import Bot
from bot_service.domain.events import Event
from bot_service.domain.market import SymbolTerms
from bot_service.domain.pauses import Active
from bot_service.domain.strategy import Analysis, Parameter, StrategyLevel, SymbolKind
from bot_service.domain.trading import Position, Side
from bot_service.services.views.money import AccountTag


@dataclass(frozen=True)
class BotFilter:
    """Which bots a list shows: those with one of the states and one of the tags; empty means any."""

    states: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class BotLine:
    """One bot in a list; `floating` is its open position's profit and swap, None without position.

    `opens` is when its closed market opens, None where nobody knows; `account` its account, where the list
    is of several.
    """

    bot: Bot
    floating: Decimal | None
    today: Decimal
    currency: str
    opens: datetime | None = None
    tags: tuple[str, ...] = ()
    account: AccountTag | None = None


@dataclass(frozen=True)
class BotsView:
    """A page of bots."""

    tag: AccountTag | None
    lines: tuple[BotLine, ...]
    page: int
    pages: int
    total: int
    chosen: BotFilter = BotFilter()  # frozen


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
    tags: tuple[str, ...] = ()


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
class VersionLine:
    """One version of a bot's settings and what it changed, as (before, after) by field."""

    version: int
    since: datetime
    changes: dict[str, tuple[str, str]]


@dataclass(frozen=True)
class VersionsView:
    """The newest versions of a bot, newest first."""

    tag: AccountTag
    bot: Bot
    lines: tuple[VersionLine, ...]
