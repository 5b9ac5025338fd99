"""How often the rules fire: measured on real bars elsewhere, and counted bar by bar with plain loops."""

from __future__ import annotations

import numpy as np
import pytest

from bot_service.domain.strategy import SymbolKind, SymbolProfile
from bot_service.strategies import find

PROFILE = SymbolProfile(SymbolKind.FOREX)

SYMBOLS = ("EURUSD", "XAUUSD", "BTCUSD", "US500")
MEASURED = {
    "MA_CROSSOVER": ((38, 39), (32, 31), (37, 36), (33, 32)),
    "RSI_CROSSOVER": ((132, 113), (151, 129), (153, 144), (152, 123)),
    "BOLLINGER_REVERSION": ((154, 109), (141, 80), (144, 92), (182, 75)),
}


def counts(key, bars):
    strategy = find(key)
    signals = strategy.evaluate(bars, strategy.defaults(), PROFILE)
    return int(signals.enter_long.sum()), int((signals.enter_short & ~signals.enter_long).sum())


@pytest.mark.parametrize(
    ("key", "symbol", "measured"),
    [(key, symbol, pair) for key, row in MEASURED.items() for symbol, pair in zip(SYMBOLS, row, strict=True)],
)
def test_three_thousand_real_bars_give_the_measured_number_of_signals(real_bars, key, symbol, measured):
    for found, expected in zip(counts(key, real_bars(symbol)), measured, strict=True):
        assert found == pytest.approx(expected, rel=0.01)


def mean(values, place, length):
    return values[place - length + 1 : place + 1].mean() if place >= length - 1 else np.nan


def plain_ma(bars):
    close = bars["close"].to_numpy()
    difference = np.array([mean(close, place, 20) - mean(close, place, 50) for place in range(len(close))])
    up = sum(difference[place - 1] <= 0 < difference[place] for place in range(1, len(close)))
    down = sum(difference[place - 1] >= 0 > difference[place] for place in range(1, len(close)))
    return up, down


def plain_rsi(bars):
    close = bars["close"].to_numpy()
    moves = np.diff(close)
    gain, loss = max(moves[:14].clip(0).mean(), 0), (-moves[:14]).clip(0).mean()
    strength = np.full(len(close), np.nan)
    for place in range(14, len(close)):
        if place > 14:
            gain += (max(moves[place - 1], 0) - gain) / 14
            loss += (max(-moves[place - 1], 0) - loss) / 14
        strength[place] = 100 * gain / (gain + loss)
    ahead = np.array([strength[place] - mean(strength, place, 10) for place in range(len(close))])
    trend = np.array([close[place] - mean(close, place, 50) for place in range(len(close))])
    places = range(1, len(close))
    up = sum(ahead[place - 1] <= 0 < ahead[place] and trend[place] > 0 for place in places)
    return up, sum(ahead[place - 1] >= 0 > ahead[place] and trend[place] < 0 for place in places)


def plain_bands(bars):
    close, high, low = (bars[name].to_numpy() for name in ("close", "high", "low"))
    up = down = 0
    for place in range(199, len(close)):
        window = close[place - 19 : place + 1]
        trend = mean(close, place, 200)
        up += close[place] > trend and low[place] <= window.mean() - 2 * window.std()
        down += close[place] < trend and high[place] >= window.mean() + 2 * window.std()
    return up, down


@pytest.mark.parametrize(
    ("key", "plain"),
    [("MA_CROSSOVER", plain_ma), ("RSI_CROSSOVER", plain_rsi), ("BOLLINGER_REVERSION", plain_bands)],
)
@pytest.mark.parametrize("seed", [21, 22])
def test_synthetic_bars_give_what_plain_loops_count(synthetic, key, plain, seed):
    bars = synthetic(seed, 3000)
    expected = tuple(int(count) for count in plain(bars))
    assert min(expected) > 10
    assert counts(key, bars) == expected
