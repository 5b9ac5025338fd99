from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, func, insert, select, update

from bot_service.domain.alert_settings import AlertSettings
from bot_service.domain.errors import ConfirmationRefused
from bot_service.domain.mentor_wishes import MentorWishes
from bot_service.domain.people import Invitation, Member, Role, Stranger, Token
from bot_service.ports import Audited, AuditLine
from bot_service.storage.repository import Repository
from bot_service.storage.tables import AuditRow, DraftRow, MemberRow, PairingCodeRow, StrangerRow, TokenRow
from bot_service.storage.types import columns_of, table_of, values_of

MEMBER = table_of(MemberRow)
CODE = table_of(PairingCodeRow)
STRANGER = table_of(StrangerRow)
TOKEN = table_of(TokenRow)
AUDIT = table_of(AuditRow)
DRAFT = table_of(DraftRow)
MEMBER_COLUMNS = columns_of(MEMBER, Member)
TOKEN_COLUMNS = columns_of(TOKEN, Token)
STRANGER_COLUMNS = columns_of(STRANGER, Stranger)
SHOWN_HASH = 12
AUDITED = (AUDIT.c.at, AUDIT.c.user_id, AUDIT.c.command, AUDIT.c.arguments, AUDIT.c.result, AUDIT.c.detail)

ACTED = (
    AUDIT.c.id,
    AUDIT.c.market_at,
    *AUDITED[1:-1],
    AUDIT.c.is_lookup,
    AUDIT.c.detail,
    AUDIT.c.bots,
)


