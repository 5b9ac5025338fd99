"""A fast replay of the live cycle: the same decisions, sizing, orders and costs, without the waiting.

Signals and ATR are computed once for all bars. The cycle then runs only where it can act: on bars with an
entry or an exit, and while an exit waits for the market. On every other bar it would find HOLD and leave.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from bot_service.domain import indicators
from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot, BotSettings, next_due
from bot_service.domain.events import EntryDenied
from bot_service.domain.jobs import TickJob
from bot_service.domain.kinds import symbol_profile
from bot_service.domain.market import Bars, Instrument, Timeframe
from bot_service.domain.quotes import RiskLimits
from bot_service.domain.strategy import Analysis, Signal, Signals
from bot_service.domain.trading import ClosedTrade
from bot_service.ports import Terminal
from bot_service.services import lifecycle
from bot_service.services.closings import BEFORE_ALL, Closings
from bot_service.services.contracts import Contracts
from bot_service.services.cycle import Cycle
from bot_service.services.desk import Desk
from bot_service.services.link import Link
from bot_service.services.looks import Look, Looks
from bot_service.strategies import evaluate, find, words

NEW_YORK = ZoneInfo("America/New_York")
WEEK_ENDS_H = 4 * 24 + 16.75
"""Hours since Monday in New York at which nothing may be open: a quarter before Friday's close."""
WEEK_BEGINS_H = 6 * 24 + 17.0
EVENTS = 1_000_000
LOOK_AFTER = timedelta(seconds=1)

Advance = Callable[[datetime], None]


@dataclass(frozen=True)
class Replay:
    """What a strategy said about every bar, and how large the bars were."""

    bars: Bars
    said: pd.Series
    exit_long: pd.Series
    exit_short: pd.Series
    atr: pd.Series

    @property
    def acting(self) -> pd.Series:
        """Return the bars on which a bot may have something to do."""
        return self.said.ne(Signal.HOLD) | self.exit_long | self.exit_short

    def flat_on_weekends(self, timeframe: Timeframe) -> Replay:
        """Return the same with every position left before a weekend and none opened into it."""
        ahead = weekend_ahead(pd.DatetimeIndex(self.bars.index), timeframe.duration)
        leave = ahead & ~ahead.shift(fill_value=False)
        said = pd.Series([Signal.HOLD if late else word for word, late in zip(self.said, ahead, strict=True)])
        said.index = self.said.index
        return replace(self, said=said, exit_long=self.exit_long | leave, exit_short=self.exit_short | leave)


def prepare(settings: BotSettings, instrument: Instrument, bars: Bars) -> Replay:
    """Compute signals and ATR of all bars at once."""
    profile = symbol_profile(instrument)
    signals: Signals = evaluate(find(settings.strategy), bars, settings.parameters, profile)
    return Replay(bars, words(signals), signals.exit_long, signals.exit_short, indicators.atr(bars))


def weekend_ahead(opened: pd.DatetimeIndex, duration: timedelta) -> pd.Series:
    """Tell which bars lie in a weekend or are the last look before one, by New York's week."""
    closed = (opened + duration).tz_convert(NEW_YORK)
    hours = np.asarray(closed.day_of_week * 24 + closed.hour + closed.minute / 60, dtype=float)
    last_look = hours + duration / timedelta(hours=1) > WEEK_ENDS_H
    return pd.Series(last_look & (hours < WEEK_BEGINS_H), index=opened)


class _ReplayLooks(Looks):
    """Know every look beforehand; account and positions are asked for as in life."""

    def __init__(self, desk: Desk, replay: Replay) -> None:
        super().__init__(desk)
        self._clock = desk.market
        self._replay = replay
        self._opens = pd.DatetimeIndex(replay.bars.index)
        self._close = replay.bars["close"].to_numpy(dtype=float)
        self._atr = replay.atr.to_numpy(dtype=float)
        self._exits = replay.exit_long.to_numpy(), replay.exit_short.to_numpy()

    def look(
        self,
        account: Account,  # noqa: ARG002  # the bars are known
        terminal: Terminal,  # noqa: ARG002
        settings: BotSettings,
        instrument: Instrument,  # noqa: ARG002
    ) -> Look:
        newest = self._clock.now() - settings.timeframe.duration
        row = int(self._opens.searchsorted(pd.Timestamp(newest), side="right")) - 1
        opened = self._opens[row].to_pydatetime()
        exits = (bool(self._exits[0][row]), bool(self._exits[1][row]))
        said = self._replay.said.iloc[row]
        analysis = Analysis(opened, float(self._close[row]), said, *exits, (), ())
        atr = float(self._atr[row])
        known = Decimal(str(atr)) if math.isfinite(atr) and atr > 0 else None
        return Look(opened, analysis, self._replay.bars, known)


