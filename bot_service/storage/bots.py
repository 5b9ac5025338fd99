from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from bot_service.domain.bots import RUNNING, Bot, BotSettings, BotStatus, Fault, Glance, Held, Waiting
from bot_service.domain.errors import BotNotFound, VersionConflict
from bot_service.storage.repository import Repository
from bot_service.storage.tables import AccountRow, BotRow, BotTagRow, BotVersionRow
from bot_service.storage.types import columns_of, table_of

BOT = table_of(BotRow)
ACCOUNT = table_of(AccountRow)
VERSION = table_of(BotVersionRow)
TAG = table_of(BotTagRow)
COLUMNS = columns_of(BOT, Bot)
# Claims have their own two statements: a bot that was read before a claim must not end or revive it.
SAVED = (
    "status",
    "waiting",
    "held",
    "fault",
    "last_evaluated_bar",
    "due_at",
    "started_at",
    "stopped_at",
    "stop_batch",
    "deleted_at",
    "real_confirmed_at",
)
THIS = BOT.c.id == bindparam("this")
PRESENT = BOT.c.deleted_at.is_(None)
RUNS = and_(or_(*(BOT.c.status == status for status in sorted(RUNNING))), PRESENT)
STOPPABLE = and_(or_(*(BOT.c.status == status for status in [*sorted(RUNNING), BotStatus.ERROR])), PRESENT)
BROKER_SYMBOL = type_coerce(BOT.c.settings, JSON)["broker_symbol"].as_string()

# Built once, because building costs more than running.
GET = select(*COLUMNS).where(THIS)
GET_PRESENT = GET.where(PRESENT)
GLANCE = (
    select(BOT.c.account_id, BOT.c.settings, BOT.c.last_evaluated_bar, ACCOUNT.c.server_offset_s)
    .join(ACCOUNT, BOT.c.account_id == ACCOUNT.c.id)
    .where(THIS, RUNS)
)
EVERY = select(*COLUMNS).order_by(BOT.c.id)
ALL = EVERY.where(PRESENT)
KIND = (BOT.c.status, BOT.c.waiting, BOT.c.held)
TALLY = select(*KIND, func.count()).where(PRESENT).group_by(*KIND)
ADD = insert(BOT).returning(*COLUMNS)
CLAIM = (
    update(BOT)
    .where(THIS, RUNS, BOT.c.claimed_at.is_(None), BOT.c.due_at <= bindparam("due"))
    .values(claimed_at=bindparam("now"), due_at=bindparam("next_due"))
    .returning(*COLUMNS)
)
RELEASE = update(BOT).where(THIS).values(claimed_at=None).returning(*COLUMNS)
SAVE = (
    update(BOT)
    .where(THIS, BOT.c.version == bindparam("seen"), PRESENT)
    .values({name: bindparam(name) for name in SAVED} | {"version": BOT.c.version + 1})
    .returning(*COLUMNS)
)
EDIT = SAVE.values(settings=bindparam("settings"))
EVALUATED = update(BOT).where(THIS).values(last_evaluated_bar=bindparam("bar_time"))


