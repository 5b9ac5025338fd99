"""Send what waits in the outbox: in order per chat, obeying Telegram, never holding trading."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot_service.domain.errors import ServiceError
from bot_service.i18n import Translator
from bot_service.ports import Clock
from bot_service.services.chats import Chats
from bot_service.services.delivery import Delivery, Letter
from bot_service.services.groups import ChatGroups
from bot_service.telegram_bot.executors import Executors
from bot_service.telegram_bot.pictures import with_picture
from bot_service.telegram_bot.polling import BACK_OFF_S, seconds
from bot_service.telegram_bot.post import post
from bot_service.telegram_bot.render import letter_message
from bot_service.telegram_bot.render.message import Message

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 0.3
FINISH_S = 3.0


class Outbox:
    """Claim, render in the reader's language, send, mark."""

    def __init__(
        self,
        bot: Bot,
        delivery: Delivery,
        chats: Chats,
        groups: ChatGroups,
        translators: Callable[[str, str], Translator],
        wall: Clock,
        executors: Executors,
    ) -> None:
        self._bot = bot
        self._delivery = delivery
        self._chats = chats
        self._groups = groups
        self._translators = translators
        self._wall = wall
        self._executors = executors
        self._serving: dict[int, asyncio.Task[None]] = {}
        self._paused: dict[int, float] = {}
        self._ending = False

    async def run(self) -> None:
        """Serve every chat that something waits for, until cancelled."""
        try:
            while True:
                await self._look()
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            await self._finish()

    async def _finish(self) -> None:
        # What Telegram may have taken already would come twice, were its answer not waited for.
        self._ending = True
        sending = set(self._serving.values())
        if sending:
            await asyncio.wait(sending, timeout=FINISH_S)
        for task in sending:
            task.cancel()

    async def _look(self) -> None:
        try:
            due = await self._executors.mail(self._delivery.chats_due)
        except ServiceError as error:
            logger.warning("outbox can't be read: %s", error)
            return
        now = asyncio.get_running_loop().time()
        for chat_id in due:
            if chat_id not in self._serving and self._paused.get(chat_id, 0) <= now:
                task = asyncio.create_task(self._serve(chat_id))
                self._serving[chat_id] = task
                task.add_done_callback(partial(self._served, chat_id))

    def _served(self, chat_id: int, _task: asyncio.Task[None]) -> None:
        del self._serving[chat_id]

    async def _serve(self, chat_id: int) -> None:
        try:
            while not self._ending:
                letter = await self._executors.mail(self._delivery.next_letter, chat_id)
                if letter is None or not await self._deliver(letter):
                    return
        except ServiceError as error:
            logger.warning("outbox of a chat can't be served: %s", error)

    async def _deliver(self, letter: Letter) -> bool:
        if letter.member is None:
            await self._executors.mail(self._delivery.dead, letter.row_id, "member is gone")
            return True
        t = self._translators(letter.member.language, letter.member.time_zone)
        message = self._worded(letter, t)
        if letter.report is not None:
            message = await self._executors.mail(with_picture, message, letter.report, t)
        try:
            message = replace(message, silent=letter.silent)
            message_id = await post(self._bot, letter.chat_id, message, letter.reply_to, letter.thread_id)
        except TelegramError as error:
            return await self._failed(letter, error)
        await self._executors.mail(self._delivery.sent, letter.row_id, message_id)
        return True

    def _worded(self, letter: Letter, t: Translator) -> Message:
        try:
            return letter_message(letter, t, self._wall.now())
        except Exception:
            # One alert without words must not hold back all that come after it, nor be lost in silence.
            logger.exception("an alert can't be put into words", extra={"row": letter.row_id})
            return letter_message(replace(letter, event=None), t, self._wall.now())

    async def _followed(self, letter: Letter, error: TelegramError) -> bool:
        if isinstance(error, ChatMigrated):
            await self._executors.mail(self._groups.moved, letter.chat_id, error.new_chat_id)
        elif letter.thread_id and isinstance(error, BadRequest) and _no_topic(error):
            await self._executors.mail(self._groups.topic_gone, letter.chat_id, letter.thread_id)
        else:
            return False
        await self._executors.mail(self._delivery.retry, letter.row_id, timedelta(0), type(error).__name__)
        return True

    async def _failed(self, letter: Letter, error: TelegramError) -> bool:
        if await self._followed(letter, error):
            return True
        if isinstance(error, Forbidden):
            logger.warning("a chat has blocked the bot", extra={"chat_id": letter.chat_id})
            await self._executors.mail(self._delivery.dead, letter.row_id, str(error))
            gone = self._chats.unreachable if letter.user_id > 0 else self._groups.lost
            await self._executors.mail(gone, letter.user_id)
            return True
        if isinstance(error, BadRequest):
            logger.error("alert refused by Telegram: %s", error, extra={"row": letter.row_id})
            await self._executors.mail(self._delivery.dead, letter.row_id, str(error))
            return True
        pause = BACK_OFF_S[min(letter.attempts, len(BACK_OFF_S) - 1)]
        if isinstance(error, RetryAfter):
            pause = seconds(error.retry_after)
        # The whole chat waits: a later alert must not arrive before this one.
        self._paused[letter.chat_id] = asyncio.get_running_loop().time() + pause
        await self._executors.mail(
            self._delivery.retry, letter.row_id, timedelta(seconds=pause), type(error).__name__
        )
        return False


def _no_topic(error: BadRequest) -> bool:
    told = str(error).lower()
    return "thread not found" in told or "topic" in told