class SqlPeople(Repository):
    """Members, pairing codes, confirmations and the audit in the database."""

    def add(self, member: Member) -> None:
        """Store or replace a member."""
        self.replace(MEMBER, values_of(member))

    def get(self, user_id: int) -> Member | None:
        """Return an active member."""
        query = select(*MEMBER_COLUMNS).where(MEMBER.c.user_id == user_id, MEMBER.c.active)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else Member(*row)

    def known(self, user_id: int) -> Member | None:
        """Return a member or somebody who was one."""
        row = self._connection.execute(
            select(*MEMBER_COLUMNS).where(MEMBER.c.user_id == user_id)
        ).one_or_none()
        return None if row is None else Member(*row)

    def all(self) -> tuple[Member, ...]:
        """Return all active members, the owner first."""
        rank = case((MEMBER.c.role == Role.OWNER, 0), else_=1)
        query = select(*MEMBER_COLUMNS).where(MEMBER.c.active).order_by(rank, MEMBER.c.user_id)
        return tuple(Member(*row) for row in self._connection.execute(query))

    def remove(self, user_id: int) -> None:
        """Make a member inactive."""
        self._connection.execute(update(MEMBER).where(MEMBER.c.user_id == user_id).values(active=False))

    def set_language(self, user_id: int, language: str) -> None:
        """Write a member's language."""
        self._connection.execute(update(MEMBER).where(MEMBER.c.user_id == user_id).values(language=language))

    def set_time_zone(self, user_id: int, time_zone: str) -> None:
        """Write in which zone a member tells times."""
        self._connection.execute(
            update(MEMBER).where(MEMBER.c.user_id == user_id).values(time_zone=time_zone)
        )

    def set_alerts(self, user_id: int, alerts: AlertSettings) -> None:
        """Write how a member wants to be told."""
        self._connection.execute(update(MEMBER).where(MEMBER.c.user_id == user_id).values(alerts=alerts))

    def set_mentor(self, user_id: int, wishes: MentorWishes) -> None:
        """Write how a member wants to be spoken to by the mentor."""
        self._connection.execute(update(MEMBER).where(MEMBER.c.user_id == user_id).values(mentor=wishes))

    def set_role(self, user_id: int, role: Role) -> None:
        """Write a member's role."""
        self._connection.execute(update(MEMBER).where(MEMBER.c.user_id == user_id).values(role=role))

    def knocked(self, user_id: int, at: datetime, name: str = "", language: str = "") -> bool:
        """Remember a stranger; True the first time."""
        values = {"user_id": user_id, "first_at": at, "name": name, "language": language}
        return self.insert_new(STRANGER, values)

    def stranger(self, user_id: int) -> Stranger | None:
        """Return somebody who wrote without a role."""
        query = select(*STRANGER_COLUMNS).where(STRANGER.c.user_id == user_id)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else Stranger(*row)

    def add_code(
        self, code_hash: str, role: Role, expires_at: datetime, invited_by: int | None = None
    ) -> None:
        """Store a code's hash; one that nobody's invitation is ends the earlier unused ones of its role."""
        if invited_by is None:
            earlier = and_(CODE.c.role == role, CODE.c.used_at.is_(None))
            self._connection.execute(update(CODE).where(earlier).values(ended=True))
        values = {"code_hash": code_hash, "role": role, "expires_at": expires_at, "ended": False}
        self._connection.execute(insert(CODE).values(**values, invited_by=invited_by))

    def invitations(self, at: datetime) -> tuple[Invitation, ...]:
        """Return the invitations that can still be used, the next to expire first."""
        usable = and_(CODE.c.used_at.is_(None), ~CODE.c.ended, CODE.c.expires_at > at)
        query = select(CODE.c.code_hash, CODE.c.role, CODE.c.invited_by, CODE.c.expires_at)
        rows = self._connection.execute(
            query.where(usable, CODE.c.invited_by.is_not(None)).order_by(CODE.c.expires_at)
        )
        return tuple(Invitation(row[0][:SHOWN_HASH], *row[1:]) for row in rows)

    def revoke(self, invitation_id: str) -> None:
        """End an invitation."""
        theirs = and_(CODE.c.code_hash.startswith(invitation_id, autoescape=True), CODE.c.used_at.is_(None))
        self._connection.execute(
            update(CODE).where(theirs, CODE.c.invited_by.is_not(None)).values(ended=True)
        )

    def use_code(self, code_hash: str, at: datetime) -> Role | None:
        """Use up a pairing code; None when wrong, used, ended or expired."""
        usable = and_(
            CODE.c.code_hash == code_hash, CODE.c.used_at.is_(None), ~CODE.c.ended, CODE.c.expires_at > at
        )
        change = update(CODE).where(usable).values(used_at=at).returning(CODE.c.role)
        return self._connection.execute(change).scalar_one_or_none()

    def add_token(self, token: Token) -> None:
        """Store a confirmation."""
        self._connection.execute(insert(TOKEN).values(**values_of(token)))

    def use_token(self, token_id: str, user_id: int, at: datetime) -> Token:
        """Use up a confirmation, if it is this person's, unused and not too old."""
        usable = and_(
            TOKEN.c.id == token_id,
            TOKEN.c.user_id == user_id,
            TOKEN.c.used_at.is_(None),
            TOKEN.c.expires_at > at,
        )
        change = update(TOKEN).where(usable).values(used_at=at).returning(*TOKEN_COLUMNS)
        row = self._connection.execute(change).one_or_none()
        if row is None:
            raise ConfirmationRefused(self._refusal(token_id, user_id))
        return Token(*row)

    def draft(self, user_id: int, chat_id: int) -> tuple[str, dict[str, Any], datetime] | None:
        """Return a person's unfinished dialogue in a chat as (kind, payload, last touch)."""
        query = select(DRAFT.c.kind, DRAFT.c.payload, DRAFT.c.updated_at)
        row = self._connection.execute(query.where(_theirs(user_id, chat_id))).one_or_none()
        return None if row is None else (row.kind, row.payload, row.updated_at)

    def keep_draft(
        self, user_id: int, chat_id: int, kind: str, payload: dict[str, Any], at: datetime
    ) -> None:
        """Store or replace a person's dialogue in a chat."""
        values = {"user_id": user_id, "chat_id": chat_id, "kind": kind, "payload": payload, "updated_at": at}
        self.replace(DRAFT, values)

    def drop_draft(self, user_id: int, chat_id: int) -> None:
        """Forget a person's dialogue in a chat."""
        self._connection.execute(delete(DRAFT).where(_theirs(user_id, chat_id)))

    def audit(
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
        """Write one line of the audit."""
        values = {"at": at, "user_id": user_id, "command": command, "arguments": arguments}
        values |= {"result": result, "detail": detail, "is_lookup": is_lookup, "market_at": market_at or at}
        named = ",".join(map(str, sorted(set(bots))))
        values["bots"] = f",{named}," if named else ""
        self._connection.execute(insert(AUDIT).values(**values))

    def audited(self, since: datetime, until: datetime) -> tuple[dict[str, Any], ...]:
        """Return audit lines with since <= at < until, oldest first."""
        query = select(*AUDITED).where(AUDIT.c.at >= since, AUDIT.c.at < until)
        rows = self._connection.execute(query.order_by(AUDIT.c.at, AUDIT.c.id)).mappings()
        return tuple(dict(row) for row in rows)

    def acted(
        self, since: datetime, until: datetime, commands: Iterable[str] | None = None
    ) -> tuple[Audited, ...]:
        """Return audit lines with since <= market time < until, oldest first."""
        query = select(*ACTED).where(AUDIT.c.market_at >= since, AUDIT.c.market_at < until)
        if commands is not None:
            query = query.where(AUDIT.c.command.in_(sorted(commands)))
        rows = self._connection.execute(query.order_by(AUDIT.c.market_at, AUDIT.c.id))
        return tuple(Audited(*row[:-2], row.detail or {}, _bots(row.bots)) for row in rows)

    def audit_page(
        self, offset: int, limit: int, user_id: int | None = None, bot_id: int | None = None
    ) -> tuple[int, tuple[AuditLine, ...]]:
        """Return how many lines there are, and some of them, newest first."""
        asked = []
        if user_id is not None:
            asked.append(AUDIT.c.user_id == user_id)
        if bot_id is not None:
            asked.append(AUDIT.c.bots.contains(f",{bot_id},"))
        total = self._connection.execute(select(func.count()).select_from(AUDIT).where(*asked)).scalar_one()
        query = select(*AUDITED, AUDIT.c.bots).where(*asked).order_by(AUDIT.c.id.desc())
        rows = self._connection.execute(query.offset(offset).limit(limit)).mappings()
        return total, tuple(_line(dict(row)) for row in rows)

    def _refusal(self, token_id: str, user_id: int) -> str:
        row = self._connection.execute(select(*TOKEN_COLUMNS).where(TOKEN.c.id == token_id)).one_or_none()
        if row is None:
            return "unknown"
        if row.user_id != user_id:
            return "somebody_elses"
        return "expired" if row.used_at is None else "used"


def _line(row: dict[str, Any]) -> AuditLine:
    bots = _bots(row.pop("bots"))
    return AuditLine(**{**row, "detail": row["detail"] or {}}, bots=bots)


def _bots(named: str) -> tuple[int, ...]:
    return tuple(int(bot_id) for bot_id in named.split(",") if bot_id)


def _theirs(user_id: int, chat_id: int) -> ColumnElement[bool]:
    return and_(DRAFT.c.user_id == user_id, DRAFT.c.chat_id == chat_id)