@dataclass(frozen=True)
class Outcome:
    """A finished replay: its closed trades, what was denied, and how it stood at each bar's close."""

    trades: tuple[ClosedTrade, ...]
    denied: Mapping[str, int]
    start_balance: Decimal
    open_profit: Decimal
    ticks: int


def run(
    desk: Desk, limits: RiskLimits, bot: Bot, replay: Replay, advance: Advance, until: datetime
) -> Outcome:
    """Let a started bot live through its bars up to a moment.

    `advance` moves the market's clock; the bot's account must have its terminal on the desk.
    """
    with desk.database.read() as uow:
        account = uow.accounts.get(bot.account_id)
    terminal = desk.terminal(account.id)
    balance = terminal.account().balance
    looks, closings = _ReplayLooks(desk, replay), Closings(desk)
    cycle = Cycle(desk, Link(desk), looks, closings, Contracts(desk), limits)
    player = _Player(desk, bot, account, cycle, advance)
    ticks = player.play(_acting_closes(replay, bot.settings.timeframe, desk.market.now(), until), until)
    advance(until)
    seen = looks.snapshot_now(account, terminal)
    closings.collect(account, terminal, seen, None)
    with desk.database.read() as uow:
        trades = uow.books.trades(account.id, BEFORE_ALL, until + timedelta(days=1), bot.id)
        denied = Counter(e.reason for _, _, e in uow.history(limit=EVENTS) if isinstance(e, EntryDenied))
    open_profit = sum((item.profit + item.swap for item in seen.positions), Decimal(0))
    return Outcome(trades, dict(denied), balance, open_profit, ticks)


class _Player:
    """Run the ticks of one bot in their order."""

    def __init__(self, desk: Desk, bot: Bot, account: Account, cycle: Cycle, advance: Advance) -> None:
        self._desk = desk
        self._bot = bot
        self._account = account
        self._cycle = cycle
        self._advance = advance
        self._checked: date | None = None

    def play(self, closes: Iterable[datetime], until: datetime) -> int:
        """Tick after each of the closes, and on while an exit waits; return the number of ticks."""
        self._tick(self._desk.market.now())
        ticks = 1
        for close in closes:
            while self._exit_waits() and (due := self._next_due()) < close:
                self._tick(due)
                ticks += 1
            self._tick(close + LOOK_AFTER)
            ticks += 1
        while self._exit_waits() and (due := self._next_due()) <= until:
            self._tick(due)
            ticks += 1
        return ticks

    def _tick(self, due: datetime) -> None:
        self._advance(due)
        self._follow_server_clock()
        self._cycle.run(TickJob(self._account.id, self._bot.id, due))

    def _next_due(self) -> datetime:
        now, offset = self._desk.market.now(), self._account.server_offset
        return next_due(self._bot.id, self._bot.settings, now, offset, spread=False)

    def _exit_waits(self) -> bool:
        with self._desk.database.read() as uow:
            return self._bot.id in lifecycle.unfinished_exits(uow, self._account.id)

    def _follow_server_clock(self) -> None:
        # In life the watch does this: bars of four hours and of days begin at the server's midnight.
        today = self._desk.market.now().date()
        if today == self._checked:
            return
        self._checked = today
        offset = self._desk.terminal(self._account.id).server_offset()
        if offset != self._account.server_offset:
            with self._desk.database.write() as uow:
                uow.accounts.set_clock(self._account.id, self._desk.market.now(), offset)
                uow.commit()
            with self._desk.database.read() as uow:
                self._account = uow.accounts.get(self._account.id)


def _acting_closes(
    replay: Replay, timeframe: Timeframe, since: datetime, until: datetime
) -> Iterator[datetime]:
    closes = pd.DatetimeIndex(replay.bars.index)[replay.acting.to_numpy()] + timeframe.duration
    for close in closes:
        moment = close.to_pydatetime()
        if since < moment + LOOK_AFTER <= until:
            yield moment
