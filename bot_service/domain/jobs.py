"""Work that a lane does, as data; a smaller priority runs first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import ClassVar


class Priority(IntEnum):
    """The order in which one account's lane works."""

    URGENT = 0
    WATCH = 1
    RECEIPT = 2
    TICK = 3
    BACKGROUND = 4


@dataclass(frozen=True)
class Job:
    """Work for the lane of one account; of jobs with the same `key` only one waits."""

    kind: ClassVar[str]
    priority: ClassVar[Priority]
    account_id: int

    @property
    def key(self) -> str:
        """Return what makes two waiting jobs the same."""
        return f"{self.kind}:{self.account_id}"


@dataclass(frozen=True)
class TickJob(Job):
    """Let one bot look at the market; `due` is market time."""

    kind: ClassVar[str] = "tick"
    priority: ClassVar[Priority] = Priority.TICK
    bot_id: int
    due: datetime

    @property
    def key(self) -> str:
        """Return one key per bot."""
        return f"tick:{self.bot_id}"


@dataclass(frozen=True)
class WatchJob(Job):
    """Look at an account and its positions."""

    kind: ClassVar[str] = "watch"
    priority: ClassVar[Priority] = Priority.WATCH


@dataclass(frozen=True)
class ReconcileJob(Job):
    """Ask the terminal for the truth about everything unsettled."""

    kind: ClassVar[str] = "reconcile"
    priority: ClassVar[Priority] = Priority.WATCH


@dataclass(frozen=True)
class CloseUnknownJob(Job):
    """Close a position that no order of ours explains, because somebody wants it closed."""

    kind: ClassVar[str] = "close_unknown"
    priority: ClassVar[Priority] = Priority.URGENT
    position_id: int
    actor: int

    @property
    def key(self) -> str:
        """Return one key per position."""
        return f"close_unknown:{self.account_id}:{self.position_id}"


@dataclass(frozen=True)
class CloseJob(Job):
    """Close the most urgent of the positions that somebody wants closed."""

    kind: ClassVar[str] = "close"
    priority: ClassVar[Priority] = Priority.URGENT


@dataclass(frozen=True)
class ReportJob(Job):
    """Write the report of the trading day that has ended."""

    kind: ClassVar[str] = "report"
    priority: ClassVar[Priority] = Priority.BACKGROUND


@dataclass(frozen=True)
class MentorJob(Job):
    """Look after the people of an account: questions, promises, letters."""

    kind: ClassVar[str] = "mentor"
    priority: ClassVar[Priority] = Priority.BACKGROUND
