"""Say something in a chat, in the place of an earlier message where that is possible."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from telegram.error import ChatMigrated
from telegram.ext import ExtBot

from bot_service.domain.errors import ServiceError
from bot_service.ports import Clock
from bot_service.telegram_bot.desk import Services
from bot_service.telegram_bot.executors import Executors
from bot_service.telegram_bot.late_replies import LateReplies
from bot_service.telegram_bot.places import Place
from bot_service.telegram_bot.post import edit, post
from bot_service.telegram_bot.render import Message

logger = logging.getLogger(__name__)


class Speaker:
    """Say what handlers return; what Telegram doesn't take for a minute waits in the outbox."""

    def __init__(self, bot: ExtBot[Any], services: Services, executors: Executors, wall: Clock) -> None:
        self._bot = bot
        self._groups = services.groups
        self._executors = executors
        self._wall = wall
        self._late_replies = LateReplies(services.delivery, services.chats, executors)

    async def say(
        self,
        place: Place,
        message: Message,
        instead: int | None,
        user_id: int | None,
        update_id: int | None = None,
    ) -> int | None:
        """Say something now or later; return the message that shows it, None where it waits."""
        asked_at = self._wall.now()
        attempt = partial(self.put, place, message, instead)
        return await self._late_replies.said(attempt, place, message, user_id, asked_at, update_id)

    async def send(self, chat_id: int, message: Message) -> None:
        """Say something to a person or group."""
        await self.say(Place(chat_id), message, None, chat_id)

    async def put(self, place: Place, message: Message, instead: int | None) -> int:
        """Send a message, or put it in the place of another one; return which message shows it.

        Raises:
            TelegramError: it can't be said now.
        """
        try:
            if instead is not None and await edit(self._bot, place.chat_id, instead, message):
                return instead
            return await post(self._bot, place.chat_id, message, thread_id=place.thread_id)
        except ChatMigrated as error:
            await self._executors.mail(self._groups.moved, place.chat_id, error.new_chat_id)
            return await post(self._bot, error.new_chat_id, message)

    async def noted(self, note: Callable[..., None], *numbers: int) -> None:
        """Write down that something was said; where that fails, it may be said once more."""
        try:
            await self._executors.mail(note, *numbers)
        except ServiceError as error:
            logger.warning("what was said is not noted: %s", error)
