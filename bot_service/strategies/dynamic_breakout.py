"""Trade a close beyond the channel of the bars before, with the trend and a bar of some size."""

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


class DynamicBreakout(Strategy):
    """Follow a break that a bar of more than usual range makes on the trend's side."""

    key: ClassVar[str] = "DYNAMIC_BREAKOUT"
    level: ClassVar[StrategyLevel] = StrategyLevel.ADVANCED
    learning_order: ClassVar[int] = 11
    markets: ClassVar[tuple[SymbolKind, ...]] = (SymbolKind.METAL, SymbolKind.CRYPTO)
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("donchian_period", 20, 2, 400),
        Parameter("ema_filter_period", 50, 2, 400),
        Parameter("atr_period", 14, 2, 100),
        Parameter("atr_multiplier", 0.8, 0.5, 10.0, 0.1),
    )

    @classmethod
    def warmup(cls, parameters: Mapping[str, ParameterValue]) -> int:
        """Return what the recursive means need to forget their seeds, or the channel's length."""
        trend = indicators.exponential_warmup(int(parameters["ema_filter_period"]))
        size = indicators.recursive_warmup(int(parameters["atr_period"]))
        return max(trend, size, int(parameters["donchian_period"])) + 2

    @classmethod
    def lines(cls, bars: Bars, parameters: Mapping[str, ParameterValue]) -> Mapping[str, pd.Series]:
        """Return the lines that the rule compares the price with."""
        length, trend = int(parameters["donchian_period"]), int(parameters["ema_filter_period"])
        low, high = (line.shift() for line in indicators.donchian(bars, length))
        return {
            f"Donchian {length} ▼": low,
            f"Donchian {length} ▲": high,
            f"EMA {trend}": indicators.ema(bars["close"], trend),
        }

    @classmethod
    def evaluate(
        cls,
        bars: Bars,
        parameters: Mapping[str, ParameterValue],
        symbol: SymbolProfile,  # noqa: ARG003  # the rule is the same on every market
    ) -> Signals:
        """Return the closes of large bars beyond the channel of the bars before."""
        close = bars["close"]
        trend = indicators.ema(close, int(parameters["ema_filter_period"]))
        low, high = (line.shift() for line in indicators.donchian(bars, int(parameters["donchian_period"])))
        usual = float(parameters["atr_multiplier"]) * indicators.atr(bars, int(parameters["atr_period"]))
        large = rules.above("bar_is_large", bars["high"] - bars["low"], usual)
        return rules.entries(
            (
                rules.above("close_above_trend", close, trend),
                rules.above("close_above_channel", close, high),
                large,
            ),
            (
                rules.below("close_below_trend", close, trend),
                rules.below("close_below_channel", close, low),
                large,
            ),
        )
