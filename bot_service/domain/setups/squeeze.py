"""What BOLLINGER_SQUEEZE and QUANTUM_VELOCITY share: quiet bands on the bar before, then a break."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from bot_service.domain import indicators, rules
from bot_service.domain.bots import ParameterValue
from bot_service.domain.market import Bars
from bot_service.domain.strategy import Parameter, RuleSeries

SQUEEZE_PARAMETERS = (
    Parameter("bb_length", 20, 2, 400),
    Parameter("bb_std", 2.0, 0.5, 4.0, 0.1),
    Parameter("squeeze_window", 10, 2, 200),
    Parameter("squeeze_factor", 0.7, 0.1, 1.0, 0.05),
)
LOW_WINDOW = 125
"""About half a year of days: Bollinger's own measure of a squeeze."""


@dataclass(frozen=True)
class Break:
    """The rules of a break out of quiet bands, for both sides."""

    up: tuple[RuleSeries, ...]
    down: tuple[RuleSeries, ...]


def warmup(parameters: Mapping[str, ParameterValue], window: int) -> int:
    """Return the bands' length and the window over their width, and two for the bar before."""
    return int(parameters["bb_length"]) + window + 2


def breaks(bars: Bars, parameters: Mapping[str, ParameterValue], *, half_year_low: bool = False) -> Break:
    """Return the closes beyond the bands of the bar before, if that bar was in a squeeze."""
    close, length = bars["close"], int(parameters["bb_length"])
    deviations = float(parameters["bb_std"])
    lower, _, upper = indicators.bollinger(close, length, deviations)
    width = indicators.bandwidth(close, length, deviations)
    squeeze = (
        rules.at_most("width_at_low_before", width.shift(), _lowest(width).shift())
        if half_year_low
        else rules.below("width_shrank_before", width.shift(), _usual(width, parameters).shift())
    )
    # Bands without width belong to a price that stands still; leaving them is no break.
    wide = rules.above("band_had_width_before", width.shift(), 0.0)
    return Break(
        (squeeze, wide, rules.above("close_above_band_before", close, upper.shift())),
        (squeeze, wide, rules.below("close_below_band_before", close, lower.shift())),
    )


def _usual(width: pd.Series, parameters: Mapping[str, ParameterValue]) -> pd.Series:
    return float(parameters["squeeze_factor"]) * indicators.sma(width, int(parameters["squeeze_window"]))


def _lowest(width: pd.Series) -> pd.Series:
    low, _ = indicators.donchian(pd.DataFrame({"high": width, "low": width}), LOW_WINDOW)
    return low
