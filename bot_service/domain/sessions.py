"""When a market is open: the week of a symbol, learned from the bars of past weeks.

The package tells no sessions, and no list of hours stays true. A slot of the week in which no bar was ever
seen is closed. Weeks are laid over each other in the zone in which they look most alike, so that a change
to summer time moves the session as the broker moves it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

WEEK = timedelta(days=7)
LEARNED_FROM = timedelta(days=14)
"""Shorter histories don't show each slot twice."""
SHORTEST_CLOSE = timedelta(minutes=15)
"""A shorter gap in bars is as likely a quiet market as a closed one."""
ZONES = ("America/New_York", "Europe/Berlin", "Asia/Tokyo", "UTC")
_WEEK_MINUTES = 7 * 24 * 60
_DEAD_SHARE = 0.02


@dataclass(frozen=True)
class Closing:
    """A time in which a market is closed."""

    begins: datetime
    ends: datetime

    @property
    def length(self) -> timedelta:
        """Return how long it lasts."""
        return self.ends - self.begins


@dataclass(frozen=True)
class Session:
    """The time between two closings around a moment; None where the market never closes."""

    before: Closing | None
    after: Closing | None


@dataclass(frozen=True)
class Week:
    """A symbol's week: spans of minutes since Monday 00:00 of the zone in which it is closed."""

    zone: str
    closed: tuple[tuple[int, int], ...]

    def closing_at(self, at: datetime) -> Closing | None:
        """Return the closing that contains a moment."""
        return next((item for item in self._around(at) if item.begins <= at < item.ends), None)

    def session(self, at: datetime) -> Session:
        """Return the closings before and after a moment at which the market is open."""
        around = self._around(at)
        before = [item for item in around if item.ends <= at]
        after = [item for item in around if item.begins > at]
        return Session(before[-1] if before else None, after[0] if after else None)

    def _around(self, at: datetime) -> list[Closing]:
        zone = ZoneInfo(self.zone)
        local = at.astimezone(zone)
        monday = datetime(local.year, local.month, local.day, tzinfo=UTC) - timedelta(days=local.weekday())
        found = [
            Closing(_wall(monday + week * WEEK, begins, zone), _wall(monday + week * WEEK, ends, zone))
            for week in (-2, -1, 0, 1, 2)
            for begins, ends in self.closed
        ]
        return [item for item in found if item.begins < item.ends]


def _wall(monday: datetime, minutes: int, zone: ZoneInfo) -> datetime:
    # Wall time is counted without a zone: a week with a clock change still closes at the same hour.
    return (monday + timedelta(minutes=minutes)).replace(tzinfo=zone).astimezone(UTC)


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
