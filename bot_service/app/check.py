"""`bot-service check`: one line per part, with what to do about a failure."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

from bot_service.app.locking import AlreadyRunning, only_service
from bot_service.app.market import open_paper_market
from bot_service.app.service import edge_config
from bot_service.app.speech import say
from bot_service.domain.errors import ServiceError
from bot_service.domain.market import TradeMode
from bot_service.i18n import Translator
from bot_service.i18n import mark as _
from bot_service.scheduling.clocks import SystemClock
from bot_service.settings import Settings
from bot_service.storage.database import SqlDatabase
from bot_service.storage.migrations import upgrade
from bot_service.telegram_bot.probe import REFUSED, TelegramUnusable, bot_name
from bot_service.terminals.paper import PaperMismatch
from bot_service.terminals.terminal import Mt5Terminal

PASSED = "OK  "
BROKEN = "FAIL"


class Failed(Exception):
    """A part can't be used; the text says what to do."""


def run_check(settings: Settings) -> int:
    """Check every part and return 0 if all can be used, else 1."""
    os.environ.setdefault("PTB_TIMEDELTA", "1")
    words = Translator(settings.language, settings.time_zone)
    parts: tuple[Callable[[Settings, Translator], str], ...] = (_settings, _database, _terminal, _telegram)
    failures = 0
    for part in parts:
        try:
            line, result = part(settings, words), PASSED
        except Failed as error:
            line, result = str(error), BROKEN
            failures += 1
        say(settings.language, "{result} {line}", result=result, line=line)
    return 1 if failures else 0


def _settings(settings: Settings, words: Translator) -> str:
    return words.text(
        _("Settings: data in {directory}, times in {zone}"),
        directory=settings.data_dir,
        zone=settings.time_zone,
    )


def _database(settings: Settings, words: Translator) -> str:
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        upgrade(settings.url, SystemClock())
        database = SqlDatabase(settings.url, SystemClock())
        with database.read() as uow:
            bots = len(uow.bots.all())
        database.close()
    except (ServiceError, OSError) as error:
        raise Failed(
            words.text(_("Database: {reason}. Is the data directory writable?"), reason=error)
        ) from None
    return words.text(_("Database: ready, {n} bots"), n=bots)


def _terminal(settings: Settings, words: Translator) -> str:
    try:
        with only_service(settings.data_dir):
            market = open_paper_market(settings)
            terminal = Mt5Terminal(market.api, clock=market.clock, trade_mode_override=TradeMode.PAPER)
            try:
                terminal.connect()
                state = terminal.account()
            finally:
                terminal.close()
                market.api.close_book()
    except AlreadyRunning as error:
        return words.text(
            _("Terminal: in use by the running service (process {holder})"), holder=error.holder
        )
    except (ServiceError, PaperMismatch, ValueError) as error:
        raise Failed(words.text(_("Terminal: {reason}"), reason=error)) from None
    balance = words.money(state.balance, state.currency)
    return words.text(_("Terminal: paper account, balance {balance}"), balance=balance)


def _telegram(settings: Settings, words: Translator) -> str:
    config = edge_config(settings)
    if config is None:
        raise Failed(
            words.text(_("TELEGRAM_BOT_TOKEN is missing: ask @BotFather for one, then put it in .env."))
        )
    try:
        name = asyncio.run(bot_name(config))
    except TelegramUnusable as error:
        advice = (
            _("Telegram: the token was refused. Copy it again from @BotFather.")
            if error.cause == REFUSED
            else _("Telegram: no answer. Check the internet connection or set TELEGRAM_PROXY.")
        )
        raise Failed(words.text(advice)) from None
    return words.text(_("Telegram: connected as @{name}"), name=name)
