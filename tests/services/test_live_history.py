"""What a bot says live on each bar equals what its strategy says about the whole history."""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bot_service.domain.bots import BotSettings, SizingMethod
from bot_service.domain.events import OrderFilled
from bot_service.domain.kinds import symbol_profile
from bot_service.domain.market import Timeframe
from bot_service.domain.strategy import Signal
from bot_service.domain.trading import Side
from bot_service.scheduling.clocks import StepClock
from bot_service.strategies import all_strategies, evaluate, words
from bot_service.terminals.paper import PaperTerminal, history_start
from bot_service.terminals.terminal import Mt5Terminal

BARS_DIR = Path(os.environ.get("BARS_DIR", Path(__file__).parents[3] / "shared" / "data"))
LOTS = {"EURUSD": "0.01", "XAUUSD": "0.01", "BTCUSD": "0.01", "US500": "0.1"}
WINDOW = int(os.environ.get("LIVE_HISTORY_BARS", "20"))
HOUR = timedelta(hours=1)
NEAR = 1e-6
"""Share of itself by which a recursive value may differ after its warm-up."""


@pytest.fixture
def made_bars(tmp_path):
    """Return a folder with made bars of one symbol: the twin of the real ones."""
    rng = np.random.default_rng(9)
    count = 3000
    times = pd.date_range("2025-01-06", periods=count, freq="h").strftime("%Y-%m-%d %H:%M:%S")
    close = (1.1 * np.exp(np.cumsum(rng.normal(0, 0.001, count)))).round(5)
    opened = np.concatenate(([1.1], close[:-1]))
    high, low = np.maximum(opened, close) + 0.0005, np.minimum(opened, close) - 0.0005
    volume = rng.integers(1, 900, count)
    table = {"time": times, "open": opened, "high": high, "low": low, "close": close, "volume": volume}
    folder = tmp_path / "bars"
    folder.mkdir()
    pd.DataFrame(table).to_csv(folder / "EURUSD_H1.csv", index=False)
    return folder


@pytest.fixture
def real_bars():
    """Return the folder of real bars; where there is none the test is skipped, in CI it fails."""
    if not list(BARS_DIR.glob("EURUSD_H1*.csv*")):
        reason = f"no real bars in {BARS_DIR}"
        if os.environ.get("REQUIRE_REAL_BARS"):
            pytest.fail(reason)
        pytest.skip(reason)
    return BARS_DIR


class Truth:
    """The vectorised signals of all strategies on a symbol's whole history."""

    def __init__(self, folder, symbol):
        clock = StepClock(history_start(folder))
        api = PaperTerminal(clock=clock.now, history=folder, start=clock.now())
        clock.set(api.ends_at)
        terminal = Mt5Terminal(api, clock=clock)
        terminal.connect()
        self.bars = terminal.closed_bars(symbol, Timeframe.H1, 1_000_000)
        profile = symbol_profile(terminal.resolve(symbol))
        api.close_book()
        self.signals = {
            item.key: evaluate(item, self.bars, item.defaults(), profile) for item in all_strategies()
        }
        self.said = {key: words(signals) for key, signals in self.signals.items()}

    def near(self, key, bar):
        """Tell whether a rule of this bar lies so near its threshold that the warm-up may decide it."""
        signals = self.signals[key]
        for rule in (*signals.long_rules, *signals.short_rules):
            threshold = rule.threshold if np.isscalar(rule.threshold) else rule.threshold.loc[bar]
            value = rule.value.loc[bar]
            if abs(value - threshold) <= NEAR * max(abs(value), abs(threshold)):
                return True
        return False


def replay(world, symbol, until):
    """Run all strategies on a symbol and return what each of them recorded on each bar."""
    keys = {}
    for item in all_strategies():
        settings = BotSettings(
            item.key, symbol, "", item.key, Timeframe.H1, SizingMethod.FIXED_LOT, Decimal(LOTS[symbol])
        )
        keys[world.running(settings)] = item.key
    recorded = {}

    def on_step(_moment):
        with world.database.read() as uow:
            for bot_id, key in keys.items():
                analysis = uow.journal.analysis(bot_id)
                if analysis is not None:
                    recorded[key, pd.Timestamp(analysis.bar_time)] = analysis.signal

    world.ticker.advance(until, on_step)
    return keys, recorded


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("symbol", LOTS)
def test_each_tick_on_real_bars_records_what_the_whole_history_says(make_paper_world, real_bars, symbol):
    compare(make_paper_world, real_bars, symbol)


def test_each_tick_on_made_bars_records_what_the_whole_history_says(make_paper_world, made_bars):
    compare(make_paper_world, made_bars, "EURUSD")


def compare(make_paper_world, bars_folder, symbol):
    truth = Truth(bars_folder, symbol)
    # Far enough for the longest warm-up, so that live sees a part of the history only.
    first = truth.bars.index[2300].to_pydatetime()
    window = min(WINDOW, len(truth.bars) - 2301)
    until = truth.bars.index[2300 + window].to_pydatetime() + HOUR + timedelta(minutes=5)
    # The one switch: history knows no spreads and no hands.
    clock = StepClock(first + timedelta(minutes=5))
    world = make_paper_world(symbol, clock=clock, history=bars_folder, gates=None)
    keys, recorded = replay(world, symbol, until)
    assert len(recorded) >= len(keys) * window
    differ = [(key, bar) for (key, bar), signal in recorded.items() if truth.said[key].loc[bar] is not signal]
    far = [(key, bar) for key, bar in differ if not truth.near(key, bar)]
    print(f"{symbol}: {len(recorded)} bars compared, {len(differ)} within the tolerance")  # noqa: T201  # asked for
    assert far == []
    assert len(differ) <= len(recorded) / 1000
    assert Counter(recorded.values())[Signal.BUY] > 0
    check_entries(world, keys, truth)


def check_entries(world, keys, truth):
    """Every entry lies just after a bar with its signal."""
    filled = world.events(OrderFilled)
    assert filled
    for event in filled:
        hour = event.happened_at.replace(minute=0, second=0, microsecond=0)
        said = truth.said[keys[event.bot_id]].loc[pd.Timestamp(hour - HOUR)]
        assert said is (Signal.BUY if event.side is Side.BUY else Signal.SELL)
