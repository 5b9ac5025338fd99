"""Do what was ordered to be closed: one position per job, the most urgent first, until nothing is left.

A bot's position goes through the orders' own door: an intent is written before it is sent, and reconciling
explains it. A position that no bot opened has no intent; there the order itself is written as sent, with the
lots of that moment, and its deals tell what became of it. Neither is sent again before its outcome is known.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot
from bot_service.domain.close_tasks import CloseTask, TaskState, by_urgency
from bot_service.domain.errors import MarketDataMissing, SymbolRefused, TerminalUnavailable
from bot_service.domain.jobs import CloseJob, Job, ReconcileJob
from bot_service.domain.trading import (
    IntentState,
    Position,
    Snapshot,
)
from bot_service.ports import Terminal, UnitOfWork
from bot_service.services import ordered, sharing
from bot_service.services.by_hand import ByHand, answers
from bot_service.services.close_books import CloseBooks, executed
from bot_service.services.closings import Closings
from bot_service.services.desk import Desk
from bot_service.services.link import Link
from bot_service.services.looks import Looks
from bot_service.services.orders import Checkpoint, Orders

BUSY = timedelta(seconds=3)
"""How long an order waits for another one of the same bot whose outcome is not known (wall time)."""
_DIGITS = 10**10
_SENT = frozenset({IntentState.FILLED, IntentState.PARTIAL})


class Closer:
    """Close positions that people want closed, whatever bots, gates and pauses say."""

    def __init__(
        self,
        desk: Desk,
        link: Link,
        looks: Looks,
        closings: Closings,
        orders: Orders,
        checkpoint: Checkpoint,
    ) -> None:
        self._desk = desk
        self._link = link
        self._closings = closings
        self._orders = orders
        self._books = CloseBooks(desk)
        self._by_hand = ByHand(desk, looks, closings, self._books, checkpoint)

    def run(self, job: Job) -> None:
        """Close the most urgent position that may be tried now, then ask for the next one."""
        with self._desk.database.read() as uow:
            account = uow.accounts.get(job.account_id)
            due = self._due(uow, account.id)
        if not due or account.link_lost_at is not None:
            return
        try:
            terminal = self._desk.terminal(account.id)
            if terminal.identity() != account.identity:
                return
            self._most_urgent(account, terminal, due)
        except TerminalUnavailable as error:
            self._link.lost(account.id, error)
            return
        self._next(account.id)

    def round(self, account: Account, terminal: Terminal, seen: Snapshot) -> None:  # noqa: ARG002  # every round has this shape
        """Go on with what waits: a market that is open again, a pause that is over, a restart."""
        with self._desk.database.read() as uow:
            tasks = ordered.open_of(uow, account.id)
        closed = [task for task in tasks.values() if task.state is TaskState.MARKET_CLOSED]
        opened = {symbol: _is_open(terminal, symbol) for symbol in {task.symbol for task in closed}}
        for task in closed:
            if opened[task.symbol] and self._rested(task):
                self._books.change(account.id, task.position_id, _awake)
        if tasks:
            self._next(account.id)

    def _rested(self, task: CloseTask) -> bool:
        return task.tried_at is None or self._desk.wall.now() - task.tried_at >= ordered.REOPENED_WAIT

    def _due(self, uow: UnitOfWork, account_id: int) -> dict[int, CloseTask]:
        now = self._desk.wall.now()
        tasks = ordered.open_of(uow, account_id)
        return {number: task for number, task in tasks.items() if task.is_due(now)}

    def _next(self, account_id: int) -> None:
        with self._desk.database.read() as uow:
            due = self._due(uow, account_id)
        if due:
            self._desk.lanes.submit(CloseJob(account_id))

    def _most_urgent(self, account: Account, terminal: Terminal, due: dict[int, CloseTask]) -> None:
        positions = terminal.positions()
        gone = set(due) - {item.identifier for item in positions}
        for position_id in gone:
            self._gone(account, terminal, due[position_id])
        if gone:
            return
        with self._desk.database.read() as uow:
            snapshot = uow.accounts.snapshot(account.id)
        oldest_first = snapshot is not None and snapshot.state.fifo_close
        wanted = (item for item in positions if item.identifier in due)
        position = by_urgency(wanted, oldest_first=oldest_first)[0]
        self._close(account, terminal, due[position.identifier], position)

    def _close(self, account: Account, terminal: Terminal, task: CloseTask, position: Position) -> None:
        with self._desk.database.read() as uow:
            opening = uow.intents.open_positions(account.id).get(position.identifier)
            bot = None if opening is None else uow.bots.get(opening.bot_id, deleted=True)
            own = position.lots
            if bot is not None and sharing.is_exclusive(uow, account):
                own = sharing.own_part(uow, bot, position)
            done, net = executed(uow, account, task)
        if task.state is TaskState.SENT and not self._by_hand.never_arrived(
            account, terminal, task, position
        ):
            return
        left = task.lots - done
        if left <= 0 or own <= 0:
            self._books.finish(account, task, done, net, position.lots)
            return
        self._books.tell_change(account, task, own + done)
        lots = min(left, own)
        if bot is None:
            self._by_hand.close(account, terminal, task, position, lots)
        else:
            self._by_intent(bot, account, terminal, task, position, lots)

    def _by_intent(
        self,
        bot: Bot,
        account: Account,
        terminal: Terminal,
        task: CloseTask,
        position: Position,
        lots: Decimal,
    ) -> None:
        state = self._orders.close_ordered(bot, account, terminal, position, lots)
        if state in _SENT:
            self._after_fill(account, terminal, task)
        elif state is None or state is IntentState.UNKNOWN:
            checking = TaskState.CHECKING if state else task.state
            until = self._desk.wall.now() + BUSY
            self._books.change(
                account.id,
                task.position_id,
                lambda one: replace(one, state=checking, not_before=max(until, one.not_before or until)),
            )

    def _after_fill(self, account: Account, terminal: Terminal, task: CloseTask) -> None:
        rest = next((item for item in terminal.positions() if item.identifier == task.position_id), None)
        with self._desk.database.read() as uow:
            done, net = executed(uow, account, task)
        if rest is None or done >= task.lots:
            self._books.finish(account, task, done, net, Decimal(0) if rest is None else rest.lots)
        else:
            self._books.change(account.id, task.position_id, lambda one: replace(one, not_before=None))

    def _gone(self, account: Account, terminal: Terminal, task: CloseTask) -> None:
        """End an order whose position is not there any more, by us or by somebody else."""
        self._closings.collect_one(account, terminal, task.position_id, account.currency)
        with self._desk.database.read() as uow:
            waits = any(one.position_id == task.position_id for one in uow.intents.unsettled(account.id))
            done, net = executed(uow, account, task)
        if waits:
            until = self._desk.wall.now() + BUSY
            self._books.change(account.id, task.position_id, lambda one: replace(one, not_before=until))
            self._desk.lanes.submit(ReconcileJob(account.id))
        elif task.state is TaskState.SENT and answers(terminal, task):
            self._by_hand.after(account, terminal, task)
        elif done > 0:
            self._books.finish(account, task, done, net, Decimal(0))
        else:
            self._books.finish(account, task, Decimal(0), None, Decimal(0), TaskState.GONE)


def _awake(task: CloseTask) -> CloseTask:
    return replace(task, not_before=None)


def _is_open(terminal: Terminal, symbol: str) -> bool:
    try:
        return terminal.market_open(symbol)
    except (MarketDataMissing, SymbolRefused):
        return False
