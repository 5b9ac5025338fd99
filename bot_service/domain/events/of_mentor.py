"""What the mentor says to one person by himself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot_service.domain.check_ins import PromptCause
from bot_service.domain.events.base import Audience, Event


@dataclass(frozen=True, kw_only=True)
class WaitOver(Event):
    """The ten minutes that a promise asked for are over; the person decides."""

    code: ClassVar[str] = "wait_over"
    audience: ClassVar[Audience] = Audience.PERSON
    user_id: int
    act_id: int


@dataclass(frozen=True, kw_only=True)
class CheckInDue(Event):
    """A person is asked how he feels; he may answer, skip, or do nothing."""

    code: ClassVar[str] = "check_in_due"
    audience: ClassVar[Audience] = Audience.PERSON
    user_id: int
    prompt_id: int
    cause: PromptCause

    @property
    def subject(self) -> str | None:
        """Return the thread of the question, by which a reply finds it."""
        return f"check_in:{self.prompt_id}"
