"""What every event has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from bot_service.domain import codec


class Level(StrEnum):
    """How loud an alert is; critical overtakes the others and breaks through quiet hours."""

    CRITICAL = "critical"
    TRADE = "trade"
    INFO = "info"


class Audience(StrEnum):
    """Whose chats get the alert."""

    NOBODY = "nobody"
    MEMBERS = "members"
    OWNER = "owner"
    ACTOR = "actor"
    OTHERS = "others"
    """All members but the one whom the event is about, its `user_id`."""
    PERSON = "person"
    """Only the one whom the event is about, its `user_id`."""


EVENTS: dict[str, type[Event]] = {}


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact; `happened_at` is market time, `actor` the user id of the person who caused it.

    `subject` names the thread that an alert belongs to: alerts with the subject of a position reply to the
    alert of its opening.
    """

    code: ClassVar[str]
    level: ClassVar[Level] = Level.INFO
    audience: ClassVar[Audience] = Audience.MEMBERS

    happened_at: datetime
    account_id: int | None = None
    bot_id: int | None = None
    actor: int | None = None

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "code" in cls.__dict__:
            EVENTS[cls.code] = cls

    @property
    def subject(self) -> str | None:
        """Return the thread of the alert, None where it stands alone."""
        return None

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"event": self.code, **codec.to_json(self)}


def from_json(data: dict[str, Any]) -> Event:
    """Build an event from its JSON form."""
    kind = EVENTS[data["event"]]
    return codec.from_json(kind, {name: item for name, item in data.items() if name != "event"})


def read_event(data: dict[str, Any]) -> Event | None:
    """Return the event that a stored JSON form holds, None where this version can't read it."""
    try:
        return from_json(data) if data.get("event") in EVENTS else None
    except ValueError:
        # Written by a version whose event had other fields: one such row must not stop what comes after it.
        return None
