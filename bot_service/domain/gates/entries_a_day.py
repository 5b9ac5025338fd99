"""A bot that enters again and again has gone astray."""

from __future__ import annotations

from typing import ClassVar

from bot_service.domain.entering import Entry, GateRules
from bot_service.domain.risk import DenialReason, Denied


class Gate:
    """Closed after a number of entries until the next trading day."""

    order: ClassVar[int] = 15

    @staticmethod
    def refusal(entry: Entry, rules: GateRules) -> Denied | None:  # noqa: ARG004  # every gate has this shape
        """Return how many entries the bot has made."""
        if entry.entries_cap is None or entry.entries_today < entry.entries_cap:
            return None
        numbers = {"entries": str(entry.entries_today), "most": str(entry.entries_cap)}
        return Denied(DenialReason.TOO_MANY_ENTRIES, numbers)
