"""Bots that are refused or lose again and again: their entries are held until a person lets them go on."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot, Held
from bot_service.domain.errors import NothingHeld
from bot_service.domain.events import BotGoesOn, BotRunaway
from bot_service.domain.people import Actor
from bot_service.domain.trading import IntentState, Snapshot
from bot_service.ports import Terminal, UnitOfWork
from bot_service.services import guard_rules, holds
from bot_service.services.desk import Desk
from bot_service.services.holds import Hold

MEMORY = timedelta(days=30)
AHEAD = timedelta(days=1)
MOST = 1000
NOT_MADE = frozenset({IntentState.REJECTED, IntentState.ABANDONED})


def entries_today(uow: UnitOfWork, account: Account, bot: Bot, now: datetime) -> int:
    """Return how many entries of a bot this trading day has seen; one without outcome counts."""
    begun, _ends = account.day_bounds(account.trading_day(now))
    openings = uow.intents.openings(bot.id, begun - bot.settings.timeframe.duration, MOST)
    return sum(intent.state not in NOT_MADE for intent in openings)


class Runaways:
    """Hold what has gone astray."""

    def __init__(self, desk: Desk, *, on: bool = True) -> None:
        self._desk = desk
        self._on = on
        self._looked: dict[int, datetime] = {}

    def round(self, account: Account, _terminal: Terminal, _seen: Snapshot) -> None:
        """Look at the bots whose positions have ended since the last look."""
        now = self._desk.market.now()
        since = self._looked.get(account.id, now - AHEAD)
        if not self._on:
            return
        with self._desk.database.read() as uow:
            last = uow.books.last_deal_time(account.id)
            if last is None or last < since:
                return
            trades = uow.books.trades(account.id, since, now + AHEAD)
        for bot_id in sorted({trade.bot_id for trade in trades if trade.bot_id is not None}):
            self.check(account, bot_id)
        self._looked[account.id] = last

    def check(self, account: Account, bot_id: int) -> None:
        """Hold a bot's entries if it was refused or has lost too often in a row."""
        if not self._on:
            return
        now = self._desk.market.now()
        with self._desk.database.read() as uow:
            found = _found(uow, account, bot_id, now)
        if found is None:
            return
        with self._desk.database.write() as uow:
            bot = uow.bots.get(bot_id, deleted=True)
            cause, times = found
            hold = Hold(Held.RUNAWAY, self._desk.wall.now(), bot_id=bot_id, source=cause)
            known = (one for one in holds.of_account(uow, account.id) if one.bot_id == bot_id)
            if bot.deleted_at is not None or any(one.reason is Held.RUNAWAY for one in known):
                return
            holds.put(uow, account.id, hold)
            uow.record(
                BotRunaway(
                    happened_at=now,
                    account_id=account.id,
                    bot_id=bot_id,
                    name=bot.settings.name,
                    cause=cause,
                    times=times,
                )
            )
            uow.commit()

    def go_on(self, actor: Actor, bot_id: int) -> Bot:
        """Let a bot enter again, and count from the beginning.

        Raises:
            BotNotFound: there is none.
            NothingHeld: it was not held.
        """
        with self._desk.database.write() as uow:
            bot = uow.bots.get(bot_id)
            if not holds.lift(uow, bot.account_id, Held.RUNAWAY, bot_id=bot_id):
                raise NothingHeld(Held.RUNAWAY)
            now = self._desk.market.now()
            uow.set_value(_key(bot_id), now.isoformat())
            event = BotGoesOn(
                happened_at=now,
                account_id=bot.account_id,
                bot_id=bot_id,
                actor=actor.user_id,
                name=bot.settings.name,
            )
            uow.record(event, answered_chat=actor.chat_id)
            uow.commit()
            return bot


def _found(uow: UnitOfWork, account: Account, bot_id: int, now: datetime) -> tuple[str, int] | None:
    rules = guard_rules.of_account(uow, account.id)
    stored = uow.get_value(_key(bot_id))
    since = datetime.fromisoformat(stored) if stored else now - MEMORY
    if rules.rejections:
        last = uow.intents.openings(bot_id, since, rules.rejections)
        if len(last) == rules.rejections and all(one.state is IntentState.REJECTED for one in last):
            return "rejections", rules.rejections
    if rules.losses:
        trades = uow.books.trades(account.id, since, now + AHEAD, bot_id)[-rules.losses :]
        if len(trades) == rules.losses and all(trade.net < 0 for trade in trades):
            return "losses", rules.losses
    return None


def _key(bot_id: int) -> str:
    return f"goes_on_since:{bot_id}"
