"""A promise stands in the way of an act: remind, let wait or let a sentence be typed, then do it."""

from __future__ import annotations

import re
from dataclasses import replace

from bot_service.domain.errors import PromiseStands
from bot_service.domain.promises import BrakedAct
from bot_service.i18n import LANGUAGES, Translator
from bot_service.telegram_bot.deeds import Deed, run
from bot_service.telegram_bot.render import render
from bot_service.telegram_bot.render.promises import SENTENCE
from bot_service.telegram_bot.request import Reply, Request

_NOISE = re.compile(r"[^\w\s]|_")


def reminded(request: Request, error: PromiseStands, deed: Deed, before: BrakedAct | None = None) -> Reply:
    """Return the reminder with its ways on; nothing was done."""
    view = request.services.promising.brake(request.actor, error, error.deed or deed, before)
    return Reply((render(view, request.t),))


def done_at_last(request: Request, act: BrakedAct) -> Reply:
    """Do a braked act whose wait is over; a further promise in its way is reminded of as well."""
    released = replace(request, actor=replace(request.actor, released=act.id))
    began = request.services.promising.now()
    try:
        reply = run(released, act.deed)
    except PromiseStands as error:
        error.deed = act.deed
        return reminded(request, error, act.deed, act)
    request.services.promising.done(request.actor, act.id, began)
    return reply


def is_sentence(text: str) -> bool:
    """Tell whether somebody has typed the sentence, in any language and however it is written."""
    return _plain(text) in {_plain(Translator(language).text(SENTENCE)) for language in LANGUAGES}


def is_nearly(text: str) -> bool:
    """Tell whether a text begins like the sentence."""
    wanted = [_plain(Translator(language).text(SENTENCE)) for language in LANGUAGES]
    words = _plain(text).split()[:2]
    return len(words) > 1 and any(sentence.split()[:2] == words for sentence in wanted)


def _plain(text: str) -> str:
    return " ".join(_NOISE.sub(" ", text).lower().split())
