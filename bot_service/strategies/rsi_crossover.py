"""Trade the RSI crossing its own average, only with the trend."""

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


class RsiCrossover(Strategy):
    """Take a turn of momentum where the close is already on the trend's side of its average."""

    key: ClassVar[str] = "RSI_CROSSOVER"
    level: ClassVar[StrategyLevel] = StrategyLevel.BEGINNER
    learning_order: ClassVar[int] = 2
    markets: ClassVar[tuple[SymbolKind, ...]] = (SymbolKind.FOREX, SymbolKind.METAL)
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("rsi_period", 14, 2, 100),
        Parameter("rsi_ma_period", 10, 2, 100),
        Parameter("trend_filter_period", 50, 2, 400),
    )
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("beginner", {"rsi_period": 14, "rsi_ma_period": 7, "trend_filter_period": 30}),
    )

    @classmethod
    def warmup(cls, parameters: Mapping[str, ParameterValue]) -> int:
        """Return what the RSI needs to forget its first bar, its average on top, or the trend's length."""
        recursive = indicators.recursive_warmup(int(parameters["rsi_period"]))
        return max(recursive + int(parameters["rsi_ma_period"]), int(parameters["trend_filter_period"])) + 2

    @classmethod
    def lines(cls, bars: Bars, parameters: Mapping[str, ParameterValue]) -> Mapping[str, pd.Series]:
        """Return the lines that the rule compares the price with."""
        length = int(parameters["trend_filter_period"])
        return {f"SMA {length}": indicators.sma(bars["close"], length)}

    @classmethod
    def evaluate(
        cls,
        bars: Bars,
        parameters: Mapping[str, ParameterValue],
        symbol: SymbolProfile,  # noqa: ARG003  # the rule is the same on every market
    ) -> Signals:
        """Return the crossings of RSI and its average on the trend's side."""
        close = bars["close"]
        trend = indicators.sma(close, int(parameters["trend_filter_period"]))
        rsi = indicators.rsi(close, int(parameters["rsi_period"]))
        line = indicators.sma(rsi, int(parameters["rsi_ma_period"]))
        return rules.entries(
            (
                rules.above("close_above_trend", close, trend),
                *rules.crosses_above("rsi_above_average", rsi, line),
            ),
            (
                rules.below("close_below_trend", close, trend),
                *rules.crosses_below("rsi_below_average", rsi, line),
            ),
        )
