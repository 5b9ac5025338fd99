"""A synthetic trader: bots, trades and acts in minutes, what was planted, and the same as the mentor sees.

Time is minutes since the begin of the first trading day (05:00 in Jakarta, a Monday); a trading day is 1440
of them. A kind of trader fills the lists; nothing here knows a detector.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from bot_service.domain.accounts import Account
from bot_service.domain.acts import Act, ActKind
from bot_service.domain.findings import CheckIn, Intervention, Mood
from bot_service.domain.market import AccountIdentity, MarginMode, TradeMode
from bot_service.domain.promises import PromiseOccasion
from bot_service.domain.trading import ClosedTrade, Deal, DealEntry, DealKind, ExitCause, Side
from bot_service.mentor.day import OpenPosition
from bot_service.mentor.thresholds import PATTERN_DAYS

DAY = 1440
BEGIN = datetime(2026, 1, 4, 22, tzinfo=UTC)  # Monday 5 January, 05:00 in Jakarta
MONTH_DAYS = 30
WARM_DAYS = PATTERN_DAYS - MONTH_DAYS
DAYS = WARM_DAYS + MONTH_DAYS
BALANCE = 10_000.0
WAKES, SLEEPS = 120, 1140  # 07:00 and midnight, as minutes of the trading day
ZERO = Decimal(0)
SIDES = (Side.BUY, Side.SELL)


@dataclass
class Bot:
    """A bot: what it trades, how often, and its geometry (a win is `reward` R, a loss about one)."""

    id: int
    symbol: str
    strategy: str
    a_day: float
    reward: float
    risk: float


@dataclass
class Trade:
    """A closed trade; `bot` 0 was made by hand and `planned` 0 means that nobody knows its risk."""

    opened: float
    closed: float
    bot: int
    symbol: str
    strategy: str
    r: float
    planned: float
    cause: ExitCause
    lots: float = 0.1
    ticket: int = 0

    @property
    def net(self) -> float:
        """Return the result in money."""
        return round(self.r * (self.planned or 20.0), 2)


@dataclass
class Deed:
    """An act; `excused` is why a raise of the risk is none, for the truth only."""

    at: float
    kind: ActKind
    bot: int = 0
    symbol: str = ""
    ticket: int = 0
    before: float = 0.0
    after: float = 0.0
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    lifted: str = ""
    refresh: bool = False
    planned: bool = False
    near_close: bool = False
    excused: str = ""


@dataclass
class Exit:
    """An exit by hand as the ledger judged it: what it made, and what the rule would have made."""

    at: float
    ticket: int
    actual: float
    rule: float
    near_close: bool = False


@dataclass
class Held:
    """A position that is open at the end of a day."""

    day: int
    ticket: int
    symbol: str
    buys: bool
    stop: bool = True
    risk: float = 1.0


@dataclass
class Said:
    """A check-in; `early` when it came before the day's first close."""

    at: float
    mood: Mood
    early: bool


@dataclass
class Trader:
    """One person with everything that happened to him; `patterns` are the codes planted in him."""

    kind: str
    rng: np.random.Generator
    real: bool = True
    age_days: int = 400
    bots: list[Bot] = field(default_factory=list)
    trades: list[Trade] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    exits: list[Exit] = field(default_factory=list)
    moods: list[Said] = field(default_factory=list)
    deposits: list[float] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    occasions: list[tuple[float, PromiseOccasion]] = field(default_factory=list)
    alerts: list[float] = field(default_factory=list)
    guards: list[float] = field(default_factory=list)
    settings: dict[int, list[Deed]] = field(default_factory=dict)
    differs: set[int] = field(default_factory=set)
    marked: dict[str, set[int]] = field(default_factory=dict)
    patterns: frozenset[str] = frozenset()
    implied: frozenset[str] = frozenset()

    def set_risk(self, deed: Deed) -> None:
        """Do an act that sets a bot's risk."""
        self.deeds.append(deed)
        self.settings.setdefault(deed.bot, []).append(deed)

    def mark(self, code: str, at: float) -> None:
        """Remember that a day was planted with what a detector should find."""
        self.marked.setdefault(code, set()).add(int(at // DAY))

    def finish(self) -> Trader:
        """Bring everything into the order of time and number the trades."""
        self.trades.sort(key=lambda one: (one.closed, one.bot))
        self.deeds.sort(key=lambda one: one.at)
        self.exits.sort(key=lambda one: one.at)
        self.moods.sort(key=lambda one: one.at)
        return self


def moment(at: float) -> datetime:
    """Return minutes as a time."""
    return BEGIN + timedelta(seconds=round(at * 60))


def account_of(trader: Trader) -> Account:
    """Return the account of a trader."""
    mode = TradeMode.REAL if trader.real else TradeMode.DEMO
    identity = AccountIdentity("Synthetic", 1, mode)
    return Account(1, "synthetic", identity, "USD", MarginMode.HEDGING, 100, "Asia/Jakarta", 7)


def closed_trade(trade: Trade) -> ClosedTrade:
    """Return a trade as the broker's deals tell it."""
    net = Decimal(str(trade.net))
    costs = Decimal(str(-round(trade.planned * 0.02, 2)))
    return ClosedTrade(
        1,
        trade.ticket,
        trade.bot or None,
        trade.strategy,
        trade.symbol,
        SIDES[trade.ticket % 2],
        Decimal(str(round(trade.lots, 2))),
        ZERO,
        ZERO,
        moment(trade.opened),
        moment(trade.closed),
        net - costs,
        costs,
        ZERO,
        ZERO,
        trade.cause,
        Decimal(str(trade.planned)) if trade.planned else None,
    )


def act_of(deed: Deed) -> Act:
    """Return an act as the audit tells it."""
    both = deed.before > 0 and deed.kind is not ActKind.CREATE
    return Act(
        moment(deed.at),
        deed.kind,
        1001,
        deed.bot or None,
        deed.ticket or None,
        deed.symbol,
        deed.changes,
        Decimal(str(round(deed.before, 4))) if both else None,
        Decimal(str(round(deed.after, 4))) if deed.after else None,
        deed.lifted,
        deed.kind.value,
        refresh=deed.refresh,
        planned=deed.planned,
        near_close=deed.near_close,
    )


def intervention_of(one: Exit) -> Intervention:
    """Return an exit as the ledger books it."""
    return Intervention(
        moment(one.at),
        ActKind.CLOSE,
        Decimal(str(round(one.actual, 2))),
        Decimal(str(round(one.rule, 2))),
        position_id=one.ticket,
    )


def position_of(one: Held) -> OpenPosition:
    """Return an open position as the day's end shows it."""
    return OpenPosition(
        one.ticket,
        1,
        one.symbol,
        Side.BUY if one.buys else Side.SELL,
        Decimal("0.1"),
        Decimal(1) if one.stop else None,
        risk_percent=Decimal(str(round(one.risk, 2))) if one.stop else None,
    )


def check_in_of(said: Said) -> CheckIn:
    """Return a check-in as it is stored."""
    return CheckIn(moment(said.at), said.mood, said.early)


def deposit(at: float) -> Deal:
    """Return a deposit as the broker books it."""
    numbers: tuple[Any, ...] = (ZERO, ZERO, Decimal(500), ZERO, ZERO, ZERO, 0, 0, "")
    return Deal(1, 0, moment(at), DealKind.BALANCE, DealEntry.IN, "client", "", Side.BUY, *numbers)
