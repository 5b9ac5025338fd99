"""What is looked up about the past: the audit, sheets to take away, the log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True)
class AuditLine:
    """One command or press: who, what, how it ended, and in `detail` what it changed."""

    at: datetime
    user_id: int
    command: str
    arguments: str
    result: str
    detail: dict[str, Any] = field(default_factory=dict)
    bots: tuple[int, ...] = ()


@dataclass(frozen=True)
class Audited:
    """One line of the audit as the mentor reads it: `at` is market time, `looked`: nothing was changed."""

    id: int
    at: datetime
    user_id: int
    command: str
    arguments: str
    result: str
    looked: bool
    detail: dict[str, Any] = field(default_factory=dict)
    bots: tuple[int, ...] = ()


@dataclass(frozen=True)
class LogLine:
    """One warning or error of the log; `text` is all of it, secrets hidden."""

    at: datetime
    level: str
    text: str


class LogBook(Protocol):
    """The newest warnings and errors."""

    def recent(self, limit: int, containing: str = "") -> tuple[LogLine, ...]:
        """Return lines that contain a text, newest first."""


class NoLogBook:
    """A service whose log is nowhere kept."""

    def recent(self, limit: int, containing: str = "") -> tuple[LogLine, ...]:
        """Return nothing."""
        del limit, containing
        return ()


class Archive(Protocol):
    """Everything that can be taken away, and what a person may have forgotten."""

    def sheets(
        self, user_id: int, *, everything: bool
    ) -> Iterator[tuple[str, Sequence[str], Iterator[Sequence[Any]]]]:
        """Return (name, columns, rows) of each sheet, personal ones of this person; the audit on demand."""

    def forget(self, user_id: int) -> dict[str, int]:
        """Delete what belongs to this person alone; return how many of each kind."""

    def forget_name(self, user_id: int) -> None:
        """Take a person's name out of what stays."""
