"""The heartbeat of a fast market: wake when a tick is due, and as soon as the due ones are done."""

from __future__ import annotations

import logging
import threading

from bot_service.scheduling.clocks import PacedClock
from bot_service.scheduling.paced import PacedTicker

logger = logging.getLogger(__name__)

SHORTEST_S = 0.002
LONGEST_S = 0.05
AFTER_FAILURE_S = 0.5
STOP_TIMEOUT_S = 5.0


class MarketPump:
    """Call a ticker's `pump` from a thread of its own.

    A fixed round of 50 ms would cost each tick about 75 ms of standing market: at 60 market seconds per
    second half a dozen bots would nearly halve the speed (tried).
    """

    def __init__(self, ticker: PacedTicker, clock: PacedClock) -> None:
        self._ticker = ticker
        self._clock = clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="market", daemon=True)

    def start(self) -> None:
        """Let the market run."""
        self._thread.start()

    def stop(self, timeout_s: float = STOP_TIMEOUT_S) -> None:
        """Let the market stand; waits for a running round, at most so long."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._stopping.wait(self._round())

    def _round(self) -> float:
        try:
            due = self._ticker.pump()
        except Exception:
            # The market asks a terminal when it opens next; whatever that raises, time must go on.
            logger.exception("market round failed")
            return AFTER_FAILURE_S
        if due is None:
            return SHORTEST_S
        return min(LONGEST_S, max(SHORTEST_S, self._clock.seconds_until(due)))
