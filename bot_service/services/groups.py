"""Groups: connected by a member, silent otherwise; which alerts also go there."""

from __future__ import annotations

from dataclasses import replace

from bot_service.domain.errors import InvalidValue
from bot_service.domain.events import GroupConnected, GroupDisconnected
from bot_service.domain.people import Actor, ChatGroup, Member, Route, RouteKind
from bot_service.ports import Clock, Database, UnitOfWork
from bot_service.services.people_views import GroupCard, GroupGoneReceipt, GroupsView


class ChatGroups:
    """Connect groups, route alerts to them, follow them."""

    def __init__(self, database: Database, wall: Clock) -> None:
        self._database = database
        self._wall = wall

    def bound(self, chat_id: int) -> bool:
        """Tell whether a group is connected."""
        with self._database.read() as uow:
            return uow.groups.get(chat_id) is not None

    def connected(self) -> tuple[ChatGroup, ...]:
        """Return all connected groups."""
        with self._database.read() as uow:
            return uow.groups.all()

    def view(self) -> GroupsView:
        """Return all connected groups with what they get."""
        with self._database.read() as uow:
            return GroupsView(uow.groups.all(), uow.groups.routes())

    def bind(self, actor: Actor, member: Member, title: str, thread_id: int) -> GroupCard:
        """Connect the group the actor writes in, and tell all members; a connected one is only shown."""
        now = self._wall.now()
        with self._database.write() as uow:
            if uow.groups.get(actor.chat_id) is None:
                group = ChatGroup(actor.chat_id, title, member.language, member.time_zone, actor.user_id, now)
                uow.groups.bind(group)
                event = GroupConnected(
                    happened_at=now, actor=actor.user_id, chat_id=actor.chat_id, title=title
                )
                uow.record(event)
            card = _card(uow, actor.chat_id, thread_id)
            uow.commit()
        return card

    def unbind(self, actor: Actor, chat_id: int) -> GroupGoneReceipt:
        """Disconnect a group.

        Raises:
            InvalidValue: it isn't connected.
        """
        return GroupGoneReceipt(self._end(chat_id, actor.user_id))

    def lost(self, chat_id: int) -> None:
        """Disconnect a group that has thrown the bot out, and tell everybody."""
        with self._database.read() as uow:
            known = uow.groups.get(chat_id)
        if known is not None:
            self._end(chat_id, None)

    def moved(self, chat_id: int, new_id: int) -> None:
        """Follow a group that Telegram gave another number."""
        with self._database.write() as uow:
            uow.groups.move(chat_id, new_id)
            uow.commit()

    def topic_gone(self, chat_id: int, thread_id: int) -> None:
        """Send to the group itself what was meant for a topic that is gone or closed."""
        with self._database.write() as uow:
            uow.groups.leave_topic(chat_id, thread_id)
            uow.commit()

    def speak(self, actor: Actor, language: str, thread_id: int) -> GroupCard:
        """Choose the language of a group's alerts and menu."""
        with self._database.write() as uow:
            uow.groups.bind(replace(_group(uow, actor.chat_id), language=language))
            card = _card(uow, actor.chat_id, thread_id)
            uow.commit()
        return card

    def toggle(self, actor: Actor, thread_id: int, kind: RouteKind, value: str) -> GroupCard:
        """Let alerts come to this topic, or no more.

        Raises:
            InvalidValue: the group isn't connected, or there is no such account or tag.
            BotNotFound: there is no such bot.
        """
        route = Route(actor.chat_id, thread_id, kind, value)
        with self._database.write() as uow:
            _group(uow, actor.chat_id)
            if route in uow.groups.routes(actor.chat_id):
                uow.groups.drop_route(route)
            else:
                _check(uow, kind, value)
                uow.groups.add_route(route)
            card = _card(uow, actor.chat_id, thread_id)
            uow.commit()
        return card

    def _end(self, chat_id: int, actor: int | None) -> str:
        with self._database.write() as uow:
            group = _group(uow, chat_id)
            uow.groups.unbind(chat_id)
            event = GroupDisconnected(
                happened_at=self._wall.now(), actor=actor, chat_id=chat_id, title=group.title
            )
            uow.record(event)
            uow.commit()
        return group.title


def _group(uow: UnitOfWork, chat_id: int) -> ChatGroup:
    group = uow.groups.get(chat_id)
    if group is None:
        raise InvalidValue("group", str(chat_id), "not_connected")
    return group


def _card(uow: UnitOfWork, chat_id: int, thread_id: int) -> GroupCard:
    return GroupCard(_group(uow, chat_id), uow.groups.routes(chat_id), thread_id, uow.accounts.all())


def _check(uow: UnitOfWork, kind: RouteKind, value: str) -> None:
    if kind is RouteKind.ACCOUNT and value not in {str(account.id) for account in uow.accounts.all()}:
        raise InvalidValue("account", value[:20], "no_such_account")
    if kind is RouteKind.BOT:
        if not value.isdecimal():
            raise InvalidValue("bot", value[:20], "not_an_id", "1, 2, 3, …")
        uow.bots.get(int(value))
    if kind is RouteKind.TAG and not any(value in tags for tags in uow.bots.tags().values()):
        raise InvalidValue("tag", value[:20], "no_such_tag")
