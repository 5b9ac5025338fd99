"""Buy a touch of the lower band in an up-trend, sell a touch of the upper band in a down-trend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import pandas as pd

from bot_service.domain import indicators, rules
from bot_service.domain.bots import ParameterValue
from bot_service.domain.market import Bars
from bot_service.domain.strategy import (
    Parameter,
    Preset,
    Signals,
    Strategy,
    StrategyLevel,
    SymbolKind,
    SymbolProfile,
)


class BollingerReversion(Strategy):
    """Take the pull-back of a trend; the signal stands for every bar that touches the band."""

    key: ClassVar[str] = "BOLLINGER_REVERSION"
    level: ClassVar[StrategyLevel] = StrategyLevel.INTERMEDIATE
    learning_order: ClassVar[int] = 4
    markets: ClassVar[tuple[SymbolKind, ...]] = (SymbolKind.FOREX,)
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("bb_length", 20, 2, 400),
        Parameter("bb_std", 2.0, 0.5, 4.0, 0.1),
        Parameter("trend_filter_period", 200, 2, 400),
    )
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("beginner", {"bb_length": 20, "bb_std": 2.0, "trend_filter_period": 50}),
    )

    @classmethod
    def warmup(cls, parameters: Mapping[str, ParameterValue]) -> int:
        """Return the longest length and two: plain means forget at once."""
        return max(int(parameters["bb_length"]), int(parameters["trend_filter_period"])) + 2

    @classmethod
    def lines(cls, bars: Bars, parameters: Mapping[str, ParameterValue]) -> Mapping[str, pd.Series]:
        """Return the lines that the rule compares the price with."""
        close, trend = bars["close"], int(parameters["trend_filter_period"])
        lower, _, upper = indicators.bollinger(
            close, int(parameters["bb_length"]), float(parameters["bb_std"])
        )
        return {"BB ▼": lower, "BB ▲": upper, f"SMA {trend}": indicators.sma(close, trend)}

    @classmethod
    def evaluate(
        cls,
        bars: Bars,
        parameters: Mapping[str, ParameterValue],
        symbol: SymbolProfile,  # noqa: ARG003  # the rule is the same on every market
    ) -> Signals:
        """Return the touches of the band that lies against the trend."""
        close = bars["close"]
        trend = indicators.sma(close, int(parameters["trend_filter_period"]))
        lower, _, upper = indicators.bollinger(
            close, int(parameters["bb_length"]), float(parameters["bb_std"])
        )
        # A market that stands still lies on its own bands; that is no pull-back.
        wide = rules.above("band_has_width", upper - lower, 0.0)
        return rules.entries(
            (
                rules.above("close_above_trend", close, trend),
                rules.at_most("low_touches_band", bars["low"], lower),
                wide,
            ),
            (
                rules.below("close_below_trend", close, trend),
                rules.at_least("high_touches_band", bars["high"], upper),
                wide,
            ),
        )
