"""Close positions by people's word: show exactly what, order it, tell how far it is, take it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from bot_service.domain.accounts import Account
from bot_service.domain.close_tasks import CloseTask, TaskState, by_urgency
from bot_service.domain.errors import NoSuchPosition, PositionGone
from bot_service.domain.events import ClosingCancelled, ClosingOrdered
from bot_service.domain.jobs import CloseJob
from bot_service.domain.people import Actor
from bot_service.domain.trading import Snapshot
from bot_service.ports import UnitOfWork
from bot_service.services import ordered, sharing
from bot_service.services.desk import Desk
from bot_service.services.holdings import holdings_of
from bot_service.services.tags import tag_of
from bot_service.services.views import CloseItem, CloseLine, ClosePreview, ClosingView

ASK_S = 3.0
_BATCHES = "closing_batches"


class Closing:
    """What people ask for; the account's lane does it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def preview(self) -> ClosePreview:
        """Return everything that is open, the most urgent first."""
        with self._desk.database.read() as uow:
            accounts = uow.accounts.all()
            seen = {account.id: uow.accounts.snapshot(account.id) for account in accounts}
            lines = [
                line
                for account in accounts
                if (snapshot := seen[account.id]) is not None
                for line in self._lines(uow, account, snapshot)
            ]
            waiting = [task for one in accounts for task in ordered.open_of(uow, one.id).values()]
        known = [snapshot for snapshot in seen.values() if snapshot is not None]
        return ClosePreview(
            lines=tuple(line for line in lines if line.bot is not None),
            manual=tuple(line for line in lines if line.bot is None),
            age_s=self._age_s(known),
            waiting=tuple(waiting),
            unread=len(seen) - len(known),
        )

    def chosen(self, words: Sequence[str]) -> ClosePreview:
        """Return the positions that tickets and bot ids mean; `b3` and `t3` say which of both is meant.

        Raises:
            NoSuchPosition: a number means nothing that is open.
        """
        every = self.preview()
        lines = (*every.lines, *every.manual)
        found = {line.item: line for word in words for line in _meant(word, lines)}
        return ClosePreview(
            lines=tuple(line for line in found.values() if line.bot is not None),
            manual=tuple(line for line in found.values() if line.bot is None),
            age_s=every.age_s,
            waiting=every.waiting,
        )

    def order(
        self,
        actor: Actor | None,
        items: Iterable[CloseItem],
        *,
        whole: bool = True,
        panic: bool = False,
    ) -> ClosingView:
        """Order positions to be closed, no more lots than were shown; return how far it is.

        What is gone meanwhile is left out, what is smaller is closed as it is: both are told. Without an
        actor the console orders.
        """
        now = self._desk.wall.now()
        by_account: dict[int, list[CloseItem]] = {}
        for item in items:
            by_account.setdefault(item.account_id, []).append(item)
        with self._desk.database.write() as uow:
            batch = str(int(uow.get_value(_BATCHES) or 0) + 1)
            uow.set_value(_BATCHES, batch)
            for account_id, chosen in by_account.items():
                tasks = self._tasks(uow, actor, account_id, chosen, batch, now, whole=whole)
                ordered.add(uow, account_id, tasks, now)
                if tasks:
                    uow.record(
                        ClosingOrdered(
                            happened_at=self._desk.market.now(),
                            account_id=account_id,
                            actor=None if actor is None else actor.user_id,
                            tickets=tuple(task.ticket for task in tasks),
                            panic=panic,
                        ),
                        answered_chat=None if actor is None else actor.chat_id,
                    )
            uow.commit()
        for account_id in by_account:
            self._desk.lanes.submit(CloseJob(account_id))
        begun = self.progress(batch)
        asked = sum(len(chosen) for chosen in by_account.values())
        return replace(begun, left_out=asked - len(begun.tasks))

    def progress(self, batch: str) -> ClosingView:
        """Return how far an order is."""
        with self._desk.database.read() as uow:
            found = {
                (account.id, task.position_id): (task, account.currency)
                for account in uow.accounts.all()
                for task in ordered.all_of(uow, account.id)
                if task.batch == batch
            }
        return ClosingView(
            batch,
            tuple(task for task, _ in found.values()),
            {position_id: currency for (_, position_id), (_, currency) in found.items()},
        )

    def cancel(self, actor: Actor, tickets: Sequence[int] = ()) -> tuple[CloseTask, ...]:
        """Take orders to close back, all of them without tickets; what is at the broker goes on.

        Raises:
            PositionGone: there is no such order.
        """
        now, cancelled = self._desk.wall.now(), list[CloseTask]()
        with self._desk.database.write() as uow:
            for account in uow.accounts.all():
                wanted = [
                    task
                    for task in _waiting(uow, account.id).values()
                    if not tickets or task.ticket in tickets
                ]
                for task in wanted:
                    ordered.update(uow, account.id, task.position_id, _cancelled_at(now))
                if wanted:
                    cancelled.extend(wanted)
                    uow.record(
                        ClosingCancelled(
                            happened_at=self._desk.market.now(),
                            account_id=account.id,
                            actor=actor.user_id,
                            tickets=tuple(task.ticket for task in wanted),
                        ),
                        answered_chat=actor.chat_id,
                    )
            if tickets and not cancelled:
                raise PositionGone(tickets[0])
            uow.commit()
        return tuple(cancelled)

    def half(self, line: CloseLine) -> Decimal | None:
        """Return the lots of about half a position, None where it can't be divided."""
        instrument = self._desk.lanes.ask(
            line.account_id, lambda terminal: terminal.instrument(line.position.symbol), ASK_S
        )
        lots = instrument.floor_lots(line.lots / 2)
        fits = lots >= instrument.volume_min and line.lots - lots >= instrument.volume_min
        return lots if fits else None

    def _lines(self, uow: UnitOfWork, account: Account, snapshot: Snapshot) -> list[CloseLine]:
        holdings = holdings_of(uow, account)
        owners = holdings.owners
        bots = {bot.id: bot for bot in uow.bots.all(account.id, ids=owners.values())}
        exclusive = sharing.is_exclusive(uow, account)
        lines = []
        for position in by_urgency(holdings.positions, oldest_first=snapshot.state.fifo_close):
            bot = bots.get(owners.get(position.identifier, 0))
            lots = position.lots
            if bot is not None and exclusive:
                lots = sharing.own_part(uow, bot, position)
            lines.append(CloseLine(account.id, tag_of(account), position, bot, lots, account.currency))
        return lines

    def _tasks(
        self,
        uow: UnitOfWork,
        actor: Actor | None,
        account_id: int,
        items: Iterable[CloseItem],
        batch: str,
        now: datetime,
        *,
        whole: bool,
    ) -> list[CloseTask]:
        holdings = holdings_of(uow, uow.accounts.get(account_id))
        positions, owners = {item.identifier: item for item in holdings.positions}, holdings.owners
        under_way, waiting = ordered.open_of(uow, account_id), _waiting(uow, account_id)
        tasks = []
        for item in items:
            position, known = positions.get(item.position_id), under_way.get(item.position_id)
            if position is None or (known is not None and item.position_id not in waiting):
                continue  # gone, or at the broker just now
            bot_id = owners.get(item.position_id)
            tasks.append(
                CloseTask(
                    position_id=item.position_id,
                    ticket=position.ticket,
                    symbol=position.symbol,
                    side=position.side,
                    lots=item.lots,
                    batch=batch,
                    ordered_at=now,
                    bot_id=bot_id,
                    name="" if bot_id is None else uow.bots.get(bot_id, deleted=True).settings.name,
                    whole=whole,
                    actor=None if actor is None else actor.user_id,
                    after_intent=ordered.last_intent(uow, account_id, position),
                )
            )
        return tasks

    def _age_s(self, snapshots: Sequence[Snapshot]) -> int | None:
        if not snapshots:
            return None
        oldest = min(snapshot.taken_at for snapshot in snapshots)
        return max(0, int((self._desk.wall.now() - oldest).total_seconds()))


