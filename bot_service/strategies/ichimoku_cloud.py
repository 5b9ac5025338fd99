"""Trade the crossing of conversion and base line, if wanted only beyond the cloud."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import pandas as pd

from bot_service.domain import indicators, rules
from bot_service.domain.bots import ParameterValue
from bot_service.domain.market import Bars
from bot_service.domain.strategy import (
    Parameter,
    RuleSeries,
    Signals,
    Strategy,
    StrategyLevel,
    SymbolKind,
    SymbolProfile,
)


class IchimokuCloud(Strategy):
    """Follow the crossing on the bar on which it closes, with the cloud that lies over this bar."""

    key: ClassVar[str] = "ICHIMOKU_CLOUD"
    level: ClassVar[StrategyLevel] = StrategyLevel.INTERMEDIATE
    learning_order: ClassVar[int] = 6
    markets: ClassVar[tuple[SymbolKind, ...]] = (SymbolKind.FOREX, SymbolKind.METAL)
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("tenkan_period", 9, 2, 398),
        Parameter("kijun_period", 26, 3, 399),
        Parameter("senkou_period", 52, 4, 400),
        Parameter("displacement", 26, 1, 100),
        Parameter("use_cloud_filter", default=True),
    )

    @classmethod
    def cross_check(cls, parameters: Mapping[str, ParameterValue]) -> None:
        """Refuse lines that are not in the order of their names."""
        cls.require_below(parameters, "tenkan_period", "kijun_period", "not_below_kijun")
        cls.require_below(parameters, "kijun_period", "senkou_period", "not_below_senkou")

    @classmethod
    def warmup(cls, parameters: Mapping[str, ParameterValue]) -> int:
        """Return the slowest edge of the cloud with its displacement, and two for the crossing."""
        return int(parameters["senkou_period"]) + int(parameters["displacement"]) + 2

    @classmethod
    def lines(cls, bars: Bars, parameters: Mapping[str, ParameterValue]) -> Mapping[str, pd.Series]:
        """Return the lines that the rule compares the price with."""
        lengths = ("tenkan_period", "kijun_period", "senkou_period", "displacement")
        found = indicators.ichimoku(bars, *(int(parameters[name]) for name in lengths))
        return dict(zip(("Tenkan", "Kijun", "Senkou A", "Senkou B"), found, strict=True))

    @classmethod
    def evaluate(
        cls,
        bars: Bars,
        parameters: Mapping[str, ParameterValue],
        symbol: SymbolProfile,  # noqa: ARG003  # the rule is the same on every market
    ) -> Signals:
        """Return the crossings of the two lines."""
        close = bars["close"]
        conversion, base, first, second = indicators.ichimoku(
            bars,
            int(parameters["tenkan_period"]),
            int(parameters["kijun_period"]),
            int(parameters["senkou_period"]),
            int(parameters["displacement"]),
        )
        long_rules: tuple[RuleSeries, ...] = rules.crosses_above("tenkan_above_kijun", conversion, base)
        short_rules: tuple[RuleSeries, ...] = rules.crosses_below("tenkan_below_kijun", conversion, base)
        if parameters["use_cloud_filter"]:
            # Where one edge is missing the sum is missing too, so that no half cloud lets a trade pass.
            whole = first + second
            top = np.maximum(first, second).where(whole.notna())
            bottom = np.minimum(first, second).where(whole.notna())
            long_rules = (*long_rules, rules.above("close_above_cloud", close, top))
            short_rules = (*short_rules, rules.below("close_below_cloud", close, bottom))
        return rules.entries(long_rules, short_rules)
