"""The command that replays a bot over its last days."""

from __future__ import annotations

from bot_service.domain.errors import InvalidValue
from bot_service.domain.people import Role
from bot_service.i18n import mark as _
from bot_service.telegram_bot.picking import ask_which
from bot_service.telegram_bot.pictures import with_backtest_picture
from bot_service.telegram_bot.registry import Group, Kind, command
from bot_service.telegram_bot.render import Message, backtests, render
from bot_service.telegram_bot.request import Reply, Request
from bot_service.telegram_bot.typed import bot_id

USUAL_DAYS = 90
MOST_DAYS = 730
_DIGITS = 6


@command(
    "backtest",
    group=Group.LOOK,
    role=Role.VIEWER,
    kind=Kind.LOOK,
    summary=_("Backtest a bot on past candles"),
    usage=_("ID [days]"),
    examples=("backtest 1", "backtest 1 30"),
    aliases={"id": ("uji_balik",)},
)
def backtest(request: Request) -> Reply:
    """Answer at once and put the result in the place of the answer; without an id ask which."""
    if (question := ask_which(request)) is not None:
        return question
    days = _days(request.words[1]) if len(request.words) > 1 else USUAL_DAYS
    bot = request.services.backtests.bot(bot_id(request.words[0]))
    return Reply((backtests.progress(bot, days, request.t),), later=lambda: _result(request, bot.id, days))


def _result(request: Request, number: int, days: int) -> Reply:
    view = request.services.backtests.run(number, days)
    message = render(view, request.t)
    pictured = with_backtest_picture(message, view.report, request.t, request.theme)
    if pictured.photo is None:
        return Reply((message,))
    # A text can't become a picture: it ends with a line, and the result follows.
    return Reply((Message(backtests.done(view.bot, request.t)), pictured))


def _days(word: str) -> int:
    # ASCII only: isdecimal() takes digits of other scripts too.
    whole = word.isascii() and word.isdecimal() and len(word) <= _DIGITS
    if not whole or not 1 <= int(word) <= MOST_DAYS:
        raise InvalidValue("days", word[:20], "out_of_bounds", f"1 - {MOST_DAYS}")
    return int(word)
