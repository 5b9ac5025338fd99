"""The gate: everything from everybody is refused, except what a member sends in a message or a press."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Message as Incoming
from telegram import Update
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop, CallbackContext

from bot_service.domain.people import Member, Role
from bot_service.i18n import Translator
from bot_service.i18n import mark as _
from bot_service.services.chats import Chats
from bot_service.services.groups import ChatGroups
from bot_service.telegram_bot.acts import CONFIRMATION, Acts
from bot_service.telegram_bot.confidential import looks_confidential
from bot_service.telegram_bot.executors import Executors
from bot_service.telegram_bot.limits import Limits, Verdict
from bot_service.telegram_bot.plain_words import PANIC
from bot_service.telegram_bot.presses import answer
from bot_service.telegram_bot.registry import Kind
from bot_service.telegram_bot.render import Message, do
from bot_service.telegram_bot.strangers import Strangers

logger = logging.getLogger(__name__)

Context = CallbackContext[Any, Any, Any, Any]
Send = Callable[[int, Message], Awaitable[Any]]

CONNECTING = "group"
_GUEST = "member"
_PLACES = frozenset({ChatType.PRIVATE, ChatType.GROUP, ChatType.SUPERGROUP})
_TOO_MANY = _("Too many messages at once. Please wait ten seconds; /stop always works.")
_NOT_CONNECTED = _(
    "This group isn't connected yet. Everyone in it will read my answers; members keep their own roles."
)
_CONNECT = _("🔗 Connect this group")
_DELETED = _(
    "⚠️ That looked like a password or a bot token, so I deleted it here. Change it now if others could "
    "have seen it. I never ask for passwords in the chat."
)
_NOT_DELETED = _(
    "⚠️ That looks like a password or a bot token, and I can't delete it here. Please delete it yourself, "
    "and change it now. I never ask for passwords in the chat."
)


def member_of(context: Context) -> Member:
    """Return the member whom the gate let in."""
    member: Member = getattr(context, _GUEST)
    return member


class Gate:
    """Let members' messages and presses through; nothing else reaches a handler."""

    def __init__(
        self,
        chats: Chats,
        groups: ChatGroups,
        executors: Executors,
        acts: Acts,
        limits: Limits,
        strangers: Strangers,
        send: Send,
    ) -> None:
        self._chats = chats
        self._groups = groups
        self._executors = executors
        self._acts = acts
        self._limits = limits
        self._strangers = strangers
        self._send = send

    async def check(self, update: Update, context: Context) -> None:
        """Refuse, or remember who is let in.

        Raises:
            ApplicationHandlerStop: the update goes no further.
        """
        if not await self._lets_in(update, context):
            raise ApplicationHandlerStop

    async def _lets_in(self, update: Update, context: Context) -> bool:
        user, place = update.effective_user, update.effective_chat
        if user is None or place is None or place.type not in _PLACES:
            return False
        if await self._moved(update, place.id):
            return False
        written = update.message or update.edited_message
        if written is None and update.callback_query is None:
            return False
        member = await self._executors.gate(self._chats.member, user.id)
        if member is None:
            await self._strangers.meet(update, user.id)
            return False
        if not await self._passes(update, written, member):
            return False
        setattr(context, _GUEST, member)
        return True

    async def _moved(self, update: Update, chat_id: int) -> bool:
        # Telegram's own word, which no person can write: the group has another number from now on.
        if update.message is None or update.message.migrate_to_chat_id is None:
            return False
        await self._executors.gate(self._groups.moved, chat_id, update.message.migrate_to_chat_id)
        return True

    async def _passes(self, update: Update, written: Incoming | None, member: Member) -> bool:
        if written is not None and await self._took_away(written, member):
            return False
        if update.edited_message is not None or not await self._connected(update, member):
            return False
        return await self._in_time(update, member)

    async def _took_away(self, message: Incoming, member: Member) -> bool:
        if not looks_confidential(message.text or message.caption or ""):
            return False
        told = _DELETED
        try:
            await message.delete()
        except TelegramError as error:
            logger.warning("a secret could not be deleted: %s", error)
            told = _NOT_DELETED
        await self._executors.gate(self._chats.noted, member.user_id, message.chat.id, "secret", "deleted")
        await self._send(message.chat.id, Message(_translator(member).html(told)))
        return True

    async def _connected(self, update: Update, member: Member) -> bool:
        place = update.effective_chat
        if place is None or place.type == ChatType.PRIVATE:
            return True
        act = self._acts.of(update)
        # A stop works wherever it is said; connecting is how a group begins.
        if act is None or act.kind is Kind.STOP or act.name in {PANIC, CONNECTING}:
            return True
        if await self._executors.gate(self._groups.bound, place.id):
            return True
        if update.callback_query is not None:
            await answer(update.callback_query)
        await self._executors.gate(self._chats.noted, member.user_id, place.id, act.name, "not_connected")
        if member.role.covers(Role.OPERATOR) and update.message is not None:
            t = _translator(member)
            row = (do(t.text(_CONNECT), CONNECTING),)
            await self._send(place.id, Message(t.html(_NOT_CONNECTED), (row,)))
        return False

    async def _in_time(self, update: Update, member: Member) -> bool:
        act = self._acts.of(update)
        if act is None or act.kind is Kind.STOP or act.name in {PANIC, CONFIRMATION}:
            return True
        verdict = self._limits.command(member.user_id)
        if verdict is Verdict.TAKEN:
            return True
        if update.callback_query is not None:
            await answer(update.callback_query)
        if verdict is Verdict.SAY_NO and update.effective_chat is not None:
            place = update.effective_chat.id
            await self._executors.gate(self._chats.noted, member.user_id, place, act.name, "too_many")
            await self._send(place, Message(_translator(member).html(_TOO_MANY)))
        return False


def _translator(member: Member) -> Translator:
    return Translator(member.language, member.time_zone)
