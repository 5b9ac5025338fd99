"""What becomes of an order that was not executed: told, waited for, tried again, or a fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from bot_service.domain import slippage
from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot, Fault, Waiting
from bot_service.domain.errors import BotNotFound
from bot_service.domain.events import Event
from bot_service.domain.jobs import WatchJob
from bot_service.domain.risk import DenialReason, Denied
from bot_service.domain.trading import ExitCause, Intent, IntentState, OrderResult, Outcome, Purpose
from bot_service.ports import Terminal, UnitOfWork
from bot_service.services import entries, later, lifecycle, ordered, permits, protecting
from bot_service.services.closings import Closings
from bot_service.services.desk import Desk
from bot_service.services.looks import Looks
from bot_service.services.outcomes import (
    delayed_event,
    market_closed_event,
    never_sent_event,
    rejected_event,
)

REQUOTE = "requote"
SLIPPED = "slipped"
RETRY_LATER = "retry_later"
ALGO_OFF = "algo_off"
DISABLED = "disabled"
CLOSED = "closed"
LIMIT = "limit"
FILLING = "filling"
STATE = "state"
OTHER_ACCOUNT = "other_account"
UNSENT = frozenset({"not_sent", OTHER_ACCOUNT})
PASSING = frozenset({REQUOTE, "no_quotes", RETRY_LATER, "locked"})
"""Refusals that pass by themselves within seconds."""

MaySend = Callable[[UnitOfWork, Bot, Intent], bool]


def filling_key(intent: Intent) -> str:
    """Return where it is kept how an account fills the orders of a symbol."""
    return f"filling:{intent.account_id}:{intent.symbol}"


def all_well(uow: UnitOfWork, bot: Bot) -> None:
    """Forget what held orders up: one was executed."""
    later.end_pause(uow, bot.account_id)
    if uow.get_value(_off_key(bot)):
        uow.set_value(_off_key(bot), "")


class Refusals:
    """Settle refused orders; `may_send` tells whether a bot may still send an order."""

    def __init__(self, desk: Desk, looks: Looks, closings: Closings, may_send: MaySend) -> None:
        self._desk = desk
        self._looks = looks
        self._closings = closings
        self._may_send = may_send

    def settle(
        self, bot: Bot, account: Account, terminal: Terminal, intent: Intent, result: OrderResult
    ) -> IntentState:
        """Write and tell a refusal, and see to what follows from it."""
        kind = result.reject_class
        state = IntentState.ABANDONED if kind in UNSENT or kind == SLIPPED else IntentState.REJECTED
        with self._desk.database.write() as uow:
            uow.intents.settle(replace(intent, state=state))
            if kind == FILLING and uow.get_value(filling_key(intent)):
                uow.set_value(filling_key(intent), "")
            if kind == RETRY_LATER:
                later.pause(uow, account.id, self._desk.wall.now())
            self._tell(uow, bot, account, intent, result)
            if kind == CLOSED and bot.running:
                lifecycle.wait_for(uow, bot, Waiting.MARKET_CLOSED)
            uow.commit()
        self._follow(bot, account, terminal, intent, result)
        return state

    def hold_back(self, uow: UnitOfWork, bot: Bot, draft: Intent, until: datetime) -> None:
        """Let an order wait that may not be sent before a moment (wall time)."""
        result = OrderResult(Outcome.REJECTED, None, reject_class=RETRY_LATER)
        if draft.purpose is Purpose.CLOSE:
            self._tell_exit(uow, bot, draft, result)
        else:
            self._postpone(uow, bot, draft, result, until)

    def _tell(self, uow: UnitOfWork, bot: Bot, account: Account, intent: Intent, result: OrderResult) -> None:
        now = self._desk.market.now()
        if intent.purpose is Purpose.CLOSE:
            self._tell_exit(uow, bot, intent, result)
        elif result.reject_class == SLIPPED:
            commission = entries.commission_per_lot(uow, account.id, intent.symbol)
            denied = _price_moved(intent, result.price, commission, account.currency)
            entries.record_denial(self._desk, uow, account, bot, intent.side, denied)
        elif not self._tried_later(uow, bot, intent, result) and not _told(uow, bot, account, result, now):
            uow.record(_refusal(bot, intent, result, now))

    def _tell_exit(self, uow: UnitOfWork, bot: Bot, intent: Intent, result: OrderResult) -> None:
        if intent.cause is ExitCause.OPERATOR:
            ordered.refused(uow, self._desk, intent.account_id, intent.position_id or 0, result)
            return
        if intent.cause is not None:
            # Whoever closes a position for want of a stop tells of it, and tries again.
            protecting.note_refusal(uow, intent, result.reject_class)
            return
        # The same exit is tried again and again; its first refusal was told.
        known = lifecycle.unfinished_exits(uow, bot.account_id).get(bot.id) == intent.position_id
        lifecycle.note_exit(uow, bot.account_id, bot.id, intent.position_id)
        if known or result.reject_class in {STATE, ALGO_OFF}:
            return
        now = self._desk.market.now()
        if result.reject_class in PASSING:
            uow.record(delayed_event(bot, intent, result, now))
        else:
            uow.record(_refusal(bot, intent, result, now))

    def _tried_later(self, uow: UnitOfWork, bot: Bot, intent: Intent, result: OrderResult) -> bool:
        known = later.entry(uow, bot, intent.bar_time)
        tries = 0 if known is None else known.tries
        out_of_tries = tries >= len(later.WAITS) and result.reject_class != RETRY_LATER
        if result.reject_class not in PASSING or out_of_tries or not self._may_send(uow, bot, intent):
            later.forget_entry(uow, bot)
            return False
        wall = self._desk.wall.now()
        paused = later.paused_until(uow, bot.account_id, wall)
        self._postpone(uow, bot, intent, result, paused or wall + later.WAITS[tries])
        return True

    def _postpone(
        self, uow: UnitOfWork, bot: Bot, intent: Intent, result: OrderResult, until: datetime
    ) -> None:
        if intent.bar_time is None:
            return
        known = later.entry(uow, bot, intent.bar_time)
        number = intent.id or (0 if known is None else known.intent_id)
        tries = 1 if known is None else known.tries + 1
        later.postpone(uow, bot, later.LaterEntry(number, intent.bar_time, until, tries))
        if known is None:
            uow.record(delayed_event(bot, intent, result, self._desk.market.now()))

    def _follow(
        self, bot: Bot, account: Account, terminal: Terminal, intent: Intent, result: OrderResult
    ) -> None:
        if result.reject_class == STATE and intent.position_id is not None:
            # The broker says that the position is gone or different: the books tell how.
            self._closings.collect_one(account, terminal, intent.position_id)
        elif result.reject_class == OTHER_ACCOUNT:
            self._desk.lanes.submit(WatchJob(account.id))
        elif result.reject_class in {ALGO_OFF, DISABLED} and not self._is_locked(account, terminal):
            if result.reject_class == DISABLED:
                self._fault(bot, account, terminal, intent, result)
            elif intent.cause is not ExitCause.OPERATOR:
                self._tell_off(bot, intent, result)

    def _is_locked(self, account: Account, terminal: Terminal) -> bool:
        # A button that somebody pressed comes back by itself; a symbol or side that is forbidden doesn't.
        seen = self._looks.snapshot_now(account, terminal)
        if seen.state.trade_allowed:
            return False
        with self._desk.database.write() as uow:
            permits.look(uow, account, seen, self._desk.wall.now())
            uow.commit()
        return True

    def _tell_off(self, bot: Bot, intent: Intent, result: OrderResult) -> None:
        # The account itself looks free, so nobody else tells it; it holds for all bots, so it is told once.
        with self._desk.database.write() as uow:
            if uow.get_value(_off_key(bot)):
                return
            uow.set_value(_off_key(bot), "told")
            uow.record(rejected_event(bot, intent, result, self._desk.market.now()))
            uow.commit()

    def _fault(
        self, bot: Bot, account: Account, terminal: Terminal, intent: Intent, result: OrderResult
    ) -> None:
        positions = [item for item in terminal.positions() if item.magic == intent.magic]
        with self._desk.database.write() as uow:
            opened = uow.intents.open_positions(account.id)
            own = next((item for item in positions if item.identifier in opened), None)
            try:
                current = uow.bots.get(bot.id)
            except BotNotFound:
                return
            lifecycle.fault(
                uow, current, Fault.TRADING_DISABLED, self._desk.market.now(), str(result.retcode), own
            )
            uow.commit()
        self._desk.ticker.cancel([bot.id])


def _refusal(bot: Bot, intent: Intent, result: OrderResult, now: datetime) -> Event:
    if result.reject_class in UNSENT:
        return never_sent_event(bot, intent, now)
    if result.reject_class == CLOSED:
        return market_closed_event(bot, intent, now)
    return rejected_event(bot, intent, result, now)


def _told(uow: UnitOfWork, bot: Bot, account: Account, result: OrderResult, now: datetime) -> bool:
    if result.reject_class == CLOSED:
        return bot.waiting is Waiting.MARKET_CLOSED
    if result.reject_class == ALGO_OFF:
        return True  # told when it is known whose condition it is
    if result.reject_class != LIMIT:
        return False
    key, day = f"limit_told:{bot.id}", account.trading_day(now).isoformat()
    known = uow.get_value(key) == day
    uow.set_value(key, day)
    return known


def _off_key(bot: Bot) -> str:
    return f"trading_off:{bot.account_id}"


def _price_moved(intent: Intent, price: Decimal, commission_per_lot: Decimal, currency: str) -> Denied:
    limit = intent.worst_price if intent.worst_price is not None else price
    dearer = [slippage.cost(intent, at, commission_per_lot) for at in (price, limit)]
    texts = ["?" if amount is None else f"{amount:.2f}" for amount in dearer]
    numbers = {
        "asked_price": f"{intent.price}",
        "price_now": f"{price}",
        "dearer": texts[0],
        "allowed": texts[1],
        "currency": currency,
    }
    return Denied(DenialReason.PRICE_MOVED, numbers)
