"""The letter of a week, as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from bot_service.domain.findings import Tally
from bot_service.domain.promises import PromiseKind


class WeekQuestion(StrEnum):
    """What a letter ends with, by what the week was like."""

    WHAT_WAS_HARD = "what_was_hard"
    WHAT_MOVED_HAND = "what_moved_hand"
    WHAT_HELPED = "what_helped"
    WHAT_TO_WRITE = "what_to_write"


@dataclass(frozen=True)
class AccountWeek:
    """What a week came to on one account; `score` is the mean discipline, None without opportunities."""

    account_id: int
    label: str
    currency: str
    days: int
    trades: int
    wins: int
    net: Decimal
    r: Decimal | None = None
    r_trades: int = 0
    interventions: Tally | None = None
    score: Decimal | None = None


@dataclass(frozen=True)
class Quote:
    """A note, word for word, with its trading day."""

    day: date
    text: str


@dataclass(frozen=True)
class PromiseWeek:
    """How a promise went."""

    kind: PromiseKind
    text: str
    kept: int
    broken: int


@dataclass(frozen=True)
class WeeklyLetter:
    """A person's week; `week` is its Sunday, `streak` counts disciplined days up to it.

    `more_notes` says how many notes there were besides the quoted ones. `question` is a `WeekQuestion`.
    """

    user_id: int
    week: date
    accounts: tuple[AccountWeek, ...]
    notes: tuple[Quote, ...] = ()
    more_notes: int = 0
    promises: tuple[PromiseWeek, ...] = ()
    streak: int = 0
    question: str = ""
