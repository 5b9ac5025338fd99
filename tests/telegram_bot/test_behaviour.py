"""Rules of the chat that belong to no single command; docs/behaviour.md names the tests of each."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from telegram import Update

from bot_service.domain.market import TradeMode
from bot_service.i18n import LANGUAGES, Translator
from bot_service.services.delivery import Letter
from bot_service.services.drafts import FIELDS
from bot_service.services.views import AccountTag
from bot_service.telegram_bot.render import letter_message, plain, tell
from bot_service.telegram_bot.render.words import TYPED_FIELDS
from tests.telegram_bot.alert_examples import NAMES, examples

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
NUMBERS = itertools.count(700_000_000)
OWNER = 1001
PERSON = {"id": OWNER, "is_bot": False, "first_name": "Owner"}
PRIVATE = {"id": OWNER, "type": "private", "first_name": "Owner"}
CHANNEL = {"id": -100500, "type": "channel", "title": "Signals"}
POST = {"message_id": 1, "date": 1_772_539_200, "chat": CHANNEL, "text": "/stop_all"}
PLACES = {
    "channel_post": POST,
    "edited_channel_post": POST | {"edit_date": 1_772_539_201},
    "message in a channel": {"message": POST | {"from": PERSON}},
    "inline_query": {"id": "1", "from": PERSON, "query": "/stop_all", "offset": ""},
    "chosen_inline_result": {"result_id": "1", "from": PERSON, "query": "/stop_all"},
    "my_chat_member": {
        "chat": PRIVATE,
        "from": PERSON,
        "date": 1_772_539_200,
        "old_chat_member": {"status": "left", "user": PERSON},
        "new_chat_member": {"status": "member", "user": PERSON},
    },
    "message_reaction": {
        "chat": PRIVATE,
        "message_id": 1,
        "date": 1_772_539_200,
        "user": PERSON,
        "old_reaction": [],
        "new_reaction": [{"type": "emoji", "emoji": "👍"}],
    },
}
"""Updates that Telegram can bring, all by the owner himself, and none of them a place to give orders."""

OF_ACCOUNTS = [code for code, items in examples().items() if items[0].account_id is not None]


def brought(world, body):
    """Let Telegram bring an update that the local chat doesn't know."""
    update = Update.de_json({"update_id": next(NUMBERS), **body}, world.edge._application.bot)
    asyncio.run_coroutine_threadsafe(world.edge.handle(update), world._loop).result(10)


@pytest.mark.parametrize("kind", PLACES)
def test_channels_and_inline_queries_give_no_orders_not_even_the_owners(world, talk, monkeypatch, kind):
    reached = []
    monkeypatch.setattr(world.edge._dispatcher, "run", lambda *_: reached.append(kind))
    found = PLACES[kind]
    brought(world, found if "message" in found else {kind: found})
    assert reached == []
    assert talk.silence(0.3) == []


def test_a_user_name_opens_no_door(world, talk):
    bot_id = world.new_bot("Guarded")
    world.services.control.start(world.actor(), [bot_id])
    name = {"username": "the_owner", "first_name": "Owner"}
    message = {"message_id": 9, "date": int(datetime.now(UTC).timestamp()), "text": "/stop_all"}
    brought(world, {"message": message | {"chat": PRIVATE | name, "from": PERSON | name | {"id": 66_666}}})
    assert world.status(bot_id) == "active"
    world.services.control.stop(world.actor(), [bot_id])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rejection_is_told_in_plain_words_with_the_brokers_code(language):
    event = examples()["order_rejected"][0]
    text = plain("\n".join(tell(event, Translator(language), NAMES).lines))
    why = {"en": "not enough", "id": "tidak cukup"}[language]
    assert f" {event.retcode})" in text
    assert why in text
    assert "TRADE_RETCODE" not in text


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("en", "/edit_bot {} lot 0.02 sl 2.5"),
        ("en", "/ubah {} lot 0,02 sl 2,5"),
        ("id", "/ubah {} lot 0,02 sl 2,5"),
        ("id", "/edit_bot {} lot 0.02 sl 2.5"),
        ("id", "/editbot {} LOT 0.02 STOP 2,5"),
    ],
)
def test_fields_and_numbers_are_understood_in_both_languages(world, talk, language, typed):
    world.services.chats.set_language(world.actor(), language)
    shown = talk.say(typed.format(world.new_bot()))["text"]
    small, after, stop = ("0.01", "0.02", "2.5") if language == "en" else ("0,01", "0,02", "2,5")
    assert f"{small} → {after}" in shown
    assert f"→ {stop}" in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fields_that_are_named_are_words_that_are_understood(world, talk, language):
    world.services.chats.set_language(world.actor(), language)
    bot_id = world.new_bot()
    shown = talk.say(f"/edit_bot {bot_id} nonsense 1")["text"].splitlines()[1].partition(": ")[2].split(", ")
    assert set(TYPED_FIELDS[language].values()) <= set(shown)
    for name, typed in TYPED_FIELDS[language].items():
        assert typed in (name, *FIELDS[name])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("account", "begins"),
    [
        (AccountTag(TradeMode.PAPER, 5000001), "[PAPER] "),
        (AccountTag(TradeMode.REAL, 77771234), "[REAL ••1234] "),
    ],
)
@pytest.mark.parametrize(
    "code", [code for code, items in examples().items() if items[0].account_id is not None]
)
def test_every_alert_about_an_account_begins_with_which(code, account, begins, language):
    event = replace(examples()[code][0], happened_at=NOON)
    letter = Letter(1, OWNER, OWNER, 0, NOON, event, None, None, None, account, dict(NAMES))
    assert plain(letter_message(letter, Translator(language), NOON).text).startswith(begins)


def test_a_screen_of_before_a_restart_is_rebuilt_from_its_button(quiet_world):
    world = quiet_world
    bot_id = world.new_bot("Lasting")
    world.connect()
    screens = [
        world.talk.say(line) for line in ("/bots", f"/bot {bot_id}", "/settings", "/limits", "/new_bot")
    ]
    pressed = []
    for screen in screens:
        rows = screen["reply_markup"]["inline_keyboard"]
        pressed += [(screen, button["callback_data"]) for row in rows for button in row][:2]
    world.disconnect()
    world.connect()
    for screen, data in pressed:
        text = world.talk.press(screen, data)["text"]
        assert "from an older message" not in text, data
        assert "It is logged as" not in text, data
