"""Trade the RSI's momentum with volume while the index's home exchange is open, and its gaps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import pandas as pd

from bot_service.domain import indicators, rules
from bot_service.domain.bots import ParameterValue
from bot_service.domain.market import Bars
from bot_service.domain.strategy import (
    ExchangeHours,
    Parameter,
    RuleSeries,
    Signals,
    Strategy,
    StrategyLevel,
    SymbolKind,
    SymbolProfile,
)

WORKING_DAYS = 5
MIDDLE = 50.0


class IndexMomentum(Strategy):
    """Follow a move that volume confirms, follow a large gap, and if wanted fade a small one."""

    key: ClassVar[str] = "INDEX_MOMENTUM"
    level: ClassVar[StrategyLevel] = StrategyLevel.INTERMEDIATE
    learning_order: ClassVar[int] = 9
    markets: ClassVar[tuple[SymbolKind, ...]] = (SymbolKind.INDEX,)
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("momentum_period", 14, 5, 30),
        Parameter("volume_period", 20, 10, 50),
        Parameter("momentum_oversold", 30, 10, 40),
        Parameter("momentum_overbought", 70, 60, 90),
        Parameter("gap_threshold", 0.5, 0.1, 3.0, 0.1),
        Parameter("gap_follow", 2.0, 0.2, 10.0, 0.1),
        Parameter("volume_multiplier", 1.3, 1.0, 3.0, 0.1),
        Parameter("session_filter", default=True),
        Parameter("gap_fade_mode", default=False),
    )

    @classmethod
    def cross_check(cls, parameters: Mapping[str, ParameterValue]) -> None:
        """Refuse a small gap that is not smaller than the one to follow."""
        cls.require_below(parameters, "gap_threshold", "gap_follow", "not_below_gap_follow")

    @classmethod
    def warmup(cls, parameters: Mapping[str, ParameterValue]) -> int:
        """Return what the RSI needs to forget its first bar, or the volume's length."""
        recursive = indicators.recursive_warmup(int(parameters["momentum_period"]))
        return max(recursive, int(parameters["volume_period"])) + 2

    @classmethod
    def evaluate(cls, bars: Bars, parameters: Mapping[str, ParameterValue], symbol: SymbolProfile) -> Signals:
        """Return moves that volume confirms, and gaps, inside the RSI's limits and the session."""
        rsi = indicators.rsi(bars["close"], int(parameters["momentum_period"]))
        always = (
            rules.at_most("rsi_not_overbought", rsi, float(parameters["momentum_overbought"])),
            rules.at_least("rsi_not_oversold", rsi, float(parameters["momentum_oversold"])),
            *_session(bars, symbol.hours, wanted=bool(parameters["session_filter"])),
        )
        momentum = _momentum(bars, parameters, rsi)
        gaps = _gaps(bars, parameters)
        return rules.entries((*always, *momentum[0], *gaps[0]), (*always, *momentum[1], *gaps[1]))


def _session(bars: Bars, hours: ExchangeHours | None, *, wanted: bool) -> tuple[RuleSeries, ...]:
    if not wanted:
        return ()
    if hours is None:
        closed = pd.Series(0.0, index=bars.index)
        return (rules.at_least("session_is_known", closed, 1.0),)
    local = pd.DatetimeIndex(bars.index).tz_convert(hours.zone)
    minutes = pd.Series(local.hour * 60 + local.minute, index=bars.index, dtype=float)
    inside = minutes.ge(hours.opens.hour * 60 + hours.opens.minute)
    inside &= minutes.lt(hours.closes.hour * 60 + hours.closes.minute)
    inside &= pd.Series(local.day_of_week < WORKING_DAYS, index=bars.index)
    return (rules.at_least("exchange_is_open", inside.astype(float), 1.0),)


def _momentum(
    bars: Bars, parameters: Mapping[str, ParameterValue], rsi: pd.Series
) -> tuple[tuple[RuleSeries, ...], tuple[RuleSeries, ...]]:
    move = 100 * indicators.change(bars["close"])
    volume = rules.at_least(
        "volume_is_high",
        indicators.volume_ratio(bars["volume"], int(parameters["volume_period"])),
        float(parameters["volume_multiplier"]),
    )
    limits = (float(parameters["momentum_overbought"]), float(parameters["momentum_oversold"]))
    return (
        rules.way(
            "momentum",
            rules.above("rsi_above_middle", rsi, MIDDLE),
            rules.below("rsi_below_overbought", rsi, limits[0]),
            rules.above("close_rose", move, 0.0),
            volume,
        ),
        rules.way(
            "momentum",
            rules.below("rsi_below_middle", rsi, MIDDLE),
            rules.above("rsi_above_oversold", rsi, limits[1]),
            rules.below("close_fell", move, 0.0),
            volume,
        ),
    )


def _gaps(
    bars: Bars, parameters: Mapping[str, ParameterValue]
) -> tuple[tuple[RuleSeries, ...], tuple[RuleSeries, ...]]:
    before = bars["close"].shift()
    gap = 100 * (bars["open"] / before.where(before != 0) - 1)
    follow, fade = float(parameters["gap_follow"]), float(parameters["gap_threshold"])
    long_rules = rules.way("gap_follow", rules.at_least("gap_up_is_large", gap, follow))
    short_rules = rules.way("gap_follow", rules.at_most("gap_down_is_large", gap, -follow))
    if parameters["gap_fade_mode"]:
        long_rules += rules.way(
            "gap_fade",
            rules.below("gap_down", gap, -fade),
            rules.above("gap_down_is_small", gap, -follow),
        )
        short_rules += rules.way(
            "gap_fade",
            rules.above("gap_up", gap, fade),
            rules.below("gap_up_is_small", gap, follow),
        )
    return long_rules, short_rules
