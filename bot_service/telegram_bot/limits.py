"""How often somebody may ask: twenty commands per ten seconds, a stranger once an hour."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from enum import Enum

from bot_service.ports import Clock

COMMANDS, COMMANDS_SPAN = 20, timedelta(seconds=10)
KNOCKS, KNOCKS_SPAN = 1, timedelta(hours=1)
# A person who has mistyped his code, or wrote before he tapped the link, must still get in.
CODES, CODES_SPAN = 5, timedelta(hours=1)
REMEMBERED = 10_000


class Verdict(Enum):
    """Whether something is taken: yes, no and say so, or no in silence."""

    TAKEN = "taken"
    SAY_NO = "say_no"
    SILENT = "silent"


class Window:
    """At most so many in a span, per person."""

    def __init__(self, clock: Clock, most: int, span: timedelta) -> None:
        self._clock = clock
        self._most = most
        self._span = span
        self._taken: dict[int, deque[datetime]] = {}
        self._refused: dict[int, datetime] = {}

    def take(self, user_id: int) -> Verdict:
        """Count one more; what is refused doesn't count and is said once per span."""
        now = self._clock.now()
        taken = self._taken.setdefault(user_id, deque())
        # A clock that was set back would hold somebody for as long as it was wrong.
        while taken and not now - self._span < taken[0] <= now:
            taken.popleft()
        if len(taken) < self._most:
            taken.append(now)
            self._refused.pop(user_id, None)
            self._forget()
            return Verdict.TAKEN
        said = self._refused.get(user_id)
        if said is not None and now - self._span < said <= now:
            return Verdict.SILENT
        self._refused[user_id] = now
        return Verdict.SAY_NO

    def _forget(self) -> None:
        # Strangers come and go; whoever was here longest ago is forgotten first.
        while len(self._taken) > REMEMBERED:
            oldest = next(iter(self._taken))
            del self._taken[oldest]
            self._refused.pop(oldest, None)


class Limits:
    """The three windows of the chat."""

    def __init__(self, clock: Clock) -> None:
        self._commands = Window(clock, COMMANDS, COMMANDS_SPAN)
        self._knocks = Window(clock, KNOCKS, KNOCKS_SPAN)
        self._codes = Window(clock, CODES, CODES_SPAN)

    def command(self, user_id: int) -> Verdict:
        """Count a member's command or press."""
        return self._commands.take(user_id)

    def knock(self, user_id: int) -> bool:
        """Count what a stranger wrote; tell whether it is looked at."""
        return self._knocks.take(user_id) is Verdict.TAKEN

    def code(self, user_id: int) -> bool:
        """Count a stranger's pairing code; tell whether it is tried."""
        return self._codes.take(user_id) is Verdict.TAKEN
