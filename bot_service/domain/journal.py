"""What a person writes about his days, and what he says to the mentor's words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

QUIET_AFTER_OBJECTION = timedelta(days=14)
"""How long a finding keeps still after somebody said that it isn't true, in trading days from that one on."""


@dataclass(frozen=True)
class Note:
    """One note; `at` is market time, for days are cut by it."""

    id: int
    user_id: int
    account_id: int
    at: datetime
    text: str


class StepReply(StrEnum):
    """What became of the step that a report had proposed."""

    DONE = "done"
    NOT_YET = "not_yet"
    UNSUITABLE = "unsuitable"


@dataclass(frozen=True)
class StepAnswer:
    """An answer to the step of the report of a day."""

    user_id: int
    account_id: int
    day: date
    reply: StepReply
    at: datetime


@dataclass(frozen=True)
class Objection:
    """Somebody's word that a finding about a day isn't true; `at` is wall time."""

    user_id: int
    account_id: int
    day: date
    code: str
    at: datetime


def quiet_codes(objections: Iterable[Objection], day: date) -> frozenset[str]:
    """Return the findings that keep still in the report of a day because they were called untrue."""
    return frozenset(item.code for item in objections if item.day <= day < item.day + QUIET_AFTER_OBJECTION)
