"""The gate: everything from everybody is refused, except what a member sends in a message or a press."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Update
from telegram.constants import ChatType
from telegram.ext import ApplicationHandlerStop, CallbackContext

from bot_service.domain.errors import PairingRefused
from bot_service.domain.people import Member
from bot_service.i18n import DEFAULT_LANGUAGE, LANGUAGES, Translator
from bot_service.i18n import mark as _
from bot_service.services.chats import Chats
from bot_service.telegram_bot.executors import Executors
from bot_service.telegram_bot.render import Message

logger = logging.getLogger(__name__)

Context = CallbackContext[Any, Any, Any, Any]
Send = Callable[[int, Message], Awaitable[Any]]
Welcome = Callable[[Update, Member], Awaitable[None]]

PRIVATE = _("This is a private bot. Only its owner can let you in.")
LONGEST_NAME = 64
_GUEST = "member"


def member_of(context: Context) -> Member:
    """Return the member whom the gate let in."""
    member: Member = getattr(context, _GUEST)
    return member


class Gate:
    """Let members' messages and presses through; nothing else reaches a handler."""

    def __init__(self, chats: Chats, executors: Executors, send: Send, welcome: Welcome) -> None:
        self._chats = chats
        self._executors = executors
        self._send = send
        self._welcome = welcome

    async def check(self, update: Update, context: Context) -> None:
        """Refuse, or remember who is let in.

        Raises:
            ApplicationHandlerStop: the update goes no further.
        """
        user = update.effective_user
        if user is None or (update.message is None and update.callback_query is None):
            raise ApplicationHandlerStop
        member = await self._executors.gate(self._chats.member, user.id)
        if member is None:
            await self._stranger(update, user.id)
            raise ApplicationHandlerStop
        setattr(context, _GUEST, member)

    async def _stranger(self, update: Update, user_id: int) -> None:
        message = update.message
        if message is None or message.chat.type != ChatType.PRIVATE:
            return
        language, name = _language(update), _name(update)
        words = (message.text or "").split()
        if len(words) == 2 and words[0].lower() == "/start":  # noqa: PLR2004  # the command and its code
            try:
                member = await self._executors.gate(
                    self._chats.pair, user_id, message.chat.id, words[1], language, name
                )
            except PairingRefused:
                logger.info("pairing refused", extra={"user_id": user_id})
            else:
                await self._welcome(update, member)
                return
        if await self._executors.gate(self._chats.knock, user_id, name, language):
            await self._send(message.chat.id, Message(Translator(language).html(PRIVATE)))


def _name(update: Update) -> str:
    return update.effective_user.full_name[:LONGEST_NAME] if update.effective_user else ""


def _language(update: Update) -> str:
    user = update.effective_user
    code = (user.language_code or "") if user else ""
    return next((language for language in LANGUAGES if code.startswith(language)), DEFAULT_LANGUAGE)
