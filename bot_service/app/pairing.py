"""The link that makes its holder the owner, as text and as a picture for the phone's camera."""

from __future__ import annotations

import asyncio
import logging
import os
import sys

import segno

from bot_service.app.speech import say
from bot_service.i18n import mark as _
from bot_service.settings import Settings
from bot_service.telegram_bot.application import EdgeConfig
from bot_service.telegram_bot.probe import TelegramUnusable, bot_name

log = logging.getLogger(__name__)


def show_pairing(settings: Settings, config: EdgeConfig | None, code: str) -> None:
    """Show how to become the owner: what to send, and with a reachable bot the link and its picture."""
    username = None if config is None else _username(config)
    if username is not None:
        link = f"https://t.me/{username}?start={code}"
        say(settings.language, _("Scan this with your phone, or open the link: {link}"), link=link)
        segno.make(link, error="m").terminal(out=sys.stdout, border=2, compact=True)
    say(settings.language, _("Send this to your bot within 24 hours: /start {code}"), code=code)


def _username(config: EdgeConfig) -> str | None:
    # The library gives waiting times as timedelta then, and warns otherwise.
    os.environ.setdefault("PTB_TIMEDELTA", "1")
    try:
        return asyncio.run(bot_name(config))
    except TelegramUnusable as error:
        log.warning("no link to pair with: %s", error)
        return None
