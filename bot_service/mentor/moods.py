"""Days with the mood that was told before the day's first close: later moods may be the result's."""

from __future__ import annotations

from datetime import date

from bot_service.domain.findings import CheckIn
from bot_service.mentor.past import Past


def morning_moods(past: Past) -> dict[date, CheckIn]:
    """Return the first mood of each day that was told before the first close."""
    found: dict[date, CheckIn] = {}
    for day, said in past.check_ins:
        if said.before_close and (day not in found or said.at < found[day].at):
            found[day] = said
    return dict(sorted(found.items()))
