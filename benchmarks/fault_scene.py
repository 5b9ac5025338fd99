"""An alert and what was true when it was told; checks of alerts are found by the event they check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, TypeVar

from fault_line import Sent
from fault_world import Moment, Told, World, key_of

from bot_service.domain.bots import magic_of
from bot_service.domain.events import Event
from bot_service.domain.trading import Intent

E = TypeVar("E", bound=Event)
Check = Callable[["Scene", Any], Iterator[str]]
CHECKS: dict[type[Event], Check] = {}
CLOCK = timedelta(seconds=2)


class Scene:
    """An alert, and what was true when it was told."""

    def __init__(self, world: World, told: Told) -> None:
        self.world = world
        self.told = told
        self.text = told.text

    def intents_of(self, position_id: int) -> tuple[Intent, ...]:
        """Return the intents that opened or close a position."""
        with self.world.storage.read() as uow:
            found: tuple[Intent, ...] = uow.intents.of_position(self.world.account.id, position_id)
        return found

    def intent(self, ref: str) -> Intent | None:
        """Return the intent that a reference names."""
        with self.world.storage.read() as uow:
            found: Intent | None = uow.intents.by_ref(self.world.account.id, ref)
        return found

    @property
    def event(self) -> Any:
        """Return what is told."""
        return self.told.event

    @property
    def then(self) -> Moment:
        """Return what was true when the event was recorded."""
        return self.world.moments[key_of(self.event)]

    @property
    def magic(self) -> int:
        """Return the magic number of the alert's bot."""
        return magic_of(self.world.account.magic_block, self.event.bot_id)

    def sent(self) -> tuple[Sent, ...]:
        """Return what was sent or checked for the alert's bot, newest first."""
        return tuple(one for one in reversed(self.world.notes.sent) if one.magic == self.magic)

    def says(self, **facts: str) -> Iterator[str]:
        """Look for facts in the text, as they are written in the reader's language."""
        for name, words in facts.items():
            if words not in self.text:
                yield f"the text doesn't say the {name} {words!r}: {self.text!r}"


def checks(kind: type[E]) -> Callable[[Callable[[Scene, E], Iterator[str]]], Check]:
    """Take a function as the check of an event."""

    def take(check: Callable[[Scene, E], Iterator[str]]) -> Check:
        CHECKS[kind] = check
        return check

    return take
