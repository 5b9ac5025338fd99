"""How long strategies take: one live evaluation, and a whole history at once.

`live_ms` is the median of one analysis on as many bars as live fetches; `bars_per_s` what one evaluation of
20,000 bars comes to; `indicator_share` the part of that time spent inside the indicators. All of it is work
of this process (CPU time), so that other programs on the machine don't count.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time

import numpy as np
import pandas as pd

from bot_service.domain import indicators
from bot_service.domain.bots import BotSettings, SizingMethod
from bot_service.domain.kinds import NYSE
from bot_service.domain.market import Timeframe
from bot_service.domain.strategy import SymbolKind, SymbolProfile
from bot_service.services.looks import bars_needed
from bot_service.strategies import all_strategies, analyse, evaluate

PROFILE = SymbolProfile(SymbolKind.INDEX, NYSE)
BARS = 20_000
LIVE_LIMIT_MS = 50.0
"""A tick may spend this on its strategy; 500 bots then need 25 s of one core per bar."""
MEASURED = (
    "sma",
    "ema",
    "rma",
    "rsi",
    "adx",
    "atr",
    "true_range",
    "bollinger",
    "bandwidth",
    "macd",
    "donchian",
    "stochastic",
    "ichimoku",
    "variation",
    "volume_ratio",
    "change",
)


class Stopwatch:
    """Add up the time inside functions; a call inside a call counts once."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._depth = 0

    def around(self, function):
        """Return the function with its time taken."""

        def timed(*args, **kwargs):
            if self._depth:
                return function(*args, **kwargs)
            self._depth = 1
            begun = time.process_time()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds += time.process_time() - begun
                self._depth = 0

        return timed


def made_bars(count: int) -> pd.DataFrame:
    """Return hours of a market that trends, rests and moves."""
    rng = np.random.default_rng(1)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.001, count)))
    opened = np.concatenate(([100.0], close[:-1]))
    index = pd.date_range("2020-01-06", periods=count, freq="h", tz="UTC", name="time")
    return pd.DataFrame(
        {
            "open": opened,
            "high": np.maximum(opened, close) * 1.0004,
            "low": np.minimum(opened, close) * 0.9996,
            "close": close,
            "volume": rng.integers(1, 900, count).astype(float),
        },
        index=index,
    )


def seconds(work, repeats: int) -> float:
    """Return the median time of a piece of work."""
    taken = []
    for _ in range(repeats):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return statistics.median(taken)


def measure(strategy, bars: pd.DataFrame, live_repeats: int, repeats: int) -> dict[str, float]:
    """Return the three numbers of a strategy."""
    usual = strategy.defaults()
    settings = BotSettings(
        "", "US500", "US500", strategy.key, Timeframe.H1, SizingMethod.FIXED_LOT, 1, parameters=usual
    )
    recent = bars.tail(bars_needed(settings))
    live = seconds(lambda: analyse(strategy, recent, usual, PROFILE), live_repeats)
    whole = seconds(lambda: evaluate(strategy, bars, usual, PROFILE), repeats)
    return {
        "live_ms": round(1000 * live, 3),
        "bars_per_s": int(len(bars) / whole),
        "indicator_share": round(indicator_share(strategy, bars), 3),
    }


def indicator_share(strategy, bars: pd.DataFrame) -> float:
    """Return which part of an evaluation is spent inside the indicators."""
    watch = Stopwatch()
    before = {name: getattr(indicators, name) for name in MEASURED}
    try:
        for name, function in before.items():
            setattr(indicators, name, watch.around(function))
        begun = time.process_time()
        evaluate(strategy, bars, strategy.defaults(), PROFILE)
        return watch.seconds / (time.process_time() - begun)
    finally:
        for name, function in before.items():
            setattr(indicators, name, function)


def main() -> None:
    """Measure every strategy and print a table, with --json one object as the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    live_repeats, repeats = (10, 3) if options.quick else (60, 9)
    bars = made_bars(BARS)
    evaluate(all_strategies()[0], bars, {}, PROFILE)  # the library is imported at the first use
    found = {}
    print(
        f"{'strategy':22} {'live ms':>8} {'bars/s':>10} {'indicators':>11}   limit {LIVE_LIMIT_MS:g} ms live"
    )
    for strategy in all_strategies():
        print(f"measuring {strategy.key}", file=sys.stderr)
        row = found[strategy.key] = measure(strategy, bars, live_repeats, repeats)
        verdict = "" if row["live_ms"] <= LIVE_LIMIT_MS else "  above the limit"
        share = f"{100 * row['indicator_share']:.0f} %"
        print(f"{strategy.key:22} {row['live_ms']:8.2f} {row['bars_per_s']:10,} {share:>11}{verdict}")
    if options.json:
        print(json.dumps({"strategies": found}))


if __name__ == "__main__":
    main()
