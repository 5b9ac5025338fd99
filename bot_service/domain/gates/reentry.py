"""A person has just ended such a position, or the broker for want of margin."""

from __future__ import annotations

from typing import ClassVar

from bot_service.domain.entering import Entry, GateRules
from bot_service.domain.risk import DenialReason, Denied


class Gate:
    """Closed in one direction until its signal has been off once."""

    order: ClassVar[int] = 20

    @staticmethod
    def refusal(entry: Entry, rules: GateRules) -> Denied | None:  # noqa: ARG004  # every gate has this shape
        """Return the direction that must be off first."""
        if entry.off_first is not entry.side:
            return None
        return Denied(DenialReason.REENTRY, {"side": entry.side.upper()})
