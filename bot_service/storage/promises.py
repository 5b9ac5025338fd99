from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select, update

from bot_service.domain.promises import BrakedAct, BrakeState, Promise, PromiseOccasion
from bot_service.storage.repository import Repository
from bot_service.storage.tables import BrakedActRow, PromiseOccasionRow, PromiseRow
from bot_service.storage.types import columns_of, table_of, values_of

PROMISE = table_of(PromiseRow)
OCCASION = table_of(PromiseOccasionRow)
BRAKED = table_of(BrakedActRow)
PROMISE_COLUMNS = columns_of(PROMISE, Promise)
OCCASION_COLUMNS = columns_of(OCCASION, PromiseOccasion)
BRAKED_COLUMNS = columns_of(BRAKED, BrakedAct)


class SqlPromises(Repository):
    """Promises, how they went, and acts that one stands in the way of, in the database."""

    def add(self, promise: Promise) -> int:
        """Store a promise and return its id; the given one counts for nothing."""
        adding = insert(PROMISE).values(**values_of(promise, "id")).returning(PROMISE.c.id)
        number: int = self._connection.execute(adding).scalar_one()
        return number

    def end(self, promise_id: int, at: datetime) -> None:
        """Let a promise hold no longer."""
        standing = (PROMISE.c.id == promise_id) & PROMISE.c.ended_at.is_(None)
        self._connection.execute(update(PROMISE).where(standing).values(ended_at=at))

    def of_person(self, user_id: int) -> tuple[Promise, ...]:
        """Return all promises of a person, oldest first."""
        return self._found(PROMISE.c.user_id == user_id)

    def of_account(self, account_id: int) -> tuple[Promise, ...]:
        """Return all promises about an account, oldest first."""
        return self._found(PROMISE.c.account_id == account_id)

    def note(self, occasion: PromiseOccasion) -> None:
        """Store how a promise went once."""
        self._connection.execute(insert(OCCASION).values(**values_of(occasion)))

    def unnote(self, promise_id: int, since: datetime, until: datetime) -> None:
        """Take back how a promise went with since <= at < until."""
        span = (OCCASION.c.promise_id == promise_id) & (OCCASION.c.at >= since) & (OCCASION.c.at < until)
        self._connection.execute(delete(OCCASION).where(span))

    def occasions(
        self, promise_ids: tuple[int, ...], since: datetime, until: datetime
    ) -> tuple[PromiseOccasion, ...]:
        """Return how promises went with since <= at < until, oldest first."""
        span = OCCASION.c.promise_id.in_(promise_ids) & (OCCASION.c.at >= since) & (OCCASION.c.at < until)
        rows = self._connection.execute(
            select(*OCCASION_COLUMNS).where(span).order_by(OCCASION.c.at, OCCASION.c.id)
        )
        return tuple(PromiseOccasion(*row) for row in rows)

    def brake(self, act: BrakedAct) -> int:
        """Store an act that has to wait and return its id."""
        adding = insert(BRAKED).values(**values_of(act, "id")).returning(BRAKED.c.id)
        number: int = self._connection.execute(adding).scalar_one()
        return number

    def braked(self, act_id: int) -> BrakedAct | None:
        """Return an act that has to wait, or had to."""
        row = self._connection.execute(select(*BRAKED_COLUMNS).where(BRAKED.c.id == act_id)).one_or_none()
        return None if row is None else _braked(row)

    def braked_of(self, user_id: int, *states: BrakeState) -> tuple[BrakedAct, ...]:
        """Return a person's acts in some states, newest first."""
        theirs = (BRAKED.c.user_id == user_id) & BRAKED.c.state.in_(states)
        rows = self._connection.execute(select(*BRAKED_COLUMNS).where(theirs).order_by(BRAKED.c.id.desc()))
        return tuple(_braked(row) for row in rows)

    def waited_out(self, now: datetime) -> tuple[BrakedAct, ...]:
        """Return the acts whose wait is over, oldest first."""
        over = (BRAKED.c.state == BrakeState.WAITING) & (BRAKED.c.free_at <= now)
        rows = self._connection.execute(select(*BRAKED_COLUMNS).where(over).order_by(BRAKED.c.id))
        return tuple(_braked(row) for row in rows)

    def unanswered(self, asked_before: datetime, free_before: datetime) -> tuple[BrakedAct, ...]:
        """Return the acts that were asked about, or were free to be done, before some moments."""
        asked = (BRAKED.c.state == BrakeState.ASKED) & (BRAKED.c.asked_at < asked_before)
        free = (BRAKED.c.state == BrakeState.FREE) & (BRAKED.c.free_at < free_before)
        rows = self._connection.execute(select(*BRAKED_COLUMNS).where(asked | free).order_by(BRAKED.c.id))
        return tuple(_braked(row) for row in rows)

    def move(
        self, act_id: int, before: tuple[BrakeState, ...], after: BrakeState, free_at: datetime | None = None
    ) -> bool:
        """Take an act from one state into another; False when it is in none of them any more."""
        this = (BRAKED.c.id == act_id) & BRAKED.c.state.in_(before)
        values: dict[str, Any] = {"state": after} | ({} if free_at is None else {"free_at": free_at})
        return self._connection.execute(update(BRAKED).where(this).values(**values)).rowcount == 1

    def _found(self, condition: ColumnElement[bool]) -> tuple[Promise, ...]:
        rows = self._connection.execute(select(*PROMISE_COLUMNS).where(condition).order_by(PROMISE.c.id))
        return tuple(Promise(*row) for row in rows)


def _braked(row: Row[Any]) -> BrakedAct:
    values = dict(row._mapping)  # noqa: SLF001  # SQLAlchemy's public name for it
    return BrakedAct(
        **{**values, "promise_ids": tuple(values["promise_ids"]), "reasons": tuple(values["reasons"])}
    )
