"""QUANTUMBOTX_HYBRID for crypto: the RSI must agree, weekends and wild days are treated with care."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import pandas as pd

from bot_service.domain import indicators, rules
from bot_service.domain.bots import ParameterValue
from bot_service.domain.market import Bars
from bot_service.domain.setups import regime
from bot_service.domain.strategy import (
    Parameter,
    Preset,
    RuleSeries,
    Signals,
    Strategy,
    StrategyLevel,
    SymbolKind,
    SymbolProfile,
)

MIDDLE = 50.0
WEEKEND_DISTANCE = 15.0
SATURDAY = 5


class QuantumbotxCrypto(Strategy):
    """Crosses and touches as in the hybrid, with the RSI, a volatility gate and stricter weekends (UTC)."""

    key: ClassVar[str] = "QUANTUMBOTX_CRYPTO"
    level: ClassVar[StrategyLevel] = StrategyLevel.EXPERT
    learning_order: ClassVar[int] = 14
    markets: ClassVar[tuple[SymbolKind, ...]] = (SymbolKind.CRYPTO,)
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("adx_period", 10, 2, 100),
        Parameter("adx_threshold", 20, 5, 95),
        Parameter("ma_fast_period", 12, 2, 399),
        Parameter("ma_slow_period", 26, 3, 400),
        Parameter("bb_length", 20, 2, 400),
        Parameter("bb_std", 2.2, 0.5, 4.0, 0.1),
        Parameter("trend_filter_period", 100, 2, 400),
        Parameter("rsi_period", 14, 2, 100),
        Parameter("rsi_overbought", 75, 51, 95),
        Parameter("rsi_oversold", 25, 5, 49),
        Parameter("rsi_pullback", 40, 5, 49),
        Parameter("volatility_filter", 0.05, 0.01, 0.2, 0.005),
        Parameter("weekend_mode", default=True),
    )
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset(
            "beginner",
            {
                "trend_filter_period": 50,
                "rsi_overbought": 70,
                "rsi_oversold": 30,
                "volatility_filter": 0.04,
            },
        ),
    )

    @classmethod
    def cross_check(cls, parameters: Mapping[str, ParameterValue]) -> None:
        """Refuse a fast average that is not faster."""
        cls.require_below(parameters, "ma_fast_period", "ma_slow_period")

    @classmethod
    def warmup(cls, parameters: Mapping[str, ParameterValue]) -> int:
        """Return the longest of the hybrid's needs and the RSI's."""
        recursive = indicators.recursive_warmup(int(parameters["rsi_period"])) + 2
        return max(regime.warmup(parameters), recursive)

    @classmethod
    def evaluate(
        cls,
        bars: Bars,
        parameters: Mapping[str, ParameterValue],
        symbol: SymbolProfile,  # noqa: ARG003  # whoever chooses it on another market gets the same rule
    ) -> Signals:
        """Return the hybrid's entries that RSI, volatility and weekday allow."""
        rsi = indicators.rsi(bars["close"], int(parameters["rsi_period"]))
        high, low = float(parameters["rsi_overbought"]), float(parameters["rsi_oversold"])
        pullback = float(parameters["rsi_pullback"])
        long_rules, short_rules = regime.sides(
            bars,
            parameters,
            trending=(
                (rules.below("rsi_not_overbought", rsi, high),),
                (rules.above("rsi_not_oversold", rsi, low),),
            ),
            ranging=(
                (rules.at_most("rsi_pulled_back", rsi, pullback),),
                (rules.at_least("rsi_bounced", rsi, 100 - pullback),),
            ),
        )
        gates = [regime.calm(bars, float(parameters["volatility_filter"]))]
        if parameters["weekend_mode"]:
            gates.append(_weekend(bars, rsi))
        return rules.entries((*gates, *long_rules), (*gates, *short_rules))


def _weekend(bars: Bars, rsi: pd.Series) -> RuleSeries:
    weekend = pd.DatetimeIndex(bars.index).day_of_week >= SATURDAY
    needed = pd.Series(weekend, index=bars.index).astype(float) * WEEKEND_DISTANCE
    return rules.at_least("rsi_far_enough_on_weekend", (rsi - MIDDLE).abs(), needed)
