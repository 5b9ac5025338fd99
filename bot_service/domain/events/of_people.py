"""What happens to those who may talk to the service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from bot_service.domain.events.base import Audience, Event
from bot_service.domain.people import Role


@dataclass(frozen=True, kw_only=True)
class StrangerKnocked(Event):
    """Somebody without a role wrote to the bot."""

    code: ClassVar[str] = "stranger_knocked"
    audience: ClassVar[Audience] = Audience.OWNER
    user_id: int
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class MemberUnreachable(Event):
    """A member blocked the bot; his chat gets nothing any more."""

    code: ClassVar[str] = "member_unreachable"
    audience: ClassVar[Audience] = Audience.OWNER
    user_id: int


@dataclass(frozen=True, kw_only=True)
class OwnerPaired(Event):
    """A person became the owner with a one-time code."""

    code: ClassVar[str] = "owner_paired"
    user_id: int


@dataclass(frozen=True, kw_only=True)
class MemberInvited(Event):
    """A one-time invitation was made."""

    code: ClassVar[str] = "member_invited"
    role: Role
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class InvitationRevoked(Event):
    """An invitation ended before anybody used it."""

    code: ClassVar[str] = "invitation_revoked"
    role: Role


@dataclass(frozen=True, kw_only=True)
class MemberJoined(Event):
    """Somebody became a member, by an invitation or because the owner let him in."""

    code: ClassVar[str] = "member_joined"
    audience: ClassVar[Audience] = Audience.OTHERS
    user_id: int
    name: str
    role: Role


@dataclass(frozen=True, kw_only=True)
class AccessGranted(Event):
    """What a person reads whom the owner has let in; `actor` is that person."""

    code: ClassVar[str] = "access_granted"
    audience: ClassVar[Audience] = Audience.ACTOR
    role: Role


@dataclass(frozen=True, kw_only=True)
class RoleChanged(Event):
    """A member may do more or less than before."""

    code: ClassVar[str] = "role_changed"
    user_id: int
    name: str
    before: Role
    after: Role


@dataclass(frozen=True, kw_only=True)
class MemberRemoved(Event):
    """A member lost his role."""

    code: ClassVar[str] = "member_removed"
    user_id: int
    name: str
    role: Role


@dataclass(frozen=True, kw_only=True)
class AccessEnded(Event):
    """What a person reads who was a member."""

    code: ClassVar[str] = "access_ended"
    audience: ClassVar[Audience] = Audience.NOBODY
    user_id: int


@dataclass(frozen=True, kw_only=True)
class GroupConnected(Event):
    """Members can use the bot in a group from now on; everybody in it reads the answers."""

    code: ClassVar[str] = "group_connected"
    chat_id: int
    title: str


@dataclass(frozen=True, kw_only=True)
class GroupDisconnected(Event):
    """A group is silent again; without `actor` the bot was thrown out of it."""

    code: ClassVar[str] = "group_disconnected"
    chat_id: int
    title: str
