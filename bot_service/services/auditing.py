"""Write down every command and press, and look through it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot_service.domain.asked import Asked
from bot_service.domain.people import Member
from bot_service.ports import AuditLine, Clock, Database, LogBook, LogLine, UnitOfWork
from bot_service.services.people_views import AuditView, LogsView

PAGE = 8
LOOK_BACK = 40
LINES = 10


@dataclass(frozen=True)
class Deed:
    """Something a person asked for, as the edge saw it end.

    `changes` are old and new values that no event tells; what happened since `began_at` by his hand is
    looked up and kept with it. `asked` is what still waits for its answer.
    """

    user_id: int
    chat_id: int
    command: str
    arguments: str
    result: str
    began_at: datetime
    looked: bool = False
    pressed: bool = False
    bots: tuple[int, ...] = ()
    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    update_id: int = 0
    asked: Asked | None = None


class Auditing:
    """The audit of the chat, and the log of the service."""

    def __init__(self, database: Database, market: Clock, wall: Clock, log_book: LogBook) -> None:
        self._database = database
        self._market = market
        self._wall = wall
        self._log_book = log_book

    def write(self, deed: Deed) -> None:
        """Write one line with what the deed changed."""
        detail: dict[str, Any] = {"chat_id": deed.chat_id, "pressed": deed.pressed}
        bots = set(deed.bots)
        with self._database.write() as uow:
            if not deed.looked:
                events = _caused(uow, deed)
                bots.update(_bots_of(events))
                detail |= {"events": events} if events else {}
                detail |= (
                    {"changes": {name: list(both) for name, both in deed.changes.items()}}
                    if deed.changes
                    else {}
                )
            uow.people.audit(
                self._wall.now(),
                deed.user_id,
                deed.command,
                deed.arguments,
                deed.result,
                detail,
                is_lookup=deed.looked,
                bots=bots,
                market_at=self._market.now(),
            )
            if deed.asked is not None:
                uow.seen_update(deed.update_id, self._wall.now(), deed.asked)
            uow.commit()

    def page(self, page: int = 0, user_id: int | None = None, bot_id: int | None = None) -> AuditView:
        """Return a page of the audit, newest first."""
        with self._database.read() as uow:
            total, lines = uow.people.audit_page(page * PAGE, PAGE, user_id, bot_id)
            members = uow.people.all()
            known = {line.user_id: uow.people.known(line.user_id) for line in lines}
            bots = {bot.id: bot.settings.name for bot in uow.bots.all(ids=_all_bots(lines))}
        names = {number: member.name for number, member in known.items() if member is not None}
        return AuditView(lines, page, max(1, -(-total // PAGE)), user_id, bot_id, names, bots, members)

    def person(self, user_id: int) -> Member | None:
        """Return somebody who is or was a member."""
        with self._database.read() as uow:
            return uow.people.known(user_id)

    def logs(self, containing: str = "") -> LogsView:
        """Return the newest warnings and errors, or those with a reference."""
        lines: tuple[LogLine, ...] = self._log_book.recent(LINES, containing)
        return LogsView(lines, containing)


def _caused(uow: UnitOfWork, deed: Deed) -> list[dict[str, Any]]:
    found = [
        event.to_json()
        for _id, recorded_at, event in uow.history(limit=LOOK_BACK)
        if recorded_at >= deed.began_at and event.actor == deed.user_id
    ]
    return found[::-1]


def _bots_of(events: Iterable[dict[str, Any]]) -> set[int]:
    bots = {event["bot_id"] for event in events if event.get("bot_id") is not None}
    return bots.union(*(event.get("bot_ids", ()) for event in events))


def _all_bots(lines: Iterable[AuditLine]) -> set[int]:
    return {bot_id for line in lines for bot_id in line.bots}
