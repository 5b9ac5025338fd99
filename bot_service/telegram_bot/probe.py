"""Ask Telegram once who the bot is, before the service runs."""

from __future__ import annotations

from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from bot_service.telegram_bot.application import EdgeConfig

TELEGRAM = "https://api.telegram.org"
REFUSED = "refused"
UNREACHABLE = "unreachable"


class TelegramUnusable(Exception):
    """Telegram can't be used; `cause` is one of this module's codes."""

    def __init__(self, cause: str, detail: str) -> None:
        super().__init__(f"{cause}: {detail}")
        self.cause = cause
        self.detail = detail


async def bot_name(config: EdgeConfig) -> str:
    """Return the bot's user name.

    Raises:
        TelegramUnusable: Telegram refuses the token or can't be reached.
    """
    address = (config.api_url or TELEGRAM).rstrip("/")
    try:
        async with Bot(config.token, f"{address}/bot", request=HTTPXRequest(proxy=config.proxy)) as bot:
            return bot.username
    except InvalidToken as error:
        raise TelegramUnusable(REFUSED, str(error)) from None
    except TelegramError as error:
        raise TelegramUnusable(UNREACHABLE, str(error)) from None