class SqlBots(Repository):
    """Bots in the database; every change of a status is one UPDATE with its condition inside."""

    def add(self, account_id: int, settings: BotSettings, at: datetime) -> Bot:
        """Store a new stopped bot with version 1."""
        values = {
            "account_id": account_id,
            "settings": settings,
            "status": BotStatus.STOPPED,
            "version": 1,
            "created_at": at,
        }
        bot = Bot(*self._connection.execute(ADD, values).one())
        self._add_version(bot, at, None)
        return bot

    def get(self, bot_id: int, *, deleted: bool = False) -> Bot:
        """Return a bot, a deleted one only when asked for."""
        row = self._connection.execute(GET if deleted else GET_PRESENT, {"this": bot_id}).one_or_none()
        if row is None:
            raise BotNotFound(bot_id)
        return Bot(*row)

    def all(
        self,
        account_id: int | None = None,
        *,
        ids: Iterable[int] | None = None,
        status: BotStatus | None = None,
        waiting: Waiting | None = None,
        broker_symbols: Iterable[str] | None = None,
        due_before: datetime | None = None,
        deleted: bool = False,
        limit: int | None = None,
    ) -> tuple[Bot, ...]:
        """Return all bots by id, or those with the given properties; deleted ones only when asked for."""
        query = EVERY if deleted else ALL
        if account_id is not None:
            query = query.where(BOT.c.account_id == account_id)
        if ids is not None:
            query = query.where(BOT.c.id.in_(list(ids)))
        if status is not None:
            query = query.where(BOT.c.status == status)
        if waiting is not None:
            query = query.where(BOT.c.waiting == waiting)
        if broker_symbols is not None:
            query = query.where(BROKER_SYMBOL.in_(list(broker_symbols)))
        if due_before is not None:
            query = query.where(BOT.c.due_at < due_before)
        if limit is not None:
            query = query.limit(limit)
        return tuple(Bot(*row) for row in self._connection.execute(query))

    def first_made(self, account_id: int) -> datetime | None:
        """Return when the oldest of an account's present bots was made."""
        query = select(func.min(BOT.c.created_at)).where(PRESENT, BOT.c.account_id == account_id)
        found: datetime | None = self._connection.execute(query).scalar_one()
        return found

    def page(self, offset: int, limit: int, status: BotStatus | None = None) -> tuple[Bot, ...]:
        """Return some of all bots by id, or of those with a status."""
        query = ALL if status is None else ALL.where(BOT.c.status == status)
        rows = self._connection.execute(query.offset(offset).limit(limit))
        return tuple(Bot(*row) for row in rows)

    def tally(
        self, account_id: int | None = None
    ) -> dict[tuple[BotStatus, Waiting | None, Held | None], int]:
        """Return how many bots there are of each kind, everywhere or in an account."""
        query = TALLY if account_id is None else TALLY.where(BOT.c.account_id == account_id)
        return {(row[0], row[1], row[2]): row[3] for row in self._connection.execute(query)}

    def save(self, bot: Bot) -> Bot:
        """Write status, reasons and times if nobody changed the bot since."""
        return self._compare_and_set(SAVE, bot)

    def edit(self, bot: Bot, settings: BotSettings, at: datetime, actor: int) -> Bot:
        """Write new settings, and all that `save` writes, if nobody changed the bot since."""
        edited = self._compare_and_set(EDIT, bot, settings=settings)
        self._add_version(edited, at, actor)
        return edited

    def settings_of(self, bot_id: int) -> tuple[tuple[int, datetime, BotSettings], ...]:
        """Return (version, since, settings) of all versions, oldest first."""
        return self.versions_of((bot_id,))[bot_id]

    def versions_of(self, bot_ids: Iterable[int]) -> dict[int, tuple[tuple[int, datetime, BotSettings], ...]]:
        """Return what `settings_of` says of each of some bots."""
        found: dict[int, list[tuple[int, datetime, BotSettings]]] = {bot_id: [] for bot_id in bot_ids}
        columns = (VERSION.c.bot_id, VERSION.c.version, VERSION.c.since, VERSION.c.settings)
        query = select(*columns).where(VERSION.c.bot_id.in_(list(found))).order_by(VERSION.c.version)
        for bot_id, version, since, settings in self._connection.execute(query):
            found[bot_id].append((version, since, settings))
        return {bot_id: tuple(versions) for bot_id, versions in found.items()}

    def tags(self) -> dict[int, tuple[str, ...]]:
        """Return the tags of all present bots that have any."""
        query = select(TAG.c.bot_id, TAG.c.tag).join(BOT, BOT.c.id == TAG.c.bot_id).where(PRESENT)
        found: dict[int, tuple[str, ...]] = {}
        for bot_id, tag in self._connection.execute(query.order_by(TAG.c.bot_id, TAG.c.tag)):
            found[bot_id] = (*found.get(bot_id, ()), tag)
        return found

    def set_tags(self, bot_id: int, tags: Iterable[str]) -> None:
        """Write all tags of a bot."""
        self._connection.execute(delete(TAG).where(TAG.c.bot_id == bot_id))
        values = [{"bot_id": bot_id, "tag": tag} for tag in dict.fromkeys(tags)]
        if values:
            self._connection.execute(insert(TAG), values)

    def stop_all(
        self, bot_ids: Sequence[int] | None, at: datetime, sent_at: datetime, batch: str
    ) -> tuple[int, ...]:
        """Stop every running or faulted bot that nobody started after `sent_at`, in one UPDATE."""
        change = update(BOT).where(STOPPABLE, func.coalesce(BOT.c.started_at <= sent_at, True))
        if bot_ids is not None:
            change = change.where(BOT.c.id.in_(bot_ids))
        change = change.values(
            status=BotStatus.STOPPED,
            stopped_at=at,
            stop_batch=batch,
            waiting=None,
            fault=None,
            due_at=None,
            version=BOT.c.version + 1,
        )
        return tuple(sorted(self._connection.execute(change.returning(BOT.c.id)).scalars()))

    def glance(self, bot_id: int) -> Glance | None:
        """Return what tells whether a tick of a bot is worth a claim; None where the bot does not run."""
        row = self._connection.execute(GLANCE, {"this": bot_id}).one_or_none()
        if row is None:
            return None
        account_id, settings, seen, offset_s = row
        return Glance(account_id, settings, seen, timedelta(seconds=offset_s))

    def claim(self, bot_id: int, now: datetime, due: datetime, next_due: datetime) -> Bot | None:
        """Take a tick in one UPDATE; None when it is not to be had."""
        tick = {"this": bot_id, "now": now, "due": due, "next_due": next_due}
        row = self._connection.execute(CLAIM, tick).one_or_none()
        return None if row is None else Bot(*row)

    def release(self, bot_id: int) -> Bot:
        """End a claim and return the bot as it is now, even if it was deleted meanwhile."""
        row = self._connection.execute(RELEASE, {"this": bot_id}).one_or_none()
        if row is None:
            raise BotNotFound(bot_id)
        return Bot(*row)

    def release_all(self) -> None:
        """End all claims."""
        self._connection.execute(update(BOT).where(BOT.c.claimed_at.is_not(None)).values(claimed_at=None))

    def evaluated(self, bot_id: int, bar_time: datetime) -> None:
        """Store the last evaluated bar."""
        self._connection.execute(EVALUATED, {"this": bot_id, "bar_time": bar_time})

    def set_waiting(
        self, account_id: int, waiting: Waiting | None, bot_ids: Sequence[int] | None = None
    ) -> int:
        """Set or clear the waiting reason of running bots; return how many changed."""
        change = update(BOT).where(BOT.c.account_id == account_id, RUNS)
        if bot_ids is not None:
            change = change.where(BOT.c.id.in_(bot_ids))
        change = change.where(_differs(BOT.c.waiting, waiting)).values(waiting=waiting)
        return self._connection.execute(change).rowcount

    def set_held(self, bot_id: int, held: Held | None) -> None:
        """Set or clear the held reason."""
        self._connection.execute(update(BOT).where(BOT.c.id == bot_id).values(held=held))

    def set_fault(self, bot_id: int, fault: Fault) -> bool:
        """Set a running bot to ERROR; False if it does not run any more."""
        change = update(BOT).where(BOT.c.id == bot_id, RUNS)
        change = change.values(
            status=BotStatus.ERROR, fault=fault, waiting=None, due_at=None, version=BOT.c.version + 1
        )
        return self._connection.execute(change).rowcount == 1

    def _compare_and_set(self, change: ReturningUpdate[tuple[Any, ...]], bot: Bot, **more: object) -> Bot:
        values = {name: getattr(bot, name) for name in SAVED}
        seen = {"this": bot.id, "seen": bot.version}
        row = self._connection.execute(change, values | seen | more).one_or_none()
        if row is None:
            self.get(bot.id)
            raise VersionConflict(bot.id, bot.version)
        return Bot(*row)

    def _add_version(self, bot: Bot, since: datetime, actor: int | None) -> None:
        values = {"bot_id": bot.id, "version": bot.version, "since": since, "settings": bot.settings}
        self._connection.execute(insert(VERSION).values(**values, actor=actor))


def _differs(column: ColumnElement[object], value: object) -> ColumnElement[bool]:
    return column.is_not(None) if value is None else column.is_distinct_from(value)
