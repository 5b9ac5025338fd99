"""Ask Telegram once who the bot is, before the service runs."""

from __future__ import annotations

from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from bot_service.telegram_bot.application import EdgeConfig

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
    address = {} if config.api_url is None else {"base_url": f"{config.api_url.rstrip('/')}/bot"}
    try:
        async with Bot(config.token, request=HTTPXRequest(proxy=config.proxy), **address) as bot:
            return bot.username
    except InvalidToken as error:
        raise TelegramUnusable(REFUSED, str(error)) from None
    except TelegramError as error:
        raise TelegramUnusable(UNREACHABLE, str(error)) from None
