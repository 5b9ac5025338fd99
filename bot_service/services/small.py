"""What a small account can do where the broker's smallest lot risks too much."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from bot_service.domain.bots import BotSettings, SizingMethod
from bot_service.domain.market import Timeframe
from bot_service.domain.risk import DenialReason
from bot_service.services.views import Preview

TOO_SMALL = frozenset({DenialReason.BELOW_MINIMUM_LOT, DenialReason.RISK_ABOVE_CAP})
_MOST_ASKED = 3


@dataclass(frozen=True)
class Way:
    """A change of one field that an entry would be allowed with, and its true risk."""

    field: str
    value: str
    risk: Decimal
    percent: Decimal


def ways_out(weigh: Callable[[BotSettings], Preview], shown: Preview) -> tuple[Way, ...]:
    """Return smaller timeframes and the smallest lot as far as they fit; none where money isn't why."""
    if shown.denied is None or shown.denied.reason not in TOO_SMALL:
        return ()
    least = shown.denied.numbers.get("minimum")
    found = []
    if least is not None:
        fixed = replace(shown.settings, sizing=SizingMethod.FIXED_LOT, size=Decimal(least))
        found += _weighed("lot", least, weigh(fixed))
    for timeframe in _smaller(shown.settings.timeframe):
        interval = shown.settings.check_interval_s
        longest = int(timeframe.duration.total_seconds())
        kept = None if interval is None else min(interval, longest)
        named = replace(shown.settings, timeframe=timeframe, check_interval_s=kept)
        found += _weighed("timeframe", timeframe, weigh(named))
    return tuple(found)


def _smaller(timeframe: Timeframe) -> tuple[Timeframe, ...]:
    every = tuple(Timeframe)
    return tuple(reversed(every[: every.index(timeframe)]))[:_MOST_ASKED]


def _weighed(field: str, value: str, view: Preview) -> list[Way]:
    if view.sized is None:
        return []
    return [Way(field, value, view.sized.planned_risk, view.sized.risk_percent)]
