"""The broker's wall clock: New York + 7 hours, and its epochs that look like UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_NEW_YORK = ZoneInfo("America/New_York")
_AHEAD = timedelta(hours=7)
DAY = 86_400
WEEK = 7 * DAY


def server_msc(moment: datetime) -> int:
    """Return the server label of an aware moment in milliseconds.

    Raises:
        ValueError: if the moment is naive.
    """
    if moment.tzinfo is None:
        message = f"a moment needs a time zone, was {moment!r}"
        raise ValueError(message)
    offset = moment.astimezone(_NEW_YORK).utcoffset() or timedelta()
    return round((moment.timestamp() + (offset + _AHEAD).total_seconds()) * 1000)


def server_seconds(moment: datetime) -> int:
    """Return the server label of an aware moment in whole seconds."""
    return server_msc(moment) // 1000


def to_utc(label_msc: int) -> datetime:
    """Return the aware UTC moment behind a server label in milliseconds."""
    naive = datetime.fromtimestamp(label_msc / 1000, UTC).replace(tzinfo=None) - _AHEAD
    return naive.replace(tzinfo=_NEW_YORK).astimezone(UTC)


def weekday(label: int) -> int:
    """Return the day of the week of a label in seconds, Sunday = 0."""
    return (label // DAY + 4) % 7
