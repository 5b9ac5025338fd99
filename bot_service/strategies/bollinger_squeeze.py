"""Trade the close outside the bands after they have contracted."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

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


class BollingerSqueeze(Strategy):
    """Wait for quiet bands, then follow the first close outside them unless the RSI is stretched already."""

    key: ClassVar[str] = "BOLLINGER_SQUEEZE"
    level: ClassVar[StrategyLevel] = StrategyLevel.INTERMEDIATE
    learning_order: ClassVar[int] = 7
    markets: ClassVar[tuple[SymbolKind, ...]] = (SymbolKind.METAL, SymbolKind.CRYPTO)
    parameters: ClassVar[tuple[Parameter, ...]] = (
        *squeeze.SQUEEZE_PARAMETERS,
        Parameter("rsi_period", 14, 2, 100),
        Parameter("rsi_overbought", 70, 50, 95),
        Parameter("rsi_oversold", 30, 5, 50),
        Parameter("half_year_low", default=False),
    )
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset(
            "us30",
            {"bb_length": 16, "bb_std": 2.0, "squeeze_factor": 0.75, "squeeze_window": 8},
            Decimal("0.6"),
        ),
        Preset(
            "us100",
            {"bb_length": 14, "bb_std": 2.2, "squeeze_factor": 0.8, "squeeze_window": 6},
            Decimal("0.8"),
        ),
        Preset(
            "us500",
            {"bb_length": 16, "bb_std": 2.0, "squeeze_factor": 0.75, "squeeze_window": 8},
            Decimal("0.6"),
        ),
        Preset(
            "de30",
            {"bb_length": 18, "bb_std": 1.8, "squeeze_factor": 0.7, "squeeze_window": 10},
            Decimal("0.5"),
        ),
    )

    @classmethod
    def warmup(cls, parameters: Mapping[str, ParameterValue]) -> int:
        """Return what the RSI needs to forget its first bar, or the bands with the window over them."""
        window = squeeze.LOW_WINDOW if parameters["half_year_low"] else int(parameters["squeeze_window"])
        recursive = indicators.recursive_warmup(int(parameters["rsi_period"])) + 2
        return max(recursive, squeeze.warmup(parameters, window))

    @classmethod
    def evaluate(
        cls,
        bars: Bars,
        parameters: Mapping[str, ParameterValue],
        symbol: SymbolProfile,  # noqa: ARG003  # the rule is the same on every market
    ) -> Signals:
        """Return the closes outside the quiet bands of the bar before."""
        out = squeeze.breaks(bars, parameters, half_year_low=bool(parameters["half_year_low"]))
        rsi = indicators.rsi(bars["close"], int(parameters["rsi_period"]))
        return rules.entries(
            (*out.up, rules.below("rsi_not_overbought", rsi, float(parameters["rsi_overbought"]))),
            (*out.down, rules.above("rsi_not_oversold", rsi, float(parameters["rsi_oversold"]))),
        )
