"""Who may talk to the service, and what stands behind a confirmation button."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from bot_service.domain.asked import Asked
from bot_service.domain.errors import PairingRefused
from bot_service.domain.events import (
    ClockSkewed,
    MemberJoined,
    MemberUnreachable,
    OwnerPaired,
    StrangerKnocked,
)
from bot_service.domain.people import Actor, Member, Role, Token
from bot_service.ports import Clock, Database, UnitOfWork

CODE_LIFETIME = timedelta(hours=24)
TOKEN_LIFETIME = timedelta(seconds=60)
SKEW_LIMIT = timedelta(seconds=5)
POLL_MEMORY = timedelta(seconds=10)

_LAST_POLL = "telegram_polled_at"
_SKEW = "telegram_skew_s"


class Chats:
    """Members, pairing, languages, confirmations and the audit."""

    def __init__(
        self, database: Database, wall: Clock, language: str = "id", time_zone: str = "Asia/Jakarta"
    ) -> None:
        self._database = database
        self._wall = wall
        self._language = language
        self._time_zone = time_zone
        self._poll_kept: datetime | None = None

    def member(self, user_id: int) -> Member | None:
        """Return the active member with this Telegram user id."""
        with self._database.read() as uow:
            return uow.people.get(user_id)

    def members(self) -> tuple[Member, ...]:
        """Return all active members, the owner first."""
        with self._database.read() as uow:
            return uow.people.all()

    def knock(self, user_id: int, name: str = "", language: str = "") -> bool:
        """Remember a stranger and tell the owner; True the first time."""
        now = self._wall.now()
        with self._database.write() as uow:
            first = uow.people.knocked(user_id, now, name, language)
            if first:
                uow.record(StrangerKnocked(happened_at=now, user_id=user_id, name=name))
                uow.commit()
        return first

    def new_code(self, role: Role = Role.OWNER) -> str:
        """Return a one-time pairing code that fits a `t.me/<bot>?start=` link; only its hash is stored."""
        code = secrets.token_urlsafe(16)
        with self._database.write() as uow:
            uow.people.add_code(hashed(code), role, self._wall.now() + CODE_LIFETIME)
            uow.commit()
        return code

    def pair(self, user_id: int, chat_id: int, code: str, language: str, name: str = "") -> Member:
        """Make the holder of a code a member; a new owner replaces the old one.

        Raises:
            PairingRefused: the code is wrong, used or expired.
        """
        now = self._wall.now()
        with self._database.write() as uow:
            role = uow.people.use_code(hashed(code), now)
            if role is None:
                raise PairingRefused
            member = Member(user_id, chat_id, role, language, self._time_zone, name=name)
            _enter(uow, member)
            uow.record(_entered(member, now), answered_chat=chat_id)
            uow.commit()
        return member

    def ensure_owner(self, user_id: int) -> Member:
        """Make a user id the owner unless it is; the private chat has the user's id."""
        with self._database.write() as uow:
            member = uow.people.get(user_id)
            if member is None or member.role is not Role.OWNER:
                language = member.language if member else self._language
                member = Member(user_id, user_id, Role.OWNER, language, self._time_zone)
                _enter(uow, member)
                uow.commit()
        return member

    def set_language(self, actor: Actor, language: str) -> None:
        """Write in which language a member reads."""
        with self._database.write() as uow:
            uow.people.set_language(actor.user_id, language)
            uow.commit()

    def unreachable(self, user_id: int) -> None:
        """Switch off a member who blocked the bot and tell the owner; the owner himself stays a member."""
        now = self._wall.now()
        with self._database.write() as uow:
            member = uow.people.get(user_id)
            if member is None or member.role is Role.OWNER:
                return
            uow.people.remove(user_id)
            uow.record(MemberUnreachable(happened_at=now, user_id=user_id))
            uow.commit()

    def confirm_token(
        self, actor: Actor, action: str, payload: dict[str, Any], ttl: timedelta = TOKEN_LIFETIME
    ) -> Token:
        """Store what a confirmation button stands for; only the actor can use it, once, before it expires."""
        expires = self._wall.now() + ttl
        token = Token(secrets.token_urlsafe(9), actor.user_id, action, payload, expires)
        with self._database.write() as uow:
            uow.people.add_token(token)
            uow.commit()
        return token

    def use_token(self, actor: Actor, token_id: str) -> Token:
        """Use up a confirmation.

        Raises:
            ConfirmationRefused: unknown, used, expired or somebody else's.
        """
        with self._database.write() as uow:
            token = uow.people.use_token(token_id, actor.user_id, self._wall.now())
            uow.commit()
        return token

    def first_time(self, update_id: int, asked: Asked | None = None) -> bool:
        """Remember an executed Telegram update and what waits for an answer; False the second time."""
        with self._database.write() as uow:
            known = uow.seen_update(update_id, self._wall.now(), asked)
            uow.commit()
        return not known

    def answered(self, update_id: int) -> None:
        """Remember that an update has its answer."""
        with self._database.write() as uow:
            uow.answered_update(update_id)
            uow.commit()

    def unanswered(self) -> tuple[tuple[int, datetime, Asked], ...]:
        """Return (update id, when, what was asked) of what an earlier run left without an answer."""
        with self._database.read() as uow:
            return uow.unanswered_updates()

    def audit(
        self,
        actor: Actor,
        command: str,
        arguments: str,
        result: str,
        detail: dict[str, Any] | None = None,
        *,
        is_lookup: bool = False,
    ) -> None:
        """Write who asked for what, and how it ended; look-ups are forgotten after a while."""
        now = self._wall.now()
        with self._database.write() as uow:
            uow.people.audit(now, actor.user_id, command, arguments, result, detail, is_lookup=is_lookup)
            uow.commit()

    def noted(self, user_id: int, chat_id: int, command: str, result: str) -> None:
        """Write into the audit what the gate did with somebody's message or press."""
        with self._database.write() as uow:
            detail = {"chat_id": chat_id}
            uow.people.audit(self._wall.now(), user_id, command, "", result, detail, is_lookup=True)
            uow.commit()

    def polled(self, at: datetime) -> None:
        """Remember a successful look for updates, at most every ten seconds."""
        if self._poll_kept is not None and at - self._poll_kept < POLL_MEMORY:
            return
        self._poll_kept = at
        with self._database.write() as uow:
            uow.set_value(_LAST_POLL, at.isoformat())
            uow.commit()

    def last_polled(self) -> datetime | None:
        """Return when updates were looked for last, by this or an earlier run."""
        with self._database.read() as uow:
            return polled_at(uow)

    def skewed(self, skew: timedelta) -> None:
        """Keep how far Telegram's clock is ahead of this machine's; tell when it gets too far."""
        seconds = round(skew.total_seconds())
        now = self._wall.now()
        with self._database.write() as uow:
            before = int(uow.get_value(_SKEW) or 0)
            uow.set_value(_SKEW, str(seconds))
            if _too_far(seconds) and not _too_far(before):
                uow.record(ClockSkewed(happened_at=now, skew_s=seconds))
            uow.commit()


