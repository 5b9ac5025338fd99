"""The bars that followed an act, asked of the account's terminal, and the strategy's word on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import pandas as pd

from bot_service.domain.accounts import Account
from bot_service.domain.bots import BotSettings
from bot_service.domain.errors import MarketDataMissing, ServiceError, SymbolRefused
from bot_service.domain.market import Bars, Instrument, Timeframe
from bot_service.domain.strategy import Signal
from bot_service.domain.trading import Side
from bot_service.mentor.missed import Signalled
from bot_service.mentor.replay import Course
from bot_service.ports import Terminal, UnitOfWork
from bot_service.services import spreads
from bot_service.services.backtest import Replay, prepare
from bot_service.services.desk import Desk
from bot_service.services.looks import bars_needed, blaming

ASK_S = 10.0
MOST_BARS = 3000
FINE = (Timeframe.M1, Timeframe.M5, Timeframe.M15, Timeframe.H1, Timeframe.H4)
"""Bars for levels, the finest that reach back to the act in at most `MOST_BARS`."""


@dataclass(frozen=True)
class Followed:
    """What followed: the course for levels, and the signals to enter of the bot's own bars.

    `rule_known` False: the strategy could not be asked, so only levels end a position. `price_step_worth` is
    the money of one lot and a price step of 1.
    """

    course: Course
    signals: tuple[Signalled, ...] = ()
    rule_known: bool = True
    price_step_worth: Decimal = Decimal(0)


class Courses:
    """Ask for bars; None where they don't reach back or the terminal can't answer."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def since(
        self, account: Account, settings: BotSettings, moment: datetime, *, signals: bool
    ) -> Followed | None:
        """Return what followed a moment (market time); without `signals` only the levels count.

        Raises:
            TerminalUnavailable: the terminal doesn't answer.
        """
        now = self._desk.market.now()
        symbol = settings.broker_symbol

        def question(terminal: Terminal) -> tuple[Bars, timedelta, Instrument, Bars | None] | None:
            fine = _fine(terminal, symbol, moment, now)
            if fine is None:
                return None
            own = _own(terminal, settings, moment, now) if signals else None
            return (*fine, terminal.instrument(symbol), own)

        try:
            asked = self._desk.lanes.ask(account.id, question, ASK_S)
        except (MarketDataMissing, SymbolRefused):
            return None
        if asked is None:
            return None
        bars, duration, instrument, own = asked
        with self._desk.database.read() as uow:
            spread = _spread(uow, account.id, symbol)
        plain = Course(bars, duration, spread)
        if own is None:
            return Followed(plain, rule_known=not signals)
        return _with_rule(plain, settings, instrument, own)


def _fine(terminal: Terminal, symbol: str, moment: datetime, now: datetime) -> tuple[Bars, timedelta] | None:
    for timeframe in FINE:
        count = (now - moment) // timeframe.duration + 2
        if count > MOST_BARS:
            continue
        bars = _bars(terminal, symbol, timeframe, count)
        if bars is not None and bars.index[0].to_pydatetime() <= moment:
            return bars, timeframe.duration
    return None


def _own(terminal: Terminal, settings: BotSettings, moment: datetime, now: datetime) -> Bars | None:
    try:
        needed = bars_needed(settings)
    except ServiceError:
        return None
    count = (now - moment) // settings.timeframe.duration + needed + 2
    return _bars(terminal, settings.broker_symbol, settings.timeframe, count)


def _bars(terminal: Terminal, symbol: str, timeframe: Timeframe, count: int) -> Bars | None:
    try:
        bars = terminal.closed_bars(symbol, timeframe, count)
    except MarketDataMissing:
        return None
    return None if bars.empty else bars


def _with_rule(plain: Course, settings: BotSettings, instrument: Instrument, own: Bars) -> Followed:
    try:
        with blaming(settings.strategy):
            replay = prepare(settings, instrument, own)
    except ServiceError:
        return Followed(plain, rule_known=False)
    closes = pd.DatetimeIndex(own.index) + settings.timeframe.duration
    course = Course(
        plain.bars,
        plain.duration,
        plain.spread,
        leave_long=_moments(closes, replay.exit_long | replay.said.eq(Signal.SELL)),
        leave_short=_moments(closes, replay.exit_short | replay.said.eq(Signal.BUY)),
    )
    worth = instrument.tick_value / instrument.tick_size
    return Followed(course, tuple(_signals(closes, replay)), price_step_worth=worth)


def _moments(closes: pd.DatetimeIndex, chosen: pd.Series) -> tuple[datetime, ...]:
    return tuple(moment.to_pydatetime() for moment in closes[chosen.to_numpy(dtype=bool)])


def _signals(closes: pd.DatetimeIndex, replay: Replay) -> list[Signalled]:
    sides = {Signal.BUY: Side.BUY, Signal.SELL: Side.SELL}
    said = zip(closes, replay.said, replay.atr, strict=True)
    return [
        Signalled(at.to_pydatetime(), sides[word], Decimal(str(float(atr))))
        for at, word, atr in said
        if word in sides and atr > 0
    ]


def _spread(uow: UnitOfWork, account_id: int, symbol: str) -> Decimal:
    known = spreads.samples(uow, account_id, symbol)
    usual = known.usual()
    return max(known.ask - known.bid, Decimal(0)) if usual is None else usual
