"""Questions about a person's mood: why one was asked, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

MOST_A_DAY = 2
"""Questions that come by themselves, on one day of the person's clock."""

WINDOW = timedelta(hours=2)
"""How long after its moment a question still makes sense."""


class PromptCause(StrEnum):
    """Why a question is asked."""

    HOUR = "hour"
    GUARD = "guard"
    LOSS_DAY = "loss_day"
    """The account's day has fallen to -2R."""
    CLOSED_BY_HAND = "closed_by_hand"
    """A position was closed by hand after a loss on the same day."""


class PromptAnswer(StrEnum):
    """What became of a question; without one it stands open."""

    GIVEN = "given"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Prompt:
    """One question to one person; moments are wall time, `day` is that of his clock.

    `slot` is what is asked once a day: a chosen hour ("07:00") or an event.
    """

    id: int
    user_id: int
    account_id: int
    day: date
    slot: str
    cause: PromptCause
    asked_at: datetime
    answer: PromptAnswer | None = None
    answered_at: datetime | None = None
