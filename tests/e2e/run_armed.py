"""Run the service as `bot-service run` does, and die once at the step that stands in a file."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from bot_service.app.service import run_service
from bot_service.settings import read_settings


def killer(order: Path) -> Callable[[str], None]:
    def passes(reached: str) -> None:
        if order.exists() and order.read_text(encoding="utf-8") == reached:
            order.unlink()
            os.kill(os.getpid(), signal.SIGKILL)

    return passes


if __name__ == "__main__":
    # Here dying again and again is the point, and it must not hold the bots' entries.
    sys.exit(run_service(read_settings(), checkpoint=killer(Path(sys.argv[1])), count_restarts=False))
