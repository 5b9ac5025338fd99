"""Close positions that no bot opened, by people's word.

No intent can stand for them. So the order itself is written as sent, with the lots of that moment, before
it is sent; after a lost answer or a kill the position's deals tell what became of it.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bot_service.domain.accounts import Account
from bot_service.domain.close_tasks import CloseTask, TaskState
from bot_service.domain.closing import ENDS
from bot_service.domain.errors import TerminalUnavailable
from bot_service.domain.events import ClosingUnknown
from bot_service.domain.jobs import ReconcileJob
from bot_service.domain.trading import Deal, OrderRequest, OrderResult, Outcome, Position
from bot_service.ports import Terminal
from bot_service.services import ordered
from bot_service.services.close_books import CloseBooks
from bot_service.services.closings import Closings
from bot_service.services.desk import Desk
from bot_service.services.looks import Looks
from bot_service.services.orders import Checkpoint
from bot_service.services.reconcile import SETTLING

_DIGITS = 10**10


class ByHand:
    """Send such orders, once each, and find out what became of them."""

    def __init__(
        self, desk: Desk, looks: Looks, closings: Closings, books: CloseBooks, checkpoint: Checkpoint
    ) -> None:
        self._desk = desk
        self._looks = looks
        self._closings = closings
        self._books = books
        self._checkpoint = checkpoint

    def close(
        self, account: Account, terminal: Terminal, task: CloseTask, position: Position, lots: Decimal
    ) -> None:
        """Write the order as sent, then send it."""
        ref = f"c{position.identifier % _DIGITS}.{task.tries}"
        sent = self._books.change(
            account.id,
            task.position_id,
            lambda one: replace(
                one,
                state=TaskState.SENT,
                ref=ref,
                sent_lots=position.lots,
                sent_at=self._desk.wall.now(),
                tries=one.tries + 1,
            ),
        )
        if sent is None:
            return
        self._checkpoint("close_noted")
        result = _placed(account, terminal, position, lots, ref)
        self._looks.touch(account.id)
        self._checkpoint("close_placed")
        if result.outcome is Outcome.REJECTED:
            with self._desk.database.write() as uow:
                ordered.refused(uow, self._desk, account.id, task.position_id, result)
                uow.commit()
        elif result.outcome is Outcome.UNKNOWN:
            self._not_known(account, sent)
        else:
            self.after(account, terminal, sent)

    def _not_known(self, account: Account, task: CloseTask) -> None:
        with self._desk.database.write() as uow:
            wait = self._desk.wall.now() + SETTLING
            ordered.update(uow, account.id, task.position_id, lambda one: replace(one, not_before=wait))
            facts = ordered.facts_of(uow, account.id, task, self._desk.market.now())
            uow.record(ClosingUnknown(**facts))
            uow.commit()
        self._desk.lanes.submit(ReconcileJob(account.id))

    def never_arrived(
        self, account: Account, terminal: Terminal, task: CloseTask, position: Position
    ) -> bool:
        """Tell whether the order that was sent last surely never arrived; go on if it was executed."""
        sent_at = task.sent_at or task.ordered_at
        shrunk = task.sent_lots is not None and position.lots < task.sent_lots
        if shrunk or answers(terminal, task):
            self.after(account, terminal, task)
            return False
        if self._desk.wall.now() - sent_at < SETTLING:
            later = sent_at + SETTLING
            self._books.change(account.id, task.position_id, lambda one: replace(one, not_before=later))
            return False
        return True

    def after(self, account: Account, terminal: Terminal, task: CloseTask) -> None:
        """Write what an executed order closed."""
        self._closings.collect_one(account, terminal, task.position_id, account.currency)
        rest = next((item for item in terminal.positions() if item.identifier == task.position_id), None)
        before = task.sent_lots or task.lots
        now_open = Decimal(0) if rest is None else rest.lots
        deals = answers(terminal, task)
        closed = sum((deal.lots for deal in deals), Decimal(0)) or before - now_open
        net = sum((deal.net for deal in deals), task.net or Decimal(0)) if deals else task.net
        done = task.closed_lots + closed
        if rest is None or done >= task.lots:
            self._books.finish(account, task, done, net, now_open)
            return
        self._books.change(
            account.id,
            task.position_id,
            lambda one: replace(
                one, state=TaskState.WAITING, closed_lots=done, net=net, not_before=None, sent_lots=None
            ),
        )


def answers(terminal: Terminal, task: CloseTask) -> tuple[Deal, ...]:
    """Return the deals of the order that was sent last."""
    deals = terminal.deals_of(task.position_id)
    return tuple(deal for deal in deals if deal.entry in ENDS and task.ref and _is_answer(deal, task))


def _is_answer(deal: Deal, task: CloseTask) -> bool:
    # A broker that drops comments leaves only this: nobody else's program closes what has no number.
    return task.ref in deal.comment or (not deal.comment and deal.magic == 0 and deal.reason == "expert")


def _placed(account: Account, terminal: Terminal, position: Position, lots: Decimal, ref: str) -> OrderResult:
    request = OrderRequest(
        symbol=position.symbol,
        side=position.side.opposite,
        lots=lots,
        # Not our number: what a person closes is no act of a bot, nor of another copy.
        magic=0,
        ref=ref,
        position_ticket=position.ticket,
        expected=account.identity,
    )
    try:
        return terminal.place(request)
    except TerminalUnavailable as error:
        return OrderResult(Outcome.UNKNOWN, None, detail=str(error))
