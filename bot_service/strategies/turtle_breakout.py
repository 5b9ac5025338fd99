"""Enter on a break of the channel of the bars before, leave on a break of a shorter one."""

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


class TurtleBreakout(Strategy):
    """Follow a new extreme and give it up at the first extreme on the other side; exits are its own."""

    key: ClassVar[str] = "TURTLE_BREAKOUT"
    level: ClassVar[StrategyLevel] = StrategyLevel.BEGINNER
    learning_order: ClassVar[int] = 3
    markets: ClassVar[tuple[SymbolKind, ...]] = (SymbolKind.METAL, SymbolKind.FOREX)
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("entry_period", 20, 3, 400),
        Parameter("exit_period", 10, 2, 399),
    )
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("beginner", {"entry_period": 15, "exit_period": 8}),
        Preset("us30", {"entry_period": 15, "exit_period": 8}, Decimal("0.6")),
        Preset("us100", {"entry_period": 12, "exit_period": 6}, Decimal("0.8")),
        Preset("us500", {"entry_period": 15, "exit_period": 8}, Decimal("0.6")),
        Preset("de30", {"entry_period": 18, "exit_period": 10}, Decimal("0.5")),
    )

    @classmethod
    def cross_check(cls, parameters: Mapping[str, ParameterValue]) -> None:
        """Refuse an exit channel that is not shorter: an entry would lie beyond its own exit."""
        cls.require_below(parameters, "exit_period", "entry_period", "not_below_entry")

    @classmethod
    def warmup(cls, parameters: Mapping[str, ParameterValue]) -> int:
        """Return the entry channel's length and two: extremes forget at once."""
        return int(parameters["entry_period"]) + 2

    @classmethod
    def lines(cls, bars: Bars, parameters: Mapping[str, ParameterValue]) -> Mapping[str, pd.Series]:
        """Return the lines that the rule compares the price with."""
        length = int(parameters["entry_period"])
        low, high = (line.shift() for line in indicators.donchian(bars, length))
        return {f"Donchian {length} ▼": low, f"Donchian {length} ▲": high}

    @classmethod
    def evaluate(
        cls,
        bars: Bars,
        parameters: Mapping[str, ParameterValue],
        symbol: SymbolProfile,  # noqa: ARG003  # the rule is the same on every market
    ) -> Signals:
        """Return the closes beyond the two channels of the bars before."""
        close = bars["close"]
        low, high = (line.shift() for line in indicators.donchian(bars, int(parameters["entry_period"])))
        near_low, near_high = (
            line.shift() for line in indicators.donchian(bars, int(parameters["exit_period"]))
        )
        return rules.entries(
            (rules.above("close_above_channel", close, high),),
            (rules.below("close_below_channel", close, low),),
            exit_long=rules.below("close_below_exit", close, near_low).passed,
            exit_short=rules.above("close_above_exit", close, near_high).passed,
        )
