"""Steps 4 to 6 of the tick: write the intent, send it once, write and tell what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot, BotStatus, Fault, Waiting, magic_of
from bot_service.domain.closing import ENDS, OPENS
from bot_service.domain.errors import BotNotFound, Conflict, TerminalUnavailable
from bot_service.domain.events import Event
from bot_service.domain.jobs import ReconcileJob
from bot_service.domain.risk import Sized
from bot_service.domain.trading import (
    Deal,
    ExitCause,
    Intent,
    IntentState,
    OrderRequest,
    OrderResult,
    Outcome,
    Position,
    Purpose,
    Side,
)
from bot_service.ports import Terminal, UnitOfWork
from bot_service.services import holds, lifecycle, permits, protecting
from bot_service.services.closings import Closings
from bot_service.services.desk import Desk
from bot_service.services.entries import with_first_commission
from bot_service.services.looks import Looks
from bot_service.services.outcomes import (
    executed,
    filled_event,
    market_closed_event,
    never_sent_event,
    rejected_event,
    unknown_event,
)

DISABLED = "disabled"
CLOSED = "closed"
STATE = "state"
UNSENT = frozenset({"not_sent", "other_account"})

Checkpoint = Callable[[str], None]


class Orders:
    """Send what a tick has decided, never twice, and nothing at all once somebody has stopped the bot."""

    def __init__(self, desk: Desk, looks: Looks, closings: Closings, checkpoint: Checkpoint) -> None:
        self._desk = desk
        self._looks = looks
        self._closings = closings
        self._checkpoint = checkpoint

    def open(
        self, bot: Bot, account: Account, terminal: Terminal, side: Side, bar_time: datetime, sized: Sized
    ) -> IntentState | None:
        """Open a position; None when nothing was sent."""
        draft = replace(
            self._draft(bot, account, Purpose.OPEN, side, sized.lots, bar_time),
            stop_loss=sized.stop_loss,
            take_profit=sized.take_profit,
            planned_risk=sized.planned_risk,
        )
        intent = self._intend(bot, draft)
        if intent is None:
            return None
        return self._send(bot, account, terminal, intent, None)

    def close(
        self, bot: Bot, account: Account, terminal: Terminal, position: Position, bar_time: datetime
    ) -> IntentState | None:
        """Close a position wholly; None when nothing was sent."""
        side = position.side.opposite
        draft = replace(
            self._draft(bot, account, Purpose.CLOSE, side, position.lots, bar_time),
            position_id=position.identifier,
        )
        intent = self._intend(bot, draft)
        if intent is None:
            return None
        return self._send(bot, account, terminal, intent, position.ticket)

    def close_unprotected(
        self, bot: Bot, account: Account, terminal: Terminal, position: Position
    ) -> IntentState | None:
        """Close a position whose stop can't be set; None when nothing was sent.

        It needs no running bot: no pause, stop or fault may keep a position open without its stop. Whoever
        asks for it tells what became of it, but for the closed position itself.
        """
        # Without a signal the order is searched from now on, should its answer be lost.
        now = self._desk.market.now()
        draft = replace(
            self._draft(bot, account, Purpose.CLOSE, position.side.opposite, position.lots, now),
            symbol=position.symbol,
            position_id=position.identifier,
            cause=ExitCause.NO_STOP,
        )
        intent = self._intend(bot, draft)
        if intent is None:
            return None
        return self._send(bot, account, terminal, intent, position.ticket)

    def _draft(
        self, bot: Bot, account: Account, purpose: Purpose, side: Side, lots: Decimal, bar_time: datetime
    ) -> Intent:
        return Intent(
            id=0,
            ref="",
            account_id=account.id,
            bot_id=bot.id,
            magic=magic_of(account.magic_block, bot.id),
            purpose=purpose,
            symbol=bot.settings.broker_symbol,
            side=side,
            lots=lots,
            state=IntentState.PENDING,
            created_at=self._desk.wall.now(),
            bar_time=bar_time,
            strategy=bot.settings.strategy,
        )

    def _intend(self, bot: Bot, draft: Intent) -> Intent | None:
        with self._desk.database.write() as uow:
            if not _may_send(uow, bot, draft):
                return None
            try:
                intent = uow.intents.add(draft)
            except Conflict:
                return None
            if draft.purpose is Purpose.OPEN and draft.bar_time is not None:
                uow.bots.evaluated(bot.id, draft.bar_time)
            uow.commit()
        self._checkpoint("intent")
        return intent

    def _send(
        self, bot: Bot, account: Account, terminal: Terminal, intent: Intent, position_ticket: int | None
    ) -> IntentState:
        try:
            result = terminal.place(
                OrderRequest(
                    symbol=intent.symbol,
                    side=intent.side,
                    lots=intent.lots,
                    magic=intent.magic,
                    ref=intent.ref,
                    stop_loss=intent.stop_loss,
                    take_profit=intent.take_profit,
                    position_ticket=position_ticket,
                    expected=account.identity,
                )
            )
        except TerminalUnavailable as error:
            result = OrderResult(Outcome.UNKNOWN, None, detail=str(error))
        self._looks.touch(account.id)
        self._checkpoint("placed")
        state = self._result(bot, account, terminal, intent, result)
        self._checkpoint("result")
        return state

    def _result(
        self, bot: Bot, account: Account, terminal: Terminal, intent: Intent, result: OrderResult
    ) -> IntentState:
        answered = replace(
            intent,
            retcode=result.retcode,
            order_ticket=result.order_ticket or None,
            deal_ticket=result.deal_ticket or None,
        )
        if result.outcome is Outcome.REJECTED:
            return self._refused(bot, account, terminal, answered, result)
        if result.outcome is Outcome.UNKNOWN:
            return self._unknown(bot, answered)
        return self._executed(bot, account, terminal, answered)

    def _executed(self, bot: Bot, account: Account, terminal: Terminal, intent: Intent) -> IntentState:
        # Only the deal tells the true price, lots and position; without it the outcome is still open.
        try:
            deals = self._own_deals(terminal, intent)
        except TerminalUnavailable:
            self._unknown(bot, intent, told=False)
            raise
        if not deals:
            return self._unknown(bot, intent, told=False)
        done = executed(intent, deals)
        with self._desk.database.write() as uow:
            if intent.purpose is Purpose.OPEN:
                done = with_first_commission(uow, done, deals)
            uow.intents.settle(done)
            uow.books.add_deals(account.id, deals)
            if intent.purpose is Purpose.OPEN:
                uow.record(filled_event(account, bot, done, deals[0].time))
            elif done.state is IntentState.PARTIAL:
                _note_exit(uow, intent)
            lifecycle.wait_for(uow, bot, None)
            uow.commit()
        if intent.purpose is Purpose.CLOSE and done.position_id is not None:
            self._closings.collect_one(account, terminal, done.position_id, account.currency)
        return done.state

    def _own_deals(self, terminal: Terminal, intent: Intent) -> tuple[Deal, ...]:
        order = intent.order_ticket or 0
        entries = OPENS if intent.purpose is Purpose.OPEN else ENDS
        # On a hedging account the opening order's ticket is the position's identifier.
        for position_id in dict.fromkeys((intent.position_id or order, order)):
            if position_id:
                deals = terminal.deals_of(position_id)
                own = tuple(deal for deal in deals if deal.order == order and deal.entry in entries)
                if own:
                    return own
        since = intent.bar_time or self._desk.market.now()
        return tuple(
            deal for deal in terminal.deals(since) if order and deal.order == order and deal.entry in entries
        )

    def _unknown(self, bot: Bot, intent: Intent, *, told: bool = True) -> IntentState:
        with self._desk.database.write() as uow:
            uow.intents.settle(replace(intent, state=IntentState.UNKNOWN))
            uow.bots.set_waiting(bot.account_id, Waiting.OUTCOME_PENDING, [bot.id])
            if intent.purpose is Purpose.CLOSE:
                _note_exit(uow, intent)
            if told:
                uow.record(unknown_event(bot, intent, self._desk.market.now()))
            uow.commit()
        self._desk.lanes.submit(ReconcileJob(bot.account_id))
        return IntentState.UNKNOWN

    def _refused(
        self, bot: Bot, account: Account, terminal: Terminal, intent: Intent, result: OrderResult
    ) -> IntentState:
        unsent = result.reject_class in UNSENT
        state = IntentState.ABANDONED if unsent else IntentState.REJECTED
        closing = intent.purpose is Purpose.CLOSE
        known = result.reject_class == CLOSED and bot.waiting is Waiting.MARKET_CLOSED
        with self._desk.database.write() as uow:
            uow.intents.settle(replace(intent, state=state))
            if closing:
                # The same exit is tried again and again; its first refusal was told.
                exits = lifecycle.unfinished_exits(uow, account.id)
                known = intent.cause is not None or exits.get(bot.id) == intent.position_id
                _note_exit(uow, intent)
            if intent.cause is not None:
                protecting.note_refusal(uow, intent, result.reject_class)
            elif unsent:
                uow.record(never_sent_event(bot, intent, self._desk.market.now()))
            elif not (known or (closing and result.reject_class == STATE)):
                uow.record(_refusal(bot, intent, result, self._desk.market.now()))
            if result.reject_class == CLOSED and bot.running:
                lifecycle.wait_for(uow, bot, Waiting.MARKET_CLOSED)
            uow.commit()
        self._after_refusal(bot, account, terminal, intent, result)
        return state

    def _after_refusal(
        self, bot: Bot, account: Account, terminal: Terminal, intent: Intent, result: OrderResult
    ) -> None:
        if result.reject_class == STATE and intent.position_id is not None:
            # The broker says that the position is gone or different: the books tell how.
            self._closings.collect_one(account, terminal, intent.position_id, account.currency)
        if result.reject_class != DISABLED or self._is_locked(account, terminal):
            return
        positions = [item for item in terminal.positions() if item.magic == intent.magic]
        with self._desk.database.write() as uow:
            opened = uow.intents.open_positions(account.id)
            own = next((item for item in positions if item.identifier in opened), None)
            current = uow.bots.get(bot.id)
            lifecycle.fault(
                uow, current, Fault.TRADING_DISABLED, self._desk.market.now(), str(result.retcode), own
            )
            uow.commit()
        self._desk.ticker.cancel([bot.id])

    def _is_locked(self, account: Account, terminal: Terminal) -> bool:
        # A button that somebody pressed comes back by itself; a symbol or side that is forbidden doesn't.
        seen = self._looks.snapshot_now(account, terminal)
        if seen.state.trade_allowed:
            return False
        with self._desk.database.write() as uow:
            permits.look(uow, account, seen, self._desk.wall.now())
            uow.commit()
        return True


def _refusal(bot: Bot, intent: Intent, result: OrderResult, now: datetime) -> Event:
    if result.reject_class == CLOSED:
        return market_closed_event(bot, intent, now)
    return rejected_event(bot, intent, result, now)


def _note_exit(uow: UnitOfWork, intent: Intent) -> None:
    # A position that is closed for want of a stop is not an exit of its bot: once it has a stop, it stays.
    if intent.cause is None:
        lifecycle.note_exit(uow, intent.account_id, intent.bot_id, intent.position_id)


def _may_send(uow: UnitOfWork, bot: Bot, draft: Intent) -> bool:
    # Read again: since the tick was claimed somebody may have stopped, edited or held the bot.
    if draft.cause is not None:
        return not uow.intents.unsettled(bot_id=bot.id)
    try:
        current = uow.bots.get(bot.id)
    except BotNotFound:
        return False
    if not current.running or current.settings != bot.settings or uow.intents.unsettled(bot_id=bot.id):
        return False
    if draft.purpose is Purpose.CLOSE:
        return True
    held = current.held or holds.standing(uow, draft.account_id, bot.id)
    return current.status is BotStatus.ACTIVE and held is None
