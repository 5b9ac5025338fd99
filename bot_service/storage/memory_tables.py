"""The tables of the database in memory: dictionaries of what its cycle asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta

from bot_service.domain.accounts import Account
from bot_service.domain.bots import RUNNING, Bot, BotSettings, BotStatus, Fault, Glance, Held, Waiting
from bot_service.domain.errors import BotNotFound, IntentExists, VersionConflict
from bot_service.domain.events import Event
from bot_service.domain.market import LinkCause
from bot_service.domain.strategy import Analysis
from bot_service.domain.trading import ClosedTrade, Deal, Intent, IntentState, Purpose, Snapshot

FILLED = (IntentState.FILLED, IntentState.PARTIAL)
PENDING = (IntentState.PENDING, IntentState.UNKNOWN)


@dataclass
class State:
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

    def copied(self) -> State:
        """Return a state whose tables can be changed without changing this one."""
        return State(**{item.name: copy(getattr(self, item.name)) for item in fields(self)})


class _Table:
    def __init__(self, state: State) -> None:
        self._state = state


class Bots(_Table):
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


class Intents(_Table):
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


class Books(_Table):
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


class Accounts(_Table):
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


class Journal(_Table):
    def save_analysis(self, bot_id: int, analysis: Analysis) -> None:
        self._state.analyses[bot_id] = analysis

    def analysis(self, bot_id: int) -> Analysis | None:
        return self._state.analyses.get(bot_id)
