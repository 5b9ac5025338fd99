from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

import pytest

from bot_service.domain.check_ins import Prompt, PromptAnswer, PromptCause
from bot_service.domain.events import CheckInDue
from bot_service.domain.findings import Mood

OWNER = 1001
SLOTS = count()
QUESTION = {"en": "How do you feel", "id": "perasaan Anda"}


@pytest.fixture
def speaks(world):
    def choose(language):
        world.services.chats.set_language(world.actor(), language)

    choose("en")
    return choose


@pytest.fixture
def ask(world, talk):
    """Let the mentor ask, and return the prompt's number with the question as it arrived."""

    def question(cause=PromptCause.HOUR):
        talk.forget()
        now = datetime.now(UTC)
        account_id = next(iter(world.house.terminals))
        with world.house.database.write() as uow:
            prompt = Prompt(0, OWNER, account_id, now.date(), f"test {next(SLOTS)}", cause, now)
            number = uow.mentor.ask(prompt)
            uow.record(CheckInDue(happened_at=now, user_id=OWNER, prompt_id=number, cause=cause))
            uow.commit()
        return number, talk.answers()[0]

    return question


def answered(world, number):
    with world.house.database.read() as uow:
        return uow.mentor.prompt(number).answer


def newest(world):
    with world.house.database.read() as uow:
        return uow.journal.newest_check_in(OWNER)


def notes(world):
    with world.house.database.read() as uow:
        return [note.text for note in uow.journal.notes_of(OWNER)[1]]


def audited(world):
    with world.house.database.read() as uow:
        return uow.people.audit_page(0, 5)[1]


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_question_has_nine_moods_and_a_skip_and_one_tap_answers(
    world, talk, ask, speaks, labels, language
):
    speaks(language)
    number, asked = ask()
    assert QUESTION[language] in asked["text"]
    assert len(labels(asked)) == 10
    shown = talk.press(asked, f"do:mood tired {number}")
    assert shown["message_id"] == asked["message_id"]
    assert {"en": "Tired", "id": "Lelah"}[language] in shown["text"]
    assert newest(world).mood is Mood.TIRED
    assert answered(world, number) is PromptAnswer.GIVEN


@pytest.mark.parametrize("cause", PromptCause)
@pytest.mark.parametrize("language", ["en", "id"])
def test_every_cause_is_asked_in_its_own_words(talk, ask, speaks, language, cause):
    speaks(language)
    _number, asked = ask(cause)
    assert QUESTION[language] in asked["text"]


@pytest.mark.parametrize(("language", "told"), [("en", "that is fine"), ("id", "tidak apa-apa")])
def test_a_skip_is_accepted_and_can_be_made_good(world, talk, ask, speaks, first_button, language, told):
    speaks(language)
    number, asked = ask()
    skipped = talk.press(asked, f"do:mood skip {number}")
    assert told in skipped["text"]
    assert answered(world, number) is PromptAnswer.SKIPPED
    assert QUESTION[language] in talk.press(skipped, first_button(skipped))["text"]


@pytest.mark.parametrize(("language", "told"), [("en", "Corrected"), ("id", "Diganti")])
def test_the_newest_mood_is_changed_by_a_button(world, talk, speaks, first_button, language, told):
    speaks(language)
    shown = talk.say("/mood anxious")
    asked = talk.press(shown, first_button(shown))
    corrected = talk.press(asked, "do:mood change calm")
    assert told in corrected["text"]
    assert newest(world).mood is Mood.CALM


def test_a_reply_to_a_check_in_is_its_note(world, talk, speaks):
    shown = talk.say("/mood anxious")
    told = talk.say("waiting for <NFP>", reply_to=shown["message_id"])
    assert "waiting for &lt;NFP&gt;" in told["text"] or "waiting for <NFP>" in told["text"]
    assert notes(world)[0] == "waiting for <NFP>"


def test_a_reply_to_a_question_that_was_tapped_is_its_note(world, talk, ask, speaks):
    number, asked = ask()
    talk.press(asked, f"do:mood calm {number}")
    talk.say("slept well", reply_to=asked["message_id"])
    assert notes(world)[0] == "slept well"


def test_a_reply_to_a_question_may_be_a_mood_with_its_reason(world, talk, ask, speaks):
    number, asked = ask()
    talk.say("hujan dari pagi", reply_to=asked["message_id"])
    assert notes(world)[0] == "hujan dari pagi"
    assert answered(world, number) is None
    talk.say("Biasa saja, habis lembur", reply_to=asked["message_id"])
    assert (newest(world).mood, notes(world)[0]) == (Mood.NEUTRAL, "habis lembur")
    assert answered(world, number) is PromptAnswer.GIVEN


def test_a_reply_to_any_other_message_is_no_note(world, talk, speaks):
    before = notes(world)
    shown = talk.say("/status")
    talk.say("nice", reply_to=shown["message_id"])
    assert notes(world) == before


def test_moods_and_their_reasons_never_stand_in_the_audit(world, talk, ask, speaks):
    number, asked = ask()
    talk.press(asked, f"do:mood greedy {number}")
    shown = talk.say("/mood greedy secret reason")
    talk.say("another secret", reply_to=shown["message_id"])
    lines = audited(world)
    assert [line.command for line in lines[:3]] == ["text", "mood", "mood"]
    assert {line.arguments for line in lines[:3]} == {""}


def test_a_question_is_nobody_elses(world, talk, ask, speaks):
    number, _asked = ask()
    world.add_member(1002, "operator")
    shown = talk.say("/mood", user_id=1002)
    told = talk.press(shown, f"do:mood skip {number}", user_id=1002)
    assert "no such" in told["text"] or "none" in told["text"]
    assert answered(world, number) is None


@pytest.mark.parametrize(
    ("typed", "mood"),
    [("Tenang", "calm"), ("biasa saja", "neutral"), ("percaya diri", "confident"), ("takut NFP", "anxious")],
)
def test_typed_words_of_both_languages_are_understood(world, talk, speaks, typed, mood):
    talk.say(f"/perasaan {typed}")
    assert newest(world).mood == mood
