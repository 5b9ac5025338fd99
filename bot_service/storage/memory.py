"""What the cycle of a replay needs of a database, in memory: no people, no outbox, no threads.

A unit of work changes a copy, and `commit` puts the copy in place; leaving without it forgets everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from bot_service.domain.accounts import Account
from bot_service.domain.bots import RUNNING, Bot, BotSettings, BotStatus, Fault, Glance, Held, Waiting
from bot_service.domain.errors import BotNotFound, IntentExists, VersionConflict
from bot_service.domain.events import Event
from bot_service.domain.market import LinkCause
from bot_service.domain.strategy import Analysis
from bot_service.domain.trading import ClosedTrade, Deal, Intent, IntentState, Purpose, Snapshot
from bot_service.ports import Clock

FILLED = (IntentState.FILLED, IntentState.PARTIAL)
PENDING = (IntentState.PENDING, IntentState.UNKNOWN)


@dataclass
class _State:
    bots: dict[int, Bot] = field(default_factory=dict)
    accounts: dict[int, Account] = field(default_factory=dict)
    unsettled: dict[int, Intent] = field(default_factory=dict)
    intents: dict[int, tuple[Intent, ...]] = field(default_factory=dict)  # by position
    opened: dict[int, Intent] = field(default_factory=dict)  # by position
    next_intent: int = 1
    deals: dict[int, tuple[Deal, ...]] = field(default_factory=dict)  # by position
    last_deal: datetime | None = None
    trades: dict[int, ClosedTrade] = field(default_factory=dict)  # by position
    openings: frozenset[tuple[int, datetime | None]] = frozenset()
    values: dict[str, str] = field(default_factory=dict)
    analyses: dict[int, Analysis] = field(default_factory=dict)
    history: tuple[tuple[int, datetime, Event], ...] = ()

    def copied(self) -> _State:
        """Return a state whose tables can be changed without changing this one."""
        return _State(**{item.name: copy(getattr(self, item.name)) for item in fields(self)})


class MemoryDatabase:
    """One account's replay in memory; `wall` tells when something was recorded."""

    def __init__(self, wall: Clock) -> None:
        self.wall = wall
        self.state = _State()

    def write(self, *, durable: bool = False) -> MemoryUnitOfWork:
        """Begin a unit of work that may commit; nothing here outlives the process."""
        del durable
        return MemoryUnitOfWork(self, self.state.copied())

    def read(self) -> MemoryUnitOfWork:
        """Begin a unit of work that only looks."""
        return MemoryUnitOfWork(self, self.state)


class MemoryUnitOfWork:
    """One transaction of a `MemoryDatabase`."""

    def __init__(self, database: MemoryDatabase, state: _State) -> None:
        self._database = database
        self._state = state
        self._collected: list[Event] = []
        self.bots = _Bots(state)
        self.intents = _Intents(state)
        self.books = _Books(state)
        self.accounts = _Accounts(state)
        self.journal = _Journal(state)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return

    def record(self, event: Event, *, answered_chat: int | None = None) -> None:
        """Collect an event for the history; nobody is told."""
        del answered_chat
        self._collected.append(event)

    def history(
        self, *, bot_id: int | None = None, limit: int = 50, before_id: int | None = None
    ) -> tuple[tuple[int, datetime, Event], ...]:
        """Return (id, recorded_at, event), newest first."""
        rows = [
            row
            for row in reversed(self._state.history)
            if (before_id is None or row[0] < before_id)
            and (bot_id is None or getattr(row[2], "bot_id", None) == bot_id)
        ]
        return tuple(rows[:limit])

    def get_value(self, key: str) -> str | None:
        """Return a small stored value."""
        return self._state.values.get(key)

    def set_value(self, key: str, value: str) -> None:
        """Store a small value."""
        self._state.values[key] = value

    def commit(self) -> None:
        """Put everything in place at once."""
        if self._state is self._database.state:
            raise RuntimeError("a reading unit of work can't write")
        if self._collected:
            now, first = self._database.wall.now(), len(self._state.history) + 1
            rows = ((first + place, now, event) for place, event in enumerate(self._collected))
            self._state.history = (*self._state.history, *rows)
            self._collected.clear()
        self._database.state = self._state


