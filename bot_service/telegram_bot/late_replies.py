"""An answer that Telegram doesn't take for a minute waits in the outbox; no answer is lost silently."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot_service.domain.errors import ServiceError
from bot_service.domain.late_reply import LateReply
from bot_service.domain.people import Actor
from bot_service.services.chats import Chats
from bot_service.services.delivery import Delivery
from bot_service.telegram_bot.executors import Executors
from bot_service.telegram_bot.places import Place
from bot_service.telegram_bot.polling import BACK_OFF_S, seconds
from bot_service.telegram_bot.render import Message

logger = logging.getLogger(__name__)

PATIENCE_S = 60.0


class Unsent(Exception):  # says what it is
    """Telegram took nothing for a minute."""


async def patiently(attempt: Callable[[], Awaitable[int]]) -> int | None:
    """Try to say something until it is said or refused; None: refused.

    Raises:
        Unsent: neither within a minute.
    """
    end = asyncio.get_running_loop().time() + PATIENCE_S
    number = 0
    while True:
        try:
            return await attempt()
        except RetryAfter as error:
            pause = seconds(error.retry_after)
        except (BadRequest, Forbidden) as error:
            logger.warning("reply refused by Telegram: %s", error)
            return None
        except TelegramError as error:
            logger.info("reply not sent yet: %s", error)
            pause = BACK_OFF_S[min(number, len(BACK_OFF_S) - 1)]
        if asyncio.get_running_loop().time() + pause > end:
            raise Unsent
        number += 1
        await asyncio.sleep(pause)


class LateReplies:
    """Keep what could not be said for the person who asked."""

    def __init__(self, delivery: Delivery, chats: Chats, executors: Executors) -> None:
        self._delivery = delivery
        self._chats = chats
        self._executors = executors

    async def said(
        self,
        attempt: Callable[[], Awaitable[int]],
        place: Place,
        message: Message,
        user_id: int | None,
        asked_at: datetime,
        update_id: int | None = None,
    ) -> int | None:
        """Say something now or, to a member, when Telegram is back; None: not now.

        What is kept counts as the answer to `update_id`.
        """
        try:
            return await patiently(attempt)
        except Unsent:
            await self._executors.mail(self._keep, place, message, user_id, asked_at, update_id)
            return None
        except asyncio.CancelledError:
            # The service ends while it still tries.
            self._keep(place, message, user_id, asked_at, update_id)
            raise

    def _keep(
        self, place: Place, message: Message, user_id: int | None, asked_at: datetime, update_id: int | None
    ) -> None:
        try:
            self._queue(place, message, user_id, asked_at, update_id)
        except ServiceError:
            logger.exception("a reply is lost")

    def _queue(
        self, place: Place, message: Message, user_id: int | None, asked_at: datetime, update_id: int | None
    ) -> None:
        member = None if user_id is None else self._chats.member(user_id)
        if member is None or not message.text:
            logger.error("reply given up after %s s", PATIENCE_S)
            return
        rows = tuple(tuple((button.label, button.data) for button in row) for row in message.keyboard)
        actor = Actor(member.user_id, place.chat_id, member.role, asked_at)
        self._delivery.answer_later(actor, LateReply(message.text, rows), place.thread_id, update_id)
        logger.warning("reply not sent within %s s, it waits in the outbox", PATIENCE_S)
