from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from bot_service.domain.people import Role

PEOPLE = itertools.count(95_000)


@pytest.fixture(params=["en", "id"])
def spoken(world, request):
    world.services.chats.set_language(world.actor(), request.param)
    return lambda english, indonesian: english if request.param == "en" else indonesian


@pytest.fixture
def english(world):
    world.services.chats.set_language(world.actor(), "en")


@pytest.fixture
def room(talk):
    """Return the number of a new group that nobody has connected."""
    return talk.post("/sim/group", {"title": "Desk"})["chat_id"]


@pytest.fixture
def forum(talk):
    made = talk.post("/sim/group", {"title": "Forum", "is_forum": True, "topics": ["Gold", "Forex"]})
    return made["chat_id"], made["message_thread_ids"]


def joined(world, role):
    user_id = next(PEOPLE)
    world.add_member(user_id, role)
    world.talk.say("/help", user_id=user_id)
    return user_id


def in_chat(messages, chat_id):
    return [item for item in messages if item["chat"]["id"] == chat_id]


def test_a_group_is_silent_until_somebody_who_may_connects_it(world, talk, room, spoken):
    viewer = joined(world, Role.VIEWER)
    talk.forget()
    talk.write("/status", user_id=viewer, chat_id=room)
    assert in_chat(talk.silence(), room) == []
    asked = talk.say("/status", chat_id=room)
    assert spoken("isn't connected", "belum tersambung") in asked["text"]
    assert "Equity" not in asked["text"]
    talk.press(asked, "do:group")
    assert world.services.groups.bound(room)
    assert "Equity" in talk.say("/status", chat_id=room, user_id=viewer)["text"]


def test_a_viewer_connects_no_group(world, talk, room):
    assert (
        "role doesn't allow" in talk.say("/group", chat_id=room, user_id=joined(world, Role.VIEWER))["text"]
    )
    assert not world.services.groups.bound(room)


def test_in_a_connected_group_each_person_counts(world, talk, room, english):
    talk.say("/group", chat_id=room)
    viewer = joined(world, Role.VIEWER)
    assert "role doesn't allow" in talk.say("/stop_all", chat_id=room, user_id=viewer)["text"]
    talk.forget()
    talk.write("/status", chat_id=room, user_id=next(PEOPLE))
    assert in_chat(talk.silence(), room) == []


def test_a_stop_works_in_a_group_that_is_not_connected(world, talk, room, english):
    bot = world.new_bot("Grouped")
    world.services.control.start(world.actor(), (bot,))
    assert "stopped" in talk.say("/stop_all", chat_id=room)["text"]
    assert world.status(bot) == "stopped"


def test_all_members_are_told_of_a_connected_group(world, talk, room, english):
    viewer = joined(world, Role.VIEWER)
    talk.forget()
    talk.write("/group", chat_id=room)
    said = in_chat(talk.silence(1.5), viewer)
    assert "Desk" in said[0]["text"]


def test_alerts_of_an_account_also_come_to_their_topic(world, talk, forum, spoken):
    chat, (gold, forex) = forum
    talk.say("/group", chat_id=chat, message_thread_id=gold)
    card = talk.say(spoken("/group all", "/grup semua"), chat_id=chat, message_thread_id=gold)
    assert card["message_thread_id"] == gold
    assert spoken("also sent here", "juga masuk ke sini") in card["text"]
    talk.forget()
    world.record(world.filled(9001), world.filled(9002))
    told = in_chat(talk.silence(2.0), chat)
    assert [item["message_thread_id"] for item in told] == [gold, gold]
    other = talk.say("/group", chat_id=chat, message_thread_id=forex)
    assert spoken("Alerts here: none", "Pemberitahuan di sini: tidak ada") in other["text"]
    talk.press(card, "do:group all")
    talk.forget()
    world.record(world.filled(9003))
    assert in_chat(talk.silence(1.0), chat) == []


def test_alerts_of_one_bot_leave_the_others_out(world, talk, room, english):
    bot = world.new_bot("Routed")
    talk.say("/group", chat_id=room)
    talk.say(f"/group bot {bot}", chat_id=room)
    talk.forget()
    world.services.control.start(world.actor(), (bot,))
    world.record(world.filled(9101))
    told = in_chat(talk.silence(1.5), room)
    assert len(told) == 1
    assert "Routed" in told[0]["text"]
    world.services.control.stop(world.actor(), None)