class _Table:
    def __init__(self, state: _State) -> None:
        self._state = state


class _Bots(_Table):
    def add(self, account_id: int, settings: BotSettings, at: datetime) -> Bot:
        bot = Bot(len(self._state.bots) + 1, account_id, settings, BotStatus.STOPPED, 1, at)
        self._state.bots[bot.id] = bot
        return bot

    def get(self, bot_id: int, *, deleted: bool = False) -> Bot:
        del deleted
        if bot_id not in self._state.bots:
            raise BotNotFound(bot_id)
        return self._state.bots[bot_id]

    def all(self, account_id: int | None = None) -> tuple[Bot, ...]:
        return tuple(bot for bot in self._state.bots.values() if account_id in {None, bot.account_id})

    def save(self, bot: Bot) -> Bot:
        current = self.get(bot.id)
        if current.version != bot.version:
            raise VersionConflict(bot.id, bot.version)
        return self._put(bot, version=bot.version + 1, claimed_at=current.claimed_at)

    def glance(self, bot_id: int) -> Glance | None:
        bot = self.get(bot_id)
        if not bot.running:
            return None
        offset = self._state.accounts[bot.account_id].server_offset
        return Glance(bot.account_id, bot.settings, bot.last_evaluated_bar, offset)

    def claim(self, bot_id: int, now: datetime, due: datetime, next_due: datetime) -> Bot | None:
        bot = self.get(bot_id)
        if not bot.running or bot.claimed_at is not None or bot.due_at is None or bot.due_at > due:
            return None
        return self._put(bot, claimed_at=now, due_at=next_due)

    def release(self, bot_id: int) -> Bot:
        return self._put(self.get(bot_id), claimed_at=None)

    def evaluated(self, bot_id: int, bar_time: datetime) -> None:
        self._put(self.get(bot_id), last_evaluated_bar=bar_time)

    def set_waiting(
        self, account_id: int, waiting: Waiting | None, bot_ids: Sequence[int] | None = None
    ) -> int:
        theirs = [
            bot
            for bot in self.all(account_id)
            if bot.running and bot.waiting is not waiting and (bot_ids is None or bot.id in bot_ids)
        ]
        for bot in theirs:
            self._put(bot, waiting=waiting)
        return len(theirs)

    def set_held(self, bot_id: int, held: Held | None) -> None:
        self._put(self.get(bot_id), held=held)

    def set_fault(self, bot_id: int, fault: Fault) -> bool:
        bot = self.get(bot_id)
        if bot.status not in RUNNING:
            return False
        self._put(
            bot, status=BotStatus.ERROR, fault=fault, waiting=None, due_at=None, version=bot.version + 1
        )
        return True

    def _put(self, bot: Bot, **changes: object) -> Bot:
        self._state.bots[bot.id] = replace(bot, **changes)  # type: ignore[arg-type]  # fields of Bot
        return self._state.bots[bot.id]


