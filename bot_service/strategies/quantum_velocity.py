"""Trade the break out of quiet bands, only in the direction of a long exponential mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import pandas as pd

from bot_service.domain import indicators, rules
from bot_service.domain.bots import ParameterValue
from bot_service.domain.market import Bars
from bot_service.domain.setups import squeeze
from bot_service.domain.strategy import (
    Parameter,
    Preset,
    Signals,
    Strategy,
    StrategyLevel,
    SymbolKind,
    SymbolProfile,
)


class QuantumVelocity(Strategy):
    """Follow the first close outside quiet bands where the long trend points the same way."""

    key: ClassVar[str] = "QUANTUM_VELOCITY"
    level: ClassVar[StrategyLevel] = StrategyLevel.ADVANCED
    learning_order: ClassVar[int] = 8
    markets: ClassVar[tuple[SymbolKind, ...]] = (SymbolKind.METAL, SymbolKind.CRYPTO)
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("ema_period", 200, 2, 400),
        *squeeze.SQUEEZE_PARAMETERS,
    )
    presets: ClassVar[tuple[Preset, ...]] = (
        # A smaller factor asks for a deeper squeeze, and that is what makes it calmer.
        Preset(
            "beginner",
            {
                "ema_period": 100,
                "bb_length": 20,
                "bb_std": 2.0,
                "squeeze_window": 8,
                "squeeze_factor": 0.6,
            },
        ),
    )

    @classmethod
    def warmup(cls, parameters: Mapping[str, ParameterValue]) -> int:
        """Return what the exponential mean needs to forget its seed, or the bands with their window."""
        recursive = indicators.exponential_warmup(int(parameters["ema_period"])) + 2
        return max(recursive, squeeze.warmup(parameters, int(parameters["squeeze_window"])))

    @classmethod
    def lines(cls, bars: Bars, parameters: Mapping[str, ParameterValue]) -> Mapping[str, pd.Series]:
        """Return the lines that the rule compares the price with."""
        length = int(parameters["ema_period"])
        return {f"EMA {length}": indicators.ema(bars["close"], length)}

    @classmethod
    def evaluate(
        cls,
        bars: Bars,
        parameters: Mapping[str, ParameterValue],
        symbol: SymbolProfile,  # noqa: ARG003  # the rule is the same on every market
    ) -> Signals:
        """Return the closes outside the quiet bands of the bar before, on the trend's side."""
        close = bars["close"]
        trend = indicators.ema(close, int(parameters["ema_period"]))
        out = squeeze.breaks(bars, parameters)
        return rules.entries(
            (rules.above("close_above_trend", close, trend), *out.up),
            (rules.below("close_below_trend", close, trend), *out.down),
        )
