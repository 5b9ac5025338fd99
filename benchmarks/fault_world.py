"""A whole service in one thread whose market, clock, terminal, database and process can be broken.

Market time is stepped. What the terminal lives by is true time; what the service reads is the computer's
clock, which can be wrong.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from shutil import copyfile
from typing import Any

from fault_line import Killed, Line, Notes, Truth
from fault_plans import SPARE, bots_of, profile_of, tradable
from fault_service import Computer, Mortal, Process

from bot_service.domain.errors import DatabaseBusy
from bot_service.domain.events import Event
from bot_service.domain.jobs import ReconcileJob, WatchJob
from bot_service.domain.people import Actor, Member, Role
from bot_service.i18n import Translator
from bot_service.scheduling.clocks import StepClock
from bot_service.services.cycle import no_checkpoint
from bot_service.services.delivery import Letter
from bot_service.services.orders import Checkpoint
from bot_service.storage.database import SqlDatabase
from bot_service.storage.migrations import upgrade
from bot_service.telegram_bot.render import letter_message
from bot_service.terminals.paper import BrokerProfile, PaperTerminal
from bot_service.terminals.paper.faults import FaultPlan, FaultyApi

OWNER = 1001
START = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)  # a Tuesday
WATCH = timedelta(seconds=12)
MINUTE = timedelta(minutes=1)
RECONCILE_EVERY = 15
"""Rounds of the watch between two comparisons of everything, three minutes as in life."""

BUSY = timedelta(milliseconds=10)


@dataclass(frozen=True)
class Moment:
    """What was true when an event was recorded."""

    at: datetime
    wrong: timedelta
    positions: tuple[Any, ...]
    terms: Any


@dataclass(frozen=True)
class Told:
    """An alert in somebody's chat."""

    at: datetime
    row_id: int
    event: Event | None
    text: str


@dataclass(frozen=True)
class Wanted:
    """What a bot was made for."""

    name: str
    symbols: set[str]
    source: str


