"""Trade the crossing of a fast and a slow simple moving average."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
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


class MaCrossover(Strategy):
    """Follow a trend from the bar on which the fast average closes on the other side of the slow one."""

    key: ClassVar[str] = "MA_CROSSOVER"
    level: ClassVar[StrategyLevel] = StrategyLevel.BEGINNER
    learning_order: ClassVar[int] = 1
    markets: ClassVar[tuple[SymbolKind, ...]] = (SymbolKind.FOREX, SymbolKind.METAL, SymbolKind.CRYPTO)
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("fast_period", 20, 2, 399),
        Parameter("slow_period", 50, 3, 400),
    )
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("beginner", {"fast_period": 10, "slow_period": 30}),
        Preset("us30", {"fast_period": 12, "slow_period": 26}, Decimal("0.5")),
        Preset("us100", {"fast_period": 10, "slow_period": 22}, Decimal("0.7")),
        Preset("us500", {"fast_period": 12, "slow_period": 26}, Decimal("0.5")),
        Preset("de30", {"fast_period": 14, "slow_period": 30}, Decimal("0.4")),
    )

    @classmethod
    def cross_check(cls, parameters: Mapping[str, ParameterValue]) -> None:
        """Refuse a fast average that is not faster: it would turn every trade around."""
        cls.require_below(parameters, "fast_period", "slow_period")

    @classmethod
    def warmup(cls, parameters: Mapping[str, ParameterValue]) -> int:
        """Return the slow length and two: a plain mean forgets at once, a crossing looks one bar back."""
        return int(parameters["slow_period"]) + 2

    @classmethod
    def lines(cls, bars: Bars, parameters: Mapping[str, ParameterValue]) -> Mapping[str, pd.Series]:
        """Return the lines that the rule compares the price with."""
        lengths = [int(parameters[name]) for name in ("fast_period", "slow_period")]
        return {f"SMA {length}": indicators.sma(bars["close"], length) for length in lengths}

    @classmethod
    def evaluate(
        cls,
        bars: Bars,
        parameters: Mapping[str, ParameterValue],
        symbol: SymbolProfile,  # noqa: ARG003  # the rule is the same on every market
    ) -> Signals:
        """Return the crossings of the two averages of the close."""
        fast = indicators.sma(bars["close"], int(parameters["fast_period"]))
        slow = indicators.sma(bars["close"], int(parameters["slow_period"]))
        return rules.entries(
            rules.crosses_above("fast_above_slow", fast, slow),
            rules.crosses_below("fast_below_slow", fast, slow),
        )
