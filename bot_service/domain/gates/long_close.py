"""A long close lies ahead: prices jump over stops while nobody can trade."""

from __future__ import annotations

from typing import ClassVar

from bot_service.domain.entering import Entry, GateRules
from bot_service.domain.risk import DenialReason, Denied


class Gate:
    """Closed some hours before a long close, in the markets that the rules name."""

    order: ClassVar[int] = 40

    @staticmethod
    def refusal(entry: Entry, rules: GateRules) -> Denied | None:
        """Return when the market closes and opens again."""
        if entry.kind not in rules.ahead_kinds or entry.session is None or entry.session.after is None:
            return None
        closing = entry.session.after
        if closing.length < rules.long_close or closing.begins - entry.at > rules.ahead:
            return None
        numbers = {"closes": closing.begins.isoformat(), "opens": closing.ends.isoformat()}
        return Denied(DenialReason.LONG_CLOSE_AHEAD, numbers)
