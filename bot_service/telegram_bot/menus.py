"""The menu that Telegram shows behind `/`, in the chat's own language."""

from __future__ import annotations

import logging

from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import TelegramError

from bot_service.domain.people import Member
from bot_service.i18n import Translator
from bot_service.telegram_bot.registry import Registry

logger = logging.getLogger(__name__)

LONGEST = 14


async def set_menu(bot: Bot, member: Member, registry: Registry, t: Translator) -> None:
    """Write a member's menu; without Telegram the old one stays."""
    entries = [
        BotCommand(item.title(t.language), t.text(item.summary))
        for item in registry.menu()
        if member.role.covers(item.role)
    ]
    try:
        await bot.set_my_commands(entries[:LONGEST], scope=BotCommandScopeChat(member.chat_id))
    except TelegramError as error:
        logger.info("menu not set: %s", error)
