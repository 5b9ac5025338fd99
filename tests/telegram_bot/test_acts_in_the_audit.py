"""What a person does in the chat stands in the audit and comes back as the acts that the mentor reads."""

from __future__ import annotations

import itertools
import time
from datetime import timedelta

import pytest

from bot_service.domain.acts import ActKind
from bot_service.domain.people import Role
from bot_service.services.acts import CHECKING, acts_of
from bot_service.telegram_bot.loading import load
from bot_service.telegram_bot.registry import Kind

PEOPLE = itertools.count(97_000)
PATIENCE_S = 15.0


@pytest.fixture
def operator(world):
    user_id = next(PEOPLE)
    world.add_member(user_id, Role.OPERATOR)
    world.talk.say("/help", user_id=user_id)
    return user_id


@pytest.fixture
def said(world, talk, operator):
    return lambda text: talk.say(text, user_id=operator)


@pytest.fixture
def pressed(world, talk, operator):
    return lambda message, data: talk.press(message, data, user_id=operator)


@pytest.fixture
def done(world, operator):
    """Return this person's acts, each with its line of the audit."""

    def read(*kinds):
        now = world.house.market.clock.now()
        with world.house.database.read() as uow:
            account = uow.accounts.all()[0]
            found = acts_of(uow, account, now - timedelta(days=1), now + timedelta(minutes=5))
            lines = {line.id: line for line in uow.people.acted(now - timedelta(days=1), now + timedelta(1))}
        mine = [act for act in found if act.user_id == operator and (not kinds or act.kind in kinds)]
        assert all(lines[act.reference].user_id == operator for act in mine)
        return mine

    return read


def test_what_counts_as_looking_are_commands_that_only_look():
    commands = load().commands
    assert {commands[name].kind for name in CHECKING} == {Kind.LOOK}


def test_starting_stopping_and_starting_again_lifts_his_own_stop(world, said, done):
    bot = world.new_bot("Again")
    for line in ("start_bot", "stop_bot", "start_bot"):
        said(f"/{line} {bot}")
    first, stop, again = done()
    assert (first.command, stop.command, again.command) == ("start_bot", "stop_bot", "start_bot")
    assert [act.kind for act in (first, stop, again)] == [ActKind.START, ActKind.STOP, ActKind.START]
    assert [act.lifted for act in (first, stop, again)] == ["", "", "own_stop"]
    assert {act.bot_id for act in (first, stop, again)} == {bot}


@pytest.mark.parametrize("line", ["stop_all", "panic", "stop"])
def test_starting_after_a_stop_of_everything_lifts_nothing(world, said, done, line):
    bot = world.new_bot("Everything")
    said(f"/start_bot {bot}")
    said(f"/{line}")
    said(f"/start_bot {bot}")
    assert [act.lifted for act in done(ActKind.START)] == ["", ""]


def test_an_edit_and_going_back_know_the_command_that_was_confirmed(world, said, pressed, done, first_button):
    bot = world.new_bot("Edited")
    for lot in ("0.02", "0.03"):
        asked = said(f"/edit_bot {bot} lot {lot}")
        pressed(asked, first_button(asked))
    said(f"/undo_bot {bot} 1")
    (asked,) = world.talk.answers()
    pressed(asked, first_button(asked))
    first, second, back = done(ActKind.EDIT, ActKind.UNDO)
    assert [first.changes["lot"], second.changes["lot"]] == [("0.01", "0.02"), ("0.02", "0.03")]
    assert (back.kind, back.changes["lot"]) == (ActKind.UNDO, ("0.03", "0.01"))
    assert [act.command for act in (first, second, back)] == ["edit", "edit", "undo"]


def test_making_and_deleting_a_bot_are_acts(world, said, pressed, done, first_button):
    bot = world.new_bot("Short-lived")
    asked = said(f"/delete_bot {bot}")
    pressed(asked, first_button(asked))
    (act,) = done(ActKind.DELETE)
    assert (act.bot_id, act.command) == (bot, "delete")


def test_look_ups_of_the_chat_count_and_a_refreshed_message_is_marked(talk, operator, said, done):
    def refresh(message, data):
        # What is the same is not sent again: no answer tells that it was done.
        talk.post("/sim/press", {"message_id": message["message_id"], "data": data, "user_id": operator})
        end = time.monotonic() + PATIENCE_S
        while len(done(ActKind.LOOK)) == before and time.monotonic() < end:
            time.sleep(0.02)

    before = 1
    shown = said("/status")
    refresh(shown, "do:status")
    said("/positions")
    said("/help")
    looks = done(ActKind.LOOK)
    assert [(act.command, act.refresh) for act in looks] == [
        ("status", False),
        ("status", True),
        ("positions", False),
    ]


def test_a_pause_and_its_end_are_acts(said, done):
    said("/pause 60m")
    said("/unpause")
    begin, end = done(ActKind.PAUSE, ActKind.UNPAUSE)
    assert (begin.command, end.command) == ("pause", "unpause")
