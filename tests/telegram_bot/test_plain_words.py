from __future__ import annotations

import itertools

import pytest

from bot_service.domain.people import Role
from bot_service.i18n import LANGUAGES, Translator
from bot_service.telegram_bot.plain_words import KEYS, command_of, keys_of

PEOPLE = itertools.count(80_000)


@pytest.fixture
def operator(world):
    person = next(PEOPLE)
    world.add_member(person, Role.OPERATOR)
    return person


@pytest.fixture
def running(world):
    bot = world.new_bot("Runner")
    world.services.control.start(world.actor(), (bot,))
    assert world.status(bot) == "active"
    return bot


@pytest.mark.parametrize(
    "typed",
    ["stop", "Stop!", " STOP SEMUA ", "berhenti", "stop all", "darurat", "DARURAT!!", "panik", "⏹ Stop all"],
)
def test_a_plain_word_stops_all_bots(world, talk, operator, running, typed):
    answer = talk.say(typed, user_id=operator)
    assert "stopped" in answer["text"] or "stopped" in str(talk.silence())
    assert world.status(running) == "stopped"


def test_a_plain_word_of_a_viewer_stops_nothing(world, talk, running):
    viewer = next(PEOPLE)
    world.add_member(viewer, Role.VIEWER)
    assert "role doesn't allow" in talk.say("stop", user_id=viewer)["text"]
    assert world.status(running) == "active"
    world.services.control.stop(world.actor(), None)


def test_a_plain_word_in_a_group_is_only_talk(world, talk, running):
    talk.write("stop", chat_id=-400)
    assert [item for item in talk.silence() if item["chat"]["id"] == -400] == []
    assert world.status(running) == "active"
    world.services.control.stop(world.actor(), None)


@pytest.mark.parametrize("typed", ["stop loss berapa?", "jangan berhenti", "don't stop", "stopp", "x" * 5000])
def test_what_only_contains_a_stop_word_stops_nothing(typed):
    assert command_of(typed) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_languages_keys_are_understood_always(language):
    for command, label in KEYS.items():
        assert command_of(Translator(language).text(label)) == command


def test_the_keys_follow_language_and_role():
    assert keys_of(Role.OWNER, Translator("id")) == (
        ("📊 Ringkasan", "🤖 Daftar bot"),
        ("⏹ Stop semua", "🆘 Darurat"),
    )
    assert keys_of(Role.VIEWER, Translator("en")) == (("📊 Status", "🤖 My bots"),)


def test_keys_of_the_other_language_work_over_the_chat(world, talk):
    world.services.chats.set_language(world.actor(), "id")
    assert "bot" in talk.say("🤖 My bots")["text"].lower()
    assert "Ekuitas" in talk.say("📊 Status")["text"]
    world.services.chats.set_language(world.actor(), "en")


@pytest.mark.parametrize("line", ["/start", "/language en"])
def test_the_keys_come_with_the_greeting_and_a_new_language(talk, line):
    talk.forget()
    talk.write(line)
    found = talk.answers(count=2)
    assert "always there" in found[1]["text"]
