"""Speak to the person at the console, in the catalogs' words."""

from __future__ import annotations

import sys
from html import unescape

from bot_service.i18n import Translator


def say(language: str, msgid: str, **fields: object) -> None:
    """Write one sentence to stdout."""
    sys.stdout.write(unescape(Translator(language).text(msgid, **fields)) + "\n")
    sys.stdout.flush()
