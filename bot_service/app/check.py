"""`bot-service check`: one line per part, with what to do about a failure."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from functools import partial

from bot_service.app import causes
from bot_service.app.accounts import AccountPlan, read_accounts
from bot_service.app.branches import open_venues
from bot_service.app.live_demo import NotDemo, observe
from bot_service.app.locking import AlreadyRunning, only_service
from bot_service.app.service import NO_PACKAGE, edge_config
from bot_service.app.speech import say
from bot_service.app.terminals import Venue
from bot_service.domain.errors import ServiceError, TerminalUnavailable
from bot_service.domain.market import LinkCause
from bot_service.i18n import Translator
from bot_service.i18n import mark as _
from bot_service.scheduling.clocks import SystemClock
from bot_service.settings import Settings
from bot_service.storage.database import SqlDatabase
from bot_service.storage.migrations import upgrade
from bot_service.telegram_bot.probe import REFUSED, TelegramUnusable, bot_name
from bot_service.terminals.isolated.process import PackageMissing
from bot_service.terminals.paper import PaperMismatch

PASSED = "OK  "
BROKEN = "FAIL"
NOTED = "NOTE"


class Failed(Exception):
    """A part can't be used; the text says what to do."""


def run_check(settings: Settings, *, live_demo: bool = False, venue: Venue | None = None) -> int:
    """Check every part and return 0 if all can be used, else 1.

    `live_demo` also trades the smallest lot on a demo account, to compare the real terminal with what the
    service was built on; `venue` replaces the settings' terminal.
    """
    os.environ.setdefault("PTB_TIMEDELTA", "1")
    words = Translator(settings.language, settings.time_zone)
    terminals = [
        partial(_terminal, venue=venue, live_demo=live_demo, plan=plan)
        for plan in ((AccountPlan("", settings),) if venue is not None else read_accounts(settings))
    ]
    parts: tuple[Callable[[Settings, Translator], str], ...] = (_settings, _database, *terminals, _telegram)
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
    return words.text(_("Database: ready, bots: {n}"), n=bots)


def _terminal(
    settings: Settings, words: Translator, venue: Venue | None, plan: AccountPlan, *, live_demo: bool
) -> str:
    """Name the account first where there are several."""
    if not plan.label:
        return _one_terminal(settings, words, venue, plan, live_demo=live_demo)
    try:
        return f"[{plan.label}] {_one_terminal(settings, words, venue, plan, live_demo=live_demo)}"
    except Failed as error:
        raise Failed(f"[{plan.label}] {error}") from None


def _one_terminal(
    settings: Settings, words: Translator, venue: Venue | None, plan: AccountPlan, *, live_demo: bool
) -> str:
    try:
        with only_service(settings.data_dir):
            opened = venue or open_venues((plan,))[0].venue
            try:
                line = _paper(opened, words) if opened.paper is not None else _real(opened, words)
                if live_demo:
                    _live_demo(opened, words)
            finally:
                opened.close()
    except AlreadyRunning as error:
        return words.text(
            _("Terminal: in use by the running service (process {holder})"), holder=error.holder
        )
    except PackageMissing:
        raise Failed(words.text(_("Terminal: {reason}"), reason=words.text(NO_PACKAGE))) from None
    except TerminalUnavailable as error:
        reason = causes.of_error(error, words)
        raise Failed(words.text(_("Terminal: {reason}"), reason=reason)) from None
    except (ServiceError, PaperMismatch, ValueError, OSError) as error:
        raise Failed(words.text(_("Terminal: {reason}"), reason=error)) from None
    return line


def _paper(venue: Venue, words: Translator) -> str:
    venue.terminal.connect()
    state = venue.terminal.account()
    balance = words.money(state.balance, state.currency)
    return words.text(_("Terminal: paper account, balance {balance}"), balance=balance)


def _real(venue: Venue, words: Translator) -> str:
    venue.terminal.connect()
    identity = venue.terminal.identity()
    terminal, account = venue.api.terminal_info(), venue.api.account_info()
    if terminal is None or account is None:
        raise TerminalUnavailable(LinkCause.NO_ANSWER, *venue.api.last_error())
    lacks = causes.of_permissions(terminal, account)
    if lacks is not None:
        raise Failed(words.text(_("Terminal: {reason}"), reason=words.text(lacks)))
    state = venue.terminal.account()
    return words.text(
        _("Terminal: account {login} at {server} ({mode}), balance {balance}, build {build}"),
        login=identity.login,
        server=identity.server,
        mode=identity.trade_mode.value,
        balance=words.money(state.balance, state.currency),
        build=terminal.build,
    )


def _live_demo(venue: Venue, words: Translator) -> None:
    try:
        facts = observe(venue.api)
    except NotDemo:
        raise Failed(
            words.text(_("Live demo: refused. It trades, so it runs on a demo account only."))
        ) from None
    for fact in facts:
        line = words.text(
            _("Live demo, {fact}: expected {expected}, seen {seen}"),
            fact=fact.code,
            expected=fact.expected,
            seen=fact.seen,
        )
        result = (PASSED if fact.as_expected else NOTED) if fact.holds else BROKEN
        say(words.language, "{result} {line}", result=result, line=line)
    wrong = sum(not fact.holds for fact in facts)
    if wrong:
        raise Failed(
            words.text(
                _("Live demo: {n} facts differ from what the service was built on; please report them."),
                n=wrong,
            )
        )


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
