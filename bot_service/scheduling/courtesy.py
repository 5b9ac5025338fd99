"""Ticks step back while somebody waits for an answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

STEP_S = 0.004
"""How long a tick waits before it looks again."""

SHARE = 0.75
"""The share of time that answers may take from ticks for long; a thousand bots on M1 need a tenth."""

SAVED_S = 0.6
"""How much of it is saved up, for answers that come together."""


class Courtesy:
    """Know who is making an answer.

    Python runs one thread at a time: beside the ticks of a thousand bots an answer took three times as long
    as its own work. Nobody waits for a tick by the millisecond; a person does for an answer.
    """

    def __init__(self) -> None:
        self._answering: set[int] = set()
        self._waiting: set[int] = set()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Let ticks step back as long as the caller's block runs."""
        thread = threading.get_ident()
        self._answering.add(thread)
        try:
            yield
        finally:
            self._answering.discard(thread)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Let ticks go on as long as the caller's block waits for a terminal."""
        thread = threading.get_ident()
        self._waiting.add(thread)
        try:
            yield
        finally:
            self._waiting.discard(thread)

    def waits(self, thread: int) -> bool:
        """Tell whether a thread waits for a terminal just now."""
        return thread in self._waiting

    @property
    def asked_for(self) -> bool:
        """Tell whether an answer is being made."""
        return not self._answering <= self._waiting


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
