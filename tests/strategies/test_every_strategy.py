"""Rules that hold for every strategy found, so that a new one is covered by being there."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from bot_service.domain import kinds, rules
from bot_service.domain.errors import InvalidValue
from bot_service.domain.strategy import Signal, SymbolKind, SymbolProfile
from bot_service.strategies import all_strategies, analyse, find

PRICES = ["open", "high", "low", "close"]
SIDES = ["enter_long", "enter_short", "exit_long", "exit_short"]
# An index at home in New York: the profile on which no strategy holds back for want of a session.
HOME = SymbolProfile(SymbolKind.INDEX, kinds.NYSE)
PROFILES = [HOME, *(SymbolProfile(kind) for kind in SymbolKind)]
ALL = pytest.mark.parametrize("strategy", all_strategies(), ids=lambda strategy: strategy.key)


def table(strategy, bars, profile=HOME, parameters=None):
    """Return what a strategy says about every bar as one table of truths."""
    signals = strategy.evaluate(bars, parameters or strategy.defaults(), profile)
    columns = {side: getattr(signals, side) for side in SIDES}
    for side in ("long", "short"):
        for place, rule in enumerate(getattr(signals, f"{side}_rules")):
            columns[f"{side} {place} {rule.code}"] = rule.passed
    return pd.DataFrame(columns, index=bars.index)


def extremes(strategy):
    """Return complete parameters at the lower and the upper bounds, where they fit together."""
    for bound in ("minimum", "maximum"):
        given = {
            parameter.name: type(parameter.default)(getattr(parameter, bound))
            for parameter in strategy.parameters
            if not isinstance(parameter.default, bool)
        }
        yield strategy.checked(given)


@ALL
def test_it_describes_itself(strategy):
    assert re.fullmatch(r"[A-Z][A-Z0-9_]*", strategy.key)
    assert strategy.learning_order > 0
    assert strategy.markets
    assert find(strategy.key.lower()) is strategy
    names = [parameter.name for parameter in strategy.parameters]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)


def test_nobody_learns_two_strategies_at_once():
    orders = [strategy.learning_order for strategy in all_strategies()]
    assert orders == list(range(1, 15))


@ALL
def test_its_presets_fit_it_and_leave_the_other_parameters_alone(strategy):
    codes = [preset.code for preset in strategy.presets]
    assert len(codes) == len(set(codes))
    assert set(codes) <= {"beginner", "us30", "us100", "us500", "de30"}
    for preset in strategy.presets:
        complete = strategy.preset(preset.code)
        assert complete == {**strategy.defaults(), **preset.parameters}
        assert (preset.risk_percent is None) == (preset.code == "beginner")
        assert preset.risk_percent is None or 0 < preset.risk_percent <= 1
    with pytest.raises(InvalidValue):
        strategy.preset("no_such_preset")


def test_the_presets_of_the_reference_are_all_there():
    with_preset = {
        code: {
            strategy.key for strategy in all_strategies() for item in strategy.presets if item.code == code
        }
        for code in ("beginner", "us30", "us100", "us500", "de30")
    }
    indices = {"MA_CROSSOVER", "TURTLE_BREAKOUT", "QUANTUMBOTX_HYBRID", "BOLLINGER_SQUEEZE"}
    assert all(with_preset[code] == indices for code in with_preset if code != "beginner")
    assert with_preset["beginner"] == {
        "MA_CROSSOVER",
        "RSI_CROSSOVER",
        "TURTLE_BREAKOUT",
        "BOLLINGER_REVERSION",
        "PULSE_SYNC",
        "QUANTUM_VELOCITY",
        "MERCY_EDGE",
        "QUANTUMBOTX_CRYPTO",
    }


def other_values(strategy, parameter):
    """Return values of a parameter that are far from its default and fit the others."""
    if isinstance(parameter.default, bool):
        return [True, False]
    span = parameter.maximum - parameter.minimum
    tried = [parameter.minimum + span * part for part in (0, 0.05, 0.2, 0.5, 0.9, 1)]
    values = []
    for value in tried:
        typed = round(value) if isinstance(parameter.default, int) else float(value)
        try:
            strategy.checked({parameter.name: typed})
        except InvalidValue:
            continue
        if typed != parameter.default:
            values.append(typed)
    return values


@ALL
def test_every_parameter_is_used(strategy, synthetic):
    bars = synthetic(21)
    bars.iloc[710:900:30, bars.columns.get_loc("open")] *= 1.012  # gaps
    wild = synthetic(22)
    wild[PRICES] **= 6  # six times the moves, so that limits have something to do
    usual = strategy.defaults()
    turned = {name: not value if isinstance(value, bool) else value for name, value in usual.items()}
    for parameter in strategy.parameters:
        values = other_values(strategy, parameter)
        assert values, parameter.name
        assert any(
            not table(strategy, market, profile, base)[SIDES].equals(
                table(strategy, market, profile, {**base, parameter.name: value})[SIDES]
            )
            for base in (usual, turned)
            for value in values
            for market in (bars, wild)
            for profile in (HOME, SymbolProfile(SymbolKind.CRYPTO))
        ), parameter.name


@ALL
def test_a_cross_check_that_is_broken_is_refused_with_a_reason(strategy):
    lows = {"fast", "exit_period", "tenkan_period", "gap_threshold"}
    paired = [item for item in strategy.parameters if any(low in item.name for low in lows)]
    for parameter in paired:
        with pytest.raises(InvalidValue) as caught:
            strategy.checked({parameter.name: max(1, parameter.maximum)})
        assert caught.value.reason.startswith("not_below")


def test_keys_are_unique():
    keys = [strategy.key for strategy in all_strategies()]
    assert len(keys) == len(set(keys))


@ALL
def test_its_defaults_fit_its_bounds(strategy):
    assert strategy.checked({}) == strategy.defaults()


@ALL
def test_it_refuses_parameters_outside_their_bounds_and_unknown_ones(strategy):
    for parameter in strategy.parameters:
        bad = ["false", None] if isinstance(parameter.default, bool) else []
        if not bad:
            bad = [parameter.minimum - parameter.step, parameter.maximum + parameter.step, True, float("nan")]
        if isinstance(parameter.default, int) and not isinstance(parameter.default, bool):
            bad.append(parameter.default + 0.5)
        for value in bad:
            with pytest.raises(InvalidValue):
                strategy.checked({parameter.name: value})
    with pytest.raises(InvalidValue):
        strategy.checked({"no_such_parameter": 1})


@ALL
def test_the_same_bars_give_the_same_signals_and_stay_as_they_were(strategy, market):
    before = market.copy(deep=True)
    first = table(strategy, market)
    pd.testing.assert_frame_equal(table(strategy, market), first)
    pd.testing.assert_frame_equal(market, before)


@ALL
@pytest.mark.parametrize("seed", [2, 3, 4])
def test_new_bars_never_change_an_older_signal(strategy, synthetic, seed):
    bars = synthetic(seed)
    whole = table(strategy, bars)
    for count in (1, 2, 30, 201, 600, 601, 1100, 1499):
        pd.testing.assert_frame_equal(table(strategy, bars.iloc[:count]), whole.iloc[:count])


@ALL
@pytest.mark.parametrize("factor", [1 / 1024, 0.5, 64, 1000])
def test_the_unit_of_the_price_does_not_matter(strategy, market, factor):
    scaled = market.copy()
    scaled[PRICES] *= factor
    sides = table(strategy, scaled)[SIDES]
    pd.testing.assert_frame_equal(sides, table(strategy, market)[SIDES])


@ALL
def test_an_entry_is_where_all_its_rules_pass(strategy, market):
    signals = strategy.evaluate(market, strategy.defaults(), HOME)
    for entered, side_rules in (
        (signals.enter_long, signals.long_rules),
        (signals.enter_short, signals.short_rules),
    ):
        assert side_rules
        codes = [rule.code for rule in side_rules]
        assert len(codes) == len(set(codes))
        assert all(re.fullmatch(r"[a-z][a-z0-9_]*", code) for code in codes)
        ways = {rule.way for rule in side_rules if rule.way} or {""}
        through = [
            pd.concat([rule.passed for rule in side_rules if rule.way in {"", way}], axis=1).all(axis=1)
            for way in ways
        ]
        assert (entered == pd.concat(through, axis=1).any(axis=1)).all()
        assert (entered == rules.passed(side_rules)).all()


@ALL
def test_signals_are_plain_truths_on_the_same_bars(strategy, market):
    for count in (0, 1, 5, len(market)):
        bars = market.iloc[:count]
        result = table(strategy, bars)
        assert set(map(str, result.dtypes)) == {"bool"}
        assert list(result.index) == list(bars.index)


@ALL
def test_it_trades_now_and_then_on_a_market_that_moves(strategy, synthetic):
    results = [table(strategy, synthetic(seed)) for seed in range(5, 9)]
    assert sum(int(result["enter_long"].sum()) for result in results) > 0
    assert sum(int(result["enter_short"].sum()) for result in results) > 0


@ALL
def test_a_market_that_never_moved_is_never_traded(strategy, market):
    flat = market.copy()
    flat[PRICES] = 1.1
    assert not table(strategy, flat)[SIDES].to_numpy().any()
    assert analyse(strategy, flat, {}, HOME).signal is Signal.HOLD


@ALL
def test_a_market_that_stands_still_is_not_traded_once_the_averages_stand_too(strategy, synthetic):
    bars = synthetic(10, 2500)
    bars.iloc[1000:, bars.columns.get_indexer(PRICES)] = bars["close"].iloc[999]
    longest = strategy.warmup(strategy.defaults())
    assert not table(strategy, bars)[SIDES].iloc[1000 + longest :].to_numpy().any()


@ALL
@pytest.mark.parametrize("hole", [np.nan, np.inf, -np.inf])
def test_a_missing_bar_is_never_traded(strategy, synthetic, hole):
    bars = synthetic(11)
    places = np.random.default_rng(11).choice(np.arange(300, 1500), 25, replace=False)
    bars.iloc[places] = hole
    assert not table(strategy, bars)[SIDES].iloc[places].to_numpy().any()


@ALL
@pytest.mark.parametrize("column", PRICES)
def test_no_word_on_a_bar_that_lacks_one_price(strategy, market, column):
    bars = market.copy()
    bars.iloc[-1, bars.columns.get_loc(column)] = np.nan
    analysis = analyse(strategy, bars, {}, HOME)
    assert (analysis.signal, analysis.note) == (Signal.HOLD, "bad_bar")
    assert analysis.price == analysis.price


@ALL
def test_gaps_in_time_and_bars_without_volume_break_nothing(strategy, market):
    bars = market.drop(market.index[200:260]).drop(market.index[700:701])
    bars["volume"] = 0.0
    assert not table(strategy, bars).isna().to_numpy().any()
    assert analyse(strategy, bars, {}, HOME).bar_time == bars.index[-1]


@ALL
@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_few_bars_are_held_with_a_note(strategy, market, count):
    analysis = analyse(strategy, market.iloc[:count], {}, HOME)
    assert (analysis.signal, analysis.note) == (Signal.HOLD, "not_enough_bars")


@ALL
def test_no_bars_are_held_with_a_note(strategy, market):
    analysis = analyse(strategy, market.iloc[:0], {}, HOME)
    assert (analysis.signal, analysis.note) == (Signal.HOLD, "no_bars")


@ALL
@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.kind)
def test_it_can_be_asked_on_every_market_and_at_its_bounds(strategy, market, profile):
    for parameters in (strategy.defaults(), *extremes(strategy)):
        for count in (1, 30, len(market)):
            result = table(strategy, market.iloc[:count], profile, parameters)
            assert list(result.index) == list(market.index[:count])


@ALL
@pytest.mark.parametrize("seed", [12, 13])
def test_live_equals_history_given_the_warm_up(strategy, synthetic, seed):
    """Values agree within 1e-6 of themselves: what is left of a recursive average's seed, with room."""
    bars = synthetic(seed, 2200)
    warmup = strategy.warmup(strategy.defaults())
    whole = strategy.evaluate(bars, strategy.defaults(), HOME)
    for place in range(warmup, len(bars), 29):
        live = analyse(strategy, bars.iloc[place + 1 - warmup : place + 1], {}, HOME)
        reasons = (*live.long_reasons, *live.short_reasons)
        for reason, rule in zip(reasons, (*whole.long_rules, *whole.short_rules), strict=True):
            assert reason.value == pytest.approx(rule.value.iloc[place], rel=1e-6, abs=1e-9)
            assert reason.passed == rule.passed.iloc[place]
        assert live.note == ""
        bought, sold = whole.enter_long.iloc[place], whole.enter_short.iloc[place]
        assert live.signal is (Signal.BUY if bought else Signal.SELL if sold else Signal.HOLD)


