"""The week of a symbol, learned from the bars of past weeks.

The package tells no sessions, and no list of hours stays true. A slot of the week in which no bar was ever
seen is closed. Weeks are laid over each other in the zone in which they look most alike, so that a change
to summer time moves the session as the broker moves it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd

from bot_service.domain.sessions import Week

LEARNED_FROM = timedelta(days=14)
"""Shorter histories don't show each slot twice."""
SHORTEST_CLOSE = timedelta(minutes=15)
"""A shorter gap in bars is as likely a quiet market as a closed one."""
ZONES = ("America/New_York", "Europe/Berlin", "Asia/Tokyo", "UTC")
_WEEK_MINUTES = 7 * 24 * 60
_DEAD_SHARE = 0.02


def learn(opens: Sequence[datetime] | pd.Index, bar: timedelta, zones: Sequence[str] = ZONES) -> Week | None:
    """Return the week that the opens of past bars show, None where they show too little.

    Of `zones` the one in which the weeks agree best is taken, the earlier one of equals.
    """
    times = pd.DatetimeIndex(opens)
    if len(times) < 2 or times[-1] - times[0] < LEARNED_FROM:  # noqa: PLR2004  # a span has two ends
        return None
    step = max(1, int(bar / timedelta(minutes=1)))
    seen = {zone: _seen(times, zone, step) for zone in zones}
    zone = min(zones, key=lambda item: int(seen[item].sum()))
    if seen[zone].mean() < _DEAD_SHARE:
        return None
    return Week(zone, tuple(_gaps(seen[zone], step)))


def _seen(times: pd.DatetimeIndex, zone: str, step: int) -> np.ndarray:
    local = times.tz_convert(zone)
    minutes = np.asarray(local.day_of_week * 1440 + local.hour * 60 + local.minute)
    slots = np.zeros(_WEEK_MINUTES // step, dtype=bool)
    slots[np.minimum(minutes // step, len(slots) - 1)] = True
    return slots


def _gaps(seen: np.ndarray, step: int) -> list[tuple[int, int]]:
    places = [int(place) for place in np.flatnonzero(seen)]
    rounds = [*places, places[0] + len(seen)]
    gaps = [((one + 1) * step, other * step) for one, other in pairwise(rounds)]
    shortest = SHORTEST_CLOSE / timedelta(minutes=1)
    return [(begins, ends) for begins, ends in gaps if ends - begins >= shortest]