def polled_at(uow: UnitOfWork) -> datetime | None:
    """Return when updates were looked for last, as it was kept."""
    kept = uow.get_value(_LAST_POLL)
    return datetime.fromisoformat(kept) if kept else None


def skew_of(uow: UnitOfWork) -> timedelta:
    """Return how far Telegram's clock is ahead of this machine's, as it was kept."""
    return timedelta(seconds=int(uow.get_value(_SKEW) or 0))


def _too_far(seconds: int) -> bool:
    return abs(seconds) > SKEW_LIMIT.total_seconds()


def hashed(code: str) -> str:
    """Return what is kept of a code."""
    return hashlib.sha256(code.encode()).hexdigest()


def _entered(member: Member, now: datetime) -> OwnerPaired | MemberJoined:
    user_id = member.user_id
    if member.role is Role.OWNER:
        return OwnerPaired(happened_at=now, actor=user_id, user_id=user_id)
    return MemberJoined(happened_at=now, actor=user_id, user_id=user_id, name=member.name, role=member.role)


def _enter(uow: UnitOfWork, member: Member) -> None:
    if member.role is Role.OWNER:
        for other in uow.people.all():
            if other.role is Role.OWNER and other.user_id != member.user_id:
                uow.people.remove(other.user_id)
    uow.people.add(member)
