"""What is said while a terminal is asked that doesn't answer at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from telegram.error import TelegramError

from bot_service.i18n import Translator
from bot_service.i18n import mark as _
from bot_service.services.asking import Asking
from bot_service.telegram_bot.executors import Executors
from bot_service.telegram_bot.render import Message

logger = logging.getLogger(__name__)

Say = Callable[[Message], Awaitable[int]]

PATIENCE_S = 0.1
"""How long an answer may be silent when it waits for the terminal: most terminals answer within this."""

_ASKING = _("⏳ I am asking the terminal; it hasn't answered yet. The answer will appear here.")


class Meanwhile:
    """Say once that the terminal is asked; nothing is said while anything else takes long."""

    def __init__(self, executors: Executors, asking: Asking) -> None:
        self._executors = executors
        self._asking = asking

    async def said(self, work: asyncio.Task[Any], t: Translator, say: Say) -> int | None:
        """Wait until some work is done or the silence was told; return the message that told it."""
        while not (await asyncio.wait({work}, timeout=PATIENCE_S))[0]:
            thread = self._executors.thread_of(work)
            if thread is not None and self._asking.waits(thread):
                return await self._tried(say, Message(t.html(_ASKING)))
        return None

    async def _tried(self, say: Say, message: Message) -> int | None:
        try:
            return await say(message)
        except TelegramError as error:
            logger.info("nothing said meanwhile: %s", error)
            return None
