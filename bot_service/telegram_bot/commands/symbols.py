"""Search the account's symbols, and give bots another one."""

from __future__ import annotations

import re

from bot_service.domain import codec
from bot_service.domain.errors import InvalidValue
from bot_service.domain.market import SymbolTerms
from bot_service.domain.people import Role
from bot_service.i18n import mark as _
from bot_service.telegram_bot.picking import ask_which
from bot_service.telegram_bot.registry import Group, Kind, command, confirmed
from bot_service.telegram_bot.render import render
from bot_service.telegram_bot.request import Reply, Request
from bot_service.telegram_bot.typed import bot_id, page_of

_PAGE = re.compile(r"p\d+")
_LONGEST_SEARCH = 32
_LONGEST_SYMBOL = 31


@command(
    "symbols",
    group=Group.LOOK,
    role=Role.VIEWER,
    kind=Kind.LOOK,
    summary=_("Search symbols: contract size, digits, spread, which bots use them"),
    usage=_("[name or word]"),
    examples=("symbols gold", "symbols EURUSD"),
    aliases={"id": ("simbol", "pair")},
)
def symbols(request: Request) -> Reply:
    """Show a page of the symbols that a word finds; without a word all of them."""
    words = list(request.words)
    page = words.pop() if words and _PAGE.fullmatch(words[-1]) else ""
    text = " ".join(words)
    if len(text.encode()) > _LONGEST_SEARCH:
        raise InvalidValue("symbol", text[:_LONGEST_SEARCH], "too_long", "XAU, EURUSD, gold")
    return request.show(request.services.symbols.search(text, page_of((page,))))


@command(
    "change_symbol",
    group=Group.CONTROL,
    role=Role.OPERATOR,
    kind=Kind.LOOK,
    summary=_("Another symbol for a bot and all others on the same symbol"),
    usage=_("ID [SYMBOL]"),
    examples=("change_symbol 1", "change_symbol 1 XAUUSDm"),
    aliases={"id": ("ganti_simbol",)},
)
def change_symbol(request: Request) -> Reply:
    """Show what could replace a bot's symbol, or what the named one would mean, and ask."""
    if (question := ask_which(request)) is not None:
        return question
    chosen = bot_id(request.words[0])
    name = request.rest.partition(" ")[2].strip()
    if not name:
        return request.show(request.services.symbols.choice(request.actor, chosen))
    if len(name) > _LONGEST_SYMBOL:
        raise InvalidValue("symbol", name[:_LONGEST_SYMBOL], "not_a_symbol")
    view = request.services.symbols.preview(request.actor, chosen, name)
    message, t = render(view, request.t), request.t
    if not view.bots:
        return Reply((message,))
    payload = {
        "versions": {str(bot.id): bot.version for bot in view.bots},
        "symbol": view.symbol,
        "now": codec.to_json(view.now),
    }
    return request.ask(message, (t.text(_("✅ Yes, change them")), "swap", payload), no=t.text(_("Cancel")))


@confirmed("swap", role=Role.OPERATOR)
def swap(request: Request) -> Reply:
    """Give the bots that were shown the symbol that was shown."""
    payload = request.payload
    versions = {int(chosen): int(version) for chosen, version in payload["versions"].items()}
    now = codec.from_json(SymbolTerms, payload["now"])
    return request.show(request.services.symbols.swap(request.actor, versions, payload["symbol"], now))
