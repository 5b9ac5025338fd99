"""What a kind of fault is: how it begins, how it ends, whether somebody must help; those of the API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any, ClassVar

from fault_world import MINUTE, World

from bot_service.domain.bots import BotStatus
from bot_service.domain.events import Event
from bot_service.terminals.paper import constants as c
from bot_service.terminals.paper.conditions import Cause
from bot_service.terminals.paper.fault_base import ORDERS, READS
from bot_service.terminals.paper.faults import KINDS, Call, Fault, random_plan
from bot_service.terminals.retcodes import NOT_ANSWERING

WITHIN = 160


@dataclass
class Case:
    """One fault in one world: `begin` arms it, `struck` tells that it happened, `heal` ends it.

    `hand` says why somebody must help afterwards, "" where nobody must; then `says` are the events by
    which the service has to say so, and `help` is what the person does.
    """

    world: World
    random: Random
    name: ClassVar[str] = ""
    hand: ClassVar[str] = ""
    says: ClassVar[tuple[type[Event], ...]] = ()

    def begin(self) -> None:
        """Let it happen some time from now on."""
        raise NotImplementedError

    @property
    def struck(self) -> bool:
        """Tell whether it has happened."""
        raise NotImplementedError

    def heal(self) -> None:
        """Let it be over, as far as it ends without the service and its owner."""

    def help(self) -> None:
        """Do what only a person can."""

    def lasts(self) -> timedelta:
        """Return how long it goes on after it has struck."""
        return timedelta(seconds=self.random.randrange(20, 150))


CASES: dict[str, type[Case]] = {}


def case(kind: type[Case]) -> type[Case]:
    """Take a kind into the list."""
    CASES[kind.name] = kind
    return kind


@dataclass
class Planned(Case):
    """A fault of the API, drawn from the case's seed."""

    count: ClassVar[int] = 2
    faults: list[Fault] = field(default_factory=list)
    before: int = 0

    def begin(self) -> None:
        """Add the drawn faults to the world's plan."""
        seed = self.random.randrange(2**31)
        self.faults = list(random_plan(seed, kinds=[self.name], count=self.count, within=WITHIN).faults)
        self.before = self.world.plan.counts[self.name]
        for fault in self.faults:
            self.prepare(fault)
            self.world.plan.add(fault)

    def prepare(self, fault: Fault) -> None:
        """Connect a fault with its surroundings."""

    @property
    def struck(self) -> bool:
        """Tell whether all of them have struck as often as they can."""
        wanted = sum(min(fault.times, 8) for fault in self.faults)
        return self.world.plan.counts[self.name] - self.before >= wanted

    def heal(self) -> None:
        """Break nothing more, and put back what was changed."""
        self.world.plan.clear()
        for fault in reversed(self.faults):
            getattr(fault, "heal", lambda: None)()


def _plain(kind: str, *, count: int = 2) -> None:
    case(type(f"Planned_{kind}", (Planned,), {"name": kind, "count": count}))


for _kind in (
    *("none_with_code", "lost_answer", "lost_request", "broken_answer", "timed_out", "duplicate_answer"),
    *("refusal", "requote_storm", "too_many_requests", "closed_while_closing", "stop_stripped"),
    *("partial_fill", "partial_close", "terminal_restart", "refused_connection"),
):
    _plain(_kind)
for _kind in ("broker_down", "account_switched", "credit_removed", "spread_explosion"):
    _plain(_kind, count=1)


@case
@dataclass
class LateBooks(Planned):
    """Deals and positions that show up some looks after their order."""

    name = "late_books"

    def prepare(self, fault: Fault) -> None:
        """Count orders, which are rare, and not reads."""
        fault.after = self.random.randrange(6)


