"""The truth after a fault: what became of our orders, what ended, and what is not as our books say.

One road for the start, a new connection, an order without outcome, and every few minutes. Everything hangs on
a position's identifier, which never changes, and each finding is an event once.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot, Waiting
from bot_service.domain.closing import ENDS, OPENS, STOPPED, carries, own_lots
from bot_service.domain.errors import TerminalUnavailable
from bot_service.domain.jobs import Job
from bot_service.domain.trading import (
    Deal,
    Intent,
    IntentState,
    Position,
    Purpose,
    Snapshot,
)
from bot_service.ports import Terminal, UnitOfWork
from bot_service.services import copies, lifecycle, missing, permits, sharing, strangers, units
from bot_service.services.closings import Closings
from bot_service.services.desk import Desk
from bot_service.services.entries import with_true_costs
from bot_service.services.link import Link
from bot_service.services.looks import Looks
from bot_service.services.outcomes import executed, filled_event, never_sent_event

SETTLING = timedelta(seconds=5)
"""How long after its intent an order may still show up at the broker (wall time)."""
MARGIN = timedelta(minutes=1)


class Reconcile:
    """Ask the terminal for positions and deals since each open intent, and write the truth once."""

    def __init__(self, desk: Desk, link: Link, looks: Looks, closings: Closings) -> None:
        self._desk = desk
        self._link = link
        self._looks = looks
        self._closings = closings

    def run(self, job: Job) -> None:
        """Compare everything with the account's terminal, whether anything is unsettled or not."""
        with self._desk.database.read() as uow:
            account = uow.accounts.get(job.account_id)
            before = uow.accounts.snapshot(account.id)
        if account.link_lost_at is not None:
            return
        try:
            terminal = self._desk.terminal(account.id)
            if terminal.identity() != account.identity:
                return
            self._closings.forget(account.id)
            self.look(account, terminal, self._looks.snapshot_now(account, terminal), before)
        except TerminalUnavailable as error:
            self._link.lost(account.id, error)

    def look(self, account: Account, terminal: Terminal, seen: Snapshot, before: Snapshot | None) -> None:
        """Write what became of our orders, then what ended, then what stays unexplained.

        A trade must find the intent that explains it, and a deal its order, so this is the only sequence.

        Raises:
            TerminalUnavailable: the terminal can't tell; nothing is concluded from that.
        """
        self.settle(account, terminal, seen)
        self._closings.collect(account, terminal, seen, before)
        self._adopt_late(account, terminal, seen)
        self._compare(account, seen)

    def _compare(self, account: Account, seen: Snapshot) -> None:
        wall = self._desk.wall.now()
        with self._desk.database.write() as uow:
            strangers.tell(uow, account, seen.positions, seen.market_at)
            copies.judge(uow, account, wall, seen.market_at)
            missing.look(uow, account, seen, wall)
            sharing.look(uow, account, seen, wall)
            permits.look(uow, account, seen, wall)
            units.look(uow, account, seen, wall)
            uow.commit()

    def _adopt_late(self, account: Account, terminal: Terminal, seen: Snapshot) -> None:
        """Take back orders that were given up and arrived after all: their deals carry our reference."""
        with self._desk.database.read() as uow:
            late = [
                (intent, deal)
                for deal in copies.unexplained(uow, account)
                if (intent := _given_up(uow, account, deal)) is not None
            ]
        for intent, deal in late:
            deals = _own(intent, terminal.deals_of(deal.position_id))
            if deals:
                self._write(account, intent, executed(intent, deals), deals, seen.positions)
                self._follow(account, terminal, intent, seen.state.currency)

    def settle(self, account: Account, terminal: Terminal, seen: Snapshot) -> None:
        """Write the outcome of every open intent that the terminal knows, then the positions that ended.

        Raises:
            TerminalUnavailable: the terminal can't tell; what is not settled yet stays unknown.
        """
        with self._desk.database.read() as uow:
            intents = uow.intents.unsettled(account.id)
        for intent in intents:
            truth = self._truth(account, terminal, intent, seen.positions)
            if truth is not None:
                self._write(account, intent, *truth, seen.positions)
                self._follow(account, terminal, intent, seen.state.currency)

    def _truth(
        self, account: Account, terminal: Terminal, intent: Intent, positions: tuple[Position, ...]
    ) -> tuple[Intent, tuple[Deal, ...]] | None:
        deals = self._candidates(account, terminal, intent)
        if deals:
            return executed(intent, deals), deals
        if intent.purpose is Purpose.OPEN:
            position = _position_of(intent, positions)
            if position is not None:
                deals = terminal.deals_of(position.identifier)
                opened = tuple(deal for deal in deals if deal.entry in OPENS)
                return (executed(intent, opened), opened) if opened else None
        with self._desk.database.read() as uow:
            sent_at = lifecycle.on_its_way_since(uow, intent)
        if intent.order_ticket is not None or self._desk.wall.now() - sent_at < SETTLING:
            # A ticket was given: the order exists somewhere. Or it may still be on its way.
            return None
        if intent.purpose is Purpose.CLOSE and not self._untouched(account, terminal, intent, positions):
            # Something has closed it and no deal tells yet what: it may have been this order.
            return None
        return replace(intent, state=IntentState.ABANDONED), ()

    def _untouched(
        self, account: Account, terminal: Terminal, intent: Intent, positions: tuple[Position, ...]
    ) -> bool:
        position = next((item for item in positions if item.identifier == intent.position_id), None)
        if position is not None:
            return position.lots >= intent.lots
        if intent.position_id is None:
            return True
        with self._desk.database.read() as uow:
            orders = uow.intents.of_position(account.id, intent.position_id)
        return own_lots(terminal.deals_of(intent.position_id), orders) <= 0

    def _candidates(self, account: Account, terminal: Terminal, intent: Intent) -> tuple[Deal, ...]:
        if intent.purpose is Purpose.CLOSE and intent.position_id is not None:
            deals = tuple(deal for deal in terminal.deals_of(intent.position_id) if deal.entry in ENDS)
            return _own(intent, deals) or self._alike(account, intent, deals)
        since = (intent.bar_time or self._desk.market.now()) - MARGIN
        deals = tuple(deal for deal in terminal.deals(since) if deal.entry in OPENS)
        return _own(intent, deals) or self._alike(account, intent, deals)

    def _alike(self, account: Account, intent: Intent, deals: tuple[Deal, ...]) -> tuple[Deal, ...]:
        """Find the order by its properties where the broker changed the comment."""
        since = (intent.bar_time or intent.created_at) - MARGIN
        alike = [
            deal
            for deal in deals
            if (deal.magic, deal.symbol, deal.side) == (intent.magic, intent.symbol, intent.side)
            and deal.lots <= intent.lots
            and deal.time >= since
            and deal.reason not in STOPPED
        ]
        with self._desk.database.read() as uow:
            alike = [deal for deal in alike if not _explained(uow, account, intent, deal)]
        return tuple(deal for deal in alike if deal.order == alike[0].order)

    def _write(
        self,
        account: Account,
        intent: Intent,
        truth: Intent,
        deals: tuple[Deal, ...],
        positions: tuple[Position, ...],
    ) -> None:
        with self._desk.database.write() as uow:
            if uow.intents.get(intent.id).state.settled and intent.state is not IntentState.ABANDONED:
                return
            bot = uow.bots.get(intent.bot_id, deleted=True)
            if truth.purpose is Purpose.OPEN and deals:
                truth = with_true_costs(uow, truth, deals)
            uow.intents.settle(truth)
            uow.books.add_deals(account.id, deals)
            _tell(uow, account, bot, truth, deals, positions, self._desk.market.now())
            if bot.waiting is Waiting.OUTCOME_PENDING and not uow.intents.unsettled(bot_id=bot.id):
                uow.bots.set_waiting(account.id, None, [bot.id])
            lifecycle.finish_stop(uow, bot, self._desk.market.now())
            uow.commit()

    def _follow(self, account: Account, terminal: Terminal, intent: Intent, currency: str) -> None:
        with self._desk.database.read() as uow:
            position_id = uow.intents.get(intent.id).position_id
        if position_id is not None:
            self._closings.collect_one(account, terminal, position_id, currency)


