"""An act whose answer a crash cut off is answered after the restart, honestly and never done again."""

from __future__ import annotations

import time

import pytest

from bot_service.domain.asked import Asked
from bot_service.domain.people import Role
from bot_service.i18n import LANGUAGES
from bot_service.telegram_bot.acts import Acts
from bot_service.telegram_bot.left_over import LeftOver
from bot_service.telegram_bot.loading import load
from bot_service.telegram_bot.registry import Kind

OWNER = 1001
FAR = 900_000_000
RESTARTED = {"en": "I was restarted while", "id": "Layanan sempat restart saat"}
SHOWN_BARE = {"alerts", "limits", "mentor", "pause", "promise", "settings"}
"""Commands that change something only with words after them; without, they are looks."""


def left(world, number, asked):
    """Let an earlier run have begun something and never answered it."""
    assert world.services.chats.first_time(FAR + number, asked)


def asked(name, text="", **more):
    return Asked(OWNER, OWNER, name, text, **more)


def data_of(message):
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return [button["callback_data"] for row in rows for button in row]


def said_after_the_start(world, count):
    world.talk.forget()
    world.connect()
    return world.talk.answers(count)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_act_is_answered_with_how_it_stands_and_never_done_again(quiet_world, language):
    world, bot = quiet_world, quiet_world.new_bot("Crosser")
    world.services.chats.set_language(world.actor(), language)
    left(world, 1, asked("start_bot", f"start_bot {bot}"))
    (said,) = said_after_the_start(world, 1)
    name = {"en": "start_bot", "id": "mulai"}[language]
    assert said["text"].startswith("🔄 " + RESTARTED[language])
    assert f"/{name} {bot}" in said["text"]
    assert "Crosser" in said["text"]
    assert data_of(said)[0] == f"do:start_bot {bot}"
    assert world.status(bot) == "stopped"
    world.disconnect()
    world.talk.forget()
    world.connect()
    assert world.talk.silence() == []


def test_the_button_to_try_again_does_it_once(quiet_world):
    world, bot = quiet_world, quiet_world.new_bot("Crosser")
    left(world, 1, asked("start_bot", f"start_bot {bot}"))
    (said,) = said_after_the_start(world, 1)
    assert "is running" in world.talk.press(said, data_of(said)[0])["text"]
    assert world.status(bot) == "active"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_confirmation_is_asked_afresh(quiet_world, language):
    world, bot = quiet_world, quiet_world.new_bot("Crosser")
    world.services.chats.set_language(world.actor(), language)
    line = f"edit_bot {bot} lot 0.02"
    left(world, 1, asked("yes", f"yes:abc:{line}", pressed=5))
    (said,) = said_after_the_start(world, 1)
    assert said["text"].startswith("🔄 " + RESTARTED[language])
    assert "0" in said["text"]
    assert data_of(said)[0] == f"do:{line}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_private_words_are_not_kept_and_so_not_repeated(quiet_world, language):
    world = quiet_world
    world.services.chats.set_language(world.actor(), language)
    left(world, 1, asked("text"))
    left(world, 2, asked("note"))
    told = said_after_the_start(world, 2)
    assert all(message["text"].startswith("🔄 " + RESTARTED[language]) for message in told)


def test_a_look_is_simply_looked_up_again(quiet_world):
    left(quiet_world, 1, asked("status", "status"))
    left(quiet_world, 2, asked("status", "do:status", pressed=7))
    told = said_after_the_start(quiet_world, 2)
    assert all("Bots: 0" in message["text"] for message in told)
    assert not any("restarted" in message["text"] for message in told)


def test_one_that_can_not_be_answered_holds_no_other_up(quiet_world, monkeypatch, caplog):
    def request(self, item):
        if item.update_id == FAR + 1:
            raise ValueError("broken")
        return made(self, item)

    made = LeftOver.request
    monkeypatch.setattr(LeftOver, "request", request)
    left(quiet_world, 1, asked("status", "status"))
    left(quiet_world, 2, asked("status", "status"))
    (told,) = said_after_the_start(quiet_world, 1)
    assert "Bots: 0" in told["text"]
    end = time.monotonic() + 15
    while [number for number, _at, _asked in quiet_world.services.chats.unanswered()] != [FAR + 1]:
        assert time.monotonic() < end
        time.sleep(0.01)
    assert "waits for the next start" in caplog.text


def test_who_is_no_member_any_more_gets_nothing(quiet_world):
    left(quiet_world, 1, Asked(77, 77, "start_bot", "start_bot 1"))
    quiet_world.talk.forget()
    quiet_world.connect()
    assert quiet_world.talk.silence() == []
    assert quiet_world.services.chats.unanswered() == ()


def test_a_state_that_his_role_does_not_cover_is_not_shown(quiet_world):
    quiet_world.add_member(2002, Role.VIEWER)
    left(quiet_world, 1, Asked(2002, 2002, "invite", "invite viewer"))
    quiet_world.talk.write("/status", user_id=2002)
    quiet_world.connect()
    quiet_world.talk.told("restarted", "Your role")


def test_what_was_asked_is_forgotten_when_it_is_answered(world, talk):
    bot = world.new_bot("Crosser")
    talk.say(f"/start_bot {bot}")
    talk.say("/status")
    talk.forget()
    assert world.services.chats.unanswered() == ()
    talk.say(f"/stop_bot {bot}")


def test_every_act_that_changes_something_has_a_look_that_shows_how_it_stands():
    registry = load()
    acts = Acts(registry)
    for name, found in registry.commands.items():
        state = acts.of_line(f"{name} 1").shows
        looks = acts.of_line(state)
        assert looks.command is not None, f"/{name} is followed by /{state}"
        assert looks.kind is Kind.LOOK or state in SHOWN_BARE, f"/{name} is followed by /{state}"
        assert found.kind is Kind.LOOK or not looks.role.covers(Role.OWNER), name
    for prefix, press in registry.presses.items():
        assert press.state in registry.commands, prefix


def test_the_looks_that_show_how_it_stands_change_nothing(world, talk):
    world.new_bot("Crosser")
    states = {found.state for found in load().commands.values() if found.state} | {"bots", "status", "bot 1"}
    for state in sorted(states):
        before = world.services.queries.history(None, 1).events
        talk.say(f"/{state}")
        assert world.services.queries.history(None, 1).events == before, state
