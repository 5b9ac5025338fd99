"""The command that draws a bot's candles."""

from __future__ import annotations

from bot_service.domain.people import Role
from bot_service.i18n import mark as _
from bot_service.telegram_bot.picking import ask_which
from bot_service.telegram_bot.pictures import with_chart
from bot_service.telegram_bot.registry import Group, Kind, command
from bot_service.telegram_bot.render import Message, charts, render
from bot_service.telegram_bot.request import Reply, Request
from bot_service.telegram_bot.typed import bot_id


@command(
    "chart",
    group=Group.LOOK,
    role=Role.VIEWER,
    kind=Kind.LOOK,
    summary=_("Candles with a bot's entries, SL and TP"),
    usage=_("ID"),
    examples=("chart 1",),
    aliases={"id": ("grafik",)},
)
def chart(request: Request) -> Reply:
    """Answer at once; the candles come from the account's lane. Without an id ask which."""
    if (question := ask_which(request)) is not None:
        return question
    bot = request.services.charting.bot(bot_id(request.words[0]))
    return Reply((charts.progress(bot, request.t),), later=lambda: _drawn(request, bot.id))


def _drawn(request: Request, number: int) -> Reply:
    view = request.services.charting.chart(number)
    pictured = with_chart(render(view, request.t), view, request.t, request.theme)
    if pictured.photo is None:
        return Reply((pictured,))
    # A text can't become a picture: it ends with a line, and the chart follows.
    return Reply((Message(charts.done(view.bot, request.t)), pictured))
