"""What the mentor's screens show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bot_service.domain.findings import DayReport, Finding, Score, Unproved
from bot_service.domain.journal import Note, StepAnswer
from bot_service.domain.mentor_wishes import MentorWishes
from bot_service.domain.promises import Promise, PromiseMark
from bot_service.domain.trading import ClosedTrade
from bot_service.services.views.money import AccountTag


@dataclass(frozen=True)
class StripDay:
    """One day of the strip: the trades that closed, and its discipline where that could be lost."""

    day: date
    trades: int
    score: Score | None


@dataclass(frozen=True)
class PromiseLine:
    """A promise and how often it was kept and broken; `ends_at` when its end is decided but not there yet.

    `today` is how its owner has judged an own sentence on the present trading day.
    """

    promise: Promise
    kept: int
    broken: int
    ends_at: datetime | None = None
    today: PromiseMark | None = None


@dataclass(frozen=True)
class HubView:
    """The mentor at a glance: today so far, the last days, what was promised and proposed.

    `streak` counts disciplined days; `last` is the newest written report, `answer` what became of the step
    that it asks back.
    """

    tag: AccountTag
    today: DayReport
    strip: tuple[StripDay, ...]
    streak: int
    promises: tuple[PromiseLine, ...]
    last: DayReport | None
    answer: StepAnswer | None
    wishes: MentorWishes
    now: datetime
    is_reader: bool = True
    """Whether the reader may act: viewers promise nothing."""


@dataclass(frozen=True)
class FeedbackView:
    """How the day looks so far, from facts."""

    tag: AccountTag
    today: DayReport
    now: datetime


@dataclass(frozen=True)
class ReportLine:
    """A written report in one line."""

    day: date
    net: Decimal
    currency: str
    trades: int
    r: Decimal | None
    score: Score | None


@dataclass(frozen=True)
class ReportListView:
    """A page of the written reports, newest first."""

    tag: AccountTag
    account_id: int
    lines: tuple[ReportLine, ...]
    page: int
    pages: int


@dataclass(frozen=True)
class NotesView:
    """A page of a person's notes, newest first; `word` is what was looked for."""

    notes: tuple[Note, ...]
    total: int
    word: str
    page: int
    pages: int


@dataclass(frozen=True)
class Evidence:
    """One piece of evidence: a trade where it names one, else a line as it was noted."""

    text: str
    trade: ClosedTrade | None = None


@dataclass(frozen=True)
class WhyView:
    """What a finding of a report stands on."""

    tag: AccountTag
    report: DayReport
    finding: Finding
    evidence: tuple[Evidence, ...]
    muted: bool
    objected: bool


@dataclass(frozen=True)
class WhyListView:
    """The findings of a report by number, and what is not proved yet."""

    tag: AccountTag
    report: DayReport
    findings: tuple[Finding, ...]
    unproved: tuple[Unproved, ...]


@dataclass(frozen=True)
class StepReceipt:
    """What was answered to a step, and the step that the newest report proposes."""

    answer: StepAnswer
    step: str
    next_step: str


@dataclass(frozen=True)
class ObjectionReceipt:
    """A finding that somebody called untrue; `undone`: it counts again."""

    account_id: int
    day: date
    code: str
    undone: bool = False


@dataclass(frozen=True)
class MutesView:
    """Every detector that has spoken lately or keeps still, with how often it spoke in the last 30 days."""

    counts: tuple[tuple[str, int], ...]
    muted: frozenset[str]
    page: int
    pages: int
