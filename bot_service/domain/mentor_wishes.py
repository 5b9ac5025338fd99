"""How a member wants to be spoken to by the mentor; hours are times on the clock of his zone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time

from bot_service.domain.errors import InvalidValue

MOST_HOURS = 2
MORNING = time(7)


@dataclass(frozen=True)
class MentorWishes:
    """What he has chosen.

    `hours` are the check-ins' times, `after_events` lets one come after an event, `muted` are the detectors
    that he wants to hear no more of, `care` lets words of distress be answered, and until `rest_until` (wall
    time) neither reports nor letters nor questions come.
    """

    hours: tuple[time, ...] = (MORNING,)
    after_events: bool = True
    letters: bool = True
    care: bool = True
    muted: tuple[str, ...] = ()
    rest_until: datetime | None = None

    @property
    def asks(self) -> bool:
        """Tell whether any question may come by itself."""
        return bool(self.hours) or self.after_events

    def rests_at(self, at: datetime) -> bool:
        """Tell whether he wants to be left alone."""
        return self.rest_until is not None and at < self.rest_until

    def with_hours(self, hours: tuple[time, ...]) -> MentorWishes:
        """Return the wishes with other hours; none means that nothing is asked by the clock.

        Raises:
            InvalidValue: more than two.
        """
        chosen = tuple(sorted(set(hours)))
        if len(chosen) > MOST_HOURS:
            raise InvalidValue("check_in", str(len(chosen)), "too_many", f"1 - {MOST_HOURS}")
        return replace(self, hours=chosen)

    def with_muted(self, code: str, *, muted: bool) -> MentorWishes:
        """Return the wishes with a detector that speaks or keeps still."""
        others = {*self.muted} - {code}
        return replace(self, muted=tuple(sorted(others | {code} if muted else others)))


USUAL_WISHES = MentorWishes()
