"""Words of distress: one answer, nothing stored, a stop still stops."""

from __future__ import annotations

import pytest

from bot_service.domain import help_lines
from bot_service.domain.mentor_wishes import USUAL_WISHES

OWNER = 1001
HEAVY = "aku mau bunuh diri"
ANSWERS = {"en": "people who can be with you", "id": "ada orang yang bisa menemani Anda"}


@pytest.fixture(autouse=True)
def usual(world):
    world.services.chats.set_language(world.actor(), "en")
    yield
    with world.house.database.write() as uow:
        uow.people.set_mentor(OWNER, USUAL_WISHES)
        uow.commit()


def stored(world):
    with world.house.database.read() as uow:
        notes = [note.text for note in uow.journal.notes_of(OWNER, limit=100)[1]]
        return notes, uow.journal.newest_check_in(OWNER), uow.promises.of_person(OWNER)


def audited(world):
    with world.house.database.read() as uow:
        return uow.people.audit_page(0, 3)[1]


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize(
    "typed",
    [
        "{}",
        "/note {}",
        "/catat {}",
        "/mood tired {}",
        "/promise {}",
        "/notes {}",
        "/status {}",
        "/nothing {}",
    ],
)
def test_they_are_answered_wherever_they_are_written(world, talk, language, typed):
    world.services.chats.set_language(world.actor(), language)
    before = stored(world)
    answer = talk.say(typed.format(HEAVY))
    assert ANSWERS[language] in answer["text"]
    assert all(number in answer["text"] for number in help_lines.EMERGENCY)
    assert help_lines.COUNSELLING_PAGE in answer["text"]
    assert f"ext. {help_lines.COUNSELLING_EXTENSION}" in answer["text"]
    assert stored(world) == before


def test_a_reply_to_a_check_in_is_heard_too(world, talk):
    shown = talk.say("/mood anxious")
    before = stored(world)
    assert ANSWERS["en"] in talk.say(HEAVY, reply_to=shown["message_id"])["text"]
    assert stored(world) == before


def test_the_audit_tells_it_from_no_other_text(world, talk):
    talk.say("hello")
    talk.say(f"/note {HEAVY}")
    newest, before, *_rest = audited(world)
    assert (newest.command, newest.arguments) == (before.command, before.arguments) == ("text", "")


def test_a_stop_with_them_stops_and_answers(world, talk):
    bot = world.new_bot("Heavy")
    talk.say(f"/start_bot {bot}")
    talk.forget()
    talk.write(f"/stop {HEAVY}")
    done, answer = talk.answers(2)
    assert "stopped" in done["text"]
    assert world.status(bot) == "stopped"
    assert ANSWERS["en"] in answer["text"]
    assert [line.arguments for line in audited(world)[:1]] == [""]


def test_its_buttons_stop_all_bots_and_let_no_report_come_for_a_week(world, talk, labels):
    answer = talk.say(HEAVY)
    assert labels(answer) == ["⏹ Stop all bots", "🔕 No reports for 7 days", "That is not what I meant"]
    rested = talk.press(answer, "do:mentor rest 7")
    assert "No reports and no questions until" in rested["text"]
    with world.house.database.read() as uow:
        assert uow.people.get(OWNER).mentor.rest_until is not None
    assert "No reports and no questions" not in talk.press(rested, "do:mentor rest 0")["text"]
    assert "No bot was running" in talk.press(answer, "do:stop_all")["text"]


def test_who_only_looks_on_is_offered_no_stop(world, talk, labels):
    world.add_member(1002, "viewer")
    answer = talk.say(HEAVY, user_id=1002)
    assert labels(answer) == ["🔕 No reports for 7 days", "That is not what I meant"]


def test_who_does_not_want_it_is_taken_at_his_word(world, talk):
    answer = talk.say(HEAVY)
    told = talk.press(answer, "do:mentor misread")
    assert "not stored" in told["text"]
    talk.press(told, "do:settings care off")
    assert "Noted" in talk.say(f"/note {HEAVY}")["text"]
    assert stored(world)[0][0] == HEAVY


def test_in_a_group_nobody_is_exposed(world, talk):
    talk.forget()
    talk.write(HEAVY, chat_id=-500)
    assert all("people who can be with you" not in item.get("text", "") for item in talk.silence())


def test_ordinary_talk_is_answered_as_ever(talk):
    assert "commands and buttons" in talk.say("bot mati lampu, MC lagi, rugi habis-habisan")["text"]
