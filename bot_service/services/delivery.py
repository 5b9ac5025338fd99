"""Alerts on their way: what the sender claims, and what it marks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot_service.domain import codec
from bot_service.domain.events import report_subject
from bot_service.domain.late_reply import LateReply
from bot_service.domain.people import Actor
from bot_service.domain.sent import Sent
from bot_service.ports import Clock, Database, OutboxRow, UnitOfWork
from bot_service.services import gathering
from bot_service.services.letters import Digest, Letter, Post, Reports, letter_of, thread_of

__all__ = ["LEASE", "Delivery", "Digest", "Letter", "Reports"]

LEASE = timedelta(seconds=60)


class Delivery:
    """Claim and mark outbox rows; beyond `per_hour` messages an hour a chat gets bundles (0: never)."""

    def __init__(self, database: Database, wall: Clock, per_hour: int = 0) -> None:
        self._database = database
        self._wall = wall
        self._per_hour = per_hour

    def begin(self) -> None:
        """Give back what an earlier sender was sending when it died, so that no alert waits for its lease."""
        with self._database.write() as uow:
            uow.outbox.release_all()
            uow.commit()

    def chats_due(self) -> tuple[int, ...]:
        """Return the chats that something waits for."""
        with self._database.read() as uow:
            return uow.outbox.chats_due(self._wall.now())

    def claim(self, chat_id: int) -> OutboxRow | None:
        """Take the chat's next row for a minute; None when nothing is due."""
        with self._database.write() as uow:
            row = uow.outbox.claim(chat_id, self._wall.now(), LEASE)
            uow.commit()
        return row

    def next_letter(self, chat_id: int) -> Letter | None:
        """Take the chat's next row alone, together with what its words need."""
        row = self.claim(chat_id)
        return None if row is None else self.letter(row)

    def next_post(self, chat_id: int) -> Post | None:
        """Take what the chat gets next: one row, or several as a digest; None when nothing is due."""
        now = self._wall.now()
        with self._database.write() as uow:
            post = self._next(uow, chat_id, now)
            uow.commit()
        return post

    def letter(self, row: OutboxRow) -> Letter:
        """Return a row with the names, the account and the report that its words need."""
        with self._database.read() as uow:
            return letter_of(uow, row, self._wall.now())

    def reply_target(self, row: OutboxRow) -> int | None:
        """Return the message of the row's thread in its chat, None where it opens one."""
        with self._database.read() as uow:
            return thread_of(uow, row)

    def answer_later(
        self, actor: Actor, reply: LateReply, thread_id: int = 0, update_id: int | None = None
    ) -> None:
        """Keep an answer that could not be sent; it goes out with its age as soon as something does."""
        payload = {gathering.LATE_REPLY: codec.to_json(reply)}
        with self._database.write() as uow:
            uow.outbox.add_message(
                actor.chat_id, actor.user_id, payload, actor.sent_at, thread_id=thread_id or None
            )
            if update_id is not None:
                uow.answered_update(update_id)
            uow.commit()

    def sent(self, rows: int | Sequence[int], message_id: int) -> None:
        """Mark rows as sent."""
        with self._database.write() as uow:
            for row_id in _ids(rows):
                uow.outbox.sent(row_id, message_id, self._wall.now())
            uow.commit()

    def reports_sent(self, reports: Reports, parts: Sent) -> None:
        """Mark reports as sent; what has changed on the way is put in words again, in its place."""
        with self._database.write() as uow:
            for row_id in reports.row_ids:
                uow.outbox.sent(row_id, parts.first, self._wall.now(), parts)
            for letter in reports.letters:
                told = letter.report
                if told is not None and uow.journal.report(told.account_id, told.day) != told:
                    uow.outbox.edit(report_subject(told.account_id, told.day.isoformat()))
            uow.commit()

    def digest_sent(self, digest: Digest, message_id: int) -> None:
        """Mark all rows of a digest as sent, and remember the digest of an outage."""
        now = self._wall.now()
        with self._database.write() as uow:
            for row_id in digest.row_ids:
                uow.outbox.sent(row_id, message_id, now)
            if digest.away is not None:
                gathering.told(uow, digest.first.chat_id, message_id, now)
            uow.commit()

    def retry(self, rows: int | Sequence[int], after: timedelta, error: str) -> None:
        """Give rows back for a while."""
        with self._database.write() as uow:
            for row_id in _ids(rows):
                uow.outbox.later(row_id, self._wall.now() + after, error)
            uow.commit()

    def dead(self, rows: int | Sequence[int], error: str) -> None:
        """Mark rows that can't be delivered."""
        with self._database.write() as uow:
            for row_id in _ids(rows):
                uow.outbox.dead(row_id, error)
            uow.commit()

    def _next(self, uow: UnitOfWork, chat_id: int, now: datetime) -> Post | None:
        while (row := uow.outbox.claim(chat_id, now, LEASE)) is not None:
            digest = gathering.covered_by(uow, row)
            if digest is not None:
                uow.outbox.sent(row.id, digest, now)
            elif gathering.is_report(row):
                return self._reports(uow, row, now)
            elif gathering.gathers(row) and gathering.is_after_outage(row, now):
                return self._gathered(uow, row, now, after_outage=True)
            elif gathering.gathers(row) and gathering.too_many(uow, row, self._per_hour, now):
                if gathering.was_held(row):
                    return self._gathered(uow, row, now, after_outage=False)
                uow.outbox.hold(row.id, now + gathering.BUNDLE_EVERY)
            else:
                return letter_of(uow, row, now)
        return None

    def _reports(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Post:
        if row.edits and row.message_id is not None:
            told = uow.outbox.same_message(row.chat_id, row.message_id)
            return Reports(tuple(letter_of(uow, item, now) for item in told), (row.id,), row.parts)
        waiting = uow.outbox.waiting(row.chat_id, row.thread_id, now, gathering.MOST)
        rows = [row, *(item for item in waiting if item.id != row.id and gathering.beside(row, item))]
        uow.outbox.lease([item.id for item in rows], now + LEASE)
        return Reports(tuple(letter_of(uow, item, now) for item in rows), tuple(item.id for item in rows))

    def _gathered(self, uow: UnitOfWork, row: OutboxRow, now: datetime, *, after_outage: bool) -> Post:
        waiting = uow.outbox.waiting(row.chat_id, row.thread_id, now, gathering.MOST)
        others = [item for item in waiting if item.id != row.id and gathering.gathers(item)]
        if not others:
            return letter_of(uow, row, now)
        rows = sorted((row, *others), key=lambda item: (item.level != "critical", item.id))
        uow.outbox.lease([item.id for item in rows], now + LEASE)
        away = gathering.away_for(uow, rows, now) if after_outage else None
        return Digest(tuple(letter_of(uow, item, now) for item in rows), away)


def _ids(rows: int | Sequence[int]) -> Sequence[int]:
    return (rows,) if isinstance(rows, int) else rows
