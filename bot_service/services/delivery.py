"""Alerts on their way: what the sender claims, and what it marks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot_service.domain.alert_kinds import kind_of
from bot_service.domain.errors import BotNotFound
from bot_service.domain.events import EVENTS, AccessEnded, Event, Level, ReportReady, from_json
from bot_service.domain.findings import DayReport
from bot_service.domain.people import Member, Role
from bot_service.ports import Clock, Database, OutboxRow, UnitOfWork
from bot_service.services.views import AccountTag

LEASE = timedelta(seconds=60)


@dataclass(frozen=True)
class Letter:
    """An outbox row with everything its words need; `event` None: nothing this version can read."""

    row_id: int
    chat_id: int
    user_id: int
    attempts: int
    recorded_at: datetime
    event: Event | None
    subject: str | None
    reply_to: int | None
    member: Member | None
    tag: AccountTag | None
    names: dict[int, str]
    report: DayReport | None = None
    thread_id: int | None = None
    silent: bool = False


class Delivery:
    """Claim and mark outbox rows."""

    def __init__(self, database: Database, wall: Clock) -> None:
        self._database = database
        self._wall = wall

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
        """Take the chat's next row together with what its words need."""
        row = self.claim(chat_id)
        return None if row is None else self.letter(row)

    def letter(self, row: OutboxRow) -> Letter:
        """Return a row with the names, the account and the report that its words need."""
        event = from_json(row.payload) if row.payload.get("event") in EVENTS else None
        with self._database.read() as uow:
            member = _reader(uow, row, event)
            return Letter(
                row_id=row.id,
                chat_id=row.chat_id,
                user_id=row.user_id,
                attempts=row.attempts,
                recorded_at=row.recorded_at,
                event=event,
                subject=row.subject,
                reply_to=_thread(uow, row),
                member=member,
                tag=_tag(uow, event),
                names=_names(uow, event),
                report=_report(uow, event),
                thread_id=row.thread_id,
                silent=_is_silent(member, event, self._wall.now()),
            )

    def reply_target(self, row: OutboxRow) -> int | None:
        """Return the message of the row's thread in its chat, None where it opens one."""
        if row.subject is None:
            return None
        with self._database.read() as uow:
            return _thread(uow, row)

    def sent(self, row_id: int, message_id: int) -> None:
        """Mark a row as sent."""
        with self._database.write() as uow:
            uow.outbox.sent(row_id, message_id, self._wall.now())
            uow.commit()

    def retry(self, row_id: int, after: timedelta, error: str) -> None:
        """Give a row back for a while."""
        with self._database.write() as uow:
            uow.outbox.later(row_id, self._wall.now() + after, error)
            uow.commit()

    def dead(self, row_id: int, error: str) -> None:
        """Mark a row that can't be delivered."""
        with self._database.write() as uow:
            uow.outbox.dead(row_id, error)
            uow.commit()


def _thread(uow: UnitOfWork, row: OutboxRow) -> int | None:
    return uow.outbox.reply_to(row.chat_id, row.subject, row.thread_id) if row.subject else None


def _is_silent(member: Member | None, event: Event | None, now: datetime) -> bool:
    if member is None or event is None:
        return False
    critical = event.level is Level.CRITICAL
    return not member.alerts.rings(kind_of(event), now, member.time_zone, critical=critical)


def _reader(uow: UnitOfWork, row: OutboxRow, event: Event | None) -> Member | None:
    if row.user_id < 0:
        # Telegram's groups have negative numbers: the whole group reads, in the group's language.
        group = uow.groups.get(row.chat_id)
        if group is None:
            return None
        return Member(
            row.user_id, row.chat_id, Role.VIEWER, group.language, group.time_zone, name=group.title
        )
    if isinstance(event, AccessEnded):
        return uow.people.known(row.user_id)
    return uow.people.get(row.user_id)


def _tag(uow: UnitOfWork, event: Event | None) -> AccountTag | None:
    if event is None or event.account_id is None:
        return None
    identity = uow.accounts.get(event.account_id).identity
    return AccountTag(identity.trade_mode, identity.login)


def _names(uow: UnitOfWork, event: Event | None) -> dict[int, str]:
    if event is None:
        return {}
    wanted: set[int] = {bot_id for bot_id in (event.bot_id,) if bot_id is not None}
    for field in ("bot_ids", "busy", "resumed"):
        wanted.update(getattr(event, field, ()))
    names = {}
    for bot_id in sorted(wanted):
        try:
            names[bot_id] = uow.bots.get(bot_id, deleted=True).settings.name
        except BotNotFound:
            names[bot_id] = str(bot_id)
    return names


def _report(uow: UnitOfWork, event: Event | None) -> DayReport | None:
    if not isinstance(event, ReportReady) or event.account_id is None:
        return None
    return uow.journal.report(event.account_id, date.fromisoformat(event.day))
