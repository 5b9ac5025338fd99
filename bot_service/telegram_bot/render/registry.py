"""Which function turns which value into a message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from bot_service.domain.events import Event
from bot_service.i18n import Html, Translator
from bot_service.telegram_bot.render.message import Keyboard, Message

Names = Mapping[int, str]


@dataclass(frozen=True)
class Telling:
    """An event in words: the first line also stands in the history."""

    lines: tuple[Html, ...]
    keyboard: Keyboard = ()


Renderer = Callable[[Any, Translator], Message]
Teller = Callable[[Any, Translator, Names], Telling]

RENDERERS: dict[type[Any], Renderer] = {}
TELLERS: dict[type[Event], Teller] = {}

R = TypeVar("R", bound=Renderer)
T = TypeVar("T", bound=Teller)


def renders(kind: type[Any]) -> Callable[[R], R]:
    """Register the renderer of a view or an error."""

    def register(function: R) -> R:
        RENDERERS[kind] = function
        return function

    return register


def tells(kind: type[Event]) -> Callable[[T], T]:
    """Register the teller of an event."""

    def register(function: T) -> T:
        TELLERS[kind] = function
        return function

    return register


def render(value: object, t: Translator) -> Message:
    """Return the message of a view or an error."""
    return RENDERERS[type(value)](value, t)


def tell(event: Event, t: Translator, names: Names) -> Telling:
    """Return an event in words."""
    return TELLERS[type(event)](event, t, names)
