"""The machine's disk, memory and pace: told once when they run short, and no new starts meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot_service.domain import codec, resources
from bot_service.domain.errors import ResourcesShort
from bot_service.domain.events import MachineFine, MachineShort
from bot_service.domain.resources import Readings, Resource
from bot_service.ports import UnitOfWork
from bot_service.services.desk import Desk

STALE = timedelta(minutes=5)
"""Readings older than this (wall time) say nothing: nobody reads them any more."""

_KEY = "resources"


@dataclass(frozen=True)
class Seen:
    """The newest readings and what was short then."""

    at: datetime
    readings: Readings
    short: tuple[Resource, ...] = ()


def seen(uow: UnitOfWork, wall: datetime) -> Seen | None:
    """Return the newest readings, None where there are no fresh ones."""
    text = uow.get_value(_KEY)
    found = codec.read(Seen, text) if text else None
    return found if found is not None and abs(wall - found.at) <= STALE else None


def refuse_start(uow: UnitOfWork, wall: datetime) -> None:
    """Let no bot start while something has run short.

    Raises:
        ResourcesShort: with what.
    """
    found = seen(uow, wall)
    if found is not None and found.short:
        raise ResourcesShort(found.short[0])


class Resources:
    """Look at the machine's readings; `pace` is how many seconds of market pass in one of life."""

    def __init__(self, desk: Desk, pace: float = 1.0) -> None:
        self._desk = desk
        self._pace = pace

    def look(self, readings: Readings) -> tuple[Resource, ...]:
        """Keep readings, tell what has newly run short or is well again, and return what is short."""
        wall = self._desk.wall.now()
        with self._desk.database.write() as uow:
            text = uow.get_value(_KEY)
            before = frozenset(codec.read(Seen, text).short if text else ())
            bars = [bot.settings.timeframe.duration for bot in uow.bots.all() if bot.running]
            shortest = min(bars) / self._pace if bars else None
            now = resources.short(readings, shortest, before)
            short = tuple(sorted(now))
            uow.set_value(_KEY, codec.written(Seen(wall, readings, short)))
            for resource in sorted(now - before):
                uow.record(_short_event(resource, readings, self._desk.market.now()))
            for resource in sorted(before - now):
                uow.record(MachineFine(happened_at=self._desk.market.now(), resource=resource))
            uow.commit()
        return short


def _short_event(resource: Resource, readings: Readings, now: datetime) -> MachineShort:
    return MachineShort(
        happened_at=now,
        resource=resource,
        disk_free_mb=readings.disk_free // 1_000_000,
        memory_percent=round(readings.memory_percent),
        lane_lag_s=round(readings.lane_lag_s),
    )
