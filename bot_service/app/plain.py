"""What the chat would say, without its markup."""

from __future__ import annotations

import re
from html import unescape

from bot_service.domain.errors import ServiceError
from bot_service.i18n import Translator
from bot_service.telegram_bot.render import render

_TAG = re.compile(r"<[^>]+>")


def plain(html: str) -> str:
    """Return a message's text as a console shows it."""
    return unescape(_TAG.sub("", html))


def plain_error(error: Exception, language: str) -> str:
    """Return an error in the words of the chat."""
    if not isinstance(error, ServiceError):
        return str(error)
    return plain(render(error, Translator(language)).text)
