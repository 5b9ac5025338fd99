"""What is stored of people and the chats they share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol

from bot_service.domain.alert_settings import AlertSettings
from bot_service.domain.mentor_wishes import MentorWishes
from bot_service.domain.people import ChatGroup, Invitation, Member, Role, Route, Stranger, Token
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
