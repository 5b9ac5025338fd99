"""Letters that the mentor writes to one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from bot_service.domain.events.base import Audience, Event


@dataclass(frozen=True, kw_only=True)
class WeeklyLetterReady(Event):
    """The letter of a week; `week` is its Sunday, `late` when it came hours after its hour."""

    code: ClassVar[str] = "weekly_letter_ready"
    audience: ClassVar[Audience] = Audience.PERSON
    user_id: int
    week: date
    late: bool = False
