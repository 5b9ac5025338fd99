"""Ticks step back while somebody waits for an answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

STEP_S = 0.004
"""How long a tick waits before it looks again."""

SHARE = 0.5
"""The share of time that answers may take from ticks for long: whoever asks without end halves their pace."""

SAVED_S = 0.5
"""How long answers may hold ticks at a stretch."""


class Courtesy:
    """Count the answers that are being made.

    Python runs one thread at a time: beside the ticks of a thousand bots an answer took three times as long
    as its own work. Nobody waits for a tick by the millisecond; a person does for an answer.
    """

    def __init__(self) -> None:
        self._answers = 0
        self._guard = threading.Lock()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Let ticks step back as long as the block runs."""
        with self._guard:
            self._answers += 1
        try:
            yield
        finally:
            with self._guard:
                self._answers -= 1

    @property
    def asked_for(self) -> bool:
        """Tell whether somebody waits for an answer."""
        return self._answers > 0


class Patience:
    """One lane's courtesy: it ends where ticks would fall behind."""

    def __init__(self, courtesy: Courtesy, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._courtesy = courtesy
        self._monotonic = monotonic
        self._left_s = SAVED_S
        self._seen_at = monotonic()

    def steps_back(self) -> bool:
        """Tell whether a tick should wait for another step."""
        now = self._monotonic()
        self._left_s = min(SAVED_S, self._left_s + (now - self._seen_at) * SHARE)
        self._seen_at = now
        if not self._courtesy.asked_for or self._left_s <= 0:
            return False
        self._left_s -= STEP_S
        return True
