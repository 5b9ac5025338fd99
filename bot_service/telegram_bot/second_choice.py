"""An error that is a question: its answers as buttons that go on with what the person was doing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot_service.domain.errors import AmbiguousNumber, ServiceError, SymbolRefused
from bot_service.domain.numbers import spelled
from bot_service.telegram_bot.render import Button, Message, do, fits, render
from bot_service.telegram_bot.render.contract import label
from bot_service.telegram_bot.request import Reply, Request


def told(error: ServiceError, request: Request) -> Reply:
    """Return an error in words; where it has several answers, each is a button that runs the line again."""
    message = render(error, request.t)
    if isinstance(error, AmbiguousNumber) and error.value in request.line:
        return Reply((Message(message.text, (_readings(error, request),)),))
    if isinstance(error, SymbolRefused):
        return Reply((replace(message, keyboard=(*_symbols(error, request), *message.keyboard)),))
    return Reply((message,))


def _readings(error: AmbiguousNumber, request: Request) -> tuple[Button, ...]:
    readings = {
        request.t.number(error.small): spelled(error.small),
        request.t.number(error.large, 0): f"{error.large:f}",
    }
    lines = {text: request.line.replace(error.value, typed, 1) for text, typed in readings.items()}
    return tuple(do(text, line) for text, line in lines.items() if fits(line))


def _symbols(error: SymbolRefused, request: Request) -> tuple[tuple[Button, ...], ...]:
    words = request.line.split()
    place = next((at for at, word in enumerate(words) if word.upper() == error.symbol.upper()), None)
    if not place:
        return ()
    found = []
    for terms in error.candidates:
        again = [*words[:place], terms.name, *words[place + 1 :]]
        found.append((_run(label(terms, request.t), again, request),))
    return tuple(found)


def _run(text: str, words: Sequence[str], request: Request) -> Button:
    line = " ".join(words)
    if fits(line) and line.split() == list(words):
        return do(text, line)
    # Too long for a button, or a name with a blank in it: the words wait in the database.
    token = request.services.chats.confirm_token(
        request.actor, "again", {"line": line, "words": list(words[1:])}
    )
    return Button(text, f"yes:{token.id}")
