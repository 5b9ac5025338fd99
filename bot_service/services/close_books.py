"""What is written and told of an ordered closing: how far it is, how it ended."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bot_service.domain.accounts import Account
from bot_service.domain.close_tasks import CloseTask, TaskState
from bot_service.domain.closing import ENDS, carries
from bot_service.domain.events import ClosingChanged, ClosingDone
from bot_service.domain.trading import ExitCause, Intent, IntentState, Purpose
from bot_service.ports import UnitOfWork
from bot_service.services import ordered
from bot_service.services.desk import Desk

_SENT = frozenset({IntentState.FILLED, IntentState.PARTIAL})


class CloseBooks:
    """Write the orders to close as they go on."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def finish(
        self,
        account: Account,
        task: CloseTask,
        done: Decimal,
        net: Decimal | None,
        left: Decimal,
        state: TaskState = TaskState.DONE,
    ) -> None:
        """Write that an order has ended, and tell it unless the books do."""
        wall, market = self._desk.wall.now(), self._desk.market.now()
        with self._desk.database.write() as uow:
            finished = ordered.update(
                uow,
                account.id,
                task.position_id,
                lambda one: replace(one, state=state, closed_lots=done, net=net, finished_at=wall),
            )
            if finished is None:
                return
            facts = ordered.facts_of(uow, account.id, task, market)
            if state is TaskState.GONE:
                uow.record(ClosingChanged(**facts | {"lots": Decimal(0)}, confirmed=task.lots))
            elif finished.bot_id is None or left > 0:
                # A bot's whole position is told by its own event, from the books.
                uow.record(ClosingDone(**facts | {"lots": done}, left=left, net=net))
            uow.commit()

    def tell_change(self, account: Account, task: CloseTask, lots: Decimal) -> None:
        """Tell once that a position is not any more as it was confirmed."""
        if not task.whole or lots == task.lots or task.tries or task.closed_lots:
            return
        with self._desk.database.write() as uow:
            facts = ordered.facts_of(uow, account.id, task, self._desk.market.now())
            key = f"closing_changed:{account.id}:{task.position_id}"
            told = f"{task.batch}:{lots}"
            if uow.get_value(key) != told:
                uow.set_value(key, told)
                uow.record(ClosingChanged(**facts | {"lots": lots}, confirmed=task.lots))
                uow.commit()

    def change(self, account_id: int, position_id: int, change: ordered.Change) -> CloseTask | None:
        """Change an open order as it is stored now."""
        with self._desk.database.write() as uow:
            changed = ordered.update(uow, account_id, position_id, change)
            uow.commit()
        return changed


def executed(uow: UnitOfWork, account: Account, task: CloseTask) -> tuple[Decimal, Decimal | None]:
    """Return how many lots of what was ordered are closed by the books, and their result."""
    if task.bot_id is None:
        return task.closed_lots, task.net
    intents = [item for item in uow.intents.of_position(account.id, task.position_id) if _is_of(item, task)]
    done = sum((item.filled_lots or Decimal(0) for item in intents), Decimal(0))
    deals = uow.books.deals_of(account.id, task.position_id)
    own = [deal for deal in deals if deal.entry in ENDS and any(carries(deal, one) for one in intents)]
    return done, sum((deal.net for deal in own), Decimal(0)) if own else None


def _is_of(intent: Intent, task: CloseTask) -> bool:
    ours = intent.purpose is Purpose.CLOSE and intent.cause is ExitCause.OPERATOR
    return ours and intent.id > task.after_intent and intent.state in _SENT
