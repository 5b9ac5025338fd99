"""Somebody wants no entries now."""

from __future__ import annotations

from typing import ClassVar

from bot_service.domain.entering import Entry, GateRules
from bot_service.domain.pauses import PauseCause
from bot_service.domain.risk import DenialReason, Denied

REASONS = {
    PauseCause.TIMER: DenialReason.PAUSED,
    PauseCause.DAY: DenialReason.PAUSE_DAY,
    PauseCause.HOURS: DenialReason.PAUSE_HOURS,
}


class Gate:
    """Closed while a pause holds."""

    order: ClassVar[int] = 10

    @staticmethod
    def refusal(entry: Entry, rules: GateRules) -> Denied | None:  # noqa: ARG004  # every gate has this shape
        """Return the pause and its end."""
        if entry.pause is None:
            return None
        numbers = {"until": entry.pause.until.isoformat(), "name": entry.pause.name}
        return Denied(REASONS[entry.pause.cause], numbers)
