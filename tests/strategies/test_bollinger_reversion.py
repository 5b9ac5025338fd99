from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bot_service.domain.strategy import Signal, SymbolKind, SymbolProfile
from bot_service.strategies import analyse
from bot_service.strategies.bollinger_reversion import BollingerReversion

PROFILE = SymbolProfile(SymbolKind.FOREX)

PRICES = ["open", "high", "low", "close"]


def rising_market():
    rng = np.random.default_rng(5)
    close = np.linspace(1.0, 2.0, 260) + rng.normal(0, 0.001, 260)
    index = pd.date_range("2025-01-06", periods=260, freq="h", tz="UTC")
    bars = pd.DataFrame(dict.fromkeys(PRICES, close), index=index)
    return bars.assign(volume=1.0)


def word(bars, **parameters):
    return analyse(BollingerReversion, bars, parameters, PROFILE)


def test_a_low_that_reaches_the_lower_band_in_an_up_trend_is_bought():
    bars = rising_market()
    assert word(bars).signal is Signal.HOLD
    bars.iloc[-1, bars.columns.get_loc("low")] = 1.0
    assert word(bars).signal is Signal.BUY


def test_a_high_that_reaches_the_upper_band_in_an_up_trend_is_not_sold():
    bars = rising_market()
    bars.iloc[-1, bars.columns.get_loc("high")] = 9.0
    assert word(bars).signal is Signal.HOLD


def test_the_mirror_is_sold():
    bars = rising_market()
    bars[PRICES] = 3.0 - bars[PRICES]
    bars.iloc[-1, bars.columns.get_loc("high")] = 2.5
    assert word(bars).signal is Signal.SELL


def test_a_price_that_stands_on_its_own_band_is_no_touch():
    bars = rising_market()
    # Dyadic prices keep the deviation of the still stretch at exactly zero.
    for name in PRICES:
        bars[name] = 1.0 + np.minimum(np.arange(260), 229) / 256
    analysis = word(bars)
    assert analysis.signal is Signal.HOLD
    assert [reason.code for reason in analysis.long_reasons if not reason.passed] == ["band_has_width"]


@pytest.mark.parametrize("deviations", [0.5, 2.25, 2.0, 4.0])
def test_every_width_within_the_bounds_works(market, deviations):
    parameters = BollingerReversion.checked({"bb_std": deviations})
    signals = BollingerReversion.evaluate(market, parameters, PROFILE)
    wide, narrow = (
        signals,
        BollingerReversion.evaluate(market, BollingerReversion.checked({"bb_std": 0.5}), PROFILE),
    )
    assert (wide.enter_long <= narrow.enter_long).all()
    assert narrow.enter_long.any()
