"""Whether an answer is late because the terminal was asked."""

from __future__ import annotations

from bot_service.services.desk import Desk


class Asking:
    """Tell who waits for a terminal."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def waits(self, thread: int) -> bool:
        """Tell whether a thread, by its identity, waits for a terminal's answer just now."""
        return self._desk.lanes.waits(thread)
