"""Notice that the schedule stands still, whatever the computer's clock says."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)

ALLOWED_S = 30.0
LOOK_S = 5.0


class Watchdog:
    """Alarm when `beat` was not called for a while.

    APScheduler waits for wall times: set the clock back by an hour and it fires nothing for an hour. This
    one counts monotonic seconds in a thread of its own.
    """

    def __init__(
        self,
        alarm: Callable[[float], object],
        allowed_s: float = ALLOWED_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._alarm = alarm
        self._allowed_s = allowed_s
        self._monotonic = monotonic
        self._beaten_at = monotonic()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def beat(self) -> None:
        """Tell that the schedule goes on."""
        self._beaten_at = self._monotonic()

    def look(self) -> bool:
        """Alarm with the seconds of silence if it lasts too long; tell whether it did."""
        silent_s = self._monotonic() - self._beaten_at
        if silent_s <= self._allowed_s:
            return False
        self.beat()
        log.error("nothing was scheduled for %.0f s", silent_s)
        try:
            self._alarm(silent_s)
        except Exception:
            log.exception("the alarm of the watchdog failed")
        return True

    def start(self) -> None:
        """Begin to look every few seconds."""
        self.beat()
        self._thread.start()

    def stop(self) -> None:
        """End looking."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(LOOK_S)

    def _run(self) -> None:
        while not self._ending.wait(LOOK_S):
            self.look()
