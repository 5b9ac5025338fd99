from __future__ import annotations

from datetime import timedelta

import pytest

from bot_service.domain.people import Role


@pytest.fixture
def bot_id(world) -> int:
    world.services.chats.set_language(world.actor(), "en")
    found = world.new_bot("Asked")
    yield found
    world.services.control.stop(world.actor(), None)


def test_start_all_is_asked_once_and_the_first_button_is_the_yes(world, talk, bot_id, first_button, labels):
    shown = talk.say("/start_all")
    assert "every SL is hit" in shown["text"]
    assert labels(shown)[0].startswith("✅ Yes, start all")
    assert world.status(bot_id) == "stopped"
    answer = talk.press(shown, first_button(shown))
    assert "running" in answer["text"]
    assert world.status(bot_id) == "active"


def test_a_confirmation_is_used_once(world, talk, bot_id, first_button):
    shown = talk.say("/start_all")
    talk.press(shown, first_button(shown))
    talk.say("/stop_all")
    again = talk.press(shown, first_button(shown))
    assert "was already used" in again["text"]
    assert world.status(bot_id) == "stopped"


def test_a_confirmation_belongs_to_the_asker(world, talk, bot_id, first_button):
    world.add_member(3003, Role.OPERATOR)
    talk.say("/group", chat_id=-300)
    shown = talk.say("/start_all", chat_id=-300)
    answer = talk.press(shown, first_button(shown), user_id=3003)
    assert "somebody else" in answer["text"]
    assert world.status(bot_id) == "stopped"


def test_a_confirmation_ends_after_a_minute_and_can_be_asked_afresh(world, talk, bot_id, monkeypatch):
    chats = world.services.chats
    make = chats.confirm_token
    monkeypatch.setattr(
        chats, "confirm_token", lambda actor, action, payload: make(actor, action, payload, timedelta(0))
    )
    shown = talk.say(f"/delete_bot {bot_id}")
    monkeypatch.undo()
    yes = shown["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    refused = talk.press(shown, yes)
    assert "older than 60 seconds" in refused["text"]
    asked = talk.press(refused, refused["reply_markup"]["inline_keyboard"][0][0]["callback_data"])
    assert "Delete bot" in asked["text"]


def test_the_no_does_nothing_and_takes_the_yes_away(world, talk, bot_id):
    shown = talk.say("/start_all")
    answer = talk.press(shown, "no")
    assert "Nothing was done" in answer["text"]
    assert answer["message_id"] == shown["message_id"]
    assert world.status(bot_id) == "stopped"


def test_a_change_made_meanwhile_refuses_the_deletion(world, talk, bot_id, first_button):
    shown = talk.say(f"/delete_bot {bot_id}")
    world.services.control.start(world.actor(), (bot_id,))
    world.services.control.stop(world.actor(), (bot_id,))
    answer = talk.press(shown, first_button(shown))
    assert "changed in the meantime" in answer["text"]
    assert world.status(bot_id) == "stopped"


def test_start_all_offers_the_bots_that_were_stopped_last(world, talk, bot_id, labels):
    other = world.new_bot("Never started")
    talk.say(f"/start_bot {bot_id}")
    talk.say("/stop_all")
    shown = talk.say("/start_all")
    assert labels(shown)[1].startswith("Only the 1 stopped at")
    second = shown["reply_markup"]["inline_keyboard"][1][0]["callback_data"]
    talk.press(shown, second)
    assert (world.status(bot_id), world.status(other)) == ("active", "stopped")
