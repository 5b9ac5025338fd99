from __future__ import annotations

import itertools

import pytest

from bot_service.domain.people import Role
from bot_service.telegram_bot.confidential import looks_confidential

PEOPLE = itertools.count(85_000)
BOT_TOKEN = "7123456789:" + "AAH-x_" * 6
SECRETS = [
    BOT_TOKEN,
    f"this is my token {BOT_TOKEN} ok?",
    f"/note {BOT_TOKEN}",
    "password: Rahasia1",
    "password mt5 saya Rahasia123",
    "sandi: kucing",
    "kata sandi akun saya itu kucing99",
    "MT5_PASSWORD=abcd",
    "Abc123!xyz",
]
HARMLESS = [
    "stop semua",
    "/new_bot EURUSD MA_CROSSOVER H1 lot 0.01",
    "XAUUSD",
    "lupa password, bagaimana?",
    "password terminal salah",
    "/start 8dKx-0_abcDEF12345678",
    "8dKx-0_abcDEF12345678",
    "risk 0.5",
    "https://example.com/a?b=C1",
    "Hari ini tenang, 3 trade. Semua kena SL!",
]


@pytest.mark.parametrize("text", SECRETS)
def test_tokens_and_passwords_are_recognised(text):
    assert looks_confidential(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_traders_write_is_left_alone(text):
    assert not looks_confidential(text)


@pytest.fixture
def viewer(world):
    person = next(PEOPLE)
    world.add_member(person, Role.VIEWER)
    return person


def gone(talk, message_id, chat_id):
    found = talk.page_of(chat_id)
    return any(item["message_id"] == message_id and item["date"] == 0 for item in found)


@pytest.mark.parametrize("text", ["password: Rahasia1", f"/status {BOT_TOKEN}"])
def test_a_secret_is_deleted_its_sender_warned_and_nothing_else_happens(world, talk, viewer, text):
    sent = talk.write(text, user_id=viewer)
    said = talk.answers()
    assert "deleted it here" in said[0]["text"]
    assert gone(talk, sent["message_id"], viewer)
    assert "Rahasia1" not in said[0]["text"]


def test_a_secret_that_came_in_by_an_edit_is_deleted_too(world, talk, viewer):
    sent = talk.write("/help", user_id=viewer)
    talk.answers()
    talk.forget()
    talk.post("/sim/edit", {"message_id": sent["message_id"], "text": "sandi: kucing", "user_id": viewer})
    assert "deleted it here" in talk.answers()[0]["text"]
    assert gone(talk, sent["message_id"], viewer)


def test_where_it_can_not_be_deleted_the_sender_is_told_to_do_it(world, talk, viewer):
    talk.fault(method="deleteMessage", kind="status", status=400)
    talk.write("password: Rahasia1", user_id=viewer)
    assert "delete it yourself" in talk.answers()[0]["text"]


def test_no_secret_stands_in_the_audit(world, talk, viewer):
    talk.write(f"/note {BOT_TOKEN}", user_id=viewer)
    talk.answers()
    stored = b"".join(path.read_bytes() for path in world.house.settings.data_dir.rglob("*.db*"))
    assert BOT_TOKEN.encode() not in stored
