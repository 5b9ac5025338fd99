"""The message that brings the keys under the chat."""

from __future__ import annotations

from bot_service.domain.people import Member
from bot_service.i18n import Translator
from bot_service.i18n import mark as _
from bot_service.telegram_bot.plain_words import keys_of
from bot_service.telegram_bot.render.message import Message


def keys_message(member: Member, t: Translator) -> Message:
    """Return one line with the keys that a member's role allows."""
    text = _("⌨️ The keys below are always there, even when you are in a hurry.")
    return Message(t.html(text), keys=keys_of(member.role, t))
