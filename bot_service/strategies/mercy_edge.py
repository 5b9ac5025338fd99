"""Trade a stochastic cross with the MACD's momentum and a long trend."""

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

TREND_LENGTH = 200


class MercyEdge(Strategy):
    """Three plain indicators on one timeframe; there is nothing artificial or intelligent in it."""

    key: ClassVar[str] = "MERCY_EDGE"
    level: ClassVar[StrategyLevel] = StrategyLevel.ADVANCED
    learning_order: ClassVar[int] = 10
    markets: ClassVar[tuple[SymbolKind, ...]] = (SymbolKind.FOREX, SymbolKind.METAL)
    parameters: ClassVar[tuple[Parameter, ...]] = pulse.MOMENTUM_PARAMETERS
    presets: ClassVar[tuple[Preset, ...]] = (Preset("beginner", {}),)

    @classmethod
    def cross_check(cls, parameters: Mapping[str, ParameterValue]) -> None:
        """Refuse a fast mean that is not faster."""
        cls.require_below(parameters, "macd_fast", "macd_slow")

    @classmethod
    def warmup(cls, parameters: Mapping[str, ParameterValue]) -> int:
        """Return the longest of MACD, stochastic and trend."""
        return pulse.warmup(parameters, TREND_LENGTH)

    @classmethod
    def evaluate(
        cls,
        bars: Bars,
        parameters: Mapping[str, ParameterValue],
        symbol: SymbolProfile,  # noqa: ARG003  # the rule is the same on every market
    ) -> Signals:
        """Return the stochastic crosses on the side of the mean of 200 closes and of the MACD."""
        return pulse.evaluate(bars, parameters, TREND_LENGTH)
