"""Break a terminal on purpose: an API of the same shape whose calls fail by a plan.

A plan is a list of faults, drawn from a seed or written by hand. Each call asks the plan; a fault that
fits strikes once or several times. The same seed and the same calls break the same things.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from .fault_kinds import KINDS, Call, Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["KINDS", "FaultPlan", "FaultyApi", "random_plan"]
_USUAL_CALLS: Final = 400
_NEED_A_HAND: Final = {"hang", "delay", "clock_ahead", "clock_back"}  # to release, to wait, to set a clock


class FaultPlan:
    """Hold faults in the order in which they look at each call; count what they did."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._faults = list(faults)
        self._lock = threading.Lock()
        self._seen: Counter[int] = Counter()
        self._struck: Counter[int] = Counter()
        self.counts: Counter[str] = Counter()

    @property
    def faults(self) -> Sequence[Fault]:
        """Return the faults, those that are over too."""
        return tuple(self._faults)

    def add(self, fault: Fault) -> None:
        """Break one more thing from now on."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Break nothing more; what is broken for good stays so until it is healed."""
        with self._lock:
            self._faults.clear()

    def next(self, call: Call) -> Fault | None:
        """Return the fault that strikes this call, if one does."""
        with self._lock:
            for fault in self._faults:
                if not fault.fits(call):
                    continue
                key = id(fault)
                self._seen[key] += 1
                if fault.after < self._seen[key] and self._struck[key] < fault.times:
                    self._struck[key] += 1
                    self.counts[fault.kind] += 1
                    return fault
        return None

    @property
    def done(self) -> bool:
        """Tell whether every fault has struck as often as it was meant to."""
        return all(self._struck[id(fault)] >= fault.times for fault in self._faults)


class FaultyApi:
    """Stand before an API of the package's shape; pass on what the plan doesn't break."""

    def __init__(self, api: Any, plan: FaultPlan) -> None:
        self.api = api
        self.plan = plan
        self.calls: Counter[str] = Counter()
        self._error: tuple[int, str] | None = None
        self._lock = threading.RLock()

    @property
    def paper(self) -> Any:
        """Return the paper terminal at the end of the line, for faults that change the broker's side."""
        return getattr(self.api, "paper_terminal", self.api)

    def last_error(self) -> tuple[int, str]:
        """Return the error that a fault made up, else the terminal's own."""
        if self._error is not None:
            return self._error
        answer: tuple[int, str] = self.api.last_error()
        return answer

    def fail(self, code: int, text: str, answer: Any = None) -> Any:
        """Set the last error and return what a function returns when it failed."""
        self._error = (code, text)
        return answer

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.api, name)
        if name.startswith("_") or not callable(found) or isinstance(found, type):
            return found

        def called(*args: Any, **kwargs: Any) -> Any:
            return self._called(Call(name, args, kwargs, self))

        return called

    def _called(self, call: Call) -> Any:
        with self._lock:
            self.calls[call.name] += 1
            self._error = None
            fault = self.plan.next(call)
        return call.go() if fault is None else fault.strike(call)


def random_plan(
    seed: int, *, kinds: Sequence[str] | None = None, count: int = 5, within: int = _USUAL_CALLS
) -> FaultPlan:
    """Return a plan drawn from a seed.

    Args:
        seed: the same one gives the same plan.
        kinds: names out of KINDS to draw from; all that need nothing from their surroundings if absent.
        count: how many faults.
        within: the calls, among those that a fault can strike, before which it strikes.
    """
    source = random.Random(seed)  # noqa: S311 - repeatable, not secret
    names = sorted(kinds if kinds is not None else KINDS.keys() - _NEED_A_HAND)
    drawn = [KINDS[source.choice(names)] for _ in range(count)]
    return FaultPlan(kind(after=source.randrange(_reach(kind, within))) for kind in drawn)


def _reach(kind: type[Fault], within: int) -> int:
    # Orders are rare among calls; a fault of theirs would hardly ever strike otherwise.
    return max(within // 40, 1) if kind.on <= {"order_send", "order_check"} else within