@case
@dataclass
class StopRefused(Planned):
    """A position that comes without its stop, and a broker that takes none for it."""

    name = "stop_refused"
    count = 1

    def begin(self) -> None:
        """Lose the stop of an opening, and refuse every repair."""
        super().begin()
        self.world.plan.add(KINDS["stop_stripped"](after=self.random.randrange(4)))

    @property
    def struck(self) -> bool:
        """Tell whether a repair was refused."""
        return self.world.plan.counts[self.name] > self.before

    def lasts(self) -> timedelta:
        """Stay until the position is closed instead."""
        return 2 * MINUTE

    def prepare(self, fault: Fault) -> None:
        """Refuse from the first on."""
        fault.after = 0


@case
@dataclass
class Delayed(Planned):
    """Answers that come late; the market goes on meanwhile."""

    name = "delay"
    count = 3

    def prepare(self, fault: Any) -> None:
        """Let time pass while the call waits."""
        fault.seconds = self.random.choice([0.5, 2.0, 7.0, 40.0])
        fault.pause = lambda seconds: self.world.true.advance(timedelta(seconds=seconds))


@dataclass(kw_only=True, eq=False)
class Deadline(Fault):
    """A call that hangs until its process is killed: the far side is new afterwards."""

    kind: ClassVar[str] = "hang"
    executed: bool = False
    seconds: float = 10.0
    pause: Callable[[float], None] = field(default=lambda _: None)

    def strike(self, call: Call) -> Any:
        """Let the deadline pass; whether the call went through is nobody's knowledge."""
        if self.executed:
            call.go()
        self.pause(self.seconds)
        call.api.paper.restart()
        return call.api.fail(NOT_ANSWERING, "killed after its deadline")


@case
@dataclass
class Hung(Planned):
    """Calls that never return, as the isolated terminal ends them."""

    name = "hang"

    def begin(self) -> None:
        """Let one look and one order hang."""
        self.before = self.world.plan.counts[self.name]
        for calls, within in ((READS, WITHIN), (ORDERS, 6)):
            fault = Deadline(after=self.random.randrange(within), executed=self.random.random() < 0.5)
            fault.fits = lambda call, calls=calls: call.name in calls  # type: ignore[method-assign]  # this one's
            fault.pause = lambda seconds: self.world.true.advance(timedelta(seconds=seconds))
            self.faults.append(fault)
            self.world.plan.add(fault)


@case
@dataclass
class Mixed(Planned):
    """Everything that needs nobody, drawn together."""

    name = "mixed"
    kinds: ClassVar[tuple[str, ...]] = (
        *("none_with_code", "lost_answer", "lost_request", "broken_answer", "timed_out", "late_books"),
        *("refusal", "requote_storm", "too_many_requests", "closed_while_closing", "partial_fill"),
        *("partial_close", "terminal_restart", "refused_connection", "duplicate_answer"),
    )

    def begin(self) -> None:
        """Draw six."""
        seed = self.random.randrange(2**31)
        self.faults = list(random_plan(seed, kinds=self.kinds, count=6, within=WITHIN).faults)
        self.before = sum(self.world.plan.counts.values())
        for fault in self.faults:
            self.world.plan.add(fault)

    @property
    def struck(self) -> bool:
        """Tell whether most of them have struck."""
        return sum(self.world.plan.counts.values()) - self.before >= len(self.faults)


def by_hand(world: World, position: Any, volume: float | None = None) -> None:
    """Close a position in the terminal itself."""
    world.paper.account_info()  # the market is as far as the clock
    cause = Cause(reason=c.DEAL_REASON_CLIENT, magic=0, comment="")
    trader = world.paper._trader  # noqa: SLF001  # a hand in the terminal itself
    held = {one.ticket: one for one in world.truth.positions()}.get(position.ticket)
    if held is not None:
        world.touched.append(held)
        trader.close(held, volume or held.volume, cause)


def start_faulted(world: World) -> None:
    """Start every bot that doesn't run, as its owner does when the cause is mended."""
    with world.storage.read() as uow:
        still = [bot.id for bot in uow.bots.all() if bot.status in (BotStatus.ERROR, BotStatus.STOPPED)]
    if still:
        world.control.start(world.actor, still)
