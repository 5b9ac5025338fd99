from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

import pytest

from bot_service.telegram_bot.loading import load
from bot_service.telegram_bot.registry import Kind


def ago(seconds: int) -> int:
    return int(time.time()) - seconds


@pytest.fixture
def bot_id(world) -> int:
    world.services.chats.set_language(world.actor(), "en")
    found = world.new_bot("Aged")
    yield found
    world.services.control.stop(world.actor(), (found,))


RAISING = [command.name for command in load().commands.values() if command.kind is Kind.RAISE]


def test_starting_is_a_raising_act():
    assert "start_bot" in RAISING


@pytest.mark.parametrize("name", RAISING)
def test_an_old_raising_command_is_asked_again_with_a_fresh_button(world, talk, bot_id, first_button, name):
    answer = talk.say(f"/{name} {bot_id}", date=ago(75))
    assert "was sent 1 min" in answer["text"]
    assert world.status(bot_id) == "stopped"
    talk.press(answer, first_button(answer))
    assert (world.status(bot_id) == "active") is (name == "start_bot")


def test_a_raising_command_of_59_seconds_runs(world, talk, bot_id):
    talk.say(f"/start_bot {bot_id}", date=ago(50))
    assert world.status(bot_id) == "active"


@pytest.mark.parametrize("command", ["stop_bot {id}", "stop_all", "exit_only {id}"])
def test_stopping_runs_at_any_age(world, talk, bot_id, command):
    talk.say(f"/start_bot {bot_id}")
    # The bot counts as started long before the late message.
    with world.house.database.write() as uow:
        bot = uow.bots.get(bot_id)
        uow.bots.save(replace(bot, started_at=bot.started_at - timedelta(days=2)))
        uow.commit()
    talk.say("/" + command.format(id=bot_id), date=ago(86_400))
    assert world.status(bot_id) != "active"


def test_a_late_stop_spares_a_bot_that_was_started_after_it(world, talk, bot_id, labels):
    talk.say(f"/start_bot {bot_id}")
    answer = talk.say("/stop_all", date=ago(600))
    assert world.status(bot_id) == "active"
    assert f"started after your message: {bot_id}" in answer["text"]
    assert " late." in answer["text"]
    assert "⏹ Stop these too" in labels(answer)


def test_a_start_and_a_stop_sent_in_the_same_second_end_stopped(world, talk, bot_id):
    for _round in range(3):
        talk.forget()
        talk.write(f"/start_bot {bot_id}")
        talk.write("/stop_all")
        talk.answers(2)
        talk.silence(0.3)
        assert world.status(bot_id) == "stopped"


def test_what_waited_before_the_start_is_read_first_and_presses_are_asked_again(quiet_world, first_button):
    world, talk = quiet_world, quiet_world.talk
    world.services.chats.set_language(world.actor(), "en")
    started, other = world.new_bot("Running"), world.new_bot("Idle")
    world.services.control.start(world.actor(), (started,))
    world.connect()
    card = talk.say(f"/bot {other}")
    world.disconnect()
    # Nobody looked for more than 30 s.
    with world.house.database.write() as uow:
        uow.set_value("telegram_polled_at", "2020-01-01T00:00:00+00:00")
        uow.commit()
    talk.forget()
    talk.write(f"/stop_bot {started}")
    talk.post("/sim/press", {"message_id": card["message_id"], "data": f"do:start_bot {other}"})
    world.connect()
    assert world.status(started) == "stopped"
    answers = talk.answers(2)
    asked = next(item for item in answers if item["message_id"] == card["message_id"])
    assert "pressed this while I was offline" in asked["text"]
    assert world.status(other) == "stopped"
    talk.press(asked, first_button(asked))
    assert world.status(other) == "active"


def test_the_age_is_measured_on_telegrams_clock(world):
    clock = world.edge.clock
    assert abs(clock.skew.total_seconds()) < 2
