"""Steps 4 to 6 of the tick: write the intent, send it once, write and tell what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot, Waiting, magic_of
from bot_service.domain.errors import Conflict, TerminalUnavailable
from bot_service.domain.jobs import ReconcileJob
from bot_service.domain.risk import Sized
from bot_service.domain.trading import (
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
from bot_service.services import later, lifecycle
from bot_service.services.attempts import is_there, may_send, stored
from bot_service.services.closings import Closings
from bot_service.services.desk import Desk
from bot_service.services.entries import with_true_costs
from bot_service.services.looks import Looks
from bot_service.services.outcomes import deals_of_order, executed, filled_event, unknown_event
from bot_service.services.refusals import REQUOTE, Refusals, all_well, filling_key

ATTEMPTS = 3
"""How often one job sends an order while the broker only answers with new prices."""

Checkpoint = Callable[[str], None]


class Orders:
    """Send what a tick has decided, never twice, and nothing at all once somebody has stopped the bot."""

    def __init__(self, desk: Desk, looks: Looks, closings: Closings, checkpoint: Checkpoint) -> None:
        self._desk = desk
        self._looks = looks
        self._closings = closings
        self._checkpoint = checkpoint
        self._refusals = Refusals(desk, looks, closings, may_send)

    def open(
        self, bot: Bot, account: Account, terminal: Terminal, side: Side, bar_time: datetime, sized: Sized
    ) -> IntentState | None:
        """Open a position; None when nothing was sent."""
        draft = replace(
            self._draft(bot, account, Purpose.OPEN, side, sized.lots, bar_time),
            stop_loss=sized.stop_loss,
            take_profit=sized.take_profit,
            planned_risk=sized.planned_risk,
            price=sized.entry,
            worst_price=sized.worst_price,
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
            price=position.price_current,
        )
        intent = self._intend(bot, draft)
        if intent is None:
            return None
        return self._send(bot, account, terminal, intent, position.ticket)

    def close_unprotected(
        self,
        bot: Bot,
        account: Account,
        terminal: Terminal,
        position: Position,
        cause: ExitCause = ExitCause.NO_STOP,
    ) -> IntentState | None:
        """Close a position for a cause that is no signal; None when nothing was sent.

        It needs no running bot: no pause, stop or fault may keep a position open without its stop. Whoever
        asks for it tells what became of it, but for the closed position itself.
        """
        # Without a signal the order is searched from now on, should its answer be lost.
        now = self._desk.market.now()
        draft = replace(
            self._draft(bot, account, Purpose.CLOSE, position.side.opposite, position.lots, now),
            symbol=position.symbol,
            position_id=position.identifier,
            cause=cause,
        )
        intent = self._intend(bot, draft)
        if intent is None:
            return None
        return self._send(bot, account, terminal, intent, position.ticket)

    def close_ordered(
        self, bot: Bot, account: Account, terminal: Terminal, position: Position, lots: Decimal
    ) -> IntentState | None:
        """Close some lots of a position because a person wants it; None when nothing was sent.

        It needs no running bot, and no gate is asked. Refusals are kept with what was ordered.
        """
        now = self._desk.market.now()
        draft = replace(
            self._draft(bot, account, Purpose.CLOSE, position.side.opposite, lots, now),
            symbol=position.symbol,
            position_id=position.identifier,
            price=position.price_current,
            cause=ExitCause.OPERATOR,
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
        # Durable: after a power cut the broker must know no order that we don't.
        with self._desk.database.write(durable=True) as uow:
            if not may_send(uow, bot, draft):
                return None
            until = later.paused_until(uow, bot.account_id, self._desk.wall.now())
            if until is not None:
                self._refusals.hold_back(uow, bot, draft, until)
                uow.commit()
                return None
            try:
                intent = stored(uow, bot, draft)
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
        with self._desk.database.read() as uow:
            earlier = later.entry(uow, bot, intent.bar_time)
            filling = uow.get_value(filling_key(intent))
        request = OrderRequest(
            symbol=intent.symbol,
            side=intent.side,
            lots=intent.lots,
            magic=intent.magic,
            ref=intent.ref,
            stop_loss=intent.stop_loss,
            take_profit=intent.take_profit,
            position_ticket=position_ticket,
            expected=account.identity,
            worst_price=intent.worst_price,
            filling=int(filling) if filling else None,
        )
        tried = earlier is not None and earlier.intent_id == intent.id
        result = self._attempts(bot, terminal, intent, request, tried=tried)
        self._looks.touch(account.id)
        self._checkpoint("placed")
        state = self._result(bot, account, terminal, intent, result)
        self._checkpoint("result")
        return state

    def _attempts(
        self, bot: Bot, terminal: Terminal, intent: Intent, request: OrderRequest, *, tried: bool
    ) -> OrderResult:
        for attempt in range(1, ATTEMPTS + 1):
            if tried and is_there(terminal, intent):
                # A refusal was none after all: whatever it is, reconciling finds it by its reference.
                return OrderResult(Outcome.UNKNOWN, None, detail="executed before")
            try:
                result = terminal.place(request)
            except TerminalUnavailable as error:
                return OrderResult(Outcome.UNKNOWN, None, detail=str(error))
            tried = True
            # Only a new price is worth another attempt at once, and only a refusal proves the last was none.
            if result.reject_class != REQUOTE or attempt == ATTEMPTS or not self._again(bot, intent):
                break
        return result

    def _again(self, bot: Bot, intent: Intent) -> bool:
        now, opening = self._desk.market.now(), intent.purpose is Purpose.OPEN
        if opening and intent.bar_time is not None and later.lateness(bot.settings, intent.bar_time, now):
            return False
        with self._desk.database.write() as uow:
            if not may_send(uow, bot, intent):
                return False
            uow.intents.renew(replace(intent, created_at=self._desk.wall.now()))
            uow.commit()
        self._checkpoint("again")
        return True

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
            return self._refusals.settle(bot, account, terminal, answered, result)
        if result.outcome is Outcome.UNKNOWN:
            return self._unknown(bot, answered)
        return self._executed(bot, account, terminal, answered, result.filling)

    def _executed(
        self, bot: Bot, account: Account, terminal: Terminal, intent: Intent, filling: int | None
    ) -> IntentState:
        # Only the deal tells the true price, lots and position; without it the outcome is still open.
        try:
            deals = deals_of_order(terminal, intent, self._desk.market.now())
        except TerminalUnavailable:
            self._unknown(bot, intent, told=False)
            raise
        if not deals:
            return self._unknown(bot, intent, told=False)
        done = executed(intent, deals)
        held = _held(terminal) if intent.purpose is Purpose.OPEN else ()
        with self._desk.database.write() as uow:
            if intent.purpose is Purpose.OPEN:
                done = with_true_costs(uow, done, deals)
                later.forget_entry(uow, bot)
            uow.intents.settle(done)
            uow.books.add_deals(account.id, deals)
            if intent.purpose is Purpose.OPEN:
                uow.record(filled_event(account, bot, done, deals[0].time, held))
            elif done.state is IntentState.PARTIAL:
                _note_exit(uow, intent)
            if filling is not None and uow.get_value(filling_key(intent)) != str(filling):
                uow.set_value(filling_key(intent), str(filling))
            all_well(uow, bot)
            lifecycle.wait_for(uow, bot, None)
            uow.commit()
        if intent.purpose is Purpose.CLOSE and done.position_id is not None:
            self._closings.collect_one(account, terminal, done.position_id)
        return done.state

    def _unknown(self, bot: Bot, intent: Intent, *, told: bool = True) -> IntentState:
        with self._desk.database.write() as uow:
            uow.intents.settle(replace(intent, state=IntentState.UNKNOWN))
            lifecycle.note_unknown(uow, intent.id, self._desk.wall.now())
            uow.bots.set_waiting(bot.account_id, Waiting.OUTCOME_PENDING, [bot.id])
            if intent.purpose is Purpose.CLOSE:
                _note_exit(uow, intent)
            if told:
                uow.record(unknown_event(bot, intent, self._desk.market.now()))
            uow.commit()
        self._desk.lanes.submit(ReconcileJob(bot.account_id))
        return IntentState.UNKNOWN


def _held(terminal: Terminal) -> tuple[Position, ...]:
    try:
        return terminal.positions()
    except TerminalUnavailable:
        return ()  # the opening is told nevertheless; the next look tells of a stop that is missing


def _note_exit(uow: UnitOfWork, intent: Intent) -> None:
    # A position that is closed for want of a stop is not an exit of its bot: once it has a stop, it stays.
    if intent.cause is None:
        lifecycle.note_exit(uow, intent.account_id, intent.bot_id, intent.position_id)
