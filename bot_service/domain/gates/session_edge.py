"""The first and the last minutes of a session, in which spreads are wide and books thin."""

from __future__ import annotations

from typing import ClassVar

from bot_service.domain.entering import Entry, GateRules
from bot_service.domain.risk import DenialReason, Denied


class Gate:
    """Closed at both ends of a session; an entry after the opening may wait."""

    order: ClassVar[int] = 30

    @staticmethod
    def refusal(entry: Entry, rules: GateRules) -> Denied | None:
        """Return which end it is."""
        session = entry.session
        if session is None:
            return None
        if session.before is not None and entry.at < session.before.ends + rules.edge:
            calm = session.before.ends + rules.edge
            return Denied(DenialReason.JUST_OPENED, {"until": calm.isoformat()}, again_at=calm)
        if session.after is not None and session.after.begins - entry.at <= rules.edge:
            return Denied(DenialReason.ABOUT_TO_CLOSE, {"closes": session.after.begins.isoformat()})
        return None
