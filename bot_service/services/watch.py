"""The account watch: who is logged in, what is open, what has ended, whether the link holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot, BotStatus, Waiting
from bot_service.domain.errors import MarketDataMissing, SymbolRefused, TerminalUnavailable
from bot_service.domain.jobs import Job, TickJob
from bot_service.domain.trading import Purpose, Snapshot
from bot_service.ports import Terminal, UnitOfWork
from bot_service.services import books, later, lifecycle
from bot_service.services.changes import Changes
from bot_service.services.closings import Closings
from bot_service.services.contracts import Contracts
from bot_service.services.desk import Desk
from bot_service.services.link import Link
from bot_service.services.looks import Looks
from bot_service.services.pausing import Pausing
from bot_service.services.reconcile import Reconcile
from bot_service.services.stops import Stops


class Round(Protocol):
    """What else is done at each look at an account that answers."""

    def round(self, account: Account, terminal: Terminal, seen: Snapshot) -> None:
        """Do it; `seen` is what the watch has just seen."""


class Watch:
    """Look at an account every few seconds, whether bots run or not."""

    def __init__(
        self,
        desk: Desk,
        link: Link,
        looks: Looks,
        closings: Closings,
        reconcile: Reconcile,
        changes: Changes,
        stops: Stops,
        contracts: Contracts,
        pausing: Pausing,
        rounds: Sequence[Round] = (),
    ) -> None:
        self._desk = desk
        self._link = link
        self._looks = looks
        self._closings = closings
        self._reconcile = reconcile
        self._changes = changes
        self._stops = stops
        self._contracts = contracts
        self._pausing = pausing
        self._rounds = tuple(rounds)
        self._connected: set[int] = set()
        self._met: set[int] = set()

    def run(self, job: Job) -> None:
        """Look once; a terminal that can't answer loses the link, told once."""
        self._pausing.round()
        with self._desk.database.read() as uow:
            account = uow.accounts.get(job.account_id)
            before = uow.accounts.snapshot(account.id)
        try:
            self._watch(account, before)
        except TerminalUnavailable as error:
            self._closings.forget(account.id)
            self._connected.discard(account.id)
            self._link.lost(account.id, error)

    def _watch(self, account: Account, before: Snapshot | None) -> None:
        terminal = self._desk.terminal(account.id)
        fresh = account.link_lost_at is not None or account.id not in self._connected
        if fresh:
            terminal.connect()
            self._connected.add(account.id)
        identity = terminal.identity()
        if identity != account.identity:
            self._link.other_account(account, identity)
            return
        offset = terminal.server_offset()
        seen = self._looks.snapshot_now(account, terminal)
        self._reconcile.look(account, terminal, seen, before)
        unprotected = self._changes.note(account, terminal, seen, before)
        self._write(account, seen, before, offset)
        if fresh:
            # Before anything trades again: brokers rename symbols and change contracts while we are away.
            self._contracts.verify(account, terminal)
        if account.link_lost_at is not None:
            self._link.restored(account)
        self._stops.mend(account, terminal, unprotected)
        self._wake(account, terminal)
        for one in self._rounds:
            one.round(account, terminal, seen)

    def _write(self, account: Account, seen: Snapshot, before: Snapshot | None, offset: timedelta) -> None:
        with self._desk.database.write() as uow:
            if before is not None and account.id not in self._met:
                lifecycle.note_last_seen(uow, account.id, before.taken_at)
            uow.accounts.save_snapshot(seen)
            uow.accounts.set_clock(account.id, seen.market_at, offset)
            books.keep_days(uow, account, seen, before)
            flat = self._stop_flat(uow, account)
            uow.commit()
        self._met.add(account.id)
        self._desk.ticker.cancel(flat)

    def _stop_flat(self, uow: UnitOfWork, account: Account) -> list[int]:
        leaving = uow.bots.all(account.id, status=BotStatus.EXIT_ONLY)
        if not leaving:
            return []
        holding = {intent.bot_id for intent in uow.intents.open_positions(account.id).values()}
        now, wall = self._desk.market.now(), self._desk.wall.now()
        return [
            bot.id
            for bot in leaving
            if bot.id not in holding
            and not lifecycle.is_busy(uow, bot)
            and lifecycle.stop_if_flat(uow, bot, now, wall)
        ]

    def _wake(self, account: Account, terminal: Terminal) -> None:
        """Let bots go on whose market is open again, and orders that were refused be tried again."""
        with self._desk.database.read() as uow:
            if lifecycle.is_resuming(uow):
                return
            exits = lifecycle.unfinished_exits(uow, account.id)
            closed = uow.bots.all(account.id, waiting=Waiting.MARKET_CLOSED)
            bots = {bot.id: bot for bot in uow.bots.all(account.id, ids=exits) if bot.running}
            recent = {
                bot_id for bot_id, position in exits.items() if self._tried_lately(uow, account, position)
            }
            due = later.entries_due(uow, account.id, self._desk.wall.now())
        waiting = [bot for bot in closed if bot.running]
        due.extend(bots[bot_id] for bot_id in exits if bot_id in bots and bot_id not in recent)
        opened: dict[str, bool] = {}
        for bot in {bot.id: bot for bot in [*waiting, *due]}.values():
            symbol = bot.settings.broker_symbol
            if symbol not in opened:
                opened[symbol] = _is_open(terminal, symbol)
        self._go_on(
            account,
            [bot for bot in waiting if opened[bot.settings.broker_symbol]],
            [bot for bot in due if opened[bot.settings.broker_symbol]],
        )

    def _tried_lately(self, uow: UnitOfWork, account: Account, position_id: int) -> bool:
        intents = uow.intents.of_position(account.id, position_id)
        closings = [intent for intent in intents if intent.purpose is Purpose.CLOSE]
        return not later.exit_may_go(uow, account.id, closings, self._desk.wall.now())

    def _go_on(self, account: Account, opened: list[Bot], due: list[Bot]) -> None:
        if not opened and not due:
            return
        now = self._desk.market.now()
        with self._desk.database.write() as uow:
            if opened:
                uow.bots.set_waiting(account.id, None, [bot.id for bot in opened])
            for bot in due:
                _pull_due(uow, bot, now)
            uow.commit()
        for bot in due:
            self._desk.lanes.submit(TickJob(account.id, bot.id, now))


def _pull_due(uow: UnitOfWork, bot: Bot, now: datetime) -> None:
    current = uow.bots.get(bot.id)
    if current.running and current.due_at is not None and current.due_at > now:
        uow.bots.save(replace(current, due_at=now))


def _is_open(terminal: Terminal, symbol: str) -> bool:
    try:
        return terminal.market_open(symbol)
    except (MarketDataMissing, SymbolRefused):
        return False
