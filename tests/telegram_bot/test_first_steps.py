from __future__ import annotations

import pytest

from bot_service.domain.people import Role
from bot_service.settings import Settings
from bot_service.telegram_bot.loading import load
from bot_service.telegram_bot.registry import Kind

LANGUAGES = ["en", "id"]


@pytest.fixture
def empty(quiet_world):
    """A service with an account and no bot."""
    quiet_world.connect()
    return quiet_world


def chosen(language, english, indonesian):
    return english if language == "en" else indonesian


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_start_says_what_to_do_next(empty, language):
    talk = empty.talk
    empty.services.chats.set_language(empty.actor(), language)
    assert chosen(language, "create your first bot", "buat bot pertama") in talk.say("/start")["text"]
    bot = empty.new_bot()
    assert chosen(language, "stopped. Look at", "bot berhenti") in talk.say("/start")["text"]
    empty.services.control.start(empty.actor(), (bot,))
    assert chosen(language, "nothing to do", "Tidak ada yang perlu") in talk.say("/start")["text"]


def test_a_viewer_is_not_told_to_do_what_he_may_not(empty, labels):
    empty.add_member(555, Role.VIEWER)
    shown = empty.talk.say("/start", user_id=555)
    assert "You can see" in shown["text"]
    assert not any("New bot" in label for label in labels(shown))


def looks():
    # What /export says first becomes a file, never a screen to go on from.
    return [item for item in load().commands.values() if item.kind is Kind.LOOK and item.name != "export"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_empty_screen_says_what_to_do_next(empty, language, labels):
    empty.services.chats.set_language(empty.actor(), language)
    for command in looks():
        shown = empty.talk.say(f"/{command.title(language)}")
        text = shown.get("text") or shown["caption"]
        assert labels(shown) or "/" in text, (command.name, text)
        assert not text.rstrip().endswith(":"), command.name


@pytest.fixture
def lonely(tmp_path, world_class):
    """A service whose terminal has never been reached: it knows no account."""
    settings = {"terminal": "bridge", "bridge_url": "rpyc://127.0.0.1:1"}
    found = world_class(tmp_path, **settings)
    try:
        found.connect()
        yield found
    finally:
        found.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_an_account_every_screen_shows_the_way_to_one(lonely, language, labels):
    assert isinstance(lonely.house.settings, Settings)
    lonely.services.chats.set_language(lonely.actor(), language)
    assert (
        chosen(language, "connect a trading account", "sambungkan akun") in lonely.talk.say("/start")["text"]
    )
    for command in looks():
        shown = lonely.talk.say(f"/{command.name}")
        text = shown.get("text") or shown["caption"]
        assert labels(shown) or "/" in text, (command.name, text)
        assert "logged as" not in text, (command.name, text)