class _Intents(_Table):
    def add(self, draft: Intent) -> Intent:
        state, opening = self._state, (draft.bot_id, draft.bar_time)
        same = [item for item in state.unsettled.values() if item.position_id == draft.position_id]
        if opening in state.openings if draft.purpose is Purpose.OPEN else bool(same):
            raise IntentExists(draft.bot_id, draft.purpose)
        intent = replace(
            draft, id=state.next_intent, ref=f"replay{state.next_intent:010d}", state=IntentState.PENDING
        )
        state.next_intent += 1
        state.unsettled[intent.id] = intent
        if draft.purpose is Purpose.OPEN:
            state.openings |= {opening}
        return intent

    def renew(self, intent: Intent) -> Intent:
        renewed = replace(
            intent, state=IntentState.PENDING, order_ticket=None, deal_ticket=None, retcode=None
        )
        self._state.unsettled[intent.id] = renewed
        return renewed

    def settle(self, intent: Intent) -> None:
        state, position = self._state, intent.position_id
        state.unsettled.pop(intent.id, None)
        if intent.state in PENDING:
            state.unsettled[intent.id] = intent
        if position is None:
            return
        others = tuple(item for item in state.intents.get(position, ()) if item.id != intent.id)
        state.intents[position] = (*others, intent)
        if intent.purpose is Purpose.OPEN and intent.state in FILLED and position not in state.trades:
            state.opened[position] = intent

    def unsettled(self, account_id: int | None = None, bot_id: int | None = None) -> tuple[Intent, ...]:
        del account_id
        return tuple(item for item in self._state.unsettled.values() if bot_id in {None, item.bot_id})

    def of_position(self, account_id: int, position_id: int) -> tuple[Intent, ...]:
        del account_id
        return self._state.intents.get(position_id, ())

    def open_positions(self, account_id: int, bot_id: int | None = None) -> dict[int, Intent]:
        del account_id
        return {key: item for key, item in self._state.opened.items() if bot_id in {None, item.bot_id}}


class _Books(_Table):
    def add_deals(self, account_id: int, deals: Iterable[Deal]) -> tuple[Deal, ...]:
        del account_id
        return tuple(deal for deal in deals if self._add(deal))

    def _add(self, deal: Deal) -> bool:
        state = self._state
        known = state.deals.get(deal.position_id, ())
        if any(deal.ticket == other.ticket for other in known):
            return False
        state.deals[deal.position_id] = (*known, deal)
        state.last_deal = deal.time if state.last_deal is None else max(state.last_deal, deal.time)
        return True

    def deals_of(self, account_id: int, position_id: int) -> tuple[Deal, ...]:
        del account_id
        return tuple(
            sorted(self._state.deals.get(position_id, ()), key=lambda deal: (deal.time, deal.ticket))
        )

    def last_deal_time(self, account_id: int) -> datetime | None:
        del account_id
        return self._state.last_deal

    def add_trade(self, trade: ClosedTrade) -> bool:
        self._state.opened.pop(trade.position_id, None)
        if trade.position_id in self._state.trades:
            return False
        self._state.trades[trade.position_id] = trade
        return True

    def trades(
        self, account_id: int | None, since: datetime, until: datetime, bot_id: int | None = None
    ) -> tuple[ClosedTrade, ...]:
        del account_id
        found = [
            trade
            for trade in self._state.trades.values()
            if since <= trade.closed_at < until and bot_id in {None, trade.bot_id}
        ]
        return tuple(sorted(found, key=lambda trade: (trade.closed_at, trade.position_id)))


class _Accounts(_Table):
    def add(self, account: Account) -> Account:
        stored = replace(account, id=len(self._state.accounts) + 1)
        self._state.accounts[stored.id] = stored
        return stored

    def get(self, account_id: int) -> Account:
        return self._state.accounts[account_id]

    def all(self) -> tuple[Account, ...]:
        return tuple(self._state.accounts.values())

    def set_link(self, account_id: int, lost_at: datetime | None, cause: LinkCause | None) -> bool:
        account = self.get(account_id)
        self._state.accounts[account_id] = replace(account, link_lost_at=lost_at, link_cause=cause)
        return account.link_lost_at != lost_at

    def set_clock(self, account_id: int, market_time: datetime, server_offset: timedelta) -> None:
        seconds = int(server_offset.total_seconds())
        account = replace(self.get(account_id), market_time=market_time, server_offset_s=seconds)
        self._state.accounts[account_id] = account

    def snapshot(self, account_id: int) -> Snapshot | None:  # noqa: ARG002  # no watch keeps one
        return None


class _Journal(_Table):
    def save_analysis(self, bot_id: int, analysis: Analysis) -> None:
        self._state.analyses[bot_id] = analysis

    def analysis(self, bot_id: int) -> Analysis | None:
        return self._state.analyses.get(bot_id)
