"""What a person promised himself in calm, and how it went: kept and broken, with the moment of the act."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any


class PromiseKind(StrEnum):
    """The templates; `OWN` is a sentence of his own that nothing can watch."""

    CALM_AFTER_LOSS = "calm_after_loss"
    """No higher risk for `minutes` after the account's day stood at `loss_r` or worse."""
    NO_RESTART = "no_restart"
    """No start that lifts the daily limit."""
    FEW_INTERVENTIONS = "few_interventions"
    """At most `most` interventions a trading day."""
    OWN = "own"


class Brake(StrEnum):
    """What he chose to stand between him and a broken promise; stopping and closing are never braked."""

    DELAY = "delay"
    SENTENCE = "sentence"


class PromiseMark(StrEnum):
    """How one occasion ended."""

    KEPT = "kept"
    BROKEN = "broken"


LOSS_R = Decimal(2)
CALM_MINUTES = 60
MOST_INTERVENTIONS = 5
DELAY = timedelta(minutes=10)
"""How long a braked act waits, wall time."""

ASKED_FOR = timedelta(minutes=15)
"""How long the question stands; after that the promise is kept."""

FREE_FOR = timedelta(minutes=60)
"""How long a braked act can still be done after its wait."""

LONGEST_OWN = 200
"""Characters of an own promise."""


@dataclass(frozen=True)
class Promise:
    """One promise of one person about one account; moments are market time.

    `loss_r`, `minutes` and `most` are the numbers of its template (zero where it has none), `text` the
    words of an own promise. It holds until `until`, or until it was ended by hand.
    """

    id: int
    user_id: int
    account_id: int
    kind: PromiseKind
    made_at: datetime
    brake: Brake = Brake.DELAY
    loss_r: Decimal = Decimal(0)
    minutes: int = 0
    most: int = 0
    text: str = ""
    until: datetime | None = None
    ended_at: datetime | None = None

    def holds_at(self, at: datetime) -> bool:
        """Tell whether it was made and not ended at a moment."""
        if at < self.made_at or (self.until is not None and at >= self.until):
            return False
        return self.ended_at is None or at < self.ended_at

    @property
    def watched(self) -> bool:
        """Tell whether an act can break it; an own sentence only its owner can judge."""
        return self.kind is not PromiseKind.OWN


@dataclass(frozen=True)
class PromiseOccasion:
    """One time when a promise was tested: `at` is the act's market time, `command` what he was about to do.

    `reason` tells the facts that forbade it ("day_r=-2.3", "count=6"), as plain text.
    """

    promise_id: int
    at: datetime
    mark: PromiseMark
    command: str = ""
    reason: str = ""


def from_template(kind: PromiseKind, promise: Promise) -> Promise:
    """Return a promise with the numbers of its template."""
    if kind is PromiseKind.CALM_AFTER_LOSS:
        return replace(promise, kind=kind, loss_r=LOSS_R, minutes=CALM_MINUTES)
    if kind is PromiseKind.FEW_INTERVENTIONS:
        return replace(promise, kind=kind, most=MOST_INTERVENTIONS)
    return replace(promise, kind=kind)


@dataclass(frozen=True)
class Standing:
    """A promise that forbids an act right now: `reason` tells the facts, `until` (market time) how long."""

    promise: Promise
    reason: str
    until: datetime | None = None
    day_r: Decimal | None = None
    count: int = 0


class BrakeState(StrEnum):
    """Where a braked act stands: asked about, waiting for its ten minutes, free to be done, over."""

    ASKED = "asked"
    WAITING = "waiting"
    FREE = "free"
    DONE = "done"
    LEFT = "left"


@dataclass(frozen=True)
class BrakedAct:
    """An act that a promise stands in the way of; it is done as it was asked for, later, or left.

    `deed` says what to run again: `line`, or the confirmed `action` with its `payload`. `happened_at` is
    market time, `asked_at` and `free_at` are wall time. Each of `promise_ids` has its facts in `reasons`.
    """

    id: int
    user_id: int
    chat_id: int
    account_id: int
    promise_ids: tuple[int, ...]
    reasons: tuple[str, ...]
    brake: Brake
    deed: dict[str, Any]
    happened_at: datetime
    asked_at: datetime
    free_at: datetime | None = None
    state: BrakeState = BrakeState.ASKED
