"""The trade server's wall clock: how far it is ahead of UTC, and what its labels mean.

Every epoch of the API is the server's wall clock labelled as UTC, and nothing tells the difference. A fresh
tick does; until one is seen, the rule of most brokers counts: New York + 7 hours.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

NEW_YORK = ZoneInfo("America/New_York")
AHEAD_OF_NEW_YORK = timedelta(hours=7)
STEP = timedelta(minutes=15)
TOLERANCE = timedelta(seconds=60)
AHEAD = timedelta(seconds=5)
GAP = timedelta(minutes=10)
EARLIEST = timedelta(hours=-12)
LATEST = timedelta(hours=14)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Two moments of one season with less than this between them have no clock change between them.
SAME_SEASON = timedelta(days=100)


def rule_offset(at: datetime) -> timedelta:
    """Return how far New York + 7 h is ahead of UTC at a moment."""
    return (at.astimezone(NEW_YORK).utcoffset() or timedelta(0)) + AHEAD_OF_NEW_YORK


class ServerTime:
    """Learn the server's offset from ticks, and convert labels to UTC and back."""

    def __init__(self) -> None:
        self._fixed: timedelta | None = None
        self._seen: tuple[timedelta, datetime] | None = None
        self._sure = False
        self._ahead = timedelta(0)

    @property
    def sure(self) -> bool:
        """Tell whether a tick has confirmed the offset, or has only not contradicted the rule yet."""
        return self._sure

    @property
    def doubtful(self) -> bool:
        """Tell whether this computer's clock seems to be ahead: even ticks that just arrived look old."""
        return self._ahead > AHEAD

    def recall(self, offset: timedelta, at: datetime) -> None:
        """Begin with what an earlier run measured at a moment, until a tick tells better.

        An offset that was the rule's then follows the rule, also through a clock change since.
        """
        if not self._sure:
            self._fixed = None if offset == rule_offset(at) else offset

    def is_old(self, now: datetime) -> bool:
        """Tell whether the last observation is too old to trust the clock, or lies in the future."""
        return self._seen is None or not timedelta(0) <= now - self._seen[1] <= TOLERANCE

    def offset(self, at: datetime) -> timedelta:
        """Return how far the server is ahead of UTC at a moment."""
        return rule_offset(at) if self._fixed is None else self._fixed

    def observe(self, label_s: float, now: datetime) -> None:
        """Learn from the label of the newest tick, seen now.

        A tick can be old but never from the future. So a larger offset counts at once; a smaller one only
        when the label moved since an observation less than 60 s ago, which proves that the tick is fresh.
        """
        gap = timedelta(seconds=label_s) + EPOCH - now
        moved = self._moved(gap, now)
        measured = round(gap / STEP) * STEP
        self._compare_clocks(gap, now, measured, moved=moved)
        self._seen = (gap, now)
        if abs(gap - measured) > TOLERANCE or not EARLIEST <= measured <= LATEST:
            return
        if measured > self.offset(now) or moved:
            self._fixed = None if measured == rule_offset(now) else measured
        self._sure = self._sure or measured == self.offset(now)

    def _compare_clocks(self, gap: timedelta, now: datetime, measured: timedelta, *, moved: bool) -> None:
        if self._seen is None:
            return
        last_gap, last_now = self._seen
        elapsed = now - last_now
        if moved:
            # The tick arrived after the observation before, so it is not older than that.
            self._ahead = measured - gap - elapsed
        elif timedelta(0) < elapsed <= TOLERANCE:
            self._ahead = timedelta(0)  # a quiet market tells nothing
        elif TOLERANCE < elapsed <= GAP:
            # Either the ticks stood still or this clock jumped; the next observation tells.
            self._ahead = last_gap - gap

    def _moved(self, gap: timedelta, now: datetime) -> bool:
        if self._seen is None:
            return False
        last_gap, last_now = self._seen
        elapsed = now - last_now
        arrived = (gap + elapsed) - last_gap
        # Symbol records carry whole seconds, ticks milliseconds: less than a second is no movement.
        return timedelta(0) < elapsed <= TOLERANCE and arrived >= timedelta(seconds=1)

    def to_utc(self, label_s: float) -> datetime:
        """Return the UTC moment of a label in seconds."""
        labelled = EPOCH + timedelta(seconds=label_s)
        if self._fixed is not None:
            return labelled - self._fixed
        local = (labelled - AHEAD_OF_NEW_YORK).replace(tzinfo=NEW_YORK, fold=1)
        return local.astimezone(UTC)

    def to_label(self, moment: datetime) -> int:
        """Return the label, in whole seconds, of a moment."""
        return int((moment + self.offset(moment) - EPOCH).total_seconds())

    def index(self, labels_s: np.ndarray) -> pd.DatetimeIndex:
        """Return the UTC times of ascending labels in seconds."""
        naive = pd.DatetimeIndex(labels_s.astype("datetime64[s]")).as_unit("us")
        first, last = self.to_utc(float(labels_s[0])), self.to_utc(float(labels_s[-1]))
        offset = self.offset(first)
        if self._fixed is not None or (last - first < SAME_SEASON and offset == self.offset(last)):
            return (naive - offset).tz_localize("UTC")
        local = (naive - AHEAD_OF_NEW_YORK).tz_localize(
            "America/New_York",
            # The hour that comes twice is read as the later one: a bar may look young, never finished.
            ambiguous=np.zeros(len(naive), dtype=bool),
            nonexistent="shift_forward",
        )
        return local.tz_convert("UTC")
