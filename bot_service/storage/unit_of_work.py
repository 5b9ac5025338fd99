from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from datetime import datetime
from types import TracebackType
from typing import Self

from sqlalchemy import Engine, bindparam, select, update

from bot_service.domain.asked import Asked
from bot_service.domain.events import Event
from bot_service.ports import (
    Accounts,
    Archive,
    Books,
    Bots,
    Clock,
    Groups,
    Guards,
    Intents,
    Journal,
    Ledger,
    MentorBook,
    Outbox,
    People,
    Phrases,
    Promises,
    Protections,
)
from bot_service.storage.accounts import SqlAccounts
from bot_service.storage.archive import SqlArchive
from bot_service.storage.books import SqlBooks
from bot_service.storage.bots import SqlBots
from bot_service.storage.engine import Turn
from bot_service.storage.groups import SqlGroups
from bot_service.storage.guards import SqlGuards
from bot_service.storage.history import SqlHistory
from bot_service.storage.intents import SqlIntents
from bot_service.storage.journal import SqlJournal
from bot_service.storage.ledger import SqlLedger
from bot_service.storage.mentor import SqlMentorBook
from bot_service.storage.outbox import SqlOutbox
from bot_service.storage.people import SqlPeople
from bot_service.storage.phrases import SqlPhrases
from bot_service.storage.promises import SqlPromises
from bot_service.storage.protections import SqlProtections
from bot_service.storage.repository import Repository
from bot_service.storage.tables import ExecutedUpdateRow, ValueRow
from bot_service.storage.types import table_of

VALUE = table_of(ValueRow)
GET_VALUE = select(VALUE.c.value).where(VALUE.c.key == bindparam("this"))
EXECUTED = table_of(ExecutedUpdateRow)
OWED = (
    select(EXECUTED.c.update_id, EXECUTED.c.at, EXECUTED.c.owed)
    .where(EXECUTED.c.owed.is_not(None))
    .order_by(EXECUTED.c.update_id)
)
ANSWERED = update(EXECUTED).where(EXECUTED.c.update_id == bindparam("this")).values(owed=None)


class SqlUnitOfWork:
    """One transaction on one connection; `commit` ends it, leaving without it rolls back."""

    bots: Bots
    intents: Intents
    protections: Protections
    books: Books
    accounts: Accounts
    guards: Guards
    people: People
    outbox: Outbox
    journal: Journal
    archive: Archive
    groups: Groups
    promises: Promises
    mentor: MentorBook
    ledger: Ledger
    phrases: Phrases

    def __init__(self, engine: Engine, wall: Clock, turn: Turn | None) -> None:
        self._engine = engine
        self._wall = wall
        self._turn = turn
        self._collected: list[tuple[Event, int | None]] = []

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            if self._turn is not None:
                opened.enter_context(self._turn)
            self._connection = opened.enter_context(self._engine.connect())
            self._connection.begin()
            self._opened = opened.pop_all()
        self.bots = SqlBots(self._connection)
        self.intents = SqlIntents(self._connection)
        self.protections = SqlProtections(self._connection)
        self.books = SqlBooks(self._connection)
        self.accounts = SqlAccounts(self._connection)
        self.guards = SqlGuards(self._connection)
        self.people = SqlPeople(self._connection)
        self.outbox = SqlOutbox(self._connection)
        self.journal = SqlJournal(self._connection)
        self.archive = SqlArchive(self._connection)
        self.groups = SqlGroups(self._connection)
        self.promises = SqlPromises(self._connection)
        self.mentor = SqlMentorBook(self._connection)
        self.ledger = SqlLedger(self._connection)
        self.phrases = SqlPhrases(self._connection)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()

    def record(self, event: Event, *, answered_chat: int | None = None) -> None:
        """Collect an event for the commit."""
        self._refuse_reading()
        self._collected.append((event, answered_chat))

    def history(
        self, *, bot_id: int | None = None, limit: int = 50, before_id: int | None = None
    ) -> tuple[tuple[int, datetime, Event], ...]:
        """Return (id, recorded_at, event), newest first."""
        return SqlHistory(self._connection).newest(bot_id, limit, before_id)

    def happened(
        self,
        kinds: Iterable[type[Event]],
        since: datetime,
        until: datetime,
        account_id: int | None = None,
    ) -> tuple[tuple[datetime, Event], ...]:
        """Return (recorded_at, event) of some kinds with since <= happened_at < until, oldest first."""
        return SqlHistory(self._connection).happened(kinds, since, until, account_id)

    def get_value(self, key: str) -> str | None:
        """Return a small stored value of the service."""
        return self._connection.execute(GET_VALUE, {"this": key}).scalar_one_or_none()

    def set_value(self, key: str, value: str) -> None:
        """Store a small value of the service."""
        Repository(self._connection).replace(VALUE, {"key": key, "value": value})

    def seen_update(self, update_id: int, at: datetime, owed: Asked | None = None) -> bool:
        """Remember an executed Telegram update; True if it was remembered before."""
        row = {"update_id": update_id, "at": at, "owed": owed}
        return not Repository(self._connection).insert_new(EXECUTED, row)

    def answered_update(self, update_id: int) -> None:
        """Forget what was asked: the person has the answer."""
        self._connection.execute(ANSWERED, {"this": update_id})

    def unanswered_updates(self) -> tuple[tuple[int, datetime, Asked], ...]:
        """Return (update_id, at, what was asked) of everything that nobody has answered, oldest first."""
        return tuple((row[0], row[1], row[2]) for row in self._connection.execute(OWED))

    def commit(self) -> None:
        """Write everything at once; the unit of work is over then."""
        self._refuse_reading()
        if self._collected:
            SqlHistory(self._connection).write(self._collected, self._wall.now())
        self._connection.commit()
        self._opened.close()

    def _refuse_reading(self) -> None:
        if self._turn is None:
            raise RuntimeError("a reading unit of work can't write")
