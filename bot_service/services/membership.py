"""Who is let in, with which role, and who is not any more; every change is told to all members."""

from __future__ import annotations

import secrets
from datetime import timedelta

from bot_service.domain.errors import InvalidValue, MemberNotFound, NotAllowed, OwnerIsFixed
from bot_service.domain.events import (
    AccessEnded,
    AccessGranted,
    InvitationRevoked,
    MemberInvited,
    MemberJoined,
    MemberRemoved,
    RoleChanged,
)
from bot_service.domain.people import Actor, Invitation, Member, Role, Stranger
from bot_service.ports import Clock, Database, UnitOfWork
from bot_service.services.chats import hashed
from bot_service.services.people_views import (
    ForgottenReceipt,
    InvitationReceipt,
    MemberCard,
    MemberReceipt,
    MembersView,
    RevokedReceipt,
)

INVITATION_LIFETIME = timedelta(hours=24)
GUESTS = (Role.OPERATOR, Role.VIEWER)


class Membership:
    """Invite, let in, change roles, remove; who the owner is changes on the machine only."""

    def __init__(
        self, database: Database, wall: Clock, language: str = "id", time_zone: str = "Asia/Jakarta"
    ) -> None:
        self._database = database
        self._wall = wall
        self._language = language
        self._time_zone = time_zone

    def members(self, reader: Member) -> MembersView:
        """Return everybody, and to the owner the open invitations."""
        with self._database.read() as uow:
            open_ones = uow.people.invitations(self._wall.now()) if reader.role is Role.OWNER else ()
            return MembersView(uow.people.all(), open_ones, reader)

    def member(self, user_id: int) -> MemberCard:
        """Return one member.

        Raises:
            MemberNotFound: he is none.
        """
        with self._database.read() as uow:
            return MemberCard(_member(uow, user_id))

    def stranger(self, user_id: int) -> Stranger:
        """Return somebody who knocked.

        Raises:
            MemberNotFound: he never did.
        """
        with self._database.read() as uow:
            found = uow.people.stranger(user_id)
        if found is None:
            raise MemberNotFound(user_id)
        return found

    def invite(self, actor: Actor, role: Role) -> InvitationReceipt:
        """Return a one-time code for a role; whoever uses it first becomes a member.

        Raises:
            NotAllowed: an invitation never makes an owner.
        """
        if role not in GUESTS:
            raise NotAllowed(Role.OWNER)
        code, now = secrets.token_urlsafe(16), self._wall.now()
        expires = now + INVITATION_LIFETIME
        event = MemberInvited(happened_at=now, actor=actor.user_id, role=role, expires_at=expires)
        with self._database.write() as uow:
            uow.people.add_code(hashed(code), role, expires, actor.user_id)
            made = next(item for item in uow.people.invitations(now) if hashed(code).startswith(item.id))
            uow.record(event, answered_chat=actor.chat_id)
            uow.commit()
        return InvitationReceipt(made, code)

    def revoke(self, actor: Actor, invitation_id: str) -> RevokedReceipt:
        """End an invitation that nobody has used.

        Raises:
            InvalidValue: it was used, is over, or never was.
        """
        now = self._wall.now()
        with self._database.write() as uow:
            found = _invitation(uow.people.invitations(now), invitation_id)
            uow.people.revoke(found.id)
            event = InvitationRevoked(happened_at=now, actor=actor.user_id, role=found.role)
            uow.record(event, answered_chat=actor.chat_id)
            uow.commit()
        return RevokedReceipt(found.role, found.expires_at)

    def admit(self, actor: Actor, user_id: int, role: Role) -> MemberReceipt:
        """Make somebody who knocked a member; he is told in his own chat.

        Raises:
            MemberNotFound: he never knocked.
            NotAllowed: nobody is made an owner here.
        """
        if role not in GUESTS:
            raise NotAllowed(Role.OWNER)
        stranger, now = self.stranger(user_id), self._wall.now()
        with self._database.write() as uow:
            known = uow.people.get(user_id)
            if known is not None:
                return MemberReceipt(user_id, known.name, known.role, known.role)
            language = stranger.language or self._language
            uow.people.add(Member(user_id, user_id, role, language, self._time_zone, name=stranger.name))
            joined = MemberJoined(
                happened_at=now, actor=actor.user_id, user_id=user_id, name=stranger.name, role=role
            )
            granted = AccessGranted(happened_at=now, actor=user_id, role=role)
            uow.record(joined, answered_chat=actor.chat_id)
            uow.record(granted)
            uow.commit()
        return MemberReceipt(user_id, stranger.name, None, role)

    def change_role(self, actor: Actor, user_id: int, role: Role) -> MemberReceipt:
        """Give a member another role.

        Raises:
            MemberNotFound: he is none.
            OwnerIsFixed: the owner's role, or another owner.
        """
        if role not in GUESTS:
            raise OwnerIsFixed
        now = self._wall.now()
        with self._database.write() as uow:
            member = _guest(uow, user_id)
            if member.role is role:
                return MemberReceipt(user_id, member.name, role, role)
            uow.people.set_role(user_id, role)
            event = RoleChanged(
                happened_at=now,
                actor=actor.user_id,
                user_id=user_id,
                name=member.name,
                before=member.role,
                after=role,
            )
            uow.record(event, answered_chat=actor.chat_id)
            uow.commit()
        return MemberReceipt(user_id, member.name, member.role, role)

    def remove(self, actor: Actor, user_id: int) -> MemberReceipt:
        """Take a member's role away and tell him so.

        Raises:
            MemberNotFound: he is none.
            OwnerIsFixed: he is the owner.
        """
        now = self._wall.now()
        with self._database.write() as uow:
            member = _guest(uow, user_id)
            uow.people.remove(user_id)
            removed = MemberRemoved(
                happened_at=now, actor=actor.user_id, user_id=user_id, name=member.name, role=member.role
            )
            uow.record(removed, answered_chat=actor.chat_id)
            ended = AccessEnded(happened_at=now, actor=actor.user_id, user_id=user_id)
            uow.outbox.add_message(member.chat_id, user_id, ended.to_json(), now)
            uow.commit()
        return MemberReceipt(user_id, member.name, member.role, None)

    def forget(self, actor: Actor) -> ForgottenReceipt:
        """Delete what belongs to the asker alone; whoever isn't the owner is no member afterwards.

        The books of the account and the audit of what was changed stay, the audit by the number only.
        """
        now = self._wall.now()
        with self._database.write() as uow:
            member = _member(uow, actor.user_id)
            counts = uow.archive.forget(member.user_id)
            uow.archive.forget_name(member.user_id)
            if member.role is not Role.OWNER:
                uow.people.remove(member.user_id)
                event = MemberRemoved(
                    happened_at=now, actor=actor.user_id, user_id=member.user_id, name="", role=member.role
                )
                uow.record(event, answered_chat=actor.chat_id)
            uow.commit()
        return ForgottenReceipt(counts, stays=member.role is Role.OWNER)


def _member(uow: UnitOfWork, user_id: int) -> Member:
    member = uow.people.get(user_id)
    if member is None:
        raise MemberNotFound(user_id)
    return member


def _guest(uow: UnitOfWork, user_id: int) -> Member:
    member = _member(uow, user_id)
    if member.role is Role.OWNER:
        raise OwnerIsFixed
    return member


def _invitation(found: tuple[Invitation, ...], invitation_id: str) -> Invitation:
    for item in found:
        if item.id == invitation_id:
            return item
    raise InvalidValue("invitation", invitation_id[:16], "no_such_invitation")
