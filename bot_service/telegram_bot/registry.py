"""What can be typed and pressed: the handlers register themselves, no list mentions them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from bot_service.domain.people import Role
from bot_service.telegram_bot.request import Reply, Request

Handler: TypeAlias = Callable[[Request], Reply]


class Kind(StrEnum):
    """How an act behaves: stopping always works at once, risk is asked again when it comes late."""

    STOP = "stop"
    RAISE = "raise"
    CHANGE = "change"
    LOOK = "look"


class Group(StrEnum):
    """The sections of /help, in their order."""

    FIRST_STEPS = "first_steps"
    CONTROL = "control"
    LOOK = "look"
    MENTOR = "mentor"
    SETTINGS = "settings"


@dataclass(frozen=True)
class Command:
    """A command: `summary` and `usage` are catalog sentences, `menu` its place in the menu.

    What is typed after a `private` one never stands in the audit. `state` is the line that shows how things
    stand after it, where that is more than the one bot that it names.
    """

    name: str
    handler: Handler
    role: Role
    kind: Kind
    group: Group
    summary: str
    usage: str = ""
    examples: tuple[str, ...] = ()
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    menu: int | None = None
    private: bool = False
    state: str = ""

    def title(self, language: str) -> str:
        """Return the name that a language uses."""
        own = self.aliases.get(language, ())
        return own[0] if own else self.name


@dataclass(frozen=True)
class Press:
    """A button's handler by the first word of its data."""

    prefix: str
    handler: Handler
    role: Role
    kind: Kind
    state: str = ""


@dataclass(frozen=True)
class Confirmed:
    """What happens when a confirmation is given."""

    action: str
    handler: Handler
    role: Role


@dataclass(frozen=True)
class Typed:
    """What takes a line that is no command; None says that it was not waiting for one.

    Of several the smallest `rank` is asked first.
    """

    handler: Callable[[Request], Reply | None]
    role: Role
    rank: int


def plain_name(name: str) -> str:
    """Return a command's name as it is compared: small letters, no underscore."""
    return name.lower().replace("_", "").replace("-", "")


class Registry:
    """All commands, buttons and confirmed acts."""

    def __init__(self) -> None:
        self.commands: dict[str, Command] = {}
        self.presses: dict[str, Press] = {}
        self.confirmed: dict[str, Confirmed] = {}
        self.typed: list[Typed] = []
        self._names: dict[str, Command] = {}

    def add(self, command: Command) -> None:
        """Register a command and all its names.

        Raises:
            ValueError: another command has one of the names.
        """
        names = (command.name, *(alias for aliases in command.aliases.values() for alias in aliases))
        for name in names:
            if plain_name(name) in self._names:
                raise ValueError(f"command name used twice, was {name!r}")
        self._names |= {plain_name(name): command for name in names}
        self.commands[command.name] = command

    def find(self, name: str) -> Command | None:
        """Return the command of a name or alias, with or without underscores."""
        return self._names.get(plain_name(name))

    def spoken(self, line: str, language: str) -> str:
        """Return a command line with the name that a language uses."""
        name, space, rest = line.partition(" ")
        found = self.commands.get(name)
        return line if found is None else f"{found.title(language)}{space}{rest}"

    def example(self, line: str, language: str) -> str:
        """Return an example as people of a language would type it."""
        own = EXAMPLE_WORDS.get(language, {})
        typed = [own.get(word, word) for word in self.spoken(line, language).split(" ")]
        text = " ".join(typed)
        return DECIMAL.sub(r"\1,\2", text) if own else text

    def nearest(self, name: str) -> Command | None:
        """Return the command whose name looks most like it."""
        close = difflib.get_close_matches(plain_name(name), self._names, n=1, cutoff=0.6)
        return self._names[close[0]] if close else None

    def menu(self) -> tuple[Command, ...]:
        """Return the commands of the menu by use."""
        listed = [command for command in self.commands.values() if command.menu is not None]
        return tuple(sorted(listed, key=lambda command: command.menu or 0))


REGISTRY = Registry()
EXAMPLE_WORDS: Mapping[str, Mapping[str, str]] = {
    "id": {"risk": "risiko", "gold": "emas", "#gold": "#emas", "-#gold": "-#emas", "active": "aktif"}
}
DECIMAL = re.compile(r"\b(\d+)\.(\d+)\b")


def command(
    name: str,
    *,
    group: Group,
    role: Role,
    kind: Kind,
    summary: str,
    usage: str = "",
    examples: tuple[str, ...] = (),
    aliases: Mapping[str, tuple[str, ...]] | None = None,
    menu: int | None = None,
    private: bool = False,
    state: str = "",
) -> Callable[[Handler], Handler]:
    """Register a function as a command."""

    def register(handler: Handler) -> Handler:
        found = Command(
            name, handler, role, kind, group, summary, usage, examples, aliases or {}, menu, private, state
        )
        REGISTRY.add(found)
        return handler

    return register


def button(prefix: str, *, role: Role, kind: Kind, state: str = "") -> Callable[[Handler], Handler]:
    """Register a function for button data that begins with `prefix:`; `state` as with a command."""

    def register(handler: Handler) -> Handler:
        REGISTRY.presses[prefix] = Press(prefix, handler, role, kind, state)
        return handler

    return register


def confirmed(action: str, *, role: Role) -> Callable[[Handler], Handler]:
    """Register what happens when the confirmation of an action is given."""

    def register(handler: Handler) -> Handler:
        REGISTRY.confirmed[action] = Confirmed(action, handler, role)
        return handler

    return register


def typed(
    *, role: Role, rank: int
) -> Callable[[Callable[[Request], Reply | None]], Callable[[Request], Reply | None]]:
    """Register what takes lines that are no commands."""

    def register(handler: Callable[[Request], Reply | None]) -> Callable[[Request], Reply | None]:
        REGISTRY.typed = sorted([*REGISTRY.typed, Typed(handler, role, rank)], key=lambda item: item.rank)
        return handler

    return register
