from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from bot_service.domain.check_ins import Prompt, PromptAnswer, PromptCause
from bot_service.domain.findings import Tally
from bot_service.domain.journal import Objection, StepAnswer, StepReply
from bot_service.domain.mentor_wishes import MentorWishes
from bot_service.domain.promises import (
    Brake,
    BrakedAct,
    BrakeState,
    Promise,
    PromiseKind,
    PromiseMark,
    PromiseOccasion,
    from_template,
)
from bot_service.domain.weekly import AccountWeek, PromiseWeek, Quote, WeeklyLetter

DAY = date(2026, 11, 2)


@pytest.fixture
def promise(account, make):
    plain = Promise(0, 5, account.id, PromiseKind.OWN, make.noon, Brake.SENTENCE)
    return from_template(PromiseKind.CALM_AFTER_LOSS, plain)


@pytest.fixture
def braked(account, make):
    deed = {"line": "start_bot 1", "payload": {"bot_ids": [1]}}
    return BrakedAct(
        0, 5, 5, account.id, (1, 2), ("day_r=-2.3", "count=6"), Brake.DELAY, deed, make.noon, make.noon
    )


@pytest.fixture
def prompt(account, make):
    return Prompt(0, 5, account.id, DAY, "07:00", PromptCause.HOUR, make.noon)


def test_a_promise_comes_back_exactly(database, account, promise, make):
    own = replace(
        promise, kind=PromiseKind.OWN, text="tidak balas <b>chart</b>", until=make.noon + timedelta(7)
    )
    with database.write() as uow:
        numbers = [uow.promises.add(item) for item in (promise, own)]
        found = uow.promises.of_person(5)
        assert found == uow.promises.of_account(account.id)
        assert uow.promises.of_person(6) == ()
    assert found == (replace(promise, id=numbers[0]), replace(own, id=numbers[1]))


def test_a_promise_is_ended_once(database, promise, make):
    with database.write() as uow:
        number = uow.promises.add(promise)
        uow.promises.end(number, make.noon)
        uow.promises.end(number, make.noon + timedelta(hours=1))
        assert uow.promises.of_person(5)[0].ended_at == make.noon


def test_how_promises_went_comes_by_span_oldest_first(database, promise, make):
    hour = timedelta(hours=1)
    with database.write() as uow:
        number = uow.promises.add(promise)
        broken = PromiseOccasion(number, make.noon + hour, PromiseMark.BROKEN, "edit_bot", "day_r=-2.3")
        kept = PromiseOccasion(number, make.noon, PromiseMark.KEPT)
        for item in (broken, kept):
            uow.promises.note(item)
        assert uow.promises.occasions((number,), make.noon, make.noon + 2 * hour) == (kept, broken)
        assert uow.promises.occasions((number,), make.noon, make.noon + hour) == (kept,)
        assert uow.promises.occasions((number + 1,), make.noon, make.noon + 2 * hour) == ()


def test_a_braked_act_moves_from_state_to_state_once(database, braked, make):
    free = make.noon + timedelta(minutes=10)
    with database.write() as uow:
        number = uow.promises.brake(braked)
        assert uow.promises.braked(number) == replace(braked, id=number)
        assert uow.promises.braked(number + 1) is None
        assert uow.promises.move(number, (BrakeState.ASKED,), BrakeState.WAITING, free)
        assert not uow.promises.move(number, (BrakeState.ASKED,), BrakeState.WAITING, free)
        assert uow.promises.waited_out(free - timedelta(seconds=1)) == ()
        (over,) = uow.promises.waited_out(free)
        assert (over.id, over.free_at) == (number, free)
        assert uow.promises.braked_of(5, BrakeState.WAITING) == (over,)
        assert uow.promises.braked_of(6, BrakeState.WAITING) == ()


def test_a_slot_is_asked_once_a_day(database, prompt, make):
    with database.write() as uow:
        number = uow.mentor.ask(prompt)
        assert number is not None
        assert uow.mentor.ask(replace(prompt, asked_at=make.noon + timedelta(hours=1))) is None
        assert uow.mentor.ask(replace(prompt, slot="event")) is not None
        assert uow.mentor.ask(replace(prompt, user_id=6)) is not None
        assert uow.mentor.prompt(number) == replace(prompt, id=number)
        assert [item.slot for item in uow.mentor.prompts(5, DAY)] == ["07:00", "event"]
        assert uow.mentor.prompts(5, DAY + timedelta(1)) == ()


def test_only_the_person_who_was_asked_answers(database, prompt, make):
    with database.write() as uow:
        number = uow.mentor.ask(prompt)
        assert not uow.mentor.answer(number, 6, PromptAnswer.SKIPPED, make.noon)
        assert uow.mentor.answer(number, 5, PromptAnswer.SKIPPED, make.noon)
        found = uow.mentor.prompt(number)
    assert (found.answer, found.answered_at) == (PromptAnswer.SKIPPED, make.noon)


def test_an_objection_and_a_step_answer_are_kept_once_per_day(database, account, make):
    objection = Objection(5, account.id, DAY, "busy_day", make.noon)
    answer = StepAnswer(5, account.id, DAY, StepReply.NOT_YET, make.noon)
    with database.write() as uow:
        uow.mentor.object_to(objection)
        uow.mentor.object_to(replace(objection, at=make.noon + timedelta(hours=1)))
        uow.mentor.answer_step(answer)
        uow.mentor.answer_step(replace(answer, reply=StepReply.DONE))
        assert len(uow.mentor.objections(5, account.id)) == 1
        assert uow.mentor.objections(6, account.id) == ()
        assert uow.mentor.step_answer(5, account.id, DAY).reply is StepReply.DONE
        assert uow.mentor.step_answer(6, account.id, DAY) is None


def test_a_letter_is_written_once_and_comes_back_exactly(database, account, make):
    week = AccountWeek(
        account.id, "paper", "USD", 5, 20, 9, Decimal("-12.30"), Decimal("-1.2"), 18,
        Tally(3, 1, Decimal("0.4"), 2, Decimal("-1.1")), Decimal("83.3"),
    )  # fmt: skip
    letter = WeeklyLetter(
        5, DAY, (week,), (Quote(DAY, "sabar <i>dulu</i>"),), 2,
        (PromiseWeek(PromiseKind.OWN, "tidur cukup", 1, 0),), 4, "what_helped",
    )  # fmt: skip
    with database.write() as uow:
        assert uow.mentor.keep_letter(letter, make.noon)
        assert not uow.mentor.keep_letter(replace(letter, streak=9), make.noon)
        assert uow.mentor.letter(5, DAY) == letter
        assert uow.mentor.letter(6, DAY) is None
        assert uow.mentor.lettered_weeks(5) == (DAY,)


def test_wishes_come_back_exactly_and_are_the_usual_ones_before(database, make):
    wishes = MentorWishes((time(6, 15), time(21)), False, False, False, ("busy_day",), make.noon)
    with database.write() as uow:
        uow.people.add(make.member())
        assert uow.people.get(1001).mentor == MentorWishes()
        uow.people.set_mentor(1001, wishes)
        assert uow.people.get(1001).mentor == wishes


def test_a_changed_day_end_comes_back_with_the_earlier_one(database, account):
    changed = replace(account.with_day(0, "Asia/Makassar", DAY), report_at="08:00")
    with database.write() as uow:
        uow.accounts.set_day(changed)
        assert uow.accounts.get(account.id) == changed
        assert changed.earlier_days[0].day_ends == 5
