from __future__ import annotations

from sqlalchemy import and_, delete, select, update

from bot_service.domain.people import ChatGroup, Route, RouteKind
from bot_service.storage.repository import Repository
from bot_service.storage.tables import GroupRow, MessageRow, RouteRow
from bot_service.storage.tables.messages import QUEUED
from bot_service.storage.types import columns_of, table_of, values_of

GROUP = table_of(GroupRow)
ROUTE = table_of(RouteRow)
OUTBOX = table_of(MessageRow)
GROUP_COLUMNS = columns_of(GROUP, ChatGroup)
ROUTE_COLUMNS = columns_of(ROUTE, Route)


class SqlGroups(Repository):
    """Connected groups and their routes in the database."""

    def get(self, chat_id: int) -> ChatGroup | None:
        """Return a connected group."""
        query = select(*GROUP_COLUMNS).where(GROUP.c.chat_id == chat_id)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else ChatGroup(*row)

    def all(self) -> tuple[ChatGroup, ...]:
        """Return all connected groups by title."""
        query = select(*GROUP_COLUMNS).order_by(GROUP.c.title, GROUP.c.chat_id)
        return tuple(ChatGroup(*row) for row in self._connection.execute(query))

    def bind(self, group: ChatGroup) -> None:
        """Store or change a group."""
        self.replace(GROUP, values_of(group))

    def unbind(self, chat_id: int) -> None:
        """Forget a group, its routes and what waits for it."""
        self._connection.execute(delete(GROUP).where(GROUP.c.chat_id == chat_id))
        self._connection.execute(delete(ROUTE).where(ROUTE.c.chat_id == chat_id))
        self._connection.execute(delete(OUTBOX).where(QUEUED, OUTBOX.c.chat_id == chat_id))

    def move(self, chat_id: int, new_id: int) -> None:
        """Follow a group to its new number; a second word of it changes nothing."""
        if self.get(chat_id) is None:
            return
        self._connection.execute(delete(GROUP).where(GROUP.c.chat_id == new_id))
        for table in (GROUP, ROUTE):
            self._connection.execute(update(table).where(table.c.chat_id == chat_id).values(chat_id=new_id))
        waiting = and_(QUEUED, OUTBOX.c.chat_id == chat_id)
        self._connection.execute(update(OUTBOX).where(waiting).values(chat_id=new_id, user_id=new_id))

    def leave_topic(self, chat_id: int, thread_id: int) -> None:
        """Send to the group itself what was meant for a topic that is gone."""
        for route in self.routes(chat_id):
            if route.thread_id == thread_id:
                self.drop_route(route)
                self.add_route(Route(chat_id, 0, route.kind, route.value))
        waiting = and_(QUEUED, OUTBOX.c.chat_id == chat_id, OUTBOX.c.thread_id == thread_id)
        self._connection.execute(update(OUTBOX).where(waiting).values(thread_id=None))

    def add_route(self, route: Route) -> None:
        """Let a group get alerts."""
        self.insert_new(ROUTE, values_of(route) | {"kind": route.kind.value})

    def drop_route(self, route: Route) -> None:
        """Let it get them no more."""
        this = and_(*(ROUTE.c[name] == value for name, value in values_of(route).items()))
        self._connection.execute(delete(ROUTE).where(this))

    def routes(self, chat_id: int | None = None) -> tuple[Route, ...]:
        """Return the routes of one group or of all."""
        query = select(*ROUTE_COLUMNS).order_by(*ROUTE.primary_key.columns)
        if chat_id is not None:
            query = query.where(ROUTE.c.chat_id == chat_id)
        rows = self._connection.execute(query)
        return tuple(Route(row[0], row[1], RouteKind(row[2]), row[3]) for row in rows)
