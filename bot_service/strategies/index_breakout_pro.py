"""Trade a confirmed close beyond the range of earlier bars, with volume and trend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import pandas as pd

from bot_service.domain import indicators, rules
from bot_service.domain.bots import ParameterValue
from bot_service.domain.market import Bars
from bot_service.domain.strategy import (
    Parameter,
    Signals,
    Strategy,
    StrategyLevel,
    SymbolKind,
    SymbolProfile,
)


class IndexBreakoutPro(Strategy):
    """Follow a break once, on the bar on which enough closes have confirmed it."""

    key: ClassVar[str] = "INDEX_BREAKOUT_PRO"
    level: ClassVar[StrategyLevel] = StrategyLevel.ADVANCED
    learning_order: ClassVar[int] = 12
    markets: ClassVar[tuple[SymbolKind, ...]] = (SymbolKind.INDEX,)
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("breakout_period", 20, 10, 50),
        Parameter("volume_surge_multiplier", 1.5, 1.2, 3.0, 0.1),
        Parameter("confirmation_candles", 2, 1, 5),
        Parameter("min_breakout_size", 0.2, 0.1, 0.8, 0.05),
        Parameter("trend_filter_period", 50, 20, 100),
    )

    @classmethod
    def warmup(cls, parameters: Mapping[str, ParameterValue]) -> int:
        """Return what the recursive means need to forget their seeds."""
        trend = indicators.exponential_warmup(int(parameters["trend_filter_period"]))
        return max(trend, indicators.ATR_WARMUP) + int(parameters["confirmation_candles"]) + 2

    @classmethod
    def evaluate(
        cls,
        bars: Bars,
        parameters: Mapping[str, ParameterValue],
        symbol: SymbolProfile,  # noqa: ARG003  # the rule is the same on every market
    ) -> Signals:
        """Return the bars on which the last closes are all beyond a range that ended before them."""
        close, count = bars["close"], int(parameters["confirmation_candles"])
        length = int(parameters["breakout_period"])
        trend = indicators.ema(close, int(parameters["trend_filter_period"]))
        low, high = (line.shift(count) for line in indicators.donchian(bars, length))
        margin = float(parameters["min_breakout_size"]) * indicators.atr(bars).shift(count)
        lowest, highest = _extremes(close, count)
        top, bottom = high + margin, low - margin
        volume = bars["volume"]
        usual = indicators.sma(volume, length).shift(count)
        surge = float(parameters["volume_surge_multiplier"]) * usual
        # Where nothing was traded a surge would be "0 of 0".
        surged = rules.at_least("volume_surged", _highest(volume, count), surge.where(usual > 0))
        return rules.entries(
            (
                *rules.crosses_above("closes_above_range", lowest, top),
                surged,
                rules.above("close_above_trend", close, trend),
            ),
            (
                *rules.crosses_below("closes_below_range", highest, bottom),
                surged,
                rules.below("close_below_trend", close, trend),
            ),
        )


def _extremes(values: pd.Series, length: int) -> tuple[pd.Series, pd.Series]:
    return indicators.donchian(pd.DataFrame({"high": values, "low": values}), length)


def _highest(values: pd.Series, length: int) -> pd.Series:
    return _extremes(values, length)[1]
