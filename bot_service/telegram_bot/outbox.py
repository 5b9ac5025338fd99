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
from bot_service.domain.sent import Sent
from bot_service.i18n import Translator
from bot_service.ports import Clock
from bot_service.services.chats import Chats
from bot_service.services.delivery import Delivery
from bot_service.services.groups import ChatGroups
from bot_service.services.letters import Digest, Letter, Post, Reports, head
from bot_service.telegram_bot.executors import Executors
from bot_service.telegram_bot.illustrator import Illustrator
from bot_service.telegram_bot.polling import BACK_OFF_S, seconds
from bot_service.telegram_bot.post import edit_all, post_all
from bot_service.telegram_bot.render import post_message
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
        illustrator: Illustrator,
    ) -> None:
        self._bot = bot
        self._illustrator = illustrator
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
                post = await self._executors.mail(self._delivery.next_post, chat_id)
                if post is None or not await self._deliver(post):
                    return
        except ServiceError as error:
            logger.warning("outbox of a chat can't be served: %s", error)

    async def _deliver(self, mail: Post) -> bool:
        first = head(mail)
        if first.member is None:
            await self._executors.mail(self._delivery.dead, mail.row_ids, "member is gone")
            return True
        t = self._translators(first.member.language, first.member.time_zone)
        message = self._worded(mail, t)
        if not isinstance(mail, Digest):
            message = await self._executors.mail(self._illustrator.illustrate, message, mail, t)
        message = replace(message, silent=mail.silent)
        try:
            sent = await self._sent(mail, message)
        except TelegramError as error:
            return await self._failed(mail, error)
        await self._settle(mail, sent)
        return True

    async def _sent(self, mail: Post, message: Message) -> Sent:
        first = head(mail)
        if isinstance(mail, Reports) and mail.instead is not None:
            return await edit_all(self._bot, first.chat_id, mail.instead, message, first.thread_id)
        return await post_all(self._bot, first.chat_id, message, mail.reply_to, first.thread_id)

    async def _settle(self, mail: Post, sent: Sent) -> None:
        if isinstance(mail, Digest):
            await self._executors.mail(self._delivery.digest_sent, mail, sent.first)
        elif isinstance(mail, Reports):
            await self._executors.mail(self._delivery.reports_sent, mail, sent)
        else:
            await self._executors.mail(self._delivery.sent, mail.row_ids, sent.first)

    def _worded(self, mail: Post, t: Translator) -> Message:
        try:
            return post_message(mail, t, self._wall.now())
        except Exception:
            # One alert without words must not hold back all that come after it, nor be lost in silence.
            logger.exception("an alert can't be put into words", extra={"rows": mail.row_ids})
            return post_message(self._wordless(mail, t), t, self._wall.now())

    def _wordless(self, mail: Post, t: Translator) -> Post:
        if isinstance(mail, Letter):
            return replace(mail, event=None, late=None)
        return replace(mail, letters=tuple(self._readable(letter, t) for letter in mail.letters))

    def _readable(self, letter: Letter, t: Translator) -> Letter:
        try:
            post_message(letter, t, self._wall.now())
        except Exception:  # noqa: BLE001  # logged by the caller, as one
            return replace(letter, event=None)
        return letter

    async def _followed(self, mail: Post, error: TelegramError) -> bool:
        first = head(mail)
        if isinstance(error, ChatMigrated):
            await self._executors.mail(self._groups.moved, first.chat_id, error.new_chat_id)
        elif first.thread_id and isinstance(error, BadRequest) and _no_topic(error):
            await self._executors.mail(self._groups.topic_gone, first.chat_id, first.thread_id)
        else:
            return False
        await self._executors.mail(self._delivery.retry, mail.row_ids, timedelta(0), type(error).__name__)
        return True

    async def _failed(self, mail: Post, error: TelegramError) -> bool:
        if await self._followed(mail, error):
            return True
        first = head(mail)
        if isinstance(error, Forbidden):
            logger.warning("a chat has blocked the bot", extra={"chat_id": first.chat_id})
            await self._executors.mail(self._delivery.dead, mail.row_ids, str(error))
            await self._switch_off(first)
            return True
        if isinstance(error, BadRequest):
            logger.error("alert refused by Telegram: %s", error, extra={"rows": mail.row_ids})
            await self._executors.mail(self._delivery.dead, mail.row_ids, str(error))
            return True
        pause = BACK_OFF_S[min(first.attempts, len(BACK_OFF_S) - 1)]
        if isinstance(error, RetryAfter):
            pause = seconds(error.retry_after)
        # The whole chat waits: a later alert must not arrive before this one.
        self._paused[first.chat_id] = asyncio.get_running_loop().time() + pause
        await self._executors.mail(
            self._delivery.retry, mail.row_ids, timedelta(seconds=pause), type(error).__name__
        )
        return False

    async def _switch_off(self, first: Letter) -> None:
        if first.user_id < 0:
            await self._executors.mail(self._groups.lost, first.user_id)
        elif first.member is not None and first.chat_id == first.member.chat_id:
            await self._executors.mail(self._chats.unreachable, first.user_id)


def _no_topic(error: BadRequest) -> bool:
    told = str(error).lower()
    return "thread not found" in told or "topic" in told
