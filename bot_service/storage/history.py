from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, or_, select

from bot_service.domain import events
from bot_service.domain.alert_kinds import kind_of, wants
from bot_service.domain.alert_settings import AlertKind
from bot_service.domain.events import Audience, Event
from bot_service.domain.people import Member, Role, Route, RouteKind
from bot_service.storage.bots import SqlBots
from bot_service.storage.groups import SqlGroups
from bot_service.storage.outbox import SqlOutbox
from bot_service.storage.people import SqlPeople
from bot_service.storage.repository import Repository
from bot_service.storage.tables import HistoryBotRow, HistoryRow
from bot_service.storage.types import table_of

HISTORY = table_of(HistoryRow)
HISTORY_BOT = table_of(HistoryBotRow)
ADD = insert(HISTORY).returning(HISTORY.c.id)
SETTLES = timedelta(seconds=15)
BULK = ("bot_ids", "resumed")


class SqlHistory(Repository):
    """What happened, and the alerts that tell it."""

    def write(self, collected: Iterable[tuple[Event, int | None]], recorded_at: datetime) -> None:
        """Write (event, answered chat) pairs: one history row each, one alert per chat of the audience."""
        members = SqlPeople(self._connection).all()
        routes = SqlGroups(self._connection).routes()
        alerts: list[dict[str, Any]] = []
        for event, answered_chat in collected:
            history_id = self._add(event, recorded_at)
            readers = (
                member
                for member in _readers(event, members)
                if member.chat_id != answered_chat and _is_told(event, member, recorded_at)
            )
            alerts.extend(_alert(event, member, history_id, recorded_at) for member in readers)
            rooms = self._rooms(event, routes) if routes and event.audience is Audience.MEMBERS else ()
            alerts.extend(
                _alert(event, room, history_id, recorded_at, thread_id)
                for room, thread_id in rooms
                if room.chat_id != answered_chat
            )
        SqlOutbox(self._connection).queue(alerts)

    def newest(
        self, bot_id: int | None, limit: int, before_id: int | None
    ) -> tuple[tuple[int, datetime, Event], ...]:
        """Return (id, recorded_at, event), newest first."""
        query = select(HISTORY.c.id, HISTORY.c.recorded_at, HISTORY.c.payload)
        key = HISTORY.c.id
        if bot_id is not None:
            key = HISTORY_BOT.c.history_id
            query = query.join(HISTORY_BOT, HISTORY.c.id == key).where(HISTORY_BOT.c.bot_id == bot_id)
        if before_id is not None:
            query = query.where(key < before_id)
        rows = self._connection.execute(query.order_by(key.desc()).limit(limit))
        return tuple((row.id, row.recorded_at, events.from_json(row.payload)) for row in rows)

    def happened(
        self, kinds: Iterable[type[Event]], since: datetime, until: datetime, account_id: int | None
    ) -> tuple[tuple[datetime, Event], ...]:
        """Return (recorded_at, event) of some kinds, oldest first."""
        query = select(HISTORY.c.recorded_at, HISTORY.c.payload).where(
            HISTORY.c.code.in_(sorted(kind.code for kind in kinds)),
            HISTORY.c.happened_at >= since,
            HISTORY.c.happened_at < until,
        )
        if account_id is not None:
            query = query.where(or_(HISTORY.c.account_id == account_id, HISTORY.c.account_id.is_(None)))
        rows = self._connection.execute(query.order_by(HISTORY.c.happened_at, HISTORY.c.id))
        return tuple((row.recorded_at, events.from_json(row.payload)) for row in rows)

    def _rooms(self, event: Event, routes: Iterable[Route]) -> list[tuple[Member, int | None]]:
        if event.account_id is None:
            return []
        bots = _bots_of(event)
        places = {
            (route.chat_id, route.thread_id) for route in routes if self._meets(route, event.account_id, bots)
        }
        return [(Member(chat, chat, Role.VIEWER, "", ""), thread or None) for chat, thread in sorted(places)]

    def _meets(self, route: Route, account_id: int, bots: list[int]) -> bool:
        match route.kind:
            case RouteKind.EVERYTHING:
                return True
            case RouteKind.ACCOUNT:
                return route.value == str(account_id)
            case RouteKind.BOT:
                return route.value in {str(bot_id) for bot_id in bots}
            case RouteKind.TAG:
                tags = SqlBots(self._connection).tags() if bots else {}
                return any(route.value in tags.get(bot_id, ()) for bot_id in bots)

    def _add(self, event: Event, recorded_at: datetime) -> int:
        values: dict[str, Any] = {
            "recorded_at": recorded_at,
            "happened_at": event.happened_at,
            "code": event.code,
        }
        values |= {"account_id": event.account_id, "bot_id": event.bot_id, "actor": event.actor}
        values["payload"] = event.to_json()
        history_id: int = self._connection.execute(ADD, values).scalar_one()
        links = [{"bot_id": bot_id, "history_id": history_id} for bot_id in _bots_of(event)]
        if links:
            self._connection.execute(insert(HISTORY_BOT), links)
        return history_id


def _bots_of(event: Event) -> list[int]:
    bots = {bot_id for name in BULK for bot_id in getattr(event, name, ())}
    return sorted(bots if event.bot_id is None else bots | {event.bot_id})


def _readers(event: Event, members: tuple[Member, ...]) -> tuple[Member, ...]:
    match event.audience:
        case Audience.NOBODY:
            return ()
        case Audience.MEMBERS:
            return members
        case Audience.OWNER:
            return tuple(member for member in members if member.role is Role.OWNER)
        case Audience.ACTOR:
            return tuple(member for member in members if member.user_id == event.actor)
        case Audience.OTHERS:
            about = getattr(event, "user_id", None)
            return tuple(member for member in members if member.user_id != about)
        case Audience.PERSON:
            about = getattr(event, "user_id", None)
            return tuple(member for member in members if member.user_id == about)


def _settles(event: Event) -> bool:
    # What a restart brings to light comes within seconds of its news, and belongs into the same message.
    return isinstance(event, events.ServiceResumed) and event.down_s >= events.LONG_AWAY_S


def _is_told(event: Event, member: Member, at: datetime) -> bool:
    if event.audience is Audience.ACTOR:
        return True
    if kind_of(event) is AlertKind.REPORTS and member.mentor.rests_at(at):
        return False
    return event.audience is Audience.PERSON or wants(member.alerts, event)


def _alert(
    event: Event, reader: Member, history_id: int, recorded_at: datetime, thread_id: int | None = None
) -> dict[str, Any]:
    return {
        "chat_id": reader.chat_id,
        "user_id": reader.user_id,
        "level": event.level,
        "payload": event.to_json(),
        "subject": event.subject,
        "history_id": history_id,
        "not_before": recorded_at + SETTLES if _settles(event) else None,
        "recorded_at": recorded_at,
        "thread_id": thread_id,
    }
