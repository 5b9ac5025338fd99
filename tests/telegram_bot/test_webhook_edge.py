from __future__ import annotations

import socket

import pytest

from bot_service.telegram_bot.webhook import WebhookAddress


@pytest.fixture
def hooked_world(quiet_world):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    quiet_world.webhook = WebhookAddress(f"http://127.0.0.1:{port}/telegram", "127.0.0.1", port)
    return quiet_world


def test_a_command_is_answered_by_webhook(hooked_world):
    hooked_world.connect()
    answer = hooked_world.talk.say("/strategies")
    assert "RSI" in answer["text"]


def test_a_stop_that_waited_is_done_before_the_webhook_is_set(hooked_world):
    bot_id = hooked_world.new_bot()
    hooked_world.services.control.start(hooked_world.actor(), [bot_id])
    hooked_world.talk.write("/stop_all")
    hooked_world.connect()
    assert hooked_world.status(bot_id) == "stopped"


def test_from_webhook_back_to_fetching_nothing_is_lost(hooked_world):
    hooked_world.connect()
    hooked_world.talk.say("/bots")
    hooked_world.disconnect()
    hooked_world.talk.forget()
    hooked_world.talk.write("/strategies")
    hooked_world.webhook = None
    hooked_world.connect()
    assert hooked_world.talk.answers()
