"""The spread eats the stop, or is far from its usual self."""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar

from bot_service.domain.entering import Entry, GateRules
from bot_service.domain.risk import DenialReason, Denied

SOON = timedelta(minutes=1)
TENTH = Decimal("0.1")


class Gate:
    """Closed while the spread is too wide; it may be normal again within minutes."""

    order: ClassVar[int] = 50

    @staticmethod
    def refusal(entry: Entry, rules: GateRules) -> Denied | None:
        """Return how wide the spread is."""
        soon = entry.at + SOON
        if entry.spread * 100 > rules.spread_percent * entry.stop_distance:
            share = entry.spread * 100 / entry.stop_distance if entry.stop_distance > 0 else Decimal(100)
            numbers = {"percent": f"{_short(share):f}", "cap_percent": f"{rules.spread_percent:f}"}
            return Denied(DenialReason.SPREAD_WIDE, numbers, again_at=soon)
        if not entry.usual_spread:
            return None
        times = entry.spread / entry.usual_spread
        reopened = _reopened(entry, rules)
        most = rules.gap_times if reopened else rules.spread_times
        if times <= most:
            return None
        reason = DenialReason.SPREAD_AFTER_CLOSE if reopened else DenialReason.SPREAD_UNUSUAL
        return Denied(reason, {"times": f"{_short(times):f}", "most": f"{most:f}"}, again_at=soon)


def _reopened(entry: Entry, rules: GateRules) -> bool:
    before = None if entry.session is None else entry.session.before
    if before is None or before.length < rules.long_close:
        return False
    return entry.at < before.ends + rules.gap_watch


def _short(value: Decimal) -> Decimal:
    return value.quantize(TENTH, ROUND_HALF_UP)
