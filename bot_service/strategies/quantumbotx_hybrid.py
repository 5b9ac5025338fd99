"""Trade crosses while there is a trend and pull-backs to the band while there is none."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar

from bot_service.domain import rules
from bot_service.domain.bots import ParameterValue
from bot_service.domain.market import Bars
from bot_service.domain.setups import regime
from bot_service.domain.strategy import (
    Parameter,
    Preset,
    Signals,
    Strategy,
    StrategyLevel,
    SymbolKind,
    SymbolProfile,
)

CRYPTO_SET: Mapping[str, ParameterValue] = MappingProxyType(
    {
        "adx_period": 10,
        "adx_threshold": 20,
        "ma_fast_period": 12,
        "ma_slow_period": 26,
        "bb_length": 18,
        "bb_std": 2.2,
        "trend_filter_period": 100,
    }
)


class QuantumbotxHybrid(Strategy):
    """Choose the way by the strength of the trend, the side by a long average.

    With `crypto_tuning` every parameter that still has its default takes a faster value on crypto, and the
    volatility gate works there; a parameter that was changed is always the person's own.
    """

    key: ClassVar[str] = "QUANTUMBOTX_HYBRID"
    level: ClassVar[StrategyLevel] = StrategyLevel.EXPERT
    learning_order: ClassVar[int] = 13
    markets: ClassVar[tuple[SymbolKind, ...]] = (SymbolKind.FOREX, SymbolKind.METAL, SymbolKind.CRYPTO)
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("adx_period", 14, 2, 100),
        Parameter("adx_threshold", 25, 5, 95),
        Parameter("ma_fast_period", 20, 2, 399),
        Parameter("ma_slow_period", 50, 3, 400),
        Parameter("bb_length", 20, 2, 400),
        Parameter("bb_std", 2.0, 0.5, 4.0, 0.1),
        Parameter("trend_filter_period", 200, 2, 400),
        Parameter("crypto_tuning", default=True),
        Parameter("volatility_filter", 0.05, 0.01, 0.2, 0.005),
    )
    presets: ClassVar[tuple[Preset, ...]] = tuple(
        Preset(
            code,
            {
                "adx_period": adx,
                "adx_threshold": threshold,
                "ma_fast_period": fast,
                "ma_slow_period": slow,
                "bb_length": length,
            },
            Decimal(risk),
        )
        for code, adx, threshold, fast, slow, length, risk in (
            ("us30", 12, 22, 12, 26, 18, "0.5"),
            ("us100", 10, 24, 10, 22, 16, "0.7"),
            ("us500", 12, 22, 12, 26, 18, "0.5"),
            ("de30", 14, 20, 14, 30, 20, "0.4"),
        )
    )

    @classmethod
    def cross_check(cls, parameters: Mapping[str, ParameterValue]) -> None:
        """Refuse a fast average that is not faster, on every market on which it would count."""
        cls.require_below(parameters, "ma_fast_period", "ma_slow_period")
        cls.require_below(cls.tuned(parameters, SymbolKind.CRYPTO), "ma_fast_period", "ma_slow_period")

    @classmethod
    def tuned(cls, parameters: Mapping[str, ParameterValue], kind: SymbolKind) -> dict[str, ParameterValue]:
        """Return the parameters in force on a market."""
        if kind is not SymbolKind.CRYPTO or not parameters["crypto_tuning"]:
            return dict(parameters)
        usual = cls.defaults()
        faster = {name: value for name, value in CRYPTO_SET.items() if parameters[name] == usual[name]}
        return {**parameters, **faster}

    @classmethod
    def warmup(cls, parameters: Mapping[str, ParameterValue]) -> int:
        """Return the longest need of the two sets: the market is not known here."""
        return max(regime.warmup(cls.tuned(parameters, kind)) for kind in SymbolKind)

    @classmethod
    def evaluate(cls, bars: Bars, parameters: Mapping[str, ParameterValue], symbol: SymbolProfile) -> Signals:
        """Return crosses in a trend and touches of the band outside one, on the long average's side."""
        chosen = cls.tuned(parameters, symbol.kind)
        long_rules, short_rules = regime.sides(bars, chosen)
        if symbol.kind is SymbolKind.CRYPTO and chosen["crypto_tuning"]:
            gate = regime.calm(bars, float(chosen["volatility_filter"]))
            return rules.entries((gate, *long_rules), (gate, *short_rules))
        return rules.entries(long_rules, short_rules)