class World:
    """A broker, a computer, a service and its owner's chat."""

    def __init__(self, directory: Path, empty: Path, seed: int) -> None:
        self.seed = seed
        self.random = Random(seed)
        self.mode, self.broker, profile = profile_of(seed)
        self.language = ("en", "id")[seed % 2]
        self.t = Translator(self.language, "Asia/Jakarta")
        self.true = StepClock(START + timedelta(minutes=self.random.randrange(600)))
        self.computer = Computer(self.true)
        self.paper = PaperTerminal(clock=self.true.now, seed=seed % 4, start=self.true.now(), profile=profile)
        self.truth = Truth(self.paper)
        self.plan = FaultPlan()
        self.faulty = FaultyApi(self.paper, self.plan)
        self.notes = Notes()
        self.path = directory / "service.sqlite3"
        copyfile(empty, self.path)
        self.storage = SqlDatabase(self.path, self.computer, busy_timeout=BUSY)
        self.told: list[Told] = []
        self.moments: dict[str, Moment] = {}
        self.failures: list[str] = []
        self.busy = 0
        self.deaths: list[datetime] = []
        self.starts: list[datetime] = []
        self.tries = 0
        self.down_until: datetime | None = None
        self.checkpoint: Checkpoint = no_checkpoint
        self.before_call: Callable[[str], None] = no_checkpoint
        self.before_sent: Callable[[], None] = lambda: None
        self.on_told: Callable[[Told], None] = lambda _: None
        self.on_step: Callable[[], None] = lambda: None
        self.timers: list[tuple[datetime, Callable[[], None]]] = []
        self.foreign: set[int] = set()
        self.touched: list[Any] = []
        self.wanted: dict[int, Wanted] = {}
        self.spare_symbol = tradable(profile, SPARE)
        self.usual_spreads = {name: spec.spread for name, spec in profile.specs.items()}
        self._next_watch = self.computer.now()
        self.process = self._new_process()
        self.account = self.process.meet()
        self.process.open(self.account)
        with self.storage.write() as uow:
            uow.people.add(Member(OWNER, OWNER, Role.OWNER, self.language, "Asia/Jakarta"))
            uow.commit()
        self._make_bots(profile)

    # --- people and the environment

    @property
    def actor(self) -> Actor:
        """Return the owner, speaking now."""
        return Actor(OWNER, OWNER, Role.OWNER, self.computer.now())

    @property
    def control(self) -> Any:
        """Return the present process' use cases."""
        return self.process.services.control

    def after(self, delta: timedelta, act: Callable[[], None]) -> None:
        """Let the world do something later, whether the service lives or not."""
        self.timers.append((self.true.now() + delta, act))

    def kill(self, down: timedelta) -> None:
        """Let the process die here and now.

        Raises:
            Killed: always.
        """
        self.process.database.dead = True
        self.process.line.dead = True
        self.deaths.append(self.true.now())
        self.down_until = self.true.now() + down
        raise Killed

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the database's lock from outside, as a copy program might."""
        other = sqlite3.connect(self.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")
            other.close()

    # --- time

    def run(self, length: timedelta, until: Callable[[], bool] = lambda: False) -> bool:
        """Let time pass; True as soon as `until` is."""
        end = self.true.now() + length
        while not until():
            now = self.true.now()
            if now >= end:
                return False
            self.true.jump_to(max(now + timedelta(seconds=1), min(end, self._next_stop(now))))
            self._step()
        return True

    def _next_stop(self, now: datetime) -> datetime:
        stops = [self._next_watch - self.computer.wrong, *(at for at, _ in self.timers)]
        if self.down_until is not None:
            stops = [self.down_until, *(at for at, _ in self.timers)]
        elif self._next_due is not None:
            stops.append(self._next_due - self.computer.wrong)
        return min((stop for stop in stops if stop > now), default=now + MINUTE)

    def _step(self) -> None:
        now = self.true.now()
        for timer in [timer for timer in self.timers if timer[0] <= now]:
            self.timers.remove(timer)
            timer[1]()
        try:
            if self.down_until is not None:
                if now >= self.down_until:
                    self._restart()
            else:
                self._beat()
            if self.down_until is None:
                self._deliver()
                self.on_step()
        except Killed:
            self._next_due = None

    def _beat(self) -> None:
        if self.computer.now() >= self._next_watch:
            self._next_watch = self.computer.now() + WATCH
            self.process.lanes.submit(WatchJob(self.account.id))
            self._look_over()
        due = self.process.ticker.pump()
        while due is None:
            due = self.process.ticker.pump()
        self._next_due = due

    _next_due: datetime | None = None

    def _look_over(self) -> None:
        self._rounds += 1
        if self._rounds % RECONCILE_EVERY == 0:
            self.process.lanes.submit(ReconcileJob(self.account.id))
        try:
            self.process.services.overdue.check()
        except DatabaseBusy:
            self.busy += 1

    _rounds: int = 0

    def _restart(self) -> None:
        self.down_until = None
        self.tries += 1
        self.process = self._new_process()
        try:
            self.process.open(self.account)
        except Killed:
            raise
        except Exception as error:  # noqa: BLE001  # whoever watches over the process starts it again
            self.failures.append(f"start: {type(error).__name__}: {error}")
            self.down_until = self.true.now() + timedelta(seconds=10)
            return
        self.starts.append(self.true.now())
        self._next_watch = self.computer.now() + WATCH
        self._beat()

    def _new_process(self) -> Process:
        line = Line(self.faulty, self.truth, self.notes, self.true.now, self._before)
        return Process(self, Mortal(self.storage, self._noted), line, self._passes)

    def _before(self, name: str) -> None:
        self.before_call(name)  # what it is changes while a process lives

    def _passes(self, step: str) -> None:
        self.checkpoint(step)  # as above

    def _noted(self, event: Event) -> None:
        truth = self.truth
        self.moments[key_of(event)] = Moment(
            self.true.now(),
            self.computer.wrong,
            truth.positions(),
            truth.conditions,
        )

    # --- the chat

    def _deliver(self) -> None:
        try:
            self._send_letters()
        except DatabaseBusy:
            self.busy += 1

    def _send_letters(self) -> None:
        delivery = self.process.services.delivery
        for chat_id in delivery.chats_due():
            while (letter := delivery.next_letter(chat_id)) is not None:
                text = self._worded(letter)
                told = Told(self.true.now(), letter.row_id, letter.event, text)
                self.told.append(told)
                self.on_told(told)
                self.before_sent()
                delivery.sent(letter.row_id, len(self.told))

    def _worded(self, letter: Letter) -> str:
        try:
            return letter_message(letter, self.t, self.computer.now()).text
        except Exception as error:  # noqa: BLE001  # told as a finding; the service has an answer to it
            self.failures.append(f"no words for {letter.event}: {type(error).__name__}: {error}")
            return ""

    def keep_time(self) -> None:
        """Let the chat's edge compare the clocks, as it does every few seconds."""
        self.process.services.chats.skewed(-self.computer.wrong)

    # --- bots

    def _make_bots(self, profile: BrokerProfile) -> None:
        for plain, settings in bots_of(self.mode, profile):
            bot = self.control.create(self.actor, settings)
            self.wanted[bot.id] = Wanted(settings.name, {settings.symbol}, plain)
        self.control.start(self.actor, list(self.wanted))

    def close(self) -> None:
        """Close all files."""
        self.storage.close()
        self.paper.close_book()


def key_of(event: Event) -> str:
    """Return an event as a key: equal events have equal keys."""
    return json.dumps(event.to_json(), sort_keys=True)


def make_empty(directory: Path) -> Path:
    """Return a fresh database file to copy."""
    path = directory / "empty.sqlite3"
    upgrade(path)
    return path
