"""What the people's screens show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot_service.domain.accounts import Account
from bot_service.domain.people import ChatGroup, Invitation, Member, Role, Route
from bot_service.ports import AuditLine, LogLine


@dataclass(frozen=True)
class MembersView:
    """All members and the invitations nobody has used yet; `reader` sees buttons as far as his role goes."""

    members: tuple[Member, ...]
    invitations: tuple[Invitation, ...]
    reader: Member


@dataclass(frozen=True)
class MemberCard:
    """One member, for the owner."""

    member: Member


@dataclass(frozen=True)
class InvitationReceipt:
    """A new invitation; the code is shown this once and only its hash is kept."""

    invitation: Invitation
    code: str


@dataclass(frozen=True)
class MemberReceipt:
    """What became of a member: `before` and `after` are his roles, None where he had or has none."""

    user_id: int
    name: str
    before: Role | None
    after: Role | None


@dataclass(frozen=True)
class RevokedReceipt:
    """An invitation that is void now."""

    role: Role
    expires_at: datetime


@dataclass(frozen=True)
class AuditView:
    """A page of the audit; `names` are of people, `bots` of bots."""

    lines: tuple[AuditLine, ...]
    page: int
    pages: int
    user_id: int | None
    bot_id: int | None
    names: dict[int, str]
    bots: dict[int, str]
    members: tuple[Member, ...]


@dataclass(frozen=True)
class LogsView:
    """The newest warnings and errors, or those that contain a text."""

    lines: tuple[LogLine, ...]
    containing: str


@dataclass(frozen=True)
class ForgottenReceipt:
    """What was deleted of a person: counts by kind; `stays` when he is the owner and stays a member."""

    counts: dict[str, int]
    stays: bool


@dataclass(frozen=True)
class GroupCard:
    """A connected group as one of its topics sees it."""

    group: ChatGroup
    routes: tuple[Route, ...]
    thread_id: int
    accounts: tuple[Account, ...]


@dataclass(frozen=True)
class GroupsView:
    """All connected groups."""

    groups: tuple[ChatGroup, ...]
    routes: tuple[Route, ...]


@dataclass(frozen=True)
class GroupGoneReceipt:
    """A group that is disconnected now."""

    title: str
