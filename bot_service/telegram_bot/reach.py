"""Whether Telegram answers, and whether it answers us alone: what is worth telling, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

PATIENCE = timedelta(seconds=60)
"""How long a conflict may last: the last poll of a process that was killed lives on for some seconds."""


@dataclass(frozen=True)
class News:
    """What a look for updates has brought to light; None and False: nothing new."""

    rival_since: datetime | None = None
    rival_gone: bool = False
    away: timedelta | None = None


NOTHING = News()


class Reach:
    """Take the outcome of each look for updates and tell what it means.

    Two programs that read the same updates throw each other out in turn, so that one good look proves
    nothing: a conflict is over only when no look met it for a minute. `rival_since` is what was known before.
    """

    def __init__(self, rival_since: datetime | None, now: datetime) -> None:
        self._first = rival_since
        self._last = None if rival_since is None else now
        self._told = rival_since is not None
        self._down_since: datetime | None = None

    @property
    def is_down(self) -> bool:
        """Tell whether the last look failed."""
        return self._down_since is not None

    def failed(self, now: datetime) -> None:
        """Take a look without answer."""
        if self._down_since is None:
            self._down_since = now

    def refused(self, now: datetime) -> News:
        """Take a look that failed because somebody else is looking (409)."""
        if self._first is None or self._last is None or now - self._last > PATIENCE:
            self._first = now
        self._last = now
        away = self._answered(now)
        if now - self._first < PATIENCE:
            return News(away=away)
        self._told = True
        return News(rival_since=self._first, away=away)

    def looked(self, now: datetime) -> News:
        """Take a good look."""
        away = self._answered(now)
        if self._last is None or now - self._last <= PATIENCE:
            return News(away=away)
        gone = self._told
        self._first = self._last = None
        self._told = False
        return News(rival_gone=gone, away=away)

    def _answered(self, now: datetime) -> timedelta | None:
        if self._down_since is None:
            return None
        away, self._down_since = now - self._down_since, None
        return away
