"""One transaction over everything that is stored."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from bot_service.domain.asked import Asked
from bot_service.domain.events import Event
from bot_service.ports.journal import Journal
from bot_service.ports.mentor import Ledger, MentorBook, Promises
from bot_service.ports.outbox import Outbox
from bot_service.ports.people import Groups, People
from bot_service.ports.records import Archive
from bot_service.ports.trading import Accounts, Books, Bots, Guards, Intents, Protections
from bot_service.ports.writing import Phrases


class UnitOfWork(AbstractContextManager["UnitOfWork"], Protocol):
    """One transaction; what is not committed when it ends never happened."""

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

    def record(self, event: Event, *, answered_chat: int | None = None) -> None:
        """Collect an event: one history row, and one outbox row per chat of its audience.

        `answered_chat` gets its answer directly and therefore no alert.
        """

    def history(
        self, *, bot_id: int | None = None, limit: int = 50, before_id: int | None = None
    ) -> tuple[tuple[int, datetime, Event], ...]:
        """Return (id, recorded_at, event), newest first."""

    def happened(
        self,
        kinds: Iterable[type[Event]],
        since: datetime,
        until: datetime,
        account_id: int | None = None,
    ) -> tuple[tuple[datetime, Event], ...]:
        """Return (recorded_at, event) of some kinds with since <= happened_at < until, oldest first.

        Of one account: those that name it, and those that name none because they are about several.
        """

    def seen_update(self, update_id: int, at: datetime, owed: Asked | None = None) -> bool:
        """Remember an executed Telegram update and what it owes an answer to; True if that was known.

        The second time changes nothing.
        """

    def answered_update(self, update_id: int) -> None:
        """Forget what was asked: the person has the answer."""

    def unanswered_updates(self) -> tuple[tuple[int, datetime, Asked], ...]:
        """Return (update_id, at, what was asked) of everything that nobody has answered, oldest first."""

    def get_value(self, key: str) -> str | None:
        """Return a small stored value of the service."""

    def set_value(self, key: str, value: str) -> None:
        """Store a small value of the service."""

    def commit(self) -> None:
        """Write everything at once."""


class Database(Protocol):
    """Opens units of work."""

    def write(self, *, durable: bool = False) -> UnitOfWork:
        """Begin a writing transaction at once (BEGIN IMMEDIATE); a durable one outlives a power cut."""

    def read(self) -> UnitOfWork:
        """Begin a reading transaction; commit is refused."""
