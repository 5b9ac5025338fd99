"""One run of the service, on a computer whose clock can be wrong and in a process that can die."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from fault_line import Killed, Line

from bot_service.domain.accounts import Account
from bot_service.domain.errors import DatabaseBusy
from bot_service.domain.events import Event
from bot_service.domain.guards import DailyLoss, GuardRules
from bot_service.domain.jobs import CloseUnknownJob, ReconcileJob, TickJob, WatchJob
from bot_service.domain.market import TradeMode
from bot_service.scheduling.clocks import StepClock
from bot_service.scheduling.lanes import InlineLanes
from bot_service.scheduling.paced import PacedTicker
from bot_service.services import guard_rules
from bot_service.services.facade import Services, open_services
from bot_service.services.orders import Checkpoint
from bot_service.storage.database import SqlDatabase
from bot_service.terminals.terminal import Mt5Terminal

if TYPE_CHECKING:
    from fault_world import World


class Computer:
    """The clock of the computer: true time plus what it is wrong by."""

    def __init__(self, true: StepClock) -> None:
        self._true = true
        self.wrong = timedelta(0)

    def now(self) -> datetime:
        """Return what the computer takes for the present moment."""
        return self._true.now() + self.wrong

    def jump_to(self, moment: datetime) -> None:
        """Do nothing: only true time passes."""

    def hold_at(self, moment: datetime | None) -> None:
        """Do nothing, as above."""


class Mortal:
    """A database of a process that can die; `noted` is called with each event that is recorded."""

    def __init__(self, database: SqlDatabase, noted: Callable[[Event], None]) -> None:
        self._database = database
        self._noted = noted
        self.dead = False

    def write(self, **how: Any) -> Any:
        """Begin a writing transaction."""
        if self.dead:
            raise Killed
        uow = self._database.write(**how)
        record = uow.record

        def noting(event: Event, **chat: Any) -> None:
            self._noted(event)
            record(event, **chat)

        uow.record = noting  # type: ignore[method-assign]  # it does the same, and takes a note
        return uow

    def read(self) -> Any:
        """Begin a reading transaction."""
        if self.dead:
            raise Killed
        return self._database.read()


UNLIMITED = GuardRules(
    daily=DailyLoss(amount=None),
    open_risk=None,
    margin_level=None,
    entries_a_day=None,
    rejections=None,
    losses=None,
)
"""Faults cost money and refuse orders on purpose: what they have to meet is trading, not its limits."""


class Process:
    """One run of the service, from its start to its end or death."""

    def __init__(self, world: World, database: Mortal, line: Line, checkpoint: Checkpoint) -> None:
        self.database = database
        self.line = line
        self._world = world
        self.terminal = Mt5Terminal(line, clock=world.computer, trade_mode_override=TradeMode.PAPER)
        self.terminals: dict[int, Any] = {}
        self.handlers: dict[str, Callable[[Any], None]] = {}
        self.lanes = InlineLanes(self.terminals, self.handlers)
        self.ticker = PacedTicker(self.lanes, world.computer, offset_of=self._offset_of)
        self.services: Services = open_services(
            database,  # type: ignore[arg-type]  # reads and writes like one
            self.ticker,
            self.lanes,
            self.terminals,
            world.computer,
            world.computer,
            random=Random(world.seed),
            checkpoint=checkpoint,
        )
        services = self.services
        jobs = {TickJob: services.cycle, WatchJob: services.watch, ReconcileJob: services.reconcile}
        for job, use_case in (jobs | {CloseUnknownJob: services.strangers}).items():
            self.handlers[job.kind] = self._guarded(use_case.run)

    def meet(self) -> Account:
        """Take the account into the books, as the first run does."""
        self.terminal.connect()
        identity, state = self.terminal.identity(), self.terminal.account()
        control = self.services.control
        account = control.ensure_account(identity, state, "Paper", "Asia/Jakarta", self.terminal)
        with self.database.write() as uow:
            guard_rules.begin(uow, account.id, UNLIMITED)
            uow.commit()
        return account

    def open(self, account: Account) -> None:
        """Settle what an earlier process left and let its bots go on; the terminal may be away."""
        self.terminals[account.id] = self.terminal
        self.services.control.begin()
        self.services.delivery.begin()
        self.lanes.submit(WatchJob(account.id))
        self.lanes.submit(ReconcileJob(account.id))
        self.services.restarts.note()
        self.services.control.resume()

    def _guarded(self, run: Callable[[Any], None]) -> Callable[[Any], None]:
        # As a lane does: a job that fails is logged and never ends the others.
        def guarded(job: Any) -> None:
            try:
                run(job)
            except DatabaseBusy:
                self._world.busy += 1
            except Exception as error:  # as above; told as a finding
                self._world.failures.append(f"{job.kind}: {type(error).__name__}: {error}")
                logging.getLogger(__name__).debug("job failed", exc_info=True)

        return guarded

    def _offset_of(self, account_id: int) -> timedelta:
        with self.database.read() as uow:
            offset: timedelta = uow.accounts.get(account_id).server_offset
        return offset
