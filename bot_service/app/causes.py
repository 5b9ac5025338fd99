"""Why a real terminal can't trade, in plain words, with what to do."""

from __future__ import annotations

from typing import Any

from bot_service.domain.errors import TerminalUnavailable
from bot_service.domain.market import LinkCause
from bot_service.i18n import Translator
from bot_service.telegram_bot.render.words import LINK_CAUSES, TRADE_LOCKS
from bot_service.terminals.mapping import trade_lock


def of_error(error: TerminalUnavailable, words: Translator) -> str:
    """Return why a terminal did not answer; the terminal's own words in brackets."""
    known = next((text for cause, text in LINK_CAUSES.items() if cause == error.cause), None)
    why = words.text(known or LINK_CAUSES[LinkCause.NO_ANSWER])
    return f"{why} ({error.retcode}: {error.detail})" if error.detail else f"{why} ({error.retcode})"


def of_permissions(terminal: Any, account: Any) -> str | None:
    """Return the sentence for the first permission that lacks, None when trading is allowed.

    The arguments are the terminal's and the account's record.
    """
    if not terminal.connected:
        return LINK_CAUSES[LinkCause.BROKER_DOWN]
    if terminal.tradeapi_disabled:
        return LINK_CAUSES[LinkCause.ALGO_OFF]
    lock = trade_lock(account, terminal_allows=bool(terminal.trade_allowed))
    return None if lock is None else TRADE_LOCKS[lock]
