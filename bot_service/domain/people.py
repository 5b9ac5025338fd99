"""Who may talk to the service, and how they like to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot_service.domain.alert_settings import NO_WISHES, AlertSettings
from bot_service.domain.mentor_wishes import USUAL_WISHES, MentorWishes


class Role(StrEnum):
    """What a member may do."""

    OWNER = "owner"
    OPERATOR = "operator"
    VIEWER = "viewer"

    def covers(self, needed: Role) -> bool:
        """Tell whether this role may do what the needed one may."""
        return _RANK[self] >= _RANK[needed]


_RANK = {Role.VIEWER: 0, Role.OPERATOR: 1, Role.OWNER: 2}


@dataclass(frozen=True)
class Member:
    """A person known by the Telegram user id; `chat_id` is the private chat."""

    user_id: int
    chat_id: int
    role: Role
    language: str
    time_zone: str
    active: bool = True
    name: str = ""
    alerts: AlertSettings = NO_WISHES
    mentor: MentorWishes = USUAL_WISHES


@dataclass(frozen=True)
class Stranger:
    """Somebody without a role who wrote to the bot; name and language are what Telegram says of him."""

    user_id: int
    first_at: datetime
    name: str = ""
    language: str = ""


@dataclass(frozen=True)
class Invitation:
    """A one-time code that nobody has used yet; `id` is the beginning of its hash."""

    id: str
    role: Role
    invited_by: int
    expires_at: datetime


@dataclass(frozen=True)
class Actor:
    """Who asks, from which chat, and when it was sent on Telegram's clock (aware UTC)."""

    user_id: int
    chat_id: int
    role: Role
    sent_at: datetime
    released: int = 0
    """The braked act that he does now although he promised not to, 0 for none."""


@dataclass(frozen=True)
class Token:
    """What a confirmation button stands for: used once, by its owner, before it expires."""

    id: str
    user_id: int
    action: str
    payload: dict[str, Any]
    expires_at: datetime
    used_at: datetime | None = None


class RouteKind(StrEnum):
    """Which alerts a group gets besides the members."""

    EVERYTHING = "everything"
    ACCOUNT = "account"
    BOT = "bot"
    TAG = "tag"


@dataclass(frozen=True)
class ChatGroup:
    """A Telegram group that a member has connected; its language is that of its alerts and its menu."""

    chat_id: int
    title: str
    language: str
    time_zone: str
    bound_by: int
    bound_at: datetime


@dataclass(frozen=True)
class Route:
    """Alerts of one account, bot or tag that also go to a group; `thread_id` is its topic, 0 none."""

    chat_id: int
    thread_id: int
    kind: RouteKind
    value: str = ""
