"""What is stored of messages on their way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot_service.domain.sent import Sent


@dataclass(frozen=True)
class OutboxLine:
    """One message and what became of it: `state` is queued, sent or dead."""

    id: int
    chat_id: int
    user_id: int
    payload: dict[str, Any]
    level: str
    state: str
    attempts: int
    recorded_at: datetime
    sent_at: datetime | None
    error: str | None


class OutboxRow(Protocol):
    """One message on its way to one chat."""

    id: int
    chat_id: int
    user_id: int
    level: str
    payload: dict[str, Any]
    subject: str | None
    attempts: int
    recorded_at: datetime
    thread_id: int | None
    not_before: datetime | None
    message_id: int | None
    parts: Sent | None

    @property
    def edits(self) -> bool:
        """Tell whether it takes the place of what was sent."""


class Outbox(Protocol):
    """Alerts on their way; the sender claims, sends and marks."""

    def claim(self, chat_id: int, now: datetime, lease: timedelta) -> OutboxRow | None:
        """Take the chat's next row: critical first, then by id; None when nothing is due.

        A row whose lease ran out is due again.
        """

    def chats_due(self, now: datetime) -> tuple[int, ...]:
        """Return the chats that have a row due."""

    def release_all(self) -> None:
        """End all leases: when a sender begins, nobody else is sending."""

    def sent(self, row_id: int, message_id: int, at: datetime, parts: Sent | None = None) -> None:
        """Mark a row as sent; `parts` where it may be edited later."""

    def edit(self, subject: str) -> None:
        """Let the messages of a subject that can be edited be put in words again, in their place."""

    def same_message(self, chat_id: int, message_id: int) -> tuple[OutboxRow, ...]:
        """Return all rows that one message of a chat tells, oldest first."""

    def later(self, row_id: int, not_before: datetime, error: str) -> None:
        """Give a row back until a moment; attempts rise by one."""

    def dead(self, row_id: int, error: str) -> None:
        """Mark a row that can't be delivered."""

    def reply_to(self, chat_id: int, subject: str, thread_id: int | None = None) -> int | None:
        """Return the message id of the first sent row of this subject in this chat and topic."""

    def pending(self) -> int:
        """Return how many rows wait."""

    def waiting(
        self, chat_id: int, thread_id: int | None, now: datetime, limit: int
    ) -> tuple[OutboxRow, ...]:
        """Return what nobody is sending of all that waits for a chat's topic, oldest first."""

    def lease(self, row_ids: Sequence[int], until: datetime) -> None:
        """Take rows together with the one that was claimed."""

    def hold(self, row_id: int, until: datetime) -> None:
        """Let a row wait on purpose; that is no failed try."""

    def messages_since(self, chat_id: int, since: datetime) -> int:
        """Return how many messages a chat has got since a moment; a digest counts once."""

    def newest(self, user_id: int, limit: int) -> tuple[OutboxLine, ...]:
        """Return what a member was or will be sent, newest first."""

    def undelivered(self) -> tuple[OutboxLine, ...]:
        """Return all messages that were given up, newest first."""

    def revive(self, row_id: int, now: datetime) -> None:
        """Let a message that was given up be tried again."""

    def add_message(
        self, chat_id: int, user_id: int, payload: dict[str, Any], at: datetime, thread_id: int | None = None
    ) -> None:
        """Queue a message that is no event's alert."""
