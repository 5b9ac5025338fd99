from __future__ import annotations

import pandas as pd
import pytest

from bot_service.domain.errors import InvalidValue
from bot_service.domain.strategy import Signal, SymbolKind, SymbolProfile
from bot_service.strategies import analyse
from bot_service.strategies.ma_crossover import MaCrossover

PROFILE = SymbolProfile(SymbolKind.FOREX)

SMALL = {"fast_period": 2, "slow_period": 3}


def bars_of(*closes):
    index = pd.date_range("2025-01-06", periods=len(closes), freq="h", tz="UTC")
    price = pd.Series([float(close) for close in closes], index=index)
    return pd.DataFrame(dict.fromkeys(("open", "high", "low", "close", "volume"), price))


def word(*closes):
    return analyse(MaCrossover, bars_of(*closes), SMALL, PROFILE)


def test_the_bar_that_closes_the_crossing_is_bought_and_the_next_one_is_not():
    assert word(5, 4, 3, 2).signal is Signal.HOLD
    assert word(5, 4, 3, 2, 6).signal is Signal.BUY
    assert word(5, 4, 3, 2, 6, 7).signal is Signal.HOLD


def test_the_mirror_is_sold():
    assert word(1, 2, 3, 4, 0).signal is Signal.SELL


def test_a_touch_counts_as_not_yet_crossed():
    # Fast and slow are equal on the flat bars: leaving them upwards is one crossing.
    assert word(3, 3, 3, 3).signal is Signal.HOLD
    assert word(3, 3, 3, 3, 4).signal is Signal.BUY
    assert word(3, 3, 3, 3, 2).signal is Signal.SELL


def test_the_reasons_carry_both_averages():
    analysis = word(5, 4, 3, 2, 6)
    now, before = analysis.long_reasons
    assert (now.code, before.code) == ("fast_above_slow_now", "fast_above_slow_before")
    assert (now.value, now.threshold) == (4.0, pytest.approx(11 / 3))
    assert (before.value, before.threshold) == (2.5, 3.0)
    assert now.passed
    assert before.passed
    assert not any(reason.passed for reason in analysis.short_reasons[:1])


@pytest.mark.parametrize("pair", [(50, 50), (60, 50)])
def test_a_fast_average_must_be_faster(pair):
    with pytest.raises(InvalidValue) as caught:
        MaCrossover.checked({"fast_period": pair[0], "slow_period": pair[1]})
    assert caught.value.field == "fast_period"


def test_a_flat_market_is_said_to_be_flat():
    assert analyse(MaCrossover, bars_of(*[3] * 10), SMALL, PROFILE).note == ""
    assert word(3, 3).note == "flat_market"
