"""The menu that Telegram shows behind `/`, in the chat's own language."""

from __future__ import annotations

import logging
from collections.abc import Callable

from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import TelegramError

from bot_service.domain.people import Member, Role
from bot_service.i18n import Translator
from bot_service.telegram_bot.desk import Services
from bot_service.telegram_bot.executors import Executors
from bot_service.telegram_bot.registry import Registry

logger = logging.getLogger(__name__)

LONGEST = 14


class Menus:
    """Keep the menus of all chats."""

    def __init__(
        self,
        bot: Bot,
        services: Services,
        executors: Executors,
        registry: Registry,
        translators: Callable[[str, str], Translator],
    ) -> None:
        self._bot = bot
        self._chats = services.chats
        self._connected = services.groups
        self._executors = executors
        self._registry = registry
        self._translators = translators

    async def set_all(self) -> None:
        """Write the menus of all members and groups."""
        for member in await self._executors.gate(self._chats.members):
            await self.set_for(member)
        await self.set_groups()

    async def set_groups(self) -> None:
        """Write the menus of all connected groups."""
        for group in await self._executors.gate(self._connected.connected):
            everybody = Member(group.chat_id, group.chat_id, Role.OPERATOR, group.language, group.time_zone)
            await self.set_for(everybody)

    async def set_for(self, member: Member) -> None:
        """Write a member's menu; without Telegram the old one stays."""
        t = self._translators(member.language, member.time_zone)
        entries = [
            BotCommand(item.title(t.language), t.text(item.summary))
            for item in self._registry.menu()
            if member.role.covers(item.role)
        ]
        try:
            await self._bot.set_my_commands(entries[:LONGEST], scope=BotCommandScopeChat(member.chat_id))
        except TelegramError as error:
            logger.info("menu not set: %s", error)
