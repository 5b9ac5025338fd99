"""How the market of a day was: the symbols that were traded most, trend or range, and how far they moved."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from bot_service.domain.accounts import Account
from bot_service.domain.errors import MarketDataMissing, SymbolRefused, TerminalUnavailable
from bot_service.domain.findings import MarketCondition
from bot_service.domain.market import Bars, Timeframe
from bot_service.mentor.conditions import condition
from bot_service.mentor.thresholds import USUAL_DAYS
from bot_service.ports import Terminal
from bot_service.services.desk import Desk
from bot_service.services.trading_days import TradingDay

MOST_SYMBOLS = 3
ASK_S = 10.0
HOURS = Timeframe.H1
SPARE_DAYS = 12
"""Weekends and holidays have no bars: so many days more are asked for."""


class Conditions:
    """Ask for the bars of a day; a terminal that is away tells nothing."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def of_day(self, account: Account, day: TradingDay) -> tuple[MarketCondition, ...]:
        """Return how the symbols of a day's trades moved, the most traded first, at most three."""
        counted = Counter(trade.symbol for trade in day.trades)
        symbols = sorted(counted, key=lambda symbol: (-counted[symbol], symbol))[:MOST_SYMBOLS]
        if not symbols:
            return ()
        count = self._bars_needed(account, day)

        def question(terminal: Terminal) -> dict[str, Bars]:
            found = {symbol: _bars(terminal, symbol, count) for symbol in symbols}
            return {symbol: bars for symbol, bars in found.items() if bars is not None}

        try:
            bars = self._desk.lanes.ask(account.id, question, ASK_S)
        except TerminalUnavailable:
            return ()
        told = (condition(symbol, bars[symbol], account, day.day) for symbol in symbols if symbol in bars)
        return tuple(item for item in told if item is not None)

    def _bars_needed(self, account: Account, day: TradingDay) -> int:
        begins, _ = account.day_bounds(day.day - timedelta(days=USUAL_DAYS + SPARE_DAYS))
        return (self._desk.market.now() - begins) // HOURS.duration + 1


def _bars(terminal: Terminal, symbol: str, count: int) -> Bars | None:
    try:
        return terminal.closed_bars(symbol, HOURS, count)
    except (MarketDataMissing, SymbolRefused):
        return None
