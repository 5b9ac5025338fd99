"""Faults of the service's own process and files: it dies, or another program holds its database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

from fault_cases import WITHIN, Case, case
from fault_world import MINUTE

from bot_service.domain import events
from bot_service.terminals.paper.fault_base import ORDERS
from bot_service.terminals.paper.faults import Call, Fault, random_plan

STEPS = ("claimed", "data", "decided", "intent", "placed", "result")


@dataclass
class Kill(Case):
    """The process dies and is started again on the same database."""

    deaths: int = 0
    left: int = 0

    def begin(self) -> None:
        """Count what has died before."""
        self.deaths = len(self.world.deaths)

    @property
    def struck(self) -> bool:
        """Tell whether the process has died and lives again."""
        return len(self.world.deaths) > self.deaths and self.world.down_until is None

    def die(self) -> None:
        """Die now, once."""
        self.disarm()
        self.world.kill(timedelta(seconds=self.random.choice([2, 8, 45, 130])))

    def disarm(self) -> None:
        """Let no other hook strike."""
        self.world.checkpoint = lambda _: None
        self.world.before_call = lambda _: None
        self.world.before_sent = lambda: None
        self.world.plan.clear()

    def heal(self) -> None:
        """Let no other hook strike."""
        self.disarm()

    def lasts(self) -> timedelta:
        """Go on at once."""
        return timedelta(seconds=10)

    def arm_step(self) -> None:
        """Die when a tick passes one of its numbered steps."""
        step = self.random.choice(STEPS)
        self.left = self.random.randrange(1, 4) if step in STEPS[3:] else self.random.randrange(1, 12)

        def passes(reached: str) -> None:
            if reached == step:
                self.left -= 1
                if self.left == 0:
                    self.die()

        self.world.checkpoint = passes


@case
@dataclass
class KilledAtStep(Kill):
    """Killed at a numbered step of a tick."""

    name = "killed_at_step"

    def begin(self) -> None:
        """Choose a step."""
        super().begin()
        self.arm_step()


@case
@dataclass
class KilledInCall(Kill):
    """Killed before any call to the terminal, of the watch or of a tick."""

    name = "killed_in_call"

    def begin(self) -> None:
        """Choose a call."""
        super().begin()
        self.left = self.random.randrange(1, WITHIN)

        def before(_: str) -> None:
            self.left -= 1
            if self.left == 0:
                self.die()

        self.world.before_call = before


@dataclass(kw_only=True, eq=False)
class DieAfter(Fault):
    """Execute an order; the process doesn't live to see the answer."""

    kind: ClassVar[str] = "killed_after_order"
    on: ClassVar[frozenset[str]] = ORDERS
    die: Callable[[], None] = field(default=lambda: None)

    def strike(self, call: Call) -> Any:
        """Make the call, then die."""
        call.go()
        self.die()


@case
@dataclass
class KilledAfterOrder(Kill):
    """Killed between the order's execution and its answer."""

    name = "killed_after_order"

    def begin(self) -> None:
        """Choose an order."""
        super().begin()
        self.world.plan.add(DieAfter(after=self.random.randrange(6), die=self.die))


@case
@dataclass
class KilledAgain(Kill):
    """Killed again and again, as a service that can't live."""

    name = "killed_again"
    hand = "the third start within ten minutes holds entries: the owner looks, and lets them go on"
    says = (events.RestartsHeld,)

    def begin(self) -> None:
        """Die soon, and again soon after each start."""
        super().begin()
        self._soon()

    def _soon(self) -> None:
        self.left = self.random.randrange(1, WITHIN // 4)

        def before(_: str) -> None:
            self.left -= 1
            if self.left == 0:
                self.die()

        self.world.before_call = before

    def die(self) -> None:
        """Die now, and three times in all."""
        if len(self.world.deaths) - self.deaths < 2:
            self._soon()
        else:
            self.disarm()
        self.world.kill(timedelta(seconds=self.random.choice([2, 15])))

    @property
    def struck(self) -> bool:
        """Tell whether it has died three times and lives."""
        return len(self.world.deaths) >= self.deaths + 3 and self.world.down_until is None


@case
@dataclass
class KilledWhileSending(Kill):
    """Killed when an alert has left and was not marked as sent."""

    name = "killed_while_sending"

    def begin(self) -> None:
        """Choose an alert."""
        super().begin()
        self.left = self.random.randrange(1, 5)

        def before() -> None:
            self.left -= 1
            if self.left == 0:
                self.die()

        self.world.before_sent = before


@case
@dataclass
class KilledInFault(Kill):
    """Killed at a step of a tick while another fault goes on, which is over before the restart or not."""

    name = "killed_in_fault"
    plan: ClassVar[tuple[str, ...]] = (
        *("none_with_code", "lost_answer", "lost_request", "broken_answer", "timed_out", "late_books"),
        *("terminal_restart", "refused_connection", "requote_storm", "partial_fill", "partial_close"),
    )

    def begin(self) -> None:
        """Arm a step, and draw what else breaks."""
        super().begin()
        self.arm_step()
        for fault in random_plan(self.random.randrange(2**31), kinds=self.plan, count=4, within=60).faults:
            self.world.plan.add(fault)

    def disarm(self) -> None:
        """Let no other hook strike; the plan goes on over the restart."""
        self.world.checkpoint = lambda _: None

    def heal(self) -> None:
        """Break nothing more."""
        super().heal()
        self.world.plan.clear()

    def lasts(self) -> timedelta:
        """Give what else breaks its time."""
        return 2 * MINUTE


@case
@dataclass
class Locked(Case):
    """Another program holds the database's lock."""

    name = "database_locked"
    times: int = 0
    left: int = 0

    def begin(self) -> None:
        """Choose two calls before which the lock is taken."""
        self.left = self.random.randrange(1, WITHIN)
        self.world.before_call = self._before

    def _before(self, _: str) -> None:
        self.left -= 1
        if self.left:
            return
        self.times += 1
        self.left = self.random.randrange(20, WITHIN) if self.times < 2 else 0
        lock = self.world.locked()
        lock.__enter__()
        self.world.after(
            timedelta(seconds=self.random.choice([1, 4, 15, 70])), lambda: lock.__exit__(None, None, None)
        )

    @property
    def struck(self) -> bool:
        """Tell whether the lock was held twice."""
        return self.times >= 2

    def lasts(self) -> timedelta:
        """Stay longer than any lock."""
        return timedelta(seconds=75)

    def heal(self) -> None:
        """Take no lock any more."""
        self.world.before_call = lambda _: None
