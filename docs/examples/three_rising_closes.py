"""An own strategy: buy after a number of rising closes above an average, leave at the first falling one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

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


class RisingCloses(Strategy):
    """Follow a short run of closes in one direction."""

    key: ClassVar[str] = "RISING_CLOSES"
    title: ClassVar[str] = "Rising closes"
    idea: ClassVar[str] = "Buys after some rising closes above the average, sells after falling ones below."
    level: ClassVar[StrategyLevel] = StrategyLevel.BEGINNER
    learning_order: ClassVar[int] = 100
    markets: ClassVar[tuple[SymbolKind, ...]] = (SymbolKind.FOREX, SymbolKind.METAL)
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("run", 3, 2, 10),
        Parameter("trend_period", 50, 2, 400),
    )

    @classmethod
    def warmup(cls, parameters: Mapping[str, ParameterValue]) -> int:
        """Return the average's length or the run, and two bars to look back."""
        return max(int(parameters["run"]), int(parameters["trend_period"])) + 2

    @classmethod
    def evaluate(
        cls,
        bars: Bars,
        parameters: Mapping[str, ParameterValue],
        symbol: SymbolProfile,  # noqa: ARG003  # the rule is the same on every market
    ) -> Signals:
        """Return the bars that end a run on the trend's side."""
        close, run = bars["close"], int(parameters["run"])
        trend = indicators.sma(close, int(parameters["trend_period"]))
        move = indicators.change(close)
        ups = indicators.sma((move > 0).astype(float), run) * run
        downs = indicators.sma((move < 0).astype(float), run) * run
        return rules.entries(
            (
                rules.above("close_above_trend", close, trend),
                rules.at_least("enough_rising_closes", ups.round(), float(run)),
            ),
            (
                rules.below("close_below_trend", close, trend),
                rules.at_least("enough_falling_closes", downs.round(), float(run)),
            ),
            exit_long=rules.below("close_fell", move, 0.0).passed,
            exit_short=rules.above("close_rose", move, 0.0).passed,
        )
