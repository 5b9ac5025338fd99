"""Commands that only look."""

from __future__ import annotations

import re
from dataclasses import replace

from bot_service.domain.errors import InvalidValue
from bot_service.domain.people import Role
from bot_service.i18n import mark as _
from bot_service.telegram_bot.filters import filter_of
from bot_service.telegram_bot.picking import ask_which
from bot_service.telegram_bot.registry import Group, Kind, command
from bot_service.telegram_bot.render import accounts, looks
from bot_service.telegram_bot.render.parts import lines
from bot_service.telegram_bot.request import Reply, Request
from bot_service.telegram_bot.typed import bot_id, page_of
from bot_service.telegram_bot.which import named_account, with_accounts

_PAGE = re.compile(r"p\d+")
_MOST_DAYS = 400


@command(
    "status",
    group=Group.LOOK,
    role=Role.VIEWER,
    kind=Kind.LOOK,
    summary=_("Everything on one screen"),
    aliases={"id": ("ringkasan",)},
    menu=1,
)
def status(request: Request) -> Reply:
    """Show one screen about everything."""
    return request.show(request.services.queries.status())


@command(
    "bots",
    group=Group.CONTROL,
    role=Role.VIEWER,
    kind=Kind.LOOK,
    summary=_("List of your bots"),
    usage=_("[active, stopped, error, paused …] [#tag]"),
    examples=("bots", "bots active", "bots #gold"),
    aliases={"id": ("daftar_bot",)},
    menu=2,
)
def bots(request: Request) -> Reply:
    """Show a page of bots, all or those of a state or tag."""
    page = [word for word in request.words if _PAGE.fullmatch(word)]
    chosen = filter_of([word for word in request.words if word not in page])
    return request.show(request.services.queries.bots(page_of(page), chosen))


@command(
    "bot",
    group=Group.CONTROL,
    role=Role.VIEWER,
    kind=Kind.LOOK,
    summary=_("One bot with all its buttons"),
    usage=_("ID"),
    examples=("bot 1",),
)
def bot(request: Request) -> Reply:
    """Show a bot's card; without an id the list."""
    if not request.words:
        return bots(request)
    return request.show(request.services.queries.bot(bot_id(request.words[0])))


@command(
    "account",
    group=Group.LOOK,
    role=Role.VIEWER,
    kind=Kind.LOOK,
    summary=_("Balance, equity, margin"),
    aliases={"id": ("akun",)},
    menu=8,
)
def account(request: Request) -> Reply:
    """Show the account's money."""
    number, _rest = named_account(request)
    view = request.services.queries.account(number)
    return with_accounts(request, request.show(view), view.account.id, "account")


@command(
    "positions",
    group=Group.LOOK,
    role=Role.VIEWER,
    kind=Kind.LOOK,
    summary=_("Open positions with SL and TP"),
    aliases={"id": ("posisi",)},
    menu=3,
)
def positions(request: Request) -> Reply:
    """Show a page of the open positions."""
    number, rest = named_account(request)
    reply = request.show(request.services.queries.positions(number, page=page_of(rest)))
    (message,) = reply.messages
    warned = accounts.opposite_lines(request.services.accounts.opposites(), request.t)
    told = replace(message, text=lines(message.text, *warned))
    return with_accounts(request, Reply((told,)), number, "positions")


@command(
    "deals",
    group=Group.LOOK,
    role=Role.VIEWER,
    kind=Kind.LOOK,
    summary=_("Closed trades of the last days"),
    usage=_("[days]"),
    examples=("deals", "deals 30"),
    aliases={"id": ("trade",)},
    menu=7,
)
def deals(request: Request) -> Reply:
    """Show closed trades of the last days."""
    number, rest = named_account(request)
    typed = [word for word in rest if not word.startswith("p")]
    days = 7
    if typed:
        if not typed[0].isdecimal() or not 1 <= int(typed[0][:6]) <= _MOST_DAYS:
            raise InvalidValue("days", typed[0][:20], "out_of_bounds", f"1 - {_MOST_DAYS}")
        days = int(typed[0])
    reply = request.show(request.services.queries.deals(days, page_of(rest), number))
    return with_accounts(request, reply, number, f"deals {days}")


@command(
    "analysis",
    group=Group.LOOK,
    role=Role.VIEWER,
    kind=Kind.LOOK,
    summary=_("Why a bot enters or waits, rule by rule"),
    usage=_("ID"),
    examples=("analysis 1",),
    aliases={"id": ("analisis",)},
)
def analysis(request: Request) -> Reply:
    """Show a bot's newest analysis; without an id ask which."""
    if (question := ask_which(request)) is not None:
        return question
    return request.show(request.services.queries.analysis(bot_id(request.words[0])))


@command(
    "history",
    group=Group.LOOK,
    role=Role.VIEWER,
    kind=Kind.LOOK,
    summary=_("What happened, newest first"),
    usage=_("[ID]"),
    examples=("history", "history 1"),
    aliases={"id": ("riwayat",)},
)
def history(request: Request) -> Reply:
    """Show what happened, to one bot or to all."""
    chosen = bot_id(request.words[0]) if request.words else None
    return request.show(request.services.queries.history(chosen, 20))


@command(
    "strategies",
    group=Group.LOOK,
    role=Role.VIEWER,
    kind=Kind.LOOK,
    summary=_("Strategies to choose from"),
    aliases={"id": ("strategi",)},
    menu=12,
)
def strategies(request: Request) -> Reply:
    """Show a page of strategies; with a key that one."""
    if request.words and not _PAGE.fullmatch(request.words[0]):
        return request.show(request.services.queries.strategy(request.words[0]))
    found = request.services.queries.strategies()
    return request.show(looks.StrategiesView(found, page_of(request.words)))


@command(
    "strategy",
    group=Group.LOOK,
    role=Role.VIEWER,
    kind=Kind.LOOK,
    summary=_("What a strategy does, and its parameters"),
    usage=_("KEY"),
    examples=("strategy MA_CROSSOVER",),
)
def strategy(request: Request) -> Reply:
    """Show one strategy; without a key all of them."""
    return strategies(request)


@command(
    "health",
    group=Group.LOOK,
    role=Role.VIEWER,
    kind=Kind.LOOK,
    summary=_("Is everything working, and what to do if not"),
    aliases={"id": ("cek",)},
    menu=11,
)
def health(request: Request) -> Reply:
    """Show every checked part."""
    return request.show(request.services.queries.health())
