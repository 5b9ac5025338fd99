from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ScalarSelect, and_, bindparam, case, func, insert, or_, select, update

from bot_service.domain.events import Level
from bot_service.domain.sent import Sent
from bot_service.ports import OutboxLine
from bot_service.storage.repository import Repository
from bot_service.storage.tables import MessageRow
from bot_service.storage.tables.messages import QUEUED, THREADED, MessageKind, MessageState
from bot_service.storage.types import columns_of, table_of

OUTBOX = table_of(MessageRow)
URGENCY = case((OUTBOX.c.level == Level.CRITICAL, 0), else_=1)


@dataclass
class Message:
    """One message on its way to one chat, as the sender takes it."""

    id: int
    chat_id: int
    user_id: int
    kind: MessageKind
    level: str
    payload: dict[str, Any]
    subject: str | None
    reply_to: int | None
    attempts: int
    recorded_at: datetime
    thread_id: int | None = None
    not_before: datetime | None = None
    message_id: int | None = None
    parts: Sent | None = None

    @property
    def edits(self) -> bool:
        """Tell whether it takes the place of what was sent."""
        return self.kind is MessageKind.EDIT


COLUMNS = columns_of(OUTBOX, Message)
LINE_COLUMNS = columns_of(OUTBOX, OutboxLine)
REVIVABLE = 500
# The index is over the moment of recording; nobody counts what waited longer.
LOOK_BACK = timedelta(days=2)


NOW = bindparam("now", type_=OUTBOX.c.recorded_at.type)
DUE = and_(
    or_(OUTBOX.c.not_before.is_(None), OUTBOX.c.not_before <= NOW),
    or_(OUTBOX.c.lease_until.is_(None), OUTBOX.c.lease_until <= NOW),
)


def _head(level: Level) -> ScalarSelect[int]:
    rows = and_(QUEUED, OUTBOX.c.chat_id == bindparam("chat"), OUTBOX.c.level == level)
    return select(func.min(OUTBOX.c.id)).where(rows).scalar_subquery()


# One look into the index per level, however many rows wait.
HEADS = OUTBOX.c.id.in_([_head(level) for level in Level])
NEXT = select(OUTBOX.c.id).where(HEADS, DUE).order_by(URGENCY, OUTBOX.c.id).limit(1).scalar_subquery()
CLAIM = update(OUTBOX).where(OUTBOX.c.id == NEXT).values(lease_until=bindparam("until")).returning(*COLUMNS)


