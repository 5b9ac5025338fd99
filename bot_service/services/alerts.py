"""A member's last alerts, what became of them, and another try for those that were given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot_service.domain.events import Event, read_event
from bot_service.domain.people import Actor, Role
from bot_service.ports import Clock, Database, OutboxLine, UnitOfWork
from bot_service.services.letters import names_of, tag_of
from bot_service.services.views import AccountTag

SHOWN = 50
PER_PAGE = 10


@dataclass(frozen=True)
class AlertLine:
    """One alert and what became of it; `reader` is empty where it is the asker's own."""

    line: OutboxLine
    event: Event | None
    tag: AccountTag | None
    names: dict[int, str]
    reader: str = ""


@dataclass(frozen=True)
class AlertsView:
    """A page of the last alerts; `dead` counts all that were given up and could be tried again."""

    lines: tuple[AlertLine, ...]
    page: int
    pages: int
    waiting: int
    dead: int
    now: datetime


@dataclass(frozen=True)
class ResendReceipt:
    """How many alerts are tried again."""

    count: int


class Alerts:
    """Look at what was sent, and send again what was not."""

    def __init__(self, database: Database, wall: Clock) -> None:
        self._database = database
        self._wall = wall

    def view(self, actor: Actor, page: int = 0) -> AlertsView:
        """Return a page of the newest alerts; the owner also sees what others never got."""
        with self._database.read() as uow:
            found = [*uow.outbox.newest(actor.user_id, SHOWN)]
            if actor.role is Role.OWNER:
                found += [line for line in uow.outbox.undelivered() if line.user_id != actor.user_id]
            found = sorted(found, key=lambda line: -line.id)[:SHOWN]
            pages = max(1, -(-len(found) // PER_PAGE))
            number = min(page, pages - 1)
            shown = found[number * PER_PAGE : (number + 1) * PER_PAGE]
            return AlertsView(
                lines=tuple(_line(uow, item, actor) for item in shown),
                page=number,
                pages=pages,
                waiting=sum(item.state == "queued" for item in found),
                dead=len(_dead(uow, actor)),
                now=self._wall.now(),
            )

    def resend(self, actor: Actor) -> ResendReceipt:
        """Try again what was given up: one's own, the owner everybody's who is still a member."""
        now = self._wall.now()
        with self._database.write() as uow:
            rows = _dead(uow, actor)
            for line in rows:
                uow.outbox.revive(line.id, now)
            uow.commit()
        return ResendReceipt(len(rows))


def _dead(uow: UnitOfWork, actor: Actor) -> list[OutboxLine]:
    mine = actor.role is not Role.OWNER
    return [
        line
        for line in uow.outbox.undelivered()
        if (line.user_id == actor.user_id if mine else _is_reached(uow, line))
    ]


def _is_reached(uow: UnitOfWork, line: OutboxLine) -> bool:
    if line.user_id < 0:
        return uow.groups.get(line.chat_id) is not None
    return uow.people.get(line.user_id) is not None


def _line(uow: UnitOfWork, line: OutboxLine, actor: Actor) -> AlertLine:
    event = read_event(line.payload)
    reader = "" if line.user_id == actor.user_id else _name(uow, line)
    return AlertLine(line, event, tag_of(uow, event), names_of(uow, event), reader)


def _name(uow: UnitOfWork, line: OutboxLine) -> str:
    if line.user_id < 0:
        group = uow.groups.get(line.chat_id)
        return group.title if group is not None else str(line.chat_id)
    member = uow.people.known(line.user_id)
    return (member.name if member is not None else "") or str(line.user_id)
