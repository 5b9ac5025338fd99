"""Who is no member: one neutral sentence, once; a code from the owner or the machine lets in."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Message as Incoming
from telegram import Update
from telegram.constants import ChatType

from bot_service.domain.errors import PairingRefused
from bot_service.domain.people import Member
from bot_service.i18n import DEFAULT_LANGUAGE, LANGUAGES, Translator
from bot_service.i18n import mark as _
from bot_service.services.chats import Chats
from bot_service.telegram_bot.executors import Executors
from bot_service.telegram_bot.limits import Limits
from bot_service.telegram_bot.render import Message

logger = logging.getLogger(__name__)

Send = Callable[[int, Message], Awaitable[Any]]
Welcome = Callable[[Update, Member], Awaitable[None]]

PRIVATE = _("This is a private bot. Only its owner can give access.")
LONGEST_NAME = 64


class Strangers:
    """Answer a stranger as little as possible, and take codes."""

    def __init__(
        self, chats: Chats, executors: Executors, limits: Limits, send: Send, welcome: Welcome
    ) -> None:
        self._chats = chats
        self._executors = executors
        self._limits = limits
        self._send = send
        self._welcome = welcome

    async def meet(self, update: Update, user_id: int) -> None:
        """Try a code, or say the one sentence; everything else is silence."""
        message = update.message
        if message is None or message.chat.type != ChatType.PRIVATE:
            return
        if await self._let_in(update, message, user_id):
            return
        if not self._limits.knock(user_id):
            return
        language, name = _language(update), _name(update)
        await self._executors.gate(self._chats.noted, user_id, message.chat.id, "knock", "refused")
        if await self._executors.gate(self._chats.knock, user_id, name, language):
            await self._send(message.chat.id, Message(Translator(language).html(PRIVATE)))

    async def _let_in(self, update: Update, message: Incoming, user_id: int) -> bool:
        words = (message.text or "").split()
        if len(words) != 2 or words[0].lower() != "/start" or not self._limits.code(user_id):  # noqa: PLR2004  # the command and its code
            return False
        try:
            member = await self._executors.gate(
                self._chats.pair, user_id, message.chat.id, words[1], _language(update), _name(update)
            )
        except PairingRefused:
            logger.info("pairing refused", extra={"user_id": user_id})
            await self._executors.gate(self._chats.noted, user_id, message.chat.id, "pair", "pairing_refused")
            return False
        await self._executors.gate(self._chats.noted, user_id, message.chat.id, "pair", "done")
        await self._welcome(update, member)
        return True


def _name(update: Update) -> str:
    return update.effective_user.full_name[:LONGEST_NAME] if update.effective_user else ""


def _language(update: Update) -> str:
    user = update.effective_user
    code = (user.language_code or "") if user else ""
    return next((language for language in LANGUAGES if code.startswith(language)), DEFAULT_LANGUAGE)
