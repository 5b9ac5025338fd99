"""When a market is open: the week of a symbol and its closings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

WEEK = timedelta(days=7)


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