def _meant(word: str, lines: Sequence[CloseLine]) -> list[CloseLine]:
    digits = word.strip("#,; ").lower()
    kind, number = (digits[0], digits[1:]) if digits[:1] in {"b", "t"} else ("", digits)
    if not (number.isascii() and number.isdecimal()):
        raise NoSuchPosition(word[:32])
    of_ticket = [line for line in lines if str(line.position.ticket) == number and kind != "b"]
    of_bot = [line for line in lines if line.bot and str(line.bot.id) == number and kind != "t"]
    # Alerts write tickets with a #, and lists show ids without one.
    found = of_ticket or of_bot if word.startswith("#") else of_bot or of_ticket
    if not found:
        raise NoSuchPosition(word[:32])
    return found


def _waiting(uow: UnitOfWork, account_id: int) -> dict[int, CloseTask]:
    """Return the orders of which nothing is at the broker just now."""
    sent = {intent.position_id for intent in uow.intents.unsettled(account_id)}
    states = {TaskState.WAITING, TaskState.MARKET_CLOSED}
    tasks = ordered.open_of(uow, account_id).items()
    return {number: task for number, task in tasks if task.state in states and number not in sent}


def _cancelled_at(now: datetime) -> ordered.Change:
    return lambda task: replace(task, state=TaskState.CANCELLED, finished_at=now)
