"""What a tick sees of the market and the account, asked once and shared."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property

from bot_service.domain import indicators
from bot_service.domain.accounts import Account
from bot_service.domain.bots import BotSettings, ParameterValue
from bot_service.domain.errors import ServiceError, StrategyBroken
from bot_service.domain.kinds import symbol_profile
from bot_service.domain.market import Bars, Instrument, Timeframe
from bot_service.domain.strategy import Analysis
from bot_service.domain.trading import Snapshot
from bot_service.ports import Terminal
from bot_service.services.desk import Desk
from bot_service.services.lifecycle import last_closed_bar
from bot_service.strategies import analyse, find

log = logging.getLogger(__name__)

FRESH = timedelta(seconds=1)
MARGIN_BARS = 5

MarketKey = tuple[str, int, str, Timeframe]
SignalKey = tuple[str, tuple[tuple[str, ParameterValue], ...]]


@dataclass
class _Market:
    """The newest bars of one market and what the strategies said about the last of them."""

    asked: int
    bars: Bars
    analyses: dict[SignalKey, Analysis]

    @cached_property
    def atr(self) -> Decimal | None:
        return atr_of(self.bars)

    @property
    def last(self) -> datetime:
        return last_bar(self.bars)


@dataclass(frozen=True)
class Look:
    """The newest closed bar with those before it, the strategy's word on it, and ATR(14) in price units."""

    bar_time: datetime
    analysis: Analysis
    bars: Bars
    atr: Decimal | None


def last_bar(bars: Bars) -> datetime:
    """Return the open of the newest bar."""
    opened: datetime = bars.index[-1].to_pydatetime()
    return opened


def bars_needed(settings: BotSettings) -> int:
    """Return how many closed bars a bot's strategy and its stops look at.

    Raises:
        StrategyBroken: the strategy's own code raised.
    """
    strategy = find(settings.strategy)
    with blaming(strategy.key):
        warmup = strategy.warmup(strategy.checked(settings.parameters))
    return max(warmup, indicators.ATR_WARMUP) + MARGIN_BARS


@contextmanager
def blaming(key: str) -> Iterator[None]:
    """Take whatever a strategy's own code raises for `StrategyBroken`.

    Raises:
        StrategyBroken: it raised.
    """
    try:
        yield
    except ServiceError:
        raise
    # Anybody may bring a strategy, and its code may raise anything: that must end this bot, told once,
    # and not a tick that is then tried for ever.
    except Exception as error:
        log.exception("a strategy failed", extra={"strategy": key})
        raise StrategyBroken(key, f"{type(error).__name__}: {error}"[:200]) from error


def atr_of(bars: Bars) -> Decimal | None:
    """Return ATR(14) of the last bar, None where it can't be computed."""
    value = indicators.latest_atr(bars)
    return None if value is None else Decimal(str(value))


class Looks:
    """Cache of bars and signals by (server, login, symbol, timeframe, bar); only the newest bar is kept.

    Two brokers' EURUSD are two markets, so the account's identity is part of each key. Used by the lanes;
    two lanes never share an account, and so never a key.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._markets: dict[MarketKey, _Market] = {}
        self._snapshots: dict[int, Snapshot] = {}

    def touch(self, account_id: int) -> None:
        """Forget the snapshot: an order has just changed the account."""
        self._snapshots.pop(account_id, None)

    def snapshot(self, account: Account, terminal: Terminal) -> Snapshot:
        """Return account and positions: the newest snapshot if it is fresh, else a new one."""
        known = self._snapshots.get(account.id)
        if known is not None and self._is_fresh(known):
            return known
        return self.snapshot_now(account, terminal)

    def snapshot_now(self, account: Account, terminal: Terminal) -> Snapshot:
        """Ask the terminal for account and positions."""
        positions = terminal.positions()
        state = terminal.account()
        asked = Snapshot(account.id, self._desk.wall.now(), self._desk.market.now(), state, positions)
        self._snapshots[account.id] = asked
        return asked

    def bars(self, account: Account, terminal: Terminal, settings: BotSettings) -> Bars:
        """Return the closed bars that a bot needs."""
        return self._market(account, terminal, settings).bars

    def look(
        self, account: Account, terminal: Terminal, settings: BotSettings, instrument: Instrument
    ) -> Look:
        """Return the strategy's word on the newest closed bar.

        Raises:
            StrategyBroken: the strategy's own code raised.
        """
        market = self._market(account, terminal, settings)
        key = (settings.strategy, tuple(sorted(settings.parameters.items())))
        if key not in market.analyses:
            bars = market.bars.iloc[-bars_needed(settings) :]
            profile = symbol_profile(instrument)
            strategy = find(settings.strategy)
            with blaming(strategy.key):
                market.analyses[key] = analyse(strategy, bars, settings.parameters, profile)
        return Look(market.last, market.analyses[key], market.bars, market.atr)

    def _market(self, account: Account, terminal: Terminal, settings: BotSettings) -> _Market:
        identity = account.identity
        key = (identity.server, identity.login, settings.broker_symbol, settings.timeframe)
        needed = bars_needed(settings)
        expected = last_closed_bar(settings, self._desk.market.now(), account.server_offset)
        known = self._markets.get(key)
        if known is not None and known.last == expected and known.asked >= needed:
            return known
        count = max(needed, 0 if known is None else known.asked)
        bars = terminal.closed_bars(settings.broker_symbol, settings.timeframe, count)
        if known is None or known.last != last_bar(bars) or known.asked < count:
            known = _Market(count, bars, {})
            self._markets[key] = known
        return known

    def _is_fresh(self, known: Snapshot) -> bool:
        # The market's clock counts too: in a fast market a second of wall time is a minute of prices.
        wall_age = self._desk.wall.now() - known.taken_at
        market_age = self._desk.market.now() - known.market_at
        return timedelta(0) <= wall_age < FRESH and timedelta(0) <= market_age < FRESH
