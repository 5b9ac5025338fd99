"""What the two QUANTUMBOTX strategies share: a cross in a trend, a touch of the band without one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot_service.domain import indicators, rules
from bot_service.domain.bots import ParameterValue
from bot_service.domain.market import Bars
from bot_service.domain.strategy import RuleSeries

Side = tuple[RuleSeries, ...]

VARIATION_LENGTH = 24


def calm(bars: Bars, limit: float) -> RuleSeries:
    """Return the gate that holds while 24 closes vary by more than a fraction of their mean."""
    return rules.at_most("volatility_in_limit", indicators.variation(bars["close"], VARIATION_LENGTH), limit)


def warmup(parameters: Mapping[str, ParameterValue]) -> int:
    """Return the longest of ADX, averages, bands and trend, and two for the crossing."""
    names = ("ma_slow_period", "bb_length", "trend_filter_period")
    lengths = [int(parameters[name]) for name in names]
    return max(*lengths, VARIATION_LENGTH, indicators.adx_warmup(int(parameters["adx_period"]))) + 2


def sides(
    bars: Bars,
    parameters: Mapping[str, ParameterValue],
    *,
    trending: tuple[Sequence[RuleSeries], Sequence[RuleSeries]] = ((), ()),
    ranging: tuple[Sequence[RuleSeries], Sequence[RuleSeries]] = ((), ()),
) -> tuple[Side, Side]:
    """Return the rules of both sides; `trending` and `ranging` add rules (long, short) to the two ways."""
    close = bars["close"]
    strength = indicators.adx(bars, int(parameters["adx_period"]))
    limit = float(parameters["adx_threshold"])
    strong, weak = rules.above("adx_trending", strength, limit), rules.at_most("adx_ranging", strength, limit)
    fast = indicators.sma(close, int(parameters["ma_fast_period"]))
    slow = indicators.sma(close, int(parameters["ma_slow_period"]))
    trend = indicators.sma(close, int(parameters["trend_filter_period"]))
    lower, _, upper = indicators.bollinger(close, int(parameters["bb_length"]), float(parameters["bb_std"]))
    wide = rules.above("band_has_width", upper - lower, 0.0)
    up, down = (
        rules.crosses_above("fast_above_slow", fast, slow),
        rules.crosses_below("fast_below_slow", fast, slow),
    )
    low = rules.at_most("low_touches_band", bars["low"], lower)
    high = rules.at_least("high_touches_band", bars["high"], upper)
    return (
        (
            rules.above("close_above_trend", close, trend),
            *rules.way("trending", strong, *up, *trending[0]),
            *rules.way("ranging", weak, low, wide, *ranging[0]),
        ),
        (
            rules.below("close_below_trend", close, trend),
            *rules.way("trending", strong, *down, *trending[1]),
            *rules.way("ranging", weak, high, wide, *ranging[1]),
        ),
    )
