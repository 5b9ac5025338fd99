from __future__ import annotations

import itertools
import re

import pytest

from bot_service.domain.people import Role

NEWCOMERS = itertools.count(60_000)


@pytest.fixture(params=["en", "id"])
def spoken(world, request):
    """Let the owner read one language after the other; return a chooser between two words."""
    world.services.chats.set_language(world.actor(), request.param)
    return lambda english, indonesian: english if request.param == "en" else indonesian


@pytest.fixture
def english(world):
    world.services.chats.set_language(world.actor(), "en")


def data_of(message, part):
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return next(b["callback_data"] for row in rows for b in row if part in b["callback_data"])


def joined(world, role):
    user_id = next(NEWCOMERS)
    world.add_member(user_id, role)
    world.talk.say("/help", user_id=user_id)
    return user_id


def said_to(messages, user_id):
    return [item["text"] for item in messages if item["chat"]["id"] == user_id]


def test_an_invitation_link_lets_its_holder_in_and_everybody_hears_of_it(world, talk, spoken):
    watcher = joined(world, Role.VIEWER)
    talk.forget()
    talk.write(spoken("/invite viewer", "/undang pengamat"))
    shown = talk.silence(1.0)
    link = said_to(shown, 1001)[0]
    code = re.search(r"\?start=([\w-]+)", link)[1]
    assert f"t.me/{world.edge.username}?start=" in link
    assert spoken("works once", "berlaku sekali") in link
    assert "created an invitation" in said_to(shown, watcher)[0]
    newcomer = next(NEWCOMERS)
    talk.write(f"/start {code}", user_id=newcomer, language="en")
    said = talk.silence(1.0)
    assert "Hello" in said_to(said, newcomer)[0]
    assert spoken("is now a member", "sekarang anggota") in said_to(said, 1001)[0]
    assert world.services.chats.member(newcomer).role is Role.VIEWER


def test_an_invitation_without_a_role_asks_for_it_with_what_it_means(talk, spoken):
    asked = talk.say(spoken("/invite", "/undang"))
    assert spoken("changes nothing", "tidak mengubah apa pun") in asked["text"]
    made = talk.press(asked, data_of(asked, "invite operator"))
    assert "?start=" in made["text"]


def test_a_revoked_invitation_is_void(world, talk, spoken):
    made = talk.say("/invite operator")
    code = re.search(r"start=([\w-]+)", made["text"])[1]
    void = talk.press(made, data_of(made, "invite revoke"))
    assert spoken("is revoked", "sudah dicabut") in void["text"]
    newcomer = next(NEWCOMERS)
    talk.write(f"/start {code}", user_id=newcomer)
    talk.silence()
    assert world.services.chats.member(newcomer) is None


def test_an_invitation_is_never_shown_in_a_group(world, talk, english):
    talk.say("/group", chat_id=-300)
    answer = talk.say("/invite operator", chat_id=-300)
    assert "private chat" in answer["text"]
    assert "start=" not in answer["text"]


def test_the_list_shows_roles_and_open_invitations_with_their_end(world, talk, spoken):
    operator = joined(world, Role.OPERATOR)
    talk.say("/invite viewer")
    shown = talk.say(spoken("/members", "/anggota"))
    assert f"{operator}) · operator" in shown["text"] or f"{operator} · operator" in shown["text"]
    assert spoken("valid until", "sampai") in shown["text"]
    assert spoken("(you)", "(Anda)") in shown["text"]
    theirs = talk.say("/members", user_id=operator)
    assert "valid until" not in theirs["text"]
    assert "reply_markup" not in theirs


def test_the_owner_changes_a_role_after_asking_and_all_are_told(world, talk, spoken, first_button):
    guest = joined(world, Role.VIEWER)
    shown = talk.say(f"/members {guest}")
    asked = talk.press(shown, data_of(shown, "operator"))
    assert world.services.chats.member(guest).role is Role.VIEWER
    done = talk.press(asked, first_button(asked))
    assert spoken("All members are told", "Semua anggota diberi tahu") in done["text"]
    assert world.services.chats.member(guest).role is Role.OPERATOR


def test_a_removed_member_is_told_and_is_a_stranger_from_then_on(world, talk, spoken, first_button):
    guest = joined(world, Role.OPERATOR)
    shown = talk.say(f"/members {guest}")
    asked = talk.press(shown, data_of(shown, "remove"))
    assert spoken("Remove", "Keluarkan") in asked["text"]
    talk.forget()
    talk.post("/sim/press", {"message_id": asked["message_id"], "data": first_button(asked)})
    said = talk.silence(1.5)
    assert "no longer have access to this bot" in said_to(said, guest)[0]
    assert world.services.chats.member(guest) is None
    talk.write("/status", user_id=guest)
    assert "Equity" not in "".join(said_to(talk.silence(), guest))


@pytest.mark.parametrize("line", ["/members {guest} viewer", "/members {guest} remove", "/members {guest}"])
def test_only_the_owner_touches_members(world, talk, line):
    guest, operator = joined(world, Role.VIEWER), joined(world, Role.OPERATOR)
    answer = talk.say(line.format(guest=guest), user_id=operator)
    assert "role doesn't allow" in answer["text"]


def test_the_owner_can_not_be_changed_in_the_chat(talk, english, first_button):
    asked = talk.say("/members 1001 remove")
    answer = talk.press(asked, first_button(asked))
    assert "bot-service pair" in answer["text"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/members x", "not a Telegram user ID"),
        ("/members 99999", "is a member"),
        ("/members 1001 king", "no such role"),
        ("/invite king", "no such role"),
        ("/invite viewer 99999", "has written here"),
        ("/invite revoke abc", "never existed"),
    ],
)
def test_what_can_not_be_meant_is_said(talk, english, line, expected):
    assert expected in talk.say(line)["text"]


def test_a_knock_can_be_answered_with_a_role(world, talk, spoken, first_button):
    stranger = next(NEWCOMERS)
    talk.write("hello?", user_id=stranger)
    said = talk.silence(1.0)
    alert = next(item for item in said if item["chat"]["id"] == 1001)
    asked = talk.press(alert, data_of(alert, "invite viewer"))
    assert spoken("only let in someone whose ID you know", "hanya kalau Anda kenal") in asked["text"]
    talk.forget()
    talk.post("/sim/press", {"message_id": asked["message_id"], "data": first_button(asked)})
    said = talk.silence(1.5)
    assert len(said_to(said, stranger)) == 1
    assert world.services.chats.member(stranger).role is Role.VIEWER
    assert "Ekuitas" in talk.say("/status", user_id=stranger)["text"]


def test_a_raised_risk_is_told_to_all_members(world, talk, spoken, first_button):
    viewer, bot = joined(world, Role.VIEWER), world.new_bot("Raised")
    asked = talk.say(f"/edit_bot {bot} lot 0.05")
    talk.forget()
    talk.post("/sim/press", {"message_id": asked["message_id"], "data": first_button(asked)})
    told = said_to(talk.silence(1.5), viewer)
    assert "More risk per trade" in told[0]
    lowered = talk.say(f"/edit_bot {bot} lot 0.01")
    talk.forget()
    talk.post("/sim/press", {"message_id": lowered["message_id"], "data": first_button(lowered)})
    assert "More risk" not in said_to(talk.silence(1.5), viewer)[0]