@ALL
def test_it_speaks_from_the_first_bar_on_which_its_indicators_exist(strategy, synthetic):
    bars = synthetic(15, 1200)
    signals = strategy.evaluate(bars, strategy.defaults(), HOME)
    ready = 0
    for rule in (*signals.long_rules, *signals.short_rules):
        values = [item for item in (rule.value, rule.threshold) if isinstance(item, pd.Series)]
        exist = pd.concat(values, axis=1).notna().all(axis=1).to_numpy()
        ready = max(ready, int(exist.argmax()))
        assert exist[exist.argmax() :].all(), rule.code
    lengths = [int(item.default) for item in strategy.parameters if not isinstance(item.default, bool)]
    assert ready <= sum(lengths) + 200
    assert ready < strategy.warmup(strategy.defaults())
    first = analyse(strategy, bars.iloc[: ready + 1], {}, HOME)
    assert first.note == ""
    assert analyse(strategy, bars.iloc[:ready], {}, HOME).note == "not_enough_bars"


@ALL
def test_live_trades_exactly_where_history_does(strategy, synthetic):
    bars = synthetic(14, 1200)
    warmup = strategy.warmup(strategy.defaults())
    whole = strategy.evaluate(bars, strategy.defaults(), HOME)
    entered = np.flatnonzero(whole.enter_long | whole.enter_short)
    for place in entered[entered >= warmup][:60]:
        live = analyse(strategy, bars.iloc[place + 1 - warmup : place + 1], {}, HOME)
        assert live.signal is (Signal.BUY if whole.enter_long.iloc[place] else Signal.SELL)
