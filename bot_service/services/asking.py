"""What an answer and the terminal have to do with each other."""

from __future__ import annotations

from contextlib import AbstractContextManager

from bot_service.services.desk import Desk


class Asking:
    """Tell who waits for a terminal, and who for an answer."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def waits(self, thread: int) -> bool:
        """Tell whether a thread, by its identity, waits for a terminal's answer just now."""
        return self._desk.lanes.waits(thread)

    def answering(self) -> AbstractContextManager[None]:
        """Let ticks step back while an answer is being made."""
        return self._desk.lanes.answering()
