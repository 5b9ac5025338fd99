"""The opening hours of the symbols that matter: learned once a day, and what the watch does by them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from bot_service.domain import codec
from bot_service.domain.accounts import Account
from bot_service.domain.errors import MarketDataMissing, SymbolRefused
from bot_service.domain.events import GapLine, MarketReopened
from bot_service.domain.kinds import symbol_profile
from bot_service.domain.market import Bars, Tick, Timeframe
from bot_service.domain.sessions import Week
from bot_service.domain.trading import Position, Side, Snapshot
from bot_service.ports import Terminal, UnitOfWork
from bot_service.services import spreads
from bot_service.services.desk import Desk

SAMPLE_EVERY = timedelta(minutes=1)
LEARN_EVERY = timedelta(days=1)
ASKED = ((Timeframe.M5, 3 * 7 * 288), (Timeframe.H1, 6 * 7 * 24))
"""Bars to learn from: three weeks of five minutes, where there are none six weeks of hours."""
FRESH = timedelta(minutes=1)
WEEKEND = timedelta(hours=24)


@dataclass(frozen=True)
class _Known:
    """A symbol's week and when it was learned (market time); None: the bars show none."""

    learned_at: datetime
    week: Week | None


def week(uow: UnitOfWork, account_id: int, symbol: str) -> Week | None:
    """Return the week of a symbol as far as it is known."""
    known = _known(uow, account_id, symbol)
    return None if known is None else known.week


def opens_at(uow: UnitOfWork, account_id: int, symbol: str, now: datetime) -> datetime | None:
    """Return when a symbol that is closed by its week opens, None where its week says nothing."""
    found = week(uow, account_id, symbol)
    closing = None if found is None else found.closing_at(now)
    return None if closing is None else closing.ends


class Hours:
    """Sample spreads, learn weeks and tell what a weekend did to open positions."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._sampled: dict[int, datetime] = {}
        self._asked: dict[tuple[int, str], datetime] = {}

    def round(self, account: Account, terminal: Terminal, seen: Snapshot) -> None:
        """Look at the account's symbols once a minute of market time; learn at most one week at a time."""
        now = self._desk.market.now()
        last = self._sampled.get(account.id)
        if last is not None and timedelta(0) <= now - last < SAMPLE_EVERY:
            return
        self._sampled[account.id] = now
        symbols = self._symbols(account, seen)
        ticks = [tick for symbol in symbols if (tick := _quote(terminal, symbol)) is not None]
        self._note(account, seen, [tick for tick in ticks if now - tick.time <= FRESH])
        self._learn_one(account, terminal, symbols, now)

    def _symbols(self, account: Account, seen: Snapshot) -> list[str]:
        with self._desk.database.read() as uow:
            running = {bot.settings.broker_symbol for bot in uow.bots.all(account.id) if bot.running}
        return sorted(running | {position.symbol for position in seen.positions})

    def _note(self, account: Account, seen: Snapshot, ticks: list[Tick]) -> None:
        if not ticks:
            return
        with self._desk.database.write() as uow:
            for tick in ticks:
                self._tell_gap(uow, account, seen, tick)
                spreads.note(uow, account.id, tick)
            uow.commit()

    def _tell_gap(self, uow: UnitOfWork, account: Account, seen: Snapshot, tick: Tick) -> None:
        known = week(uow, account.id, tick.symbol)
        closed = None if known is None else known.session(tick.time).before
        before = spreads.samples(uow, account.id, tick.symbol)
        if closed is None or closed.length < WEEKEND or before.at is None or before.at >= closed.ends:
            return
        lines = tuple(
            _gap(position, before, tick) for position in seen.positions if position.symbol == tick.symbol
        )
        if lines:
            uow.record(
                MarketReopened(
                    happened_at=tick.time, account_id=account.id, symbol=tick.symbol, positions=lines
                )
            )

    def _learn_one(self, account: Account, terminal: Terminal, symbols: list[str], now: datetime) -> None:
        for symbol in symbols:
            if self._is_due(account.id, symbol, now):
                self._asked[account.id, symbol] = now
                found = _learned(terminal, symbol)
                with self._desk.database.write() as uow:
                    uow.set_value(_key(account.id, symbol), codec.written(_Known(now, found)))
                    uow.commit()
                return

    def _is_due(self, account_id: int, symbol: str, now: datetime) -> bool:
        asked = self._asked.get((account_id, symbol))
        if asked is None:
            with self._desk.database.read() as uow:
                known = _known(uow, account_id, symbol)
            asked = None if known is None else known.learned_at
            if asked is not None:
                self._asked[account_id, symbol] = asked
        return asked is None or not timedelta(0) <= now - asked < LEARN_EVERY


def _key(account_id: int, symbol: str) -> str:
    return f"hours:{account_id}:{symbol}"


def _known(uow: UnitOfWork, account_id: int, symbol: str) -> _Known | None:
    stored = uow.get_value(_key(account_id, symbol))
    return codec.read(_Known, stored) if stored else None


def _quote(terminal: Terminal, symbol: str) -> Tick | None:
    try:
        return terminal.tick(symbol)
    except (MarketDataMissing, SymbolRefused):
        return None


def _learned(terminal: Terminal, symbol: str) -> Week | None:
    try:
        hours = symbol_profile(terminal.instrument(symbol)).hours
    except SymbolRefused:
        return None
    # Brings pandas, and whoever only looks at what was learned is often in a hurry.
    from bot_service.domain import learned_sessions  # noqa: PLC0415

    zones = learned_sessions.ZONES if hours is None else (hours.zone, *learned_sessions.ZONES)
    for timeframe, count in ASKED:
        bars = _bars(terminal, symbol, timeframe, count)
        found = None if bars is None else learned_sessions.learn(bars.index, timeframe.duration, zones)
        if found is not None:
            return found
    return None


def _bars(terminal: Terminal, symbol: str, timeframe: Timeframe, count: int) -> Bars | None:
    try:
        return terminal.closed_bars(symbol, timeframe, count)
    except (MarketDataMissing, SymbolRefused):
        return None


def _gap(position: Position, before: spreads.Samples, tick: Tick) -> GapLine:
    # A long position is valued at the bid, a short one at the ask.
    was, now = (before.bid, tick.bid) if position.side is Side.BUY else (before.ask, tick.ask)
    share = None
    if position.stop_loss is not None:
        distance = position.side.sign * (was - position.stop_loss)
        if distance > 0:
            moved = position.side.sign * (now - was) * 100 / distance
            share = moved.quantize(Decimal(1), ROUND_HALF_UP)
    return GapLine(position.ticket, position.side, was, now, position.stop_loss, share)
