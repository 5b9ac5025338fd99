"""What MERCY_EDGE and PULSE_SYNC share: a stochastic cross with momentum and trend."""

from __future__ import annotations

from collections.abc import Mapping

from bot_service.domain import indicators, rules
from bot_service.domain.bots import ParameterValue
from bot_service.domain.market import Bars
from bot_service.domain.strategy import Parameter, Signals

MOMENTUM_PARAMETERS = (
    Parameter("macd_fast", 12, 2, 199),
    Parameter("macd_slow", 26, 3, 200),
    Parameter("macd_signal", 9, 2, 100),
    Parameter("stoch_k", 14, 2, 200),
    Parameter("stoch_d", 3, 2, 50),
    Parameter("stoch_smooth", 3, 1, 50),
)


def warmup(parameters: Mapping[str, ParameterValue], trend_length: int) -> int:
    """Return the longest of MACD, stochastic and trend, and two for the crossing."""
    momentum = indicators.exponential_warmup(int(parameters["macd_slow"]))
    momentum += indicators.exponential_warmup(int(parameters["macd_signal"]))
    place = sum(int(parameters[name]) for name in ("stoch_k", "stoch_d", "stoch_smooth"))
    return max(momentum, place, trend_length) + 2


def evaluate(bars: Bars, parameters: Mapping[str, ParameterValue], trend_length: int) -> Signals:
    """Return the stochastic crosses on the side of trend and momentum."""
    close = bars["close"]
    trend = indicators.sma(close, trend_length)
    _, _, momentum = indicators.macd(
        close, int(parameters["macd_fast"]), int(parameters["macd_slow"]), int(parameters["macd_signal"])
    )
    fast, slow = indicators.stochastic(
        bars, int(parameters["stoch_k"]), int(parameters["stoch_d"]), int(parameters["stoch_smooth"])
    )
    return rules.entries(
        (
            rules.above("close_above_trend", close, trend),
            rules.above("momentum_above_zero", momentum, 0.0),
            *rules.crosses_above("stoch_above_signal", fast, slow),
        ),
        (
            rules.below("close_below_trend", close, trend),
            rules.below("momentum_below_zero", momentum, 0.0),
            *rules.crosses_below("stoch_below_signal", fast, slow),
        ),
    )
