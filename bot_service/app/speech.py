"""Speak to the person at the console, in the catalogs' words."""

from __future__ import annotations

import re
import sys
from html import unescape

from bot_service.domain.errors import ServiceError
from bot_service.i18n import Translator
from bot_service.telegram_bot.render import render

TAG = re.compile(r"<[^>]+>")


def say(language: str, msgid: str, **fields: object) -> None:
    """Write one sentence to stdout."""
    sys.stdout.write(unescape(Translator(language).text(msgid, **fields)) + "\n")
    sys.stdout.flush()


def plain_error(error: Exception, language: str) -> str:
    """Return an error in the words of the chat, without its markup."""
    if not isinstance(error, ServiceError):
        return str(error)
    return unescape(TAG.sub("", render(error, Translator(language)).text))
