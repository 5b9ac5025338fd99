"""What happens to bots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from bot_service.domain.events.base import Event, Level


@dataclass(frozen=True, kw_only=True)
class BotCreated(Event):
    """A bot was made; it is stopped."""

    code: ClassVar[str] = "bot_created"
    name: str


@dataclass(frozen=True, kw_only=True)
class BotEdited(Event):
    """A bot's settings changed; `changes` maps a field to its old and new value as text."""

    code: ClassVar[str] = "bot_edited"
    name: str
    version: int
    changes: dict[str, tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class BotDeleted(Event):
    """A bot was marked deleted."""

    code: ClassVar[str] = "bot_deleted"
    name: str


@dataclass(frozen=True, kw_only=True)
class BotsStarted(Event):
    """One or several bots run from now on."""

    code: ClassVar[str] = "bots_started"
    bot_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class BotsStopping(Event):
    """Bots were told to stop; `busy` still finish something and are reported when they end.

    `everything`: all bots were meant, not these.
    """

    code: ClassVar[str] = "bots_stopping"
    bot_ids: tuple[int, ...]
    busy: tuple[int, ...] = ()
    everything: bool = False


@dataclass(frozen=True, kw_only=True)
class BotStopped(Event):
    """The last unfinished act of a stopping bot has ended."""

    code: ClassVar[str] = "bot_stopped"
    name: str
    cause: str = "stop"


@dataclass(frozen=True, kw_only=True)
class BotsExitOnly(Event):
    """Bots open nothing any more and still manage what is open."""

    code: ClassVar[str] = "bots_exit_only"
    bot_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class BotFlat(Event):
    """An exit-only bot has no position left and is stopped."""

    code: ClassVar[str] = "bot_flat"
    name: str


@dataclass(frozen=True, kw_only=True)
class BotFaulted(Event):
    """A bot needs a hand; an open position keeps its stop."""

    code: ClassVar[str] = "bot_faulted"
    level: ClassVar[Level] = Level.CRITICAL
    name: str
    fault: str
    detail: str = ""
    ticket: int | None = None
    stop_loss: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class DueReset(Event):
    """A bot's next tick lay too far ahead and was set right."""

    code: ClassVar[str] = "due_reset"
    name: str
    was: datetime


@dataclass(frozen=True, kw_only=True)
class StoppedFromConsole(Event):
    """Somebody stopped all bots on the machine itself."""

    code: ClassVar[str] = "stopped_from_console"
    level: ClassVar[Level] = Level.CRITICAL
    bot_ids: tuple[int, ...]