class SqlOutbox(Repository):
    """The outbox in the database.

    Of each chat and level only the oldest queued row, the head, can be taken: while it waits or is being
    sent, the younger ones wait behind it, so that alerts arrive in the order in which things happened.
    """

    def claim(self, chat_id: int, now: datetime, lease: timedelta) -> Message | None:
        """Take the chat's next row, critical first, in one UPDATE."""
        wanted = {"chat": chat_id, "now": now, "until": now + lease}
        row = self._connection.execute(CLAIM, wanted).one_or_none()
        return None if row is None else Message(*row)

    def chats_due(self, now: datetime) -> tuple[int, ...]:
        """Return the chats that have a row due."""
        heads = select(func.min(OUTBOX.c.id)).where(QUEUED).group_by(OUTBOX.c.chat_id, OUTBOX.c.level)
        query = select(OUTBOX.c.chat_id).where(OUTBOX.c.id.in_(heads), DUE).distinct()
        return tuple(sorted(self._connection.execute(query, {"now": now}).scalars()))

    def waiting(self, chat_id: int, thread_id: int | None, now: datetime, limit: int) -> tuple[Message, ...]:
        """Return what nobody is sending of all that waits for a chat's topic, oldest first."""
        topic = OUTBOX.c.thread_id.is_(None) if thread_id is None else OUTBOX.c.thread_id == thread_id
        free = or_(OUTBOX.c.lease_until.is_(None), OUTBOX.c.lease_until <= now)
        query = select(*COLUMNS).where(QUEUED, OUTBOX.c.chat_id == chat_id, topic, free)
        rows = self._connection.execute(query.order_by(OUTBOX.c.id).limit(limit))
        return tuple(Message(*row) for row in rows)

    def lease(self, row_ids: Sequence[int], until: datetime) -> None:
        """Take rows together with the one that was claimed."""
        mine = and_(QUEUED, OUTBOX.c.id.in_(row_ids))
        self._connection.execute(update(OUTBOX).where(mine).values(lease_until=until))

    def hold(self, row_id: int, until: datetime) -> None:
        """Let a row wait on purpose."""
        self._settle(row_id, not_before=until)

    def messages_since(self, chat_id: int, since: datetime) -> int:
        """Return how many messages a chat has got since a moment."""
        recent = and_(OUTBOX.c.chat_id == chat_id, OUTBOX.c.recorded_at >= since - LOOK_BACK)
        sent = and_(OUTBOX.c.state == MessageState.SENT, OUTBOX.c.sent_at >= since)
        query = select(func.count(OUTBOX.c.message_id.distinct())).where(recent, sent)
        return self._connection.execute(query).scalar_one()

    def newest(self, user_id: int, limit: int) -> tuple[OutboxLine, ...]:
        """Return what a member was or will be sent, newest first."""
        query = select(*LINE_COLUMNS).where(OUTBOX.c.user_id == user_id)
        rows = self._connection.execute(query.order_by(OUTBOX.c.id.desc()).limit(limit))
        return tuple(OutboxLine(*row) for row in rows)

    def undelivered(self) -> tuple[OutboxLine, ...]:
        """Return all messages that were given up, newest first."""
        query = select(*LINE_COLUMNS).where(OUTBOX.c.state == MessageState.DEAD)
        rows = self._connection.execute(query.order_by(OUTBOX.c.id.desc()).limit(REVIVABLE))
        return tuple(OutboxLine(*row) for row in rows)

    def revive(self, row_id: int, now: datetime) -> None:
        """Let a message that was given up be tried again."""
        given_up = and_(OUTBOX.c.id == row_id, OUTBOX.c.state == MessageState.DEAD)
        fresh = {"state": MessageState.QUEUED, "attempts": 0, "not_before": now, "lease_until": None}
        self._connection.execute(update(OUTBOX).where(given_up).values(**fresh))

    def release_all(self) -> None:
        """End all leases."""
        leased = and_(QUEUED, OUTBOX.c.lease_until.is_not(None))
        self._connection.execute(update(OUTBOX).where(leased).values(lease_until=None))

    def sent(self, row_id: int, message_id: int, at: datetime, parts: Sent | None = None) -> None:
        """Mark a row as sent; `parts` where it may be edited later."""
        done = {"state": MessageState.SENT, "message_id": message_id, "sent_at": at, "error": None}
        self._settle(row_id, **done, **({} if parts is None else {"parts": parts}))

    def edit(self, subject: str) -> None:
        """Let the messages of a subject that can be edited be put in words again, in their place."""
        theirs = and_(THREADED, OUTBOX.c.subject == subject, OUTBOX.c.parts.is_not(None))
        again = {"kind": MessageKind.EDIT, "state": MessageState.QUEUED, "attempts": 0, "not_before": None}
        change = update(OUTBOX).where(theirs, OUTBOX.c.state == MessageState.SENT)
        self._connection.execute(change.values(**again))

    def same_message(self, chat_id: int, message_id: int) -> tuple[Message, ...]:
        """Return all rows that one message of a chat tells, oldest first."""
        theirs = and_(THREADED, OUTBOX.c.chat_id == chat_id, OUTBOX.c.message_id == message_id)
        rows = self._connection.execute(select(*COLUMNS).where(theirs).order_by(OUTBOX.c.id))
        return tuple(Message(*row) for row in rows)

    def later(self, row_id: int, not_before: datetime, error: str) -> None:
        """Give a row back until a moment; attempts rise by one."""
        self._settle(row_id, not_before=not_before, error=error, attempts=OUTBOX.c.attempts + 1)

    def dead(self, row_id: int, error: str) -> None:
        """Mark a row that can't be delivered."""
        self._settle(row_id, state=MessageState.DEAD, error=error)

    def reply_to(self, chat_id: int, subject: str, thread_id: int | None = None) -> int | None:
        """Return the message id of the first sent row of this subject in this chat and topic."""
        topic = OUTBOX.c.thread_id.is_not_distinct_from(thread_id)
        thread = and_(THREADED, OUTBOX.c.chat_id == chat_id, OUTBOX.c.subject == subject, topic)
        query = select(OUTBOX.c.message_id).where(thread, OUTBOX.c.state == MessageState.SENT)
        return self._connection.execute(query.order_by(OUTBOX.c.id).limit(1)).scalar_one_or_none()

    def pending(self) -> int:
        """Return how many rows wait."""
        return self._connection.execute(select(func.count()).select_from(OUTBOX).where(QUEUED)).scalar_one()

    def add_message(
        self, chat_id: int, user_id: int, payload: dict[str, Any], at: datetime, thread_id: int | None = None
    ) -> None:
        """Queue a message that is no event's alert."""
        values = {
            "thread_id": thread_id,
            "chat_id": chat_id,
            "user_id": user_id,
            "payload": payload,
            "recorded_at": at,
        }
        self.queue([values | {"level": Level.INFO}])

    def queue(self, messages: list[dict[str, Any]]) -> None:
        """Add rows; what a row leaves out is empty."""
        if messages:
            fresh = {"kind": MessageKind.SEND, "state": MessageState.QUEUED, "attempts": 0}
            self._connection.execute(insert(OUTBOX), [fresh | message for message in messages])

    def _settle(self, row_id: int, **values: Any) -> None:
        # A row whose lease ran out may have been settled by its second sender: the first word counts.
        change = update(OUTBOX).where(OUTBOX.c.id == row_id, QUEUED)
        self._connection.execute(change.values(lease_until=None, **values))
