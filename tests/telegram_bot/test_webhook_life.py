"""The whole edge with a webhook: the local chat brings the updates, as Telegram would."""

from __future__ import annotations

import asyncio
import json
import socket
import urllib.request

import pytest

from bot_service.telegram_bot.application import ChatEdge, EdgeConfig
from bot_service.telegram_bot.webhook import WebhookAddress

TOKEN = "1234567:" + "A" * 35
PATIENCE_S = 15


@pytest.fixture
def address():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    return WebhookAddress(f"http://127.0.0.1:{port}/hook", "127.0.0.1", port)


async def living(world, address, story):
    """Run the edge, let a thread live through the story, end the edge."""
    stop = asyncio.Event()
    edge = ChatEdge(world.services, EdgeConfig(TOKEN, world.server.url, webhook=address), world.house.wall)
    running = asyncio.create_task(edge.run(stop))
    try:
        async with asyncio.timeout(4 * PATIENCE_S):
            await edge.first_poll_done.wait()
            await asyncio.to_thread(story)
    finally:
        stop.set()
        await running


def info(world):
    with urllib.request.urlopen(f"{world.server.url}/bot{TOKEN}/getWebhookInfo", timeout=10) as answer:
        return json.load(answer)["result"]


def test_words_and_presses_arrive_by_webhook_also_after_a_restart(quiet_world, address):
    talk = quiet_world.talk

    def story():
        talk.write("/status")
        (shown,) = talk.answers()
        data = shown["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        assert talk.press(shown, data)["text"]
        assert info(quiet_world)["url"] == address.url

    for _ in range(2):
        talk.forget()
        asyncio.run(living(quiet_world, address, story))


def test_what_was_said_while_nobody_listened_is_answered_at_the_next_start(quiet_world, address):
    talk = quiet_world.talk
    talk.write("/status")

    def story():
        assert talk.answers(), "what waited was fetched"

    asyncio.run(living(quiet_world, address, story))
