from __future__ import annotations

import numpy as np

from bot_service.domain.strategy import Signal, SymbolKind, SymbolProfile
from bot_service.strategies import analyse
from bot_service.strategies.rsi_crossover import RsiCrossover

PROFILE = SymbolProfile(SymbolKind.FOREX)


def test_a_turn_against_the_trend_is_not_traded(market):
    signals = RsiCrossover.evaluate(market, RsiCrossover.defaults(), PROFILE)
    trend = market["close"].rolling(50).mean()
    assert (market["close"] > trend)[signals.enter_long].all()
    assert (market["close"] < trend)[signals.enter_short].all()
    turns = signals.long_rules[1].passed & signals.long_rules[2].passed
    assert (turns & ~signals.enter_long).any()


def test_noise_of_a_standing_price_is_no_turn(synthetic):
    # Above the trend and then still: gains and losses fade by the same factor, the index must not tremble.
    bars = synthetic(3, 400)
    start = int(np.argmax(bars["close"] - bars["close"].rolling(50).mean()))
    bars = bars.iloc[: start + 1]
    still = bars.iloc[[-1] * 40].copy()
    still.index = bars.index[-1] + (bars.index[1] - bars.index[0]) * np.arange(1, 41)
    still[["open", "high", "low"]] = np.tile(still[["close"]].to_numpy(), 3)
    joined = np.concatenate([bars.to_numpy(), still.to_numpy()])
    market = bars.reindex(bars.index.append(still.index))
    market.iloc[:] = joined
    signals = RsiCrossover.evaluate(market, RsiCrossover.defaults(), PROFILE)
    assert market["close"].iloc[-1] > market["close"].rolling(50).mean().iloc[-1]
    assert not signals.enter_long.iloc[-28:].any()
    assert not signals.enter_short.iloc[-28:].any()


def test_a_market_that_never_moved_is_said_to_be_flat(market):
    flat = market.copy()
    flat[["open", "high", "low", "close"]] = 1.1
    analysis = analyse(RsiCrossover, flat, {}, PROFILE)
    assert (analysis.signal, analysis.note) == (Signal.HOLD, "flat_market")


def test_a_hole_in_the_averages_is_said(market):
    bars = market.copy()
    bars.iloc[-5] = np.nan
    assert analyse(RsiCrossover, bars, {}, PROFILE).note == "missing_values"
