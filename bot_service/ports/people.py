"""What is stored of people, their messages and their days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from bot_service.domain.alert_settings import AlertSettings
from bot_service.domain.findings import CheckIn, DayReport, Mood
from bot_service.domain.journal import Note
from bot_service.domain.mentor_wishes import MentorWishes
from bot_service.domain.people import ChatGroup, Invitation, Member, Role, Route, Stranger, Token
from bot_service.domain.sent import Sent
from bot_service.domain.strategy import Analysis
from bot_service.ports.records import Audited, AuditLine


class People(Protocol):
    """Members, their settings, pairing codes and confirmations."""

    def add(self, member: Member) -> None:
        """Store or replace a member."""

    def get(self, user_id: int) -> Member | None:
        """Return an active member."""

    def known(self, user_id: int) -> Member | None:
        """Return a member or somebody who was one."""

    def all(self) -> tuple[Member, ...]:
        """Return all active members, the owner first."""

    def remove(self, user_id: int) -> None:
        """Make a member inactive."""

    def set_language(self, user_id: int, language: str) -> None:
        """Write a member's language."""

    def set_time_zone(self, user_id: int, time_zone: str) -> None:
        """Write in which zone a member tells times."""

    def set_alerts(self, user_id: int, alerts: AlertSettings) -> None:
        """Write how a member wants to be told."""

    def set_mentor(self, user_id: int, wishes: MentorWishes) -> None:
        """Write how a member wants to be spoken to by the mentor."""

    def set_role(self, user_id: int, role: Role) -> None:
        """Write a member's role."""

    def knocked(self, user_id: int, at: datetime, name: str = "", language: str = "") -> bool:
        """Remember a stranger; True the first time."""

    def stranger(self, user_id: int) -> Stranger | None:
        """Return somebody who wrote without a role."""

    def add_code(
        self, code_hash: str, role: Role, expires_at: datetime, invited_by: int | None = None
    ) -> None:
        """Store a code's hash; one that nobody's invitation is ends the earlier unused ones of its role."""

    def invitations(self, at: datetime) -> tuple[Invitation, ...]:
        """Return the invitations that can still be used, the next to expire first."""

    def revoke(self, invitation_id: str) -> None:
        """End an invitation."""

    def use_code(self, code_hash: str, at: datetime) -> Role | None:
        """Use up a pairing code; None when wrong, used or expired."""

    def add_token(self, token: Token) -> None:
        """Store a confirmation."""

    def use_token(self, token_id: str, user_id: int, at: datetime) -> Token:
        """Use up a confirmation.

        Raises:
            ConfirmationRefused: unknown, used, expired or somebody else's.
        """

    def draft(self, user_id: int, chat_id: int) -> tuple[str, dict[str, Any], datetime] | None:
        """Return a person's unfinished dialogue in a chat as (kind, payload, last touch)."""

    def keep_draft(
        self, user_id: int, chat_id: int, kind: str, payload: dict[str, Any], at: datetime
    ) -> None:
        """Store or replace a person's dialogue in a chat."""

    def drop_draft(self, user_id: int, chat_id: int) -> None:
        """Forget a person's dialogue in a chat."""

    def audit(  # one row holds everything that is asked about later
        self,
        at: datetime,
        user_id: int,
        command: str,
        arguments: str,
        result: str,
        detail: dict[str, Any] | None = None,
        *,
        is_lookup: bool = False,
        bots: Iterable[int] = (),
        market_at: datetime | None = None,
    ) -> None:
        """Write one line of the audit; look-ups are forgotten after 90 days, changes never.

        `market_at` is the same moment in market time, where that differs from `at`.
        """

    def audit_page(
        self, offset: int, limit: int, user_id: int | None = None, bot_id: int | None = None
    ) -> tuple[int, tuple[AuditLine, ...]]:
        """Return how many lines there are, and some of them, newest first; of one person or about one bot."""

    def audited(self, since: datetime, until: datetime) -> tuple[dict[str, Any], ...]:
        """Return audit lines, oldest first, as dicts of at, user_id, command, arguments, result, detail."""

    def acted(
        self, since: datetime, until: datetime, commands: Iterable[str] | None = None
    ) -> tuple[Audited, ...]:
        """Return audit lines with since <= market time < until, oldest first, of some commands or of all."""


class Groups(Protocol):
    """Connected groups, and which alerts they get."""

    def get(self, chat_id: int) -> ChatGroup | None:
        """Return a connected group."""

    def all(self) -> tuple[ChatGroup, ...]:
        """Return all connected groups by title."""

    def bind(self, group: ChatGroup) -> None:
        """Store or change a group."""

    def unbind(self, chat_id: int) -> None:
        """Forget a group, its routes and what waits for it."""

    def move(self, chat_id: int, new_id: int) -> None:
        """Follow a group to its new number, with all that waits for it."""

    def leave_topic(self, chat_id: int, thread_id: int) -> None:
        """Send to the group itself what was meant for a topic that is gone."""

    def add_route(self, route: Route) -> None:
        """Let a group get alerts."""

    def drop_route(self, route: Route) -> None:
        """Let it get them no more."""

    def routes(self, chat_id: int | None = None) -> tuple[Route, ...]:
        """Return the routes of one group or of all."""


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


class Journal(Protocol):
    """Check-ins, notes and reports."""

    def add_check_in(self, user_id: int, account_id: int, check_in: CheckIn) -> None:
        """Store a check-in."""

    def correct_check_in(
        self, user_id: int, since: datetime, mood: Mood, corrected_at: datetime
    ) -> CheckIn | None:
        """Change the mood of the person's newest check-in and return it; None: none since then."""

    def shown_as(self, user_id: int, at: datetime, message_id: int) -> None:
        """Remember which message tells of the check-in of a moment."""

    def check_in_of(self, user_id: int, message_id: int) -> CheckIn | None:
        """Return the check-in that a message tells of."""

    def newest_check_in(self, user_id: int) -> CheckIn | None:
        """Return how a person felt last."""

    def check_ins(self, account_id: int, since: datetime, until: datetime) -> tuple[CheckIn, ...]:
        """Return check-ins, oldest first."""

    def add_note(self, user_id: int, account_id: int, at: datetime, text: str) -> int:
        """Store a note and return its id."""

    def notes(self, account_id: int, since: datetime, until: datetime) -> tuple[str, ...]:
        """Return notes, oldest first."""

    def notes_of(
        self, user_id: int, containing: str = "", offset: int = 0, limit: int = 10
    ) -> tuple[int, tuple[Note, ...]]:
        """Return how many notes of a person contain a text, and some of them, newest first."""

    def own_notes(self, user_id: int, since: datetime, until: datetime) -> tuple[Note, ...]:
        """Return a person's notes of a span, oldest first."""

    def note_times(self, account_id: int, since: datetime, until: datetime) -> tuple[datetime, ...]:
        """Return when notes were written, oldest first."""

    def save_report(self, report: DayReport, at: datetime) -> bool:
        """Store or update the report of an account and day; True when it is new."""

    def report(self, account_id: int, day: date) -> DayReport | None:
        """Return a stored report."""

    def reports(self, account_id: int, since: date, until: date) -> tuple[DayReport, ...]:
        """Return the reports of finished days with since <= day < until, oldest first."""

    def reported_days(self, account_id: int) -> tuple[date, ...]:
        """Return the days with a report of a finished day, oldest first."""

    def save_analysis(self, bot_id: int, analysis: Analysis) -> None:
        """Keep a bot's newest analysis."""

    def analysis(self, bot_id: int) -> Analysis | None:
        """Return a bot's newest analysis."""
