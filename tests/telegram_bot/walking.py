"""A whole service at the strict local chat, in which each message and press tells what it led to."""

from __future__ import annotations

import asyncio
import logging
import re
import threading
from dataclasses import dataclass

from bot_service.i18n import catalog
from bot_service.telegram_bot.application import ChatEdge
from bot_service.telegram_bot.wire import Wire
from tests.telegram_bot.conftest import PATIENCE_S, World

SAME = "message is not modified"
HARMLESS = (SAME, "there is no text in the message to edit", "message to edit not found")
SPEAKS = ("sendMessage", "editMessageText", "sendPhoto", "sendDocument", "editMessageMedia")
SHORTEST = 18
"""So many letters in a row are a sentence of one language, not a word that both have."""
_PLACE = re.compile(r"\{\w+\}|<[^>]+>|\n|\d+")


@dataclass(frozen=True)
class Told:
    """What one message or press led to."""

    messages: tuple[dict, ...]
    same: bool
    refused: tuple[str, ...]

    @property
    def text(self):
        return "\n".join(text_of(message) for message in self.messages)


class WatchedEdge(ChatEdge):
    """The chat's edge; says when an update is done with all its answers, and what they were."""

    def __init__(self, *args, **kwargs):
        self.messages, self.refused, self.same = [], [], False
        self.done = {}
        super().__init__(*args, **kwargs)

    def _http(self, config):
        hooks = {"event_hooks": {"response": [self.clock.response, self._look]}}
        return Wire(proxy=config.proxy, connection_pool_size=64, httpx_kwargs=hooks)

    async def _look(self, response):
        method = str(response.request.url).rsplit("/", 1)[-1]
        if method == "getUpdates":
            return
        await response.aread()
        body = response.json()
        if body["ok"]:
            self.messages += [body["result"]] if method in SPEAKS else []
        elif any(reason in body["description"] for reason in HARMLESS):
            self.same = self.same or SAME in body["description"]
        else:
            self.refused.append(f"{method}: {body['description']}")

    def event(self, update_id):
        return self.done.setdefault(update_id, threading.Event())

    async def handle(self, update):
        try:
            await super().handle(update)
            while self._replies:
                await asyncio.wait(set(self._replies))
                await asyncio.sleep(0)
        finally:
            self.event(update.update_id).set()


class Errors(logging.Handler):
    """Collect what is logged as an error."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.found = []

    def emit(self, record):
        self.found.append(record.getMessage())


class WalkedWorld(World):
    """A service in which nobody waits longer than an answer takes."""

    edge_class = WatchedEdge

    def write(self, text, **more):
        """Write something and return what it led to."""
        return self._led_to("/sim/message", {"text": text, **more})

    def tap(self, message, data):
        """Press a button and return what it led to."""
        return self._led_to("/sim/press", {"message_id": message["message_id"], "data": data})

    def _led_to(self, path, body):
        edge = self.edge
        edge.messages, edge.refused, edge.same = [], [], False
        number = self.talk.post(path, body)["update_id"]
        assert edge.event(number).wait(PATIENCE_S), body
        return Told(tuple(edge.messages), edge.same, tuple(edge.refused))


def text_of(message):
    return message.get("text") or message.get("caption") or ""


def buttons_of(message):
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return [(button["text"], button["callback_data"]) for row in rows for button in row]


def sentences_of(language, other):
    """Return the parts of one language's sentences that the other language doesn't have."""
    foreign = "\n".join(sorted(_sentences(other)))
    return {part for part in _sentences(language) if part not in foreign}


def _sentences(language):
    forms = (message.string for message in catalog(language) if message.id)
    texts = [text for form in forms for text in ((form,) if isinstance(form, str) else form)]
    parts = (part.strip() for text in texts for part in _PLACE.split(text))
    return {part for part in parts if len(part) >= SHORTEST and " " in part}