def test_alerts_of_bots_with_a_tag_come_to_its_topic(world, talk, forum, spoken):
    chat, (gold, forex) = forum
    tagged, other = world.new_bot("Tagged"), world.new_bot("Plain")
    world.services.control.set_tags(world.actor(), tagged, ("gold",))
    talk.say("/group", chat_id=chat, message_thread_id=gold)
    card = talk.say(spoken("/group #gold", "/grup #gold"), chat_id=chat, message_thread_id=gold)
    assert "#gold" in card["text"]
    talk.forget()
    world.record(*(replace(world.filled(9150 + bot), bot_id=bot) for bot in (tagged, other)))
    (told,) = in_chat(talk.silence(2.0), chat)
    assert told["message_thread_id"] == gold
    assert str(9150 + tagged) in told["text"]
    # What is tagged later counts from then on, and what loses its tag no more.
    world.services.control.set_tags(world.actor(), tagged, ())
    world.services.control.set_tags(world.actor(), other, ("gold",))
    talk.forget()
    world.record(*(replace(world.filled(9250 + bot), bot_id=bot) for bot in (tagged, other)))
    (told,) = in_chat(talk.silence(2.0), chat)
    assert str(9250 + other) in told["text"]
    elsewhere = talk.say("/group", chat_id=chat, message_thread_id=forex)
    assert spoken("Alerts here: none", "Pemberitahuan di sini: tidak ada") in elsewhere["text"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/group bot 999", "no bot 999"),
        ("/group #nothing", "no bot has this tag"),
        ("/group moon", "not one of the choices"),
        ("/group account 99", "no such account"),
    ],
)
def test_what_can_not_be_routed_is_said(talk, room, english, line, expected):
    talk.say("/group", chat_id=room)
    assert expected in talk.say(line, chat_id=room)["text"]


def test_a_groups_alerts_and_menu_speak_its_language(world, talk, room, english):
    talk.say("/group", chat_id=room)
    talk.say("/group id", chat_id=room)
    talk.say("/group all", chat_id=room)
    talk.forget()
    world.record(world.filled(9201))
    assert "lot" in in_chat(talk.silence(1.5), room)[0]["text"]
    with world.house.database.read() as uow:
        assert uow.groups.get(room).language == "id"


def test_a_disconnected_group_gets_nothing_more(world, talk, room, spoken):
    talk.say("/group", chat_id=room)
    talk.say("/group all", chat_id=room)
    listed = talk.say(spoken("/group", "/grup"))
    assert "Desk" in listed["text"]
    gone = talk.say(f"/group off {room}")
    assert spoken("is disconnected", "sudah dilepas") in gone["text"]
    talk.forget()
    world.record(world.filled(9301))
    assert in_chat(talk.silence(1.0), room) == []
    assert not world.services.groups.bound(room)


def test_a_group_with_a_new_number_is_followed(world, talk, english):
    old = talk.post("/sim/group", {"title": "Small", "type": "group"})["chat_id"]
    talk.say("/group", chat_id=old)
    talk.say("/group all", chat_id=old)
    new = talk.post("/sim/migrate", {"chat_id": old})["chat_id"]
    talk.forget()
    world.record(world.filled(9401))
    assert len(in_chat(talk.silence(1.5), new)) == 1
    assert (world.services.groups.bound(old), world.services.groups.bound(new)) == (False, True)


def test_a_group_that_moved_unseen_is_followed_by_the_next_alert(world, talk, english):
    old = talk.post("/sim/group", {"title": "Unseen", "type": "group"})["chat_id"]
    talk.say("/group", chat_id=old)
    talk.say("/group all", chat_id=old)
    new = talk.post("/sim/migrate", {"chat_id": old})["chat_id"]
    talk.silence(1.0)
    with world.house.database.write() as uow:
        uow.groups.move(new, old)  # as if the word of it had never come
        uow.commit()
    world.record(world.filled(9501))
    assert len(in_chat(talk.silence(2.0), new)) == 1
    assert world.services.groups.bound(new)


def test_a_group_that_throws_the_bot_out_is_disconnected_and_told(world, talk, room, english):
    talk.say("/group", chat_id=room)
    talk.say("/group all", chat_id=room)
    talk.post("/sim/block", {"chat_id": room, "blocked": True})
    talk.forget()
    world.record(world.filled(9601))
    told = in_chat(talk.silence(2.5), 1001)
    assert any("removed me" in item["text"] for item in told)
    assert not world.services.groups.bound(room)


def test_a_confirmation_in_a_group_is_the_askers_alone(world, talk, room, english, first_button):
    talk.say("/group", chat_id=room)
    other, bot = joined(world, Role.OPERATOR), world.new_bot("Shared")
    asked = talk.say(f"/delete_bot {bot}", chat_id=room)
    assert "somebody else" in talk.press(asked, first_button(asked), user_id=other)["text"]
    assert world.status(bot) == "stopped"
