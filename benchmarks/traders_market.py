"""What bots do in a synthetic market: sessions, busy days, symbols that move together, honest geometry.

All bots of a trader have the same expectancy (a little below or above zero), whatever their geometry: between
honest buckets there is nothing to find but luck.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from statistics import NormalDist

import numpy as np

from benchmarks.traders import BALANCE, DAY, DAYS, Bot, Trade, Trader
from bot_service.domain.trading import ExitCause

SYMBOLS = ("EURUSD", "GBPUSD", "USDJPY", "XAUUSD", "BTCUSD", "ETHUSD", "US500")
STRATEGIES = ("MA_CROSSOVER", "RSI_CROSSOVER", "BOLLINGER_REVERSION", "TURTLE_BREAKOUT")
ALWAYS_OPEN = frozenset({"BTCUSD", "ETHUSD"})
REWARDS = (0.5, 1.0, 1.5, 2.0, 3.0)
TOGETHER = 0.15
"""How much of a result is shared by all trades of a symbol and day."""
GAPS = 0.003

Tilt = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""From (day, minute of the trading day) of entries to how much worse they are, in R."""


def some_bots(trader: Trader, count: int, trades_a_day: float, rewards: Sequence[float] = REWARDS) -> None:
    """Give a trader bots that make about so many trades a day together."""
    rng = trader.rng
    shares = rng.dirichlet(np.full(count, 4.0)) * trades_a_day
    for place in range(count):
        symbol = SYMBOLS[place % len(SYMBOLS)] if count > 3 else str(rng.choice(SYMBOLS))
        strategy = str(rng.choice(STRATEGIES))
        # Many trades a day are made with less risk each, or the account would not live for months.
        reward, risk = float(rng.choice(rewards)), float(rng.uniform(1.5, 4.0)) / max(8.0, trades_a_day)
        trader.bots.append(Bot(place + 1, symbol, strategy, float(shares[place]), reward, risk))


def trade_all(trader: Trader, worse: dict[int, Tilt] | None = None) -> None:
    """Let the bots trade all days; `worse` makes the trades of a bot worse than honest ones."""
    rng = trader.rng
    expectancy = float(rng.uniform(-0.05, 0.08))
    bustle = rng.lognormal(-0.08, 0.4, DAYS)
    moods = {bot.symbol: rng.normal(size=DAYS) for bot in trader.bots}
    for bot in trader.bots:
        tilt = (worse or {}).get(bot.id)
        _trade(trader, bot, expectancy, bustle, moods[bot.symbol], tilt)


def _trade(
    trader: Trader, bot: Bot, expectancy: float, bustle: np.ndarray, mood: np.ndarray, tilt: Tilt | None
) -> None:
    rng = trader.rng
    open_days = np.ones(DAYS) if bot.symbol in ALWAYS_OPEN else (np.arange(DAYS) % 7 < 5).astype(float)
    # A week of forex has five days in which to make its trades.
    a_day = bot.a_day * (1.0 if bot.symbol in ALWAYS_OPEN else 1.4)
    days = np.repeat(np.arange(DAYS), rng.poisson(a_day * bustle * open_days))
    entries = _minutes(rng, days.size)
    closes = np.minimum(entries + np.maximum(2.0, rng.lognormal(4.2, 0.8, days.size)), DAY - 1.0)
    r, causes = _results(rng, bot, expectancy, mood[days])
    if tilt is not None:
        r, causes = _worse(rng, r, causes, tilt(days, entries))
    planned = round(BALANCE * bot.risk / 100, 2)
    for day, opened, closed, result, cause in zip(days, entries, closes, r, causes, strict=True):
        begin = float(day) * DAY
        trader.trades.append(
            Trade(
                begin + float(opened),
                begin + float(closed),
                bot.id,
                bot.symbol,
                bot.strategy,
                float(result),
                planned,
                cause,
            )
        )


def _minutes(rng: np.random.Generator, count: int) -> np.ndarray:
    """Return times of entry: mostly in the London and New York sessions, some at any hour."""
    sessions = np.array([600.0, 960.0])[rng.integers(0, 2, count)] + rng.normal(0, 130, count)
    anytime = rng.uniform(0, DAY - 60, count)
    return np.clip(np.where(rng.random(count) < 0.65, sessions, anytime), 0, DAY - 60)


def _results(
    rng: np.random.Generator, bot: Bot, expectancy: float, mood: np.ndarray
) -> tuple[np.ndarray, list[ExitCause]]:
    latent = np.sqrt(TOGETHER) * mood + np.sqrt(1 - TOGETHER) * rng.normal(size=mood.size)
    wins = latent > NormalDist().inv_cdf(1 - (1 + expectancy) / (1 + bot.reward))
    slipped = 1 + rng.exponential(0.015, mood.size)
    gaps = rng.random(mood.size) < GAPS
    lost = np.where(gaps, rng.uniform(1.5, 3.0, mood.size), slipped)
    by_signal = rng.random(mood.size) < 0.15
    signal = np.clip(rng.normal(expectancy, 0.5, mood.size), -0.95, bot.reward)
    r = np.where(by_signal, signal, np.where(wins, bot.reward, -lost))
    causes = [
        ExitCause.SIGNAL if sign else (ExitCause.TAKE_PROFIT if won else ExitCause.STOP_LOSS)
        for sign, won in zip(by_signal, wins, strict=True)
    ]
    return r, causes


def _worse(
    rng: np.random.Generator, r: np.ndarray, causes: list[ExitCause], by: np.ndarray
) -> tuple[np.ndarray, list[ExitCause]]:
    """Turn so many wins into losses that the mean falls by what is asked."""
    # A win of b R that is lost instead costs b + 1; with a share of (1 + mean) / (1 + b) wins that is one R.
    turned = (r > 0) & (rng.random(r.size) < np.clip(by, 0, 0.95))
    causes = [ExitCause.STOP_LOSS if turn else cause for turn, cause in zip(turned, causes, strict=True)]
    return np.where(turned, -1.0, r), causes


def number(trader: Trader) -> None:
    """Give every trade without one a number, in the order of time."""
    trader.trades.sort(key=lambda one: (one.closed, one.bot))
    highest = max((trade.ticket for trade in trader.trades), default=0) or 1000
    for trade in trader.trades:
        if not trade.ticket:
            highest += 1
            trade.ticket = highest


def follow_risk(trader: Trader) -> None:
    """Let the planned risk of trades follow the edits of their bots."""
    for bot, edits in trader.settings.items():
        edits.sort(key=lambda deed: deed.at)
        times = [deed.at for deed in edits]
        for trade in (one for one in trader.trades if one.bot == bot and one.planned):
            place = bisect_right(times, trade.opened)
            if place:
                trade.planned = round(BALANCE * edits[place - 1].after / 100, 2)
