"""Run the service as `bot-service run` does, and die at the N-th passing of a numbered step of the tick."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable

from bot_service.app.service import run_service
from bot_service.settings import read_settings


def killer(step: str, times: int) -> Callable[[str], None]:
    left = times

    def passes(reached: str) -> None:
        nonlocal left
        if reached == step:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return passes


if __name__ == "__main__":
    # Here dying again and again is the point, and the bots must go on trading.
    dies = killer(sys.argv[1], int(sys.argv[2]))
    sys.exit(run_service(read_settings(), checkpoint=dies, count_restarts=False))
