"""The question which bot a command is for."""

from __future__ import annotations

import re

from bot_service.telegram_bot.registry import REGISTRY
from bot_service.telegram_bot.render.bot_views import which_bot
from bot_service.telegram_bot.request import Reply, Request
from bot_service.telegram_bot.typed import page_of

_PAGE = re.compile(r"p\d+")


def ask_which(request: Request) -> Reply | None:
    """Return the question which bot a line is for, None where it names one.

    Each button runs the same command for its bot, so nobody has to go round by the bot's card.
    """
    if request.words and not _PAGE.fullmatch(request.words[0]):
        return None
    name = request.line.split()[0]
    what = REGISTRY.commands[name].summary
    view = request.services.queries.bots(page_of(request.words))
    return Reply((which_bot(view, name, request.t.text(what), request.t),))
