"""Three clocks: the system's, one that tests step, and a market that runs at its own pace."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class SystemClock:
    """Tell the computer's time."""

    def now(self) -> datetime:
        """Return the present moment."""
        return datetime.now(UTC)


class StepClock:
    """Stand still until somebody moves it forward."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """Return the present moment."""
        return self._now

    def set(self, moment: datetime) -> None:
        """Move to a moment.

        Raises:
            ValueError: it lies in the past; market time never goes back.
        """
        if moment < self._now:
            raise ValueError(f"{moment} < {self._now}")
        self._now = moment.astimezone(UTC)

    def advance(self, delta: timedelta) -> None:
        """Move forward by a length of time."""
        self.set(self._now + delta)

    def jump_to(self, moment: datetime) -> None:
        """Move to a moment; one that is past already changes nothing."""
        self._now = max(self._now, moment.astimezone(UTC))

    def hold_at(self, moment: datetime | None) -> None:
        """Do nothing: who steps this clock knows where to stop."""


class PacedClock:
    """Run at `speed` market seconds per second, never past the moment where it is held.

    Time that passes while it is held is lost, not caught up with. Safe to use from several threads.
    """

    def __init__(
        self, start: datetime, speed: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        if speed <= 0:
            raise ValueError(speed)
        self._base = start.astimezone(UTC)
        self._speed = speed
        self._monotonic = monotonic
        self._since = monotonic()
        self._hold: datetime | None = None
        self._lock = threading.Lock()

    @property
    def speed(self) -> float:
        """Return the market seconds per second."""
        return self._speed

    def now(self) -> datetime:
        """Return the present market moment."""
        with self._lock:
            return self._rebase()

    def seconds_until(self, moment: datetime) -> float:
        """Return how many seconds it takes the running clock to get to a moment."""
        return max(0.0, (moment - self.now()).total_seconds() / self._speed)

    def hold_at(self, moment: datetime | None) -> None:
        """Let the clock stand from a moment on, at once if it is past; None lets it run freely."""
        with self._lock:
            now = self._rebase()
            self._hold = None if moment is None else max(now, moment.astimezone(UTC))

    def jump_to(self, moment: datetime) -> None:
        """Move forward to a moment, but not past the hold; a past moment changes nothing."""
        with self._lock:
            self._base = max(self._rebase(), moment.astimezone(UTC))
            self._rebase()

    def _rebase(self) -> datetime:
        now = self._monotonic()
        moment = self._base + timedelta(seconds=max(0.0, now - self._since) * self._speed)
        self._base = moment if self._hold is None else min(moment, self._hold)
        self._since = now
        return self._base
