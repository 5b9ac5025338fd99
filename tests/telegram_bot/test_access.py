from __future__ import annotations

import itertools

import pytest

from bot_service.domain.people import Actor, Role
from bot_service.telegram_bot.loading import load

STRANGERS = itertools.count(50_000)


@pytest.fixture
def watched(world, monkeypatch, caplog):
    """Every registered handler tells when it is reached, and the gate alone must have kept others away."""
    reached = []
    executed = world.edge._dispatcher._execute

    def tell(act, request):
        reached.append((act.name, request.member.user_id))
        return executed(act, request)

    monkeypatch.setattr(world.edge._dispatcher, "_execute", tell)
    yield reached
    # Behind the gate an update without a member breaks: a second lock, which must not have been needed.
    assert "update not handled" not in [record.message for record in caplog.get_records("call")]


def test_no_command_of_a_stranger_reaches_a_handler(talk, watched):
    stranger = next(STRANGERS)
    for command in load().commands.values():
        for name in (command.name, *itertools.chain(*command.aliases.values())):
            talk.write(f"/{name} 1", user_id=stranger)
    answers = talk.silence(1.5)
    assert [item["text"] for item in answers if item["chat"]["id"] == stranger] == [
        "Ini bot pribadi. Hanya pemiliknya yang bisa memberi akses."
    ]
    assert watched == []


def test_no_press_of_a_stranger_reaches_a_handler(talk, watched):
    shown = talk.say("/bots")
    watched.clear()
    talk.forget()
    registry = load()
    data = [f"do:{name} 1" for name in registry.commands] + ["yes:abc:stop_all", "no", "gone:1"]
    for item in data:
        talk.post("/sim/press", {"message_id": shown["message_id"], "data": item, "user_id": next(STRANGERS)})
    assert talk.silence(1.0) == []
    assert watched == []


def test_an_edited_message_runs_nothing_not_even_the_owners(talk, watched):
    sent = talk.write("/status")
    talk.answers()
    watched.clear()
    talk.post("/sim/edit", {"message_id": sent["message_id"], "text": "/stop_all"})
    assert talk.silence() == []
    assert watched == []


def test_a_strangers_words_in_a_group_get_silence(talk, watched):
    for name in load().commands:
        talk.write(f"/{name}", user_id=next(STRANGERS), chat_id=-200)
    assert talk.silence() == []
    assert watched == []


def test_in_a_group_each_member_counts_and_the_answer_goes_there(world, talk):
    talk.say("/group", chat_id=-201)
    answer = talk.say("/help", chat_id=-201)
    assert answer["chat"]["id"] == -201
    talk.forget()
    talk.write("just talking", chat_id=-201)
    assert talk.silence() == []


def test_a_stranger_is_answered_once_and_the_owner_is_told_once(world, talk):
    world.services.chats.set_language(world.actor(), "en")
    stranger = next(STRANGERS)
    for text in ("hello", "/start", "/status", "/start wrongcode"):
        talk.write(text, user_id=stranger)
    said = talk.silence(2.0)
    assert len([item for item in said if item["chat"]["id"] == stranger]) == 1
    told = [item["text"] for item in said if item["chat"]["id"] == 1001]
    assert len(told) == 1
    assert str(stranger) in told[0]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_a_role_does_what_it_may_and_nothing_above(world, talk, watched, role):
    member = next(STRANGERS)
    world.add_member(member, role)
    for command in load().commands.values():
        answer = talk.say(f"/{command.name}", user_id=member)
        refused = "Your role doesn't allow this" in (answer.get("text") or "")
        assert refused is not role.covers(command.role), command.name
        if command.name == "export":
            talk.answers(2)  # the progress ends, and the file comes


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_no_role_confirms_or_presses_what_is_above_it(world, talk, role):
    member = next(STRANGERS)
    world.add_member(member, role)
    registry = load()
    actor = Actor(member, member, role, world.house.wall.now())
    above = [item for item in registry.confirmed.values() if not role.covers(item.role)]
    assert above
    for item in above:
        shown = talk.say("/bots", user_id=member)
        token = world.services.chats.confirm_token(actor, item.action, {})
        answer = talk.press(shown, f"yes:{token.id}", user_id=member)
        assert "Your role doesn't allow this" in answer["text"], item.action
    for press in registry.presses.values():
        if not role.covers(press.role):
            shown = talk.say("/bots", user_id=member)
            answer = talk.press(shown, f"{press.prefix}:1", user_id=member)
            assert "Your role doesn't allow this" in answer["text"], press.prefix


def test_a_confirmation_needs_the_role_of_its_act(world, talk, first_button):
    member = next(STRANGERS)
    world.add_member(member, Role.OPERATOR)
    bot = world.new_bot("Guarded")
    shown = talk.say(f"/delete_bot {bot}", user_id=member)
    world.add_member(member, Role.VIEWER)
    answer = talk.press(shown, first_button(shown), user_id=member)
    assert "Your role doesn't allow this" in answer["text"]
    assert world.status(bot) == "stopped"


def test_a_pairing_code_makes_an_owner_once(quiet_world):
    world, talk = quiet_world, quiet_world.talk
    world.connect()
    code = world.services.chats.new_code()
    newcomer, late = next(STRANGERS), next(STRANGERS)
    answer = talk.say(f"/start {code}", user_id=newcomer, language="en")
    assert "Hello" in answer["text"]
    assert world.services.chats.member(newcomer).role is Role.OWNER
    assert world.services.chats.member(1001) is None
    talk.say(f"/start {code}", user_id=late)
    assert world.services.chats.member(late) is None


def test_a_code_sent_in_a_group_pairs_nobody(world, talk):
    code = world.services.chats.new_code(Role.VIEWER)
    newcomer = next(STRANGERS)
    talk.write(f"/start {code}", user_id=newcomer, chat_id=-202)
    assert talk.silence() == []
    assert world.services.chats.member(newcomer) is None
