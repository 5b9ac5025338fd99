"""What each strategy does on purpose, on bars made for it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import reduce
from operator import and_

import numpy as np
import pandas as pd
import pytest

from bot_service.domain import indicators
from bot_service.domain.kinds import NYSE, XETRA
from bot_service.domain.rules import above, entries
from bot_service.domain.strategy import Signal, SymbolKind, SymbolProfile
from bot_service.strategies import analyse, evaluate, find, words

FOREX = SymbolProfile(SymbolKind.FOREX)
CRYPTO = SymbolProfile(SymbolKind.CRYPTO)
INDEX = SymbolProfile(SymbolKind.INDEX, NYSE)
PRICES = ["open", "high", "low", "close"]


def line(*closes, start="2025-03-03", freq="h", spread=0.0):
    index = pd.date_range(start, periods=len(closes), freq=freq, tz="UTC", name="time")
    close = pd.Series([float(item) for item in closes], index=index)
    bars = pd.DataFrame(dict.fromkeys(PRICES, close))
    bars["high"] += spread
    bars["low"] -= spread
    return bars.assign(volume=100.0)


def rule(signals, code, side="long"):
    return next(item for item in getattr(signals, f"{side}_rules") if item.code == code)


# --- TURTLE_BREAKOUT


def test_turtle_enters_above_the_bars_before_and_leaves_below_a_shorter_channel():
    bars = line(5, 6, 5, 6, 5, 7, 8, 7, 7, 6.5, 4)
    turtle = find("TURTLE_BREAKOUT")
    signals = turtle.evaluate(bars, turtle.checked({"entry_period": 5, "exit_period": 3}), FOREX)
    assert list(np.flatnonzero(signals.enter_long)) == [5, 6]
    assert list(np.flatnonzero(signals.exit_long)) == [9, 10]
    assert list(np.flatnonzero(signals.enter_short)) == [10]
    assert not signals.exit_long[signals.enter_long].any()


@pytest.mark.parametrize("seed", [1, 2])
def test_turtle_exits_are_the_shorter_channels_breaks(synthetic, seed):
    bars = synthetic(seed)
    turtle = find("TURTLE_BREAKOUT")
    signals = turtle.evaluate(bars, turtle.defaults(), FOREX)
    low = bars["low"].rolling(10).min().shift()
    assert (signals.exit_long == (bars["close"] < low)).all()
    assert (signals.exit_long & ~signals.enter_short).any()


# --- ICHIMOKU_CLOUD


def test_ichimoku_speaks_about_the_bar_on_which_the_lines_cross(synthetic):
    bars = synthetic(3)
    cloud = find("ICHIMOKU_CLOUD")
    signals = cloud.evaluate(bars, cloud.checked({"use_cloud_filter": False}), FOREX)

    def middle(length):
        return (bars["high"].rolling(length).max() + bars["low"].rolling(length).min()) / 2

    ahead = middle(9) - middle(26)
    assert (signals.enter_long == ((ahead > 0) & (ahead.shift() <= 0))).all()
    entered = bars.index.get_loc(signals.enter_long.idxmax())
    live = analyse(cloud, bars.iloc[: entered + 1], {"use_cloud_filter": False}, FOREX)
    assert (live.signal, live.bar_time) == (Signal.BUY, bars.index[entered])


def test_ichimokus_cloud_filter_asks_for_both_edges_25_bars_ago(synthetic):
    bars = synthetic(3)
    cloud = find("ICHIMOKU_CLOUD")
    free = cloud.evaluate(bars, cloud.checked({"use_cloud_filter": False}), FOREX)
    held = cloud.evaluate(bars, cloud.defaults(), FOREX)

    def middle(length):
        return (bars["high"].rolling(length).max() + bars["low"].rolling(length).min()) / 2

    first, second = ((middle(9) + middle(26)) / 2).shift(25), middle(52).shift(25)
    above = (bars["close"] > first) & (bars["close"] > second)
    assert (held.enter_long == (free.enter_long & above)).all()
    assert (free.enter_long & ~held.enter_long).any()


# --- BOLLINGER_SQUEEZE


def test_the_half_year_low_asks_for_the_narrowest_of_125_bars(synthetic):
    bars = synthetic(4, 3000)
    squeeze = find("BOLLINGER_SQUEEZE")
    signals = squeeze.evaluate(bars, squeeze.checked({"half_year_low": True}), FOREX)
    width = indicators.bandwidth(bars["close"], 20, 2.0)
    lowest = (width <= width.rolling(125).min()).shift(fill_value=False)
    assert (rule(signals, "width_at_low_before").passed == lowest).all()
    assert lowest[signals.enter_long | signals.enter_short].all()
    assert (signals.enter_long | signals.enter_short).any()


# --- INDEX_MOMENTUM


@pytest.mark.parametrize(
    ("hours", "start", "opens", "closes"),
    [
        (NYSE, "2025-01-15", "14:30", "21:00"),
        (NYSE, "2025-07-15", "13:30", "20:00"),
        (XETRA, "2025-01-15", "08:00", "16:30"),
        (XETRA, "2025-07-15", "07:00", "15:30"),
        # The three weeks in which New York's clock has changed already and Frankfurt's has not.
        (NYSE, "2025-03-12", "13:30", "20:00"),
        (XETRA, "2025-03-12", "08:00", "16:30"),
    ],
)
def test_a_session_is_open_when_its_exchange_is(hours, start, opens, closes):
    bars = line(*range(1, 97), start=start, freq="15min")
    momentum = find("INDEX_MOMENTUM")
    signals = momentum.evaluate(bars, momentum.defaults(), SymbolProfile(SymbolKind.INDEX, hours))
    open_bars = bars.index[rule(signals, "exchange_is_open").passed]
    assert f"{open_bars[0]:%H:%M}" == opens
    assert f"{open_bars[-1] + pd.Timedelta('15min'):%H:%M}" == closes


def test_an_exchange_is_closed_on_saturdays():
    bars = line(*range(1, 97), start="2025-03-08", freq="15min")
    momentum = find("INDEX_MOMENTUM")
    signals = momentum.evaluate(bars, momentum.defaults(), INDEX)
    assert not rule(signals, "exchange_is_open").passed.any()


def test_a_symbol_without_a_known_session_is_held_and_the_analysis_says_so(market):
    momentum = find("INDEX_MOMENTUM")
    assert set(words(evaluate(momentum, market, {}, FOREX))) == {Signal.HOLD}
    reasons = {reason.code: reason.passed for reason in analyse(momentum, market, {}, FOREX).long_reasons}
    assert reasons["session_is_known"] is False
    assert set(words(evaluate(momentum, market, {"session_filter": False}, FOREX))) > {Signal.BUY}


def gapped(percent):
    rng = np.random.default_rng(2)
    bars = line(*(100 + rng.normal(0, 0.05, 60)), spread=0.05)
    bars.iloc[-1, bars.columns.get_indexer(PRICES)] = bars["close"].iloc[-2] * (1 + percent / 100)
    return bars


@pytest.mark.parametrize(
    ("percent", "fade", "said"),
    [
        (2.5, False, Signal.BUY),
        (2.5, True, Signal.BUY),
        (1.5, False, Signal.HOLD),
        (1.5, True, Signal.SELL),
        (-1.5, True, Signal.BUY),
        (-2.5, False, Signal.SELL),
        (0.3, True, Signal.HOLD),
    ],
)
def test_large_gaps_are_followed_and_small_ones_faded_if_wanted(percent, fade, said):
    parameters = {
        "session_filter": False,
        "gap_fade_mode": fade,
        "volume_multiplier": 3.0,
        "momentum_overbought": 90,
        "momentum_oversold": 10,
        "momentum_period": 30,
    }
    assert analyse(find("INDEX_MOMENTUM"), gapped(percent), parameters, INDEX).signal is said


def test_outside_the_rsis_limits_nothing_is_entered(synthetic):
    bars = synthetic(6, 3000)
    momentum = find("INDEX_MOMENTUM")
    signals = momentum.evaluate(bars, momentum.checked({"session_filter": False}), INDEX)
    rsi = indicators.rsi(bars["close"], 14)
    entered = signals.enter_long | signals.enter_short
    assert rsi[entered].between(30, 70).all()


# --- INDEX_BREAKOUT_PRO


def flat_then(*closes):
    rng = np.random.default_rng(1)
    quiet = 100 + rng.uniform(-0.5, 0.5, 400).round(2)
    bars = line(*quiet, *closes, spread=0.1)
    bars.iloc[400:, bars.columns.get_loc("volume")] = 300.0
    return bars


def entered_at(bars, **parameters):
    breakout = find("INDEX_BREAKOUT_PRO")
    return list(np.flatnonzero(breakout.evaluate(bars, breakout.checked(parameters), INDEX).enter_long) - 400)


def test_a_break_is_entered_once_on_the_close_that_confirms_it():
    bars = flat_then(102, 102.1, 102.2, 102.3, 102.4)
    assert entered_at(bars, confirmation_candles=1) == [0]
    assert entered_at(bars, confirmation_candles=2) == [1]
    assert entered_at(bars, confirmation_candles=3) == [2]


def test_a_break_that_falls_back_is_not_confirmed():
    assert entered_at(flat_then(102, 100, 100, 100), confirmation_candles=2) == []


def test_a_break_without_volume_is_not_entered():
    bars = flat_then(102, 102.1, 102.2)
    bars["volume"] = 100.0
    assert entered_at(bars) == []
    bars["volume"] = 0.0
    assert entered_at(bars) == []


def test_a_break_smaller_than_the_share_of_the_atr_is_not_entered():
    small = flat_then(100.7, 100.7, 100.7)
    assert entered_at(small, min_breakout_size=0.1, confirmation_candles=1) == [0]
    assert entered_at(small, min_breakout_size=0.8, confirmation_candles=1) == []


def test_entries_are_rare_compared_with_the_bars_beyond_the_range(synthetic):
    breakout = find("INDEX_BREAKOUT_PRO")
    signals = breakout.evaluate(synthetic(8, 3000), breakout.defaults(), INDEX)
    assert not (signals.enter_long & signals.enter_long.shift(fill_value=False)).any()


# --- QUANTUMBOTX_HYBRID and QUANTUMBOTX_CRYPTO


def same_signals(first, second):
    return all(
        (getattr(first, side) == getattr(second, side)).all() for side in ("enter_long", "enter_short")
    )


def test_on_crypto_what_stands_at_its_default_is_tuned_and_what_was_changed_counts(synthetic):
    bars, hybrid = synthetic(5, 3000), find("QUANTUMBOTX_HYBRID")
    usual = hybrid.evaluate(bars, hybrid.defaults(), FOREX)
    tuned = hybrid.evaluate(bars, hybrid.defaults(), CRYPTO)
    assert not same_signals(usual, tuned)
    assert rule(tuned, "adx_trending").threshold == 20
    own = hybrid.evaluate(bars, hybrid.checked({"adx_threshold": 33}), CRYPTO)
    assert rule(own, "adx_trending").threshold == 33
    untuned = hybrid.evaluate(bars, hybrid.checked({"crypto_tuning": False}), CRYPTO)
    assert same_signals(usual, untuned)


def test_a_cross_needs_a_trend_and_a_touch_needs_none(synthetic):
    bars, hybrid = synthetic(7, 3000), find("QUANTUMBOTX_HYBRID")
    signals = hybrid.evaluate(bars, hybrid.defaults(), FOREX)
    strong = indicators.adx(bars, 14) > 25
    ways = {
        way: reduce(and_, (item.passed for item in signals.long_rules if item.way == way))
        for way in ("trending", "ranging")
    }
    assert strong[ways["trending"]].all()
    assert not strong[ways["ranging"]].any()
    assert (ways["trending"] & signals.enter_long).any()
    assert (ways["ranging"] & signals.enter_long).any()


@pytest.mark.parametrize("key", ["QUANTUMBOTX_HYBRID", "QUANTUMBOTX_CRYPTO"])
def test_a_wild_day_is_left_out_by_a_limit_in_real_units(synthetic, key):
    bars = synthetic(5, 3000)
    bars[PRICES] **= 6  # six times the moves
    strategy = find(key)
    wild = bars["close"].rolling(24).std() / bars["close"].rolling(24).mean()
    limit = 0.03
    signals = strategy.evaluate(bars, strategy.checked({"volatility_filter": limit}), CRYPTO)
    entered = signals.enter_long | signals.enter_short
    assert (wild[entered] <= limit).all()
    loose = strategy.evaluate(bars, strategy.checked({"volatility_filter": 0.2}), CRYPTO)
    assert (loose.enter_long | loose.enter_short).sum() > entered.sum() > 0


def test_a_weekend_asks_for_a_strong_rsi(synthetic):
    bars, crypto = synthetic(5, 3000), find("QUANTUMBOTX_CRYPTO")
    rsi = indicators.rsi(bars["close"], 14)
    weekend = pd.Series(bars.index.day_of_week >= 5, index=bars.index)
    strict = crypto.evaluate(bars, crypto.defaults(), CRYPTO)
    entered = strict.enter_long | strict.enter_short
    assert ((rsi - 50).abs()[entered & weekend] >= 15).all()
    free = crypto.evaluate(bars, crypto.checked({"weekend_mode": False}), CRYPTO)
    dropped = (free.enter_long | free.enter_short) & ~entered
    assert dropped.any()
    assert weekend[dropped].all()


def test_a_pull_back_of_crypto_can_happen(synthetic):
    crypto = find("QUANTUMBOTX_CRYPTO")
    found = 0
    for seed in range(5, 9):
        signals = crypto.evaluate(synthetic(seed, 3000), crypto.defaults(), CRYPTO)
        ranging = reduce(and_, (item.passed for item in signals.long_rules if item.way == "ranging"))
        found += int((ranging & signals.enter_long).sum())
    assert found > 0


# --- a side that is left is not entered again


def test_a_side_that_is_left_on_a_bar_is_not_entered_on_it():
    bars = line(1, 2, 3)
    yes = above("always", bars["close"], 0.0)
    no = above("never", bars["close"], 9.0)
    both = entries((yes,), (no,), exit_long=yes.passed & (bars["close"] == 2))
    assert list(words(both)) == [Signal.BUY, Signal.HOLD, Signal.BUY]


def test_a_bar_before_1970_is_no_fault():
    bars = line(1, 2, 3, start=datetime(1969, 12, 31, 22, tzinfo=UTC))
    assert analyse(find("TURTLE_BREAKOUT"), bars, {}, FOREX).signal is Signal.HOLD
