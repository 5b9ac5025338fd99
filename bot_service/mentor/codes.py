"""What the mentor can say, as codes, for whoever writes the sentences.

The detectors tell in their first sentence what their code stands for, `mentor/closing.py` does it for the
closing lines (which carry no numbers). Numbers are plain decimal text ("-12.30"); `FIELD_KINDS` tells what
each is. Trades are named by their position id. Every sentence speaks of positions that CLOSED in the day, and
holds "so far" while the report's `finished` is False.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot_service.mentor.closing import CLOSING_CODES
from bot_service.mentor.registry import all_detectors

__all__ = ["CLOSING_CODES", "FIELD_KINDS", "OBSERVATION_CODES"]

OBSERVATION_CODES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {detector.CODE: detector.FIELDS for detector in all_detectors()}
)

_BY_KIND: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "money": (
            *("difference", "opening", "closing", "net", "planned", "drawdown", "costs", "gross"),
            *("bot_net", "trade_net", "others_net", "streak_net"),
        ),
        "r": (*("worst_r", "limit_r", "helped_r", "hurt_r", "difference_r", "mean_r", "others_r"),),
        "percent": (
            *("drawdown_percent", "share_percent", "risk_before", "risk_after", "risk_percent"),
            *("limit_percent", "win_percent", "chance_percent"),
        ),
        "count": (
            *("count", "trades", "wins", "losses", "length", "usual", "days", "opened", "minutes", "within"),
            *("limits", "stops", "helped", "hurt", "changes", "looks", "positions", "tested", "stretch"),
            *("acts", "after", "sizes", "others", "losers", "winners", "mean_acts", "others_acts"),
        ),
        "factor": ("factor", "others_factor"),
        "duration": ("losers_time", "winners_time"),
        "ticket": ("ticket",),
        "name": ("bot", "symbol", "currency", "clock", "hours", "per_version"),
        "mood": ("mood",),
        "strategy": ("strategy",),
    }
)

FIELD_KINDS: Mapping[str, str] = MappingProxyType(
    {name: kind for kind, names in _BY_KIND.items() for name in names}
)
