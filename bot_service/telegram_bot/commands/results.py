"""Commands that say what trades came to, with a picture."""

from __future__ import annotations

from bot_service.domain.errors import InvalidValue
from bot_service.domain.people import Role
from bot_service.i18n import mark as _
from bot_service.services.views import Grouping
from bot_service.telegram_bot.pictures import with_performance_picture, with_today_picture
from bot_service.telegram_bot.registry import Group, Kind, command
from bot_service.telegram_bot.render import render
from bot_service.telegram_bot.request import Reply, Request
from bot_service.telegram_bot.typed import page_of

USUAL_DAYS = 30
MOST_DAYS = 400
_DIGITS = 6
_GROUPS = {
    "bot": Grouping.BOT,
    "bots": Grouping.BOT,
    "symbol": Grouping.SYMBOL,
    "symbols": Grouping.SYMBOL,
    "simbol": Grouping.SYMBOL,
    "pair": Grouping.SYMBOL,
    "strategy": Grouping.STRATEGY,
    "strategies": Grouping.STRATEGY,
    "strategi": Grouping.STRATEGY,
}


@command(
    "today",
    group=Group.LOOK,
    role=Role.VIEWER,
    kind=Kind.LOOK,
    summary=_("Today per bot and symbol, with a picture"),
    aliases={"id": ("hari_ini",)},
)
def today(request: Request) -> Reply:
    """Show the trading day so far; further pages have no picture."""
    view = request.services.results.today(page_of(request.words))
    message = render(view, request.t)
    if view.page:
        return Reply((message,))
    return Reply((with_today_picture(message, view, request.t, request.theme),))


@command(
    "performance",
    group=Group.LOOK,
    role=Role.VIEWER,
    kind=Kind.LOOK,
    summary=_("Results of the last days per bot, symbol or strategy"),
    usage=_("[days] [bot/symbol/strategy]"),
    examples=("performance", "performance 90 symbol"),
    aliases={"id": ("performa",)},
)
def performance(request: Request) -> Reply:
    """Show the numbers of the last days; further pages have no picture."""
    days, grouping = USUAL_DAYS, Grouping.BOT
    for word in request.words:
        if word.lower() in _GROUPS:
            grouping = _GROUPS[word.lower()]
        elif not (word.startswith("p") and word[1:].isdecimal()):
            days = _days(word)
    view = request.services.results.performance(days, grouping, page_of(request.words))
    message = render(view, request.t)
    if view.page:
        return Reply((message,))
    return Reply((with_performance_picture(message, view, request.t, request.theme),))


def _days(word: str) -> int:
    # ASCII only: isdecimal() takes digits of other scripts too.
    whole = word.isascii() and word.isdecimal() and len(word) <= _DIGITS
    if not whole or not 1 <= int(word) <= MOST_DAYS:
        raise InvalidValue("days", word[:20], "out_of_bounds", f"1 - {MOST_DAYS}")
    return int(word)
