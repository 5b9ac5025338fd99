"""The limits in the chat, in both languages."""

from __future__ import annotations

import itertools

import pytest

from bot_service.domain.bots import Held
from bot_service.domain.guards import GuardRules
from bot_service.domain.people import Role
from bot_service.services import guard_rules, guards, holds
from bot_service.services.holds import Hold

MEMBERS = itertools.count(61_000)


def account_of(world):
    with world.house.database.read() as uow:
        return uow.accounts.all()[0].id


def rules(world):
    with world.house.database.read() as uow:
        return guard_rules.of_account(uow, account_of(world))


@pytest.fixture(autouse=True)
def usual_limits(world):
    yield
    with world.house.database.write() as uow:
        guard_rules.save(uow, account_of(world), GuardRules())
        uow.commit()


@pytest.mark.parametrize(
    ("language", "command", "daily", "per_bot"),
    [
        ("en", "/limits", "Daily loss", "10 entries a day"),
        ("id", "/batas", "Rugi harian", "10 entry per hari"),
    ],
)
def test_the_limits_are_shown_with_bars(world, talk, language, command, daily, per_bot):
    world.services.chats.set_language(world.actor(), language)
    shown = talk.say(command)["text"]
    for part in (daily, per_bot, "5%", "6%", "░"):
        assert part in shown


@pytest.mark.parametrize(
    ("language", "typed", "question", "done"),
    [
        ("en", "/limits daily 8", "Less protection", "Limits are set"),
        ("id", "/batas harian 8", "Perlindungan berkurang", "Batas disimpan"),
    ],
)
def test_less_protection_is_asked_first_and_more_is_set_at_once(
    world, talk, first_button, language, typed, question, done
):
    world.services.chats.set_language(world.actor(), language)
    shown = talk.say(typed)
    assert question in shown["text"]
    assert rules(world).daily.amount == 5
    assert done in talk.press(shown, first_button(shown))["text"]
    assert rules(world).daily.amount == 8
    assert done in talk.say("/limits daily 3")["text"]
    assert rules(world).daily.amount == 3


def test_all_members_are_told_that_less_is_protected(world, talk, first_button):
    world.services.chats.set_language(world.actor(), "en")
    member = next(MEMBERS)
    world.add_member(member, Role.VIEWER)
    talk.say("/status", user_id=member)
    shown = talk.say("/limits open 9")
    talk.forget()
    talk.post("/sim/press", {"message_id": shown["message_id"], "data": first_button(shown)})
    told = [item["text"] for item in talk.silence(2.0) if item["chat"]["id"] == member]
    assert len(told) == 1
    assert "9%" in told[0]


def test_only_the_owner_changes_limits(world, talk):
    member = next(MEMBERS)
    world.add_member(member, Role.OPERATOR)
    assert "Your role doesn't allow this" in talk.say("/limits daily 3", user_id=member)["text"]
    assert rules(world) == GuardRules()


def test_what_was_changed_meanwhile_is_not_confirmed(world, talk, first_button):
    world.services.chats.set_language(world.actor(), "en")
    shown = talk.say("/limits daily 8")
    talk.say("/limits daily 2")
    talk.press(shown, first_button(shown))
    assert rules(world).daily.amount == 2


def test_the_owner_lifts_the_daily_limit_after_a_confirmation(world, talk, first_button):
    world.services.chats.set_language(world.actor(), "en")
    with world.house.database.write() as uow:
        hold = Hold(Held.GUARD, world.house.wall.now(), source=guards.SOURCE)
        holds.put(uow, account_of(world), hold)
        uow.commit()
    assert "The limit is hit" in talk.say("/limits")["text"]
    shown = talk.say("/limits lift")
    assert "before the next reset" in shown["text"]
    assert "lifted" in talk.press(shown, first_button(shown))["text"]
    with world.house.database.read() as uow:
        assert not guards.is_held(uow, account_of(world))


def test_a_number_with_two_readings_is_asked_back(world, talk):
    world.services.chats.set_language(world.actor(), "en")
    assert "can mean two things" in talk.say("/limits daily 1.500 usd")["text"]


def test_a_bot_that_lost_again_and_again_goes_on_by_its_button(world, talk):
    world.services.chats.set_language(world.actor(), "en")
    bot_id = world.new_bot("Astray")
    with world.house.database.write() as uow:
        hold = Hold(Held.RUNAWAY, world.house.wall.now(), bot_id=bot_id, source="losses")
        holds.put(uow, account_of(world), hold)
        uow.commit()
    shown = talk.say("/lift")
    buttons = [item for row in shown["reply_markup"]["inline_keyboard"] for item in row]
    data = next(item["callback_data"] for item in buttons if "Let Astray continue" in item["text"])
    assert "may enter again" in talk.press(shown, data)["text"]
    again = talk.press(shown, f"go_on:{bot_id}")
    assert "no longer held for this reason" in again["text"]
