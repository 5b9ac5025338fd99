"""Days as people type them."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot_service.domain.errors import InvalidValue

_YESTERDAY = ("kemarin", "yesterday")
_TODAY = ("hari_ini", "today")


def typed_day(text: str, today: date) -> date:
    """Return the day that `kemarin`, `18/11`, `18/11/2026` or `2026-11-18` means, never one to come.

    Raises:
        InvalidValue: it is no day.
    """
    word = text.strip().lower().replace(" ", "_")
    if word in _TODAY:
        return today
    if word in _YESTERDAY:
        return today - timedelta(days=1)
    numbers = [int(part) for part in re.findall(r"[0-9]{1,4}", word)]
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", word):
            return date(*numbers)
        if re.fullmatch(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}", word):
            return date(*reversed(numbers))
        if re.fullmatch(r"[0-9]{1,2}[/.-][0-9]{1,2}", word):
            day = date(today.year, numbers[1], numbers[0])
            return day if day <= today else date(today.year - 1, numbers[1], numbers[0])
    except ValueError:
        pass
    raise InvalidValue("day", text[:32], "not_a_day", "kemarin, 18/11, 2026-11-18")
