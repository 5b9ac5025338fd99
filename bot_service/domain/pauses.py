"""Times in which people want no entries: for a while, on days, in hours of each day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


class PauseCause(StrEnum):
    """What kind of pause holds the entries."""

    TIMER = "timer"
    DAY = "day"
    HOURS = "hours"


@dataclass(frozen=True)
class Active:
    """A pause that holds now; `until` is wall time for a timer and market time else."""

    cause: PauseCause
    until: datetime
    name: str = ""


@dataclass(frozen=True)
class Timer:
    """A pause until a moment of wall time; no ids mean all bots."""

    id: int
    until: datetime
    bot_ids: tuple[int, ...] = ()

    def covers(self, bot_id: int) -> bool:
        """Tell whether it is about a bot."""
        return not self.bot_ids or bot_id in self.bot_ids


@dataclass(frozen=True)
class PauseDays:
    """Whole days of a zone, the last included; no account means all."""

    id: int
    first: date
    last: date
    zone: str
    name: str = ""
    account_id: int | None = None

    @property
    def span(self) -> tuple[datetime, datetime]:
        """Return the first moment (UTC) of the days and the first after them."""
        return _moment(self.first, time(0), self.zone), _moment(self.last + DAY, time(0), self.zone)


@dataclass(frozen=True)
class PauseHours:
    """Hours of each day in a zone; they may pass midnight; no account means all."""

    id: int
    begins: time
    ends: time
    zone: str
    account_id: int | None = None

    def span_at(self, at: datetime) -> tuple[datetime, datetime] | None:
        """Return the span (UTC) that contains a moment."""
        today = at.astimezone(ZoneInfo(self.zone)).date()
        for day in (today - DAY, today):
            last = day if self.ends > self.begins else day + DAY
            span = _moment(day, self.begins, self.zone), _moment(last, self.ends, self.zone)
            if span[0] <= at < span[1]:
                return span
        return None


@dataclass(frozen=True)
class Plan:
    """All pauses that somebody has set; ids are unique over all kinds."""

    timers: tuple[Timer, ...] = ()
    days: tuple[PauseDays, ...] = ()
    hours: tuple[PauseHours, ...] = ()
    next_id: int = 1

    def active(self, account_id: int, bot_id: int, wall: datetime, market: datetime) -> Active | None:
        """Return the pause that holds a bot's entries now; of several a timer, then days, then hours."""
        timers = [item for item in self.timers if item.covers(bot_id) and wall < item.until]
        if timers:
            return Active(PauseCause.TIMER, max(item.until for item in timers))
        for days in self.days_at(market):
            if days.account_id in (None, account_id):
                return Active(PauseCause.DAY, days.span[1], days.name)
        for hours in self.hours:
            span = hours.span_at(market)
            if span is not None and hours.account_id in (None, account_id):
                return Active(PauseCause.HOURS, span[1])
        return None

    def days_at(self, market: datetime) -> tuple[PauseDays, ...]:
        """Return the pause days that contain a moment."""
        return tuple(item for item in self.days if item.span[0] <= market < item.span[1])

    def with_timer(self, until: datetime, bot_ids: Iterable[int]) -> Plan:
        """Return the plan with one more timer; it takes the place of the same bots' earlier one."""
        chosen = tuple(sorted(set(bot_ids)))
        kept = tuple(item for item in self.timers if item.bot_ids != chosen)
        return self._grown(timers=(*kept, Timer(self.next_id, until, chosen)))

    def without_timers(self) -> Plan:
        """Return the plan without any timer."""
        return replace(self, timers=())

    def with_days(
        self, first: date, last: date, zone: str, name: str = "", account_id: int | None = None
    ) -> Plan:
        """Return the plan with more pause days; the same days are kept once."""
        if any((item.first, item.last, item.account_id) == (first, last, account_id) for item in self.days):
            return self
        days = PauseDays(self.next_id, first, last, zone, name, account_id)
        return self._grown(days=tuple(sorted((*self.days, days), key=lambda item: item.first)))

    def with_hours(self, begins: time, ends: time, zone: str, account_id: int | None = None) -> Plan:
        """Return the plan with one more daily window; the same hours are kept once."""
        wanted = (begins, ends, zone, account_id)
        if any((item.begins, item.ends, item.zone, item.account_id) == wanted for item in self.hours):
            return self
        hours = PauseHours(self.next_id, begins, ends, zone, account_id)
        return self._grown(hours=tuple(sorted((*self.hours, hours), key=lambda item: item.begins)))

    @property
    def empty(self) -> bool:
        """Tell whether nothing is set."""
        return not (self.timers or self.days or self.hours)

    def without(self, *item_ids: int) -> Plan:
        """Return the plan without some of its items."""
        return replace(
            self,
            timers=tuple(item for item in self.timers if item.id not in item_ids),
            days=tuple(item for item in self.days if item.id not in item_ids),
            hours=tuple(item for item in self.hours if item.id not in item_ids),
        )

    def over(self, wall: datetime, market: datetime) -> tuple[tuple[Timer, ...], tuple[PauseDays, ...]]:
        """Return the timers and days that have ended."""
        timers = tuple(item for item in self.timers if item.until <= wall)
        return timers, tuple(item for item in self.days if item.span[1] <= market)

    def _grown(
        self,
        timers: tuple[Timer, ...] | None = None,
        days: tuple[PauseDays, ...] | None = None,
        hours: tuple[PauseHours, ...] | None = None,
    ) -> Plan:
        return Plan(
            self.timers if timers is None else timers,
            self.days if days is None else days,
            self.hours if hours is None else hours,
            self.next_id + 1,
        )


def _moment(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)
