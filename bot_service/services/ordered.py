"""The orders to close that people gave: kept until they are done, so that no restart forgets one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot_service.domain import codec
from bot_service.domain.close_tasks import CloseTask, TaskState
from bot_service.domain.events import ClosingRefused, ClosingWaits
from bot_service.domain.trading import ClosedTrade, ExitCause, OrderResult, Position
from bot_service.ports import UnitOfWork
from bot_service.services import hours
from bot_service.services.desk import Desk

KEPT = timedelta(days=1)
"""How long a finished order is remembered, for its progress message and the books (wall time)."""
CLOSED = "closed"
WAITS = tuple(timedelta(seconds=seconds) for seconds in (2, 5, 10, 30))
CLOSED_WAIT = timedelta(minutes=15)
"""After so long a closed market is tried, whatever its quotes look like."""
REOPENED_WAIT = timedelta(seconds=30)
HARD_TRIES = 3
PASSING = frozenset(
    {
        "requote",
        "no_quotes",
        "retry_later",
        "locked",
        "algo_off",
        "other_account",
        "not_sent",
        "state",
        "filling",
        "frozen",
    }
)
"""Refusals that don't last; of the others HARD_TRIES are enough."""


Change = Callable[[CloseTask], CloseTask]


@dataclass(frozen=True)
class _Stored:
    tasks: tuple[CloseTask, ...] = ()


def all_of(uow: UnitOfWork, account_id: int) -> tuple[CloseTask, ...]:
    """Return an account's orders to close, also those that were finished lately."""
    text = uow.get_value(_key(account_id))
    return codec.read(_Stored, text).tasks if text else ()


def open_of(uow: UnitOfWork, account_id: int) -> dict[int, CloseTask]:
    """Return what is still to be closed by position id."""
    return {task.position_id: task for task in all_of(uow, account_id) if task.state.open}


def add(uow: UnitOfWork, account_id: int, tasks: Iterable[CloseTask], now: datetime) -> None:
    """Keep new orders; of a position only the newest counts."""
    new = {task.position_id: task for task in tasks}
    kept = [task for task in all_of(uow, account_id) if task.position_id not in new and not _old(task, now)]
    _save(uow, account_id, (*kept, *new.values()))


def update(uow: UnitOfWork, account_id: int, position_id: int, change: Change) -> CloseTask | None:
    """Change an open order as it is stored now; None where there is none any more."""
    changed, tasks = None, list[CloseTask]()
    for task in all_of(uow, account_id):
        if task.position_id == position_id and task.state.open:
            changed = change(task)
            tasks.append(changed)
        else:
            tasks.append(task)
    if changed is not None:
        _save(uow, account_id, tasks)
    return changed


def refused(
    uow: UnitOfWork, desk: Desk, account_id: int, position_id: int, result: OrderResult
) -> CloseTask | None:
    """Keep and tell once why the broker didn't close a position, and when it is asked again."""
    before = open_of(uow, account_id).get(position_id)
    now, market = desk.wall.now(), desk.market.now()
    opens = None if before is None else hours.opens_at(uow, account_id, before.symbol, market)
    after = update(uow, account_id, position_id, lambda task: _after_refusal(task, result, now, opens))
    if before is None or after is None:
        return None
    if after.reject_class == before.reject_class and after.state.open:
        return after
    facts = facts_of(uow, account_id, after, market)
    if after.state is TaskState.MARKET_CLOSED:
        uow.record(ClosingWaits(**facts, opens=opens))
    else:
        retcode = result.retcode or 0
        kind = result.reject_class
        uow.record(ClosingRefused(**facts, retcode=retcode, reject_class=kind, again=after.state.open))
    return after


def named(uow: UnitOfWork, trade: ClosedTrade) -> ClosedTrade:
    """Return a trade with the cause that only the orders to close know: no intent explains a manual one."""
    if trade.bot_id is not None or trade.cause is not ExitCause.OTHER:
        return trade
    sent = any(task.position_id == trade.position_id and task.ref for task in all_of(uow, trade.account_id))
    return replace(trade, cause=ExitCause.OPERATOR) if sent else trade


def actor_of(uow: UnitOfWork, trade: ClosedTrade) -> int | None:
    """Return who wanted a trade closed."""
    if trade.cause is not ExitCause.OPERATOR:
        return None
    tasks = (task for task in all_of(uow, trade.account_id) if task.position_id == trade.position_id)
    return next((task.actor for task in tasks), None)


def facts_of(uow: UnitOfWork, account_id: int, task: CloseTask, now: datetime) -> dict[str, Any]:
    """Return what every event about an ordered closing names."""
    return {
        "happened_at": now,
        "account_id": account_id,
        "bot_id": task.bot_id,
        "actor": task.actor,
        "name": task.name,
        "ticket": task.ticket,
        "position_id": task.position_id,
        "symbol": task.symbol,
        "side": task.side,
        "lots": task.lots,
        "currency": uow.accounts.get(account_id).currency,
    }


def last_intent(uow: UnitOfWork, account_id: int, position: Position) -> int:
    """Return the newest order of a position."""
    intents = uow.intents.of_position(account_id, position.identifier)
    return max((intent.id for intent in intents), default=0)


def _after_refusal(task: CloseTask, result: OrderResult, now: datetime, opens: datetime | None) -> CloseTask:
    kind = result.reject_class
    tries = task.tries + 1 if kind == task.reject_class else 1
    task = replace(
        task,
        state=TaskState.WAITING,
        tries=tries,
        tried_at=now,
        reject_class=kind,
        retcode=result.retcode or 0,
    )
    if kind == CLOSED:
        return replace(task, state=TaskState.MARKET_CLOSED, not_before=now + CLOSED_WAIT, opens=opens)
    if kind not in PASSING and tries >= HARD_TRIES:
        return replace(task, state=TaskState.GIVEN_UP, finished_at=now)
    wait = WAITS[min(tries, len(WAITS)) - 1] if kind in PASSING else WAITS[-1]
    return replace(task, not_before=now + wait)


def _old(task: CloseTask, now: datetime) -> bool:
    return task.finished_at is not None and now - task.finished_at > KEPT


def _save(uow: UnitOfWork, account_id: int, tasks: Iterable[CloseTask]) -> None:
    uow.set_value(_key(account_id), codec.written(_Stored(tuple(tasks))))


def _key(account_id: int) -> str:
    return f"ordered_closings:{account_id}"
