"""Outbox rows with everything that their words need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot_service.domain import codec
from bot_service.domain.alert_kinds import kind_of
from bot_service.domain.events import (
    AccessEnded,
    Event,
    Level,
    ReportReady,
    WeeklyLetterReady,
    read_event,
)
from bot_service.domain.findings import DayReport
from bot_service.domain.late_reply import LateReply
from bot_service.domain.people import Member, Role
from bot_service.domain.sent import Sent
from bot_service.domain.weekly import WeeklyLetter
from bot_service.ports import OutboxRow, UnitOfWork
from bot_service.services import tags
from bot_service.services.gathering import LATE_REPLY
from bot_service.services.views import AccountTag


@dataclass(frozen=True)
class Letter:
    """An outbox row with everything its words need; without event and reply: nothing that can be read."""

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
    late: LateReply | None = None
    edits: bool = False
    warm: Mapping[str, str] = field(default_factory=dict)
    weekly: WeeklyLetter | None = None

    @property
    def row_ids(self) -> tuple[int, ...]:
        """Return the rows that it settles."""
        return (self.row_id,)


@dataclass(frozen=True)
class Digest:
    """Several rows of one chat as one message, critical ones first; `away` None: they were only many."""

    letters: tuple[Letter, ...]
    away: timedelta | None
    reply_to: int | None = None

    @property
    def first(self) -> Letter:
        """Return the letter whose chat and reader are those of all."""
        return self.letters[0]

    @property
    def row_ids(self) -> tuple[int, ...]:
        """Return the rows that it settles."""
        return tuple(letter.row_id for letter in self.letters)

    @property
    def silent(self) -> bool:
        """Tell whether none of them makes a sound."""
        return all(letter.silent for letter in self.letters)


@dataclass(frozen=True)
class Reports:
    """The reports of one day as one message, one letter per account; `waiting` are the rows it settles.

    `instead` is what was sent of them earlier: then this takes its place.
    """

    letters: tuple[Letter, ...]
    waiting: tuple[int, ...]
    instead: Sent | None = None
    reply_to: int | None = None

    @property
    def first(self) -> Letter:
        """Return the letter whose chat and reader are those of all."""
        return self.letters[0]

    @property
    def row_ids(self) -> tuple[int, ...]:
        """Return the rows that it settles."""
        return self.waiting

    @property
    def silent(self) -> bool:
        """Tell whether none of them makes a sound."""
        return all(letter.silent for letter in self.letters)


Post = Letter | Digest | Reports


def head(post: Post) -> Letter:
    """Return the letter that says to whom a post goes."""
    return post if isinstance(post, Letter) else post.first


def letter_of(uow: UnitOfWork, row: OutboxRow, now: datetime) -> Letter:
    """Return a row with the names, the account and the report that its words need."""
    event = event_of(row)
    member = _reader(uow, row, event)
    late = row.payload.get(LATE_REPLY)
    report = _report(uow, event)
    return Letter(
        row_id=row.id,
        chat_id=row.chat_id,
        user_id=row.user_id,
        attempts=row.attempts,
        recorded_at=row.recorded_at,
        event=event,
        subject=row.subject,
        reply_to=thread_of(uow, row),
        member=member,
        tag=tag_of(uow, event),
        names=names_of(uow, event),
        report=report,
        thread_id=row.thread_id,
        silent=_is_silent(member, event, now),
        late=None if late is None else codec.from_json(LateReply, late),
        edits=row.edits,
        warm=_warm(uow, report, member),
        weekly=_weekly(uow, event),
    )


def event_of(row: OutboxRow) -> Event | None:
    """Return the event of a row, None where this version knows none."""
    return read_event(row.payload)


def thread_of(uow: UnitOfWork, row: OutboxRow) -> int | None:
    """Return the message of the row's thread in its chat, None where it opens one."""
    return uow.outbox.reply_to(row.chat_id, row.subject, row.thread_id) if row.subject else None


def tag_of(uow: UnitOfWork, event: Event | None) -> AccountTag | None:
    """Return the account that an event is about."""
    if event is None or event.account_id is None:
        return None
    return tags.tag_of(uow.accounts.get(event.account_id))


def names_of(uow: UnitOfWork, event: Event | None) -> dict[int, str]:
    """Return the names of the bots that an event mentions."""
    if event is None:
        return {}
    wanted: set[int] = {bot_id for bot_id in (event.bot_id,) if bot_id is not None}
    for name in ("bot_ids", "busy", "resumed"):
        wanted.update(getattr(event, name, ()))
    return _named(uow, wanted)


def _named(uow: UnitOfWork, bot_ids: Iterable[int]) -> dict[int, str]:
    wanted = set(bot_ids)
    # Who has no name is told by his number.
    return {bot.id: bot.settings.name for bot in uow.bots.all(ids=wanted, deleted=True)} if wanted else {}


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


def _weekly(uow: UnitOfWork, event: Event | None) -> WeeklyLetter | None:
    if not isinstance(event, WeeklyLetterReady):
        return None
    return uow.mentor.letter(event.user_id, event.week)


def _report(uow: UnitOfWork, event: Event | None) -> DayReport | None:
    if not isinstance(event, ReportReady) or event.account_id is None:
        return None
    return uow.journal.report(event.account_id, date.fromisoformat(event.day))


def _warm(uow: UnitOfWork, report: DayReport | None, member: Member | None) -> Mapping[str, str]:
    if report is None or member is None:
        return {}
    return uow.phrases.of(report.account_id, report.day, member.language)
