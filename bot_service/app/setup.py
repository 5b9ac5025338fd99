"""`bot-service setup`: the few questions between a token and the first message."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar
from zoneinfo import available_timezones

from bot_service.app.console import open_console
from bot_service.app.env_file import write_env
from bot_service.app.pairing import show_pairing
from bot_service.app.service import edge_config
from bot_service.app.speech import say
from bot_service.i18n import LANGUAGES, Translator
from bot_service.i18n import mark as _
from bot_service.settings import (
    BRIDGE_SHAPE,
    TOKEN_SHAPE,
    Settings,
    SettingsError,
    TerminalKind,
    read_settings,
)
from bot_service.telegram_bot.application import EdgeConfig
from bot_service.telegram_bot.probe import REFUSED, TelegramUnusable, bot_name

T = TypeVar("T")

Ask = Callable[[str, str, bool], str]
"""Ask a question with a default, hidden or not, and return what was typed."""

ENV = Path(".env")
ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
TERMINALS = {"1": TerminalKind.PAPER, "2": TerminalKind.ISOLATED, "3": TerminalKind.BRIDGE}
FAILED = 1
TRIES = 5


class GivenUp(Exception):
    """A question was not answered in a usable way."""


def run_setup(ask: Ask, env: Path = ENV) -> int:
    """Ask, check the token at Telegram, write `.env`, and show the pairing link; return the exit code."""
    known = _known()
    try:
        language = _question(ask, "id", _LANGUAGE, _language)
        answers = {"LANGUAGE": language, **_token(ask, known, language), **_rest(ask, language)}
    except GivenUp:
        say("en", _("Nothing was written."))
        return FAILED
    write_env(env, answers)
    say(language, _("Written: {file}. Only you can read it."), file=env.resolve())
    settings = read_settings(_env_file=env)
    if settings.owner_id is not None:
        say(language, _("OWNER_ID decides who the owner is. Remove it from .env to pair with a code."))
    else:
        show_pairing(settings, edge_config(settings), open_console(settings).chats.new_code())
    say(language, _("Now start the service: bot-service run"))
    return 0


_LANGUAGE = _("Language / Bahasa (id, en)")
_TOKEN = _("Bot token from @BotFather (it is not shown)")
_TERMINAL = _(
    "Terminal: 1 practice account, 2 MetaTrader 5 on this Windows computer, 3 MetaTrader 5 elsewhere"
)
_ZONE = _("Time zone: WIB, WITA, WIT or a name such as Asia/Jakarta")
_BRIDGE = _("Address of the bridge")
_LOGIN = _("MT5 account number (empty: the account that is logged in)")
_PASSWORD = _("MT5 password (it is not shown; empty: not needed)")
_SERVER = _("MT5 server, as the terminal shows it")


def _known() -> Settings | None:
    try:
        return read_settings()
    except SettingsError:
        return None


def _token(ask: Ask, known: Settings | None, language: str) -> dict[str, str]:
    api_url = None if known is None or known.telegram_api_url is None else str(known.telegram_api_url)
    proxy = None if known is None else known.telegram_proxy

    def checked(typed: str) -> str | None:
        if not TOKEN_SHAPE.fullmatch(typed):
            say(language, _("This is not a bot token: digits, a colon, 35 characters."))
            return None
        return typed if _reached(EdgeConfig(typed, api_url, proxy), language) else None

    return {"TELEGRAM_BOT_TOKEN": _question(ask, "", _TOKEN, checked, language=language, hidden=True)}


def _reached(config: EdgeConfig, language: str) -> bool:
    # The library gives waiting times as timedelta then, and warns otherwise.
    os.environ.setdefault("PTB_TIMEDELTA", "1")
    try:
        name = asyncio.run(bot_name(config))
    except TelegramUnusable as error:
        if error.cause == REFUSED:
            say(language, _("Telegram doesn't know this token. Copy it again from @BotFather."))
            return False
        say(language, _("Telegram can't be reached now; the token is kept unchecked."))
        return True
    say(language, _("Your bot is @{name}."), name=name)
    return True


def _rest(ask: Ask, language: str) -> dict[str, str]:
    kind = _question(ask, "1", _TERMINAL, lambda typed: TERMINALS.get(typed.strip()), language=language)
    answers = {"TERMINAL": kind.value}
    if kind is TerminalKind.ISOLATED:
        answers |= _account(ask, language)
    if kind is TerminalKind.BRIDGE:
        usual = "rpyc://127.0.0.1:18812"
        answers["BRIDGE_URL"] = _question(
            ask,
            usual,
            _BRIDGE,
            lambda typed: typed if BRIDGE_SHAPE.fullmatch(typed) else None,
            language=language,
        )
    return {**answers, "TIME_ZONE": _question(ask, "WIB", _ZONE, _zone, language=language)}


def _account(ask: Ask, language: str) -> Mapping[str, str]:
    def number(typed: str) -> str | None:
        return typed if not typed or typed.isdecimal() else None

    login = _question(ask, "", _LOGIN, number, language=language)
    if not login:
        return {}
    password = _question(ask, "", _PASSWORD, lambda typed: typed, language=language, hidden=True)
    server = _question(ask, "", _SERVER, lambda typed: typed.strip(), language=language)
    return {"MT5_LOGIN": login, "MT5_PASSWORD": password, "MT5_SERVER": server}


def _language(typed: str) -> str | None:
    return typed.strip().lower() if typed.strip().lower() in LANGUAGES else None


def _zone(typed: str) -> str | None:
    name = ZONES.get(typed.strip().upper(), typed.strip())
    return name if name in available_timezones() else None


def _question(
    ask: Ask,
    usual: str,
    text: str,
    read: Callable[[str], T | None],
    *,
    language: str = "id",
    hidden: bool = False,
) -> T:
    for _number in range(TRIES):
        answer = read(ask(Translator(language).text(text), usual, hidden))
        if answer is not None:
            return answer
        say(language, _("That can't be used. Please try again."))
    raise GivenUp
