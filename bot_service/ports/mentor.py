"""What is stored of the mentor's questions, of promises and letters, and of what hands did."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol

from bot_service.domain.check_ins import Prompt, PromptAnswer
from bot_service.domain.findings import Intervention
from bot_service.domain.journal import Objection, StepAnswer
from bot_service.domain.promises import BrakedAct, BrakeState, Promise, PromiseOccasion
from bot_service.domain.weekly import WeeklyLetter


class Promises(Protocol):
    """Promises, how they went, and acts that one stands in the way of."""

    def add(self, promise: Promise) -> int:
        """Store a promise and return its id; the given one counts for nothing."""

    def end(self, promise_id: int, at: datetime) -> None:
        """Let a promise hold no longer."""

    def of_person(self, user_id: int) -> tuple[Promise, ...]:
        """Return all promises of a person, oldest first."""

    def of_account(self, account_id: int) -> tuple[Promise, ...]:
        """Return all promises about an account, oldest first."""

    def note(self, occasion: PromiseOccasion) -> None:
        """Store how a promise went once."""

    def unnote(self, promise_id: int, since: datetime, until: datetime) -> None:
        """Take back how a promise went with since <= at < until."""

    def occasions(
        self, promise_ids: tuple[int, ...], since: datetime, until: datetime
    ) -> tuple[PromiseOccasion, ...]:
        """Return how promises went with since <= at < until, oldest first."""

    def brake(self, act: BrakedAct) -> int:
        """Store an act that has to wait and return its id."""

    def braked(self, act_id: int) -> BrakedAct | None:
        """Return an act that has to wait, or had to."""

    def braked_of(self, user_id: int, *states: BrakeState) -> tuple[BrakedAct, ...]:
        """Return a person's acts in some states, newest first."""

    def waited_out(self, now: datetime) -> tuple[BrakedAct, ...]:
        """Return the acts whose wait is over, oldest first."""

    def unanswered(self, asked_before: datetime, free_before: datetime) -> tuple[BrakedAct, ...]:
        """Return the acts that were asked about, or were free to be done, before some moments."""

    def move(
        self, act_id: int, before: tuple[BrakeState, ...], after: BrakeState, free_at: datetime | None = None
    ) -> bool:
        """Take an act from one state into another; False when it is in none of them any more."""


class MentorBook(Protocol):
    """The mentor's questions, what people answered, and letters."""

    def ask(self, prompt: Prompt) -> int | None:
        """Store a question and return its id; None when its slot was asked on that day already."""

    def prompt(self, prompt_id: int) -> Prompt | None:
        """Return a question."""

    def prompts(self, user_id: int, day: date) -> tuple[Prompt, ...]:
        """Return what a person was asked on a day of his clock, oldest first."""

    def answer(self, prompt_id: int, user_id: int, answer: PromptAnswer, at: datetime) -> bool:
        """Write what became of a question; False when it is somebody else's."""

    def object_to(self, objection: Objection) -> None:
        """Remember that somebody called a finding untrue."""

    def objections(self, user_id: int, account_id: int) -> tuple[Objection, ...]:
        """Return what a person has called untrue, oldest first."""

    def objections_about(self, account_id: int) -> tuple[Objection, ...]:
        """Return what anybody has called untrue about an account, oldest first."""

    def withdraw(self, user_id: int, account_id: int, day: date, code: str) -> None:
        """Forget that somebody called a finding untrue."""

    def answer_step(self, answer: StepAnswer) -> None:
        """Store or replace an answer to a day's step."""

    def step_answer(self, user_id: int, account_id: int, day: date) -> StepAnswer | None:
        """Return what became of a day's step, None while nobody said."""

    def step_answers(self, account_id: int, since: date, until: date) -> tuple[StepAnswer, ...]:
        """Return what anybody answered to the steps of reports with since <= day < until."""

    def keep_letter(self, letter: WeeklyLetter, at: datetime) -> bool:
        """Store the letter of a person and week; False when there is one already."""

    def letter(self, user_id: int, week: date) -> WeeklyLetter | None:
        """Return the letter of a week."""

    def lettered_weeks(self, user_id: int) -> tuple[date, ...]:
        """Return the weeks with a letter, oldest first."""


class Ledger(Protocol):
    """Interventions, each booked once; what was pending is written over when its end is known."""

    def book(self, account_id: int, interventions: Iterable[Intervention]) -> None:
        """Store interventions, or what has become of those that are known."""

    def done(self, account_id: int, since: datetime, until: datetime) -> tuple[Intervention, ...]:
        """Return the interventions with since <= at < until, oldest first."""

    def decided(self, account_id: int, since: datetime, until: datetime) -> tuple[Intervention, ...]:
        """Return the interventions whose end became known with since <= decided_at < until."""

    def pending(self, account_id: int) -> tuple[Intervention, ...]:
        """Return the interventions whose end is not known, oldest first."""