def _own(intent: Intent, deals: tuple[Deal, ...]) -> tuple[Deal, ...]:
    return tuple(deal for deal in deals if carries(deal, intent))


def _position_of(intent: Intent, positions: tuple[Position, ...]) -> Position | None:
    for position in positions:
        named = intent.ref in position.comment or position.identifier == intent.order_ticket
        if named and position.magic == intent.magic:
            return position
    return None


def _given_up(uow: UnitOfWork, account: Account, deal: Deal) -> Intent | None:
    found = (uow.intents.by_ref(account.id, word) for word in deal.comment.split())
    return next((one for one in found if one is not None and one.state is IntentState.ABANDONED), None)


def _explained(uow: UnitOfWork, account: Account, intent: Intent, deal: Deal) -> bool:
    if intent.purpose is Purpose.OPEN:
        return bool(uow.intents.of_position(account.id, deal.position_id))
    others = uow.intents.of_position(account.id, deal.position_id)
    return any(
        other.id != intent.id and other.purpose is Purpose.CLOSE and carries(deal, other) for other in others
    )


def _tell(
    uow: UnitOfWork,
    account: Account,
    bot: Bot,
    truth: Intent,
    deals: tuple[Deal, ...],
    positions: tuple[Position, ...],
    now: datetime,
) -> None:
    if truth.cause is not None and truth.state is not IntentState.FILLED:
        # The watch tells of a position that could not be closed, and tries again.
        return
    if truth.state is IntentState.ABANDONED:
        uow.record(never_sent_event(bot, truth, now))
    elif truth.purpose is Purpose.OPEN:
        uow.record(filled_event(account, bot, truth, deals[0].time, positions))
    if truth.purpose is Purpose.CLOSE and truth.state is not IntentState.FILLED:
        lifecycle.note_exit(uow, account.id, bot.id, truth.position_id)
