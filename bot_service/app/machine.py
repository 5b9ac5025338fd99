"""Ask the machine what it has left; the only door to psutil."""

from __future__ import annotations

from pathlib import Path

import psutil

from bot_service.domain.resources import Readings


def read_machine(directory: Path, lane_lag_s: float) -> Readings:
    """Return what is left where the data lies."""
    disk = psutil.disk_usage(str(directory))
    return Readings(int(disk.free), float(psutil.virtual_memory().percent), lane_lag_s)
