"""Trade a stochastic cross with the MACD's momentum and a trend of chosen length."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from bot_service.domain.bots import ParameterValue
from bot_service.domain.market import Bars
from bot_service.domain.setups import pulse
from bot_service.domain.strategy import (
    Parameter,
    Preset,
    Signals,
    Strategy,
    StrategyLevel,
    SymbolKind,
    SymbolProfile,
)


class PulseSync(Strategy):
    """Enter where a short swing turns back into the direction of momentum and trend."""

    key: ClassVar[str] = "PULSE_SYNC"
    level: ClassVar[StrategyLevel] = StrategyLevel.INTERMEDIATE
    learning_order: ClassVar[int] = 5
    markets: ClassVar[tuple[SymbolKind, ...]] = (SymbolKind.FOREX, SymbolKind.METAL)
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("trend_period", 100, 2, 400),
        *pulse.MOMENTUM_PARAMETERS,
    )
    presets: ClassVar[tuple[Preset, ...]] = (Preset("beginner", {"trend_period": 50}),)

    @classmethod
    def cross_check(cls, parameters: Mapping[str, ParameterValue]) -> None:
        """Refuse a fast mean that is not faster."""
        cls.require_below(parameters, "macd_fast", "macd_slow")

    @classmethod
    def warmup(cls, parameters: Mapping[str, ParameterValue]) -> int:
        """Return the longest of MACD, stochastic and trend."""
        return pulse.warmup(parameters, int(parameters["trend_period"]))

    @classmethod
    def evaluate(
        cls,
        bars: Bars,
        parameters: Mapping[str, ParameterValue],
        symbol: SymbolProfile,  # noqa: ARG003  # the rule is the same on every market
    ) -> Signals:
        """Return the stochastic crosses on the side of the trend and of the MACD."""
        return pulse.evaluate(bars, parameters, int(parameters["trend_period"]))
