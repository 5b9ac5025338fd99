"""How far this machine's clock is from Telegram's."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from bot_service.ports import Clock

# The header has whole seconds; on average half a second is cut off.
_CUT = timedelta(milliseconds=500)


class TelegramClock:
    """Tell Telegram's time from this machine's clock and the `Date` header of the Bot API's answers."""

    def __init__(self, wall: Clock) -> None:
        self._wall = wall
        self.skew = timedelta(0)

    def now(self) -> datetime:
        """Return Telegram's present moment."""
        return self._wall.now() + self.skew

    def to_wall(self, at: datetime) -> datetime:
        """Return a moment of Telegram's clock on this machine's clock."""
        return at - self.skew

    def heard(self, date: str | None) -> None:
        """Take the offset from a `Date` header; one without sense is left out."""
        if not date:
            return
        try:
            told = parsedate_to_datetime(date)
        except ValueError:
            return
        self.skew = told + _CUT - self._wall.now()

    async def response(self, response: Any) -> None:
        """Listen to an HTTP answer."""
        self.heard(response.headers.get("Date"))
