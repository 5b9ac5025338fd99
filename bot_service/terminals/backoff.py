"""How long to wait before a terminal is asked for a connection again."""

from __future__ import annotations

from collections.abc import Callable

STEPS_S = (1.0, 2.0, 5.0, 10.0, 30.0)
HELD_S = 60.0


class BackOff:
    """Space out attempts: 1, 2, 5, 10 and then always 30 s after a failure.

    A connection that held a minute was a good one: the next failure begins with one second again.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._failures = 0
        self._not_before = monotonic()
        self._since: float | None = None

    @property
    def ready(self) -> bool:
        """Tell whether the next attempt may begin."""
        return self._monotonic() >= self._not_before

    def succeeded(self) -> None:
        """Note that a connection stands."""
        self._since = self._monotonic()

    def failed(self) -> None:
        """Note that an attempt failed or a connection broke."""
        now = self._monotonic()
        if self._since is not None and now - self._since >= HELD_S:
            self._failures = 0
        self._since = None
        self._not_before = now + STEPS_S[min(self._failures, len(STEPS_S) - 1)]
        self._failures += 1
