"""What the machine has left, and when that is too little to take on more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

GIGABYTE = 1_000_000_000
DISK_LEFT = GIGABYTE
DISK_CALM = 1.2
MEMORY_MOST = 90.0
MEMORY_CALM = 85.0
LAG_SHARE = 0.25
LAG_CALM = 0.2


class Resource(StrEnum):
    """What can run short."""

    DISK = "disk"
    MEMORY = "memory"
    LANE = "lane"


@dataclass(frozen=True)
class Readings:
    """Free disk in bytes, used memory in percent, how long the oldest waiting work has waited in seconds."""

    disk_free: int
    memory_percent: float
    lane_lag_s: float


def short(
    found: Readings, shortest_bar: timedelta | None, before: frozenset[Resource]
) -> frozenset[Resource]:
    """Return what has run short; what was short must be clearly better before it counts as well again.

    `shortest_bar` is that of the running bots, in wall time; None where none runs.
    """
    lag_limit = None if shortest_bar is None else shortest_bar.total_seconds()
    checks = {
        Resource.DISK: found.disk_free < DISK_LEFT * (DISK_CALM if Resource.DISK in before else 1),
        Resource.MEMORY: found.memory_percent > (MEMORY_CALM if Resource.MEMORY in before else MEMORY_MOST),
        Resource.LANE: lag_limit is not None
        and found.lane_lag_s > lag_limit * (LAG_CALM if Resource.LANE in before else LAG_SHARE),
    }
    return frozenset(resource for resource, is_short in checks.items() if is_short)
