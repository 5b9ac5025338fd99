"""Where work is done: one worker thread per account, one more for what can wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import AbstractContextManager, nullcontext
from typing import TypeVar

from bot_service.domain.errors import TerminalUnavailable
from bot_service.domain.jobs import Job, Priority
from bot_service.domain.market import LinkCause
from bot_service.ports import Handler, Terminal
from bot_service.scheduling.courtesy import Courtesy, Patience
from bot_service.scheduling.lane import Lane
from bot_service.scheduling.queues import JobQueue, tick_keys

T = TypeVar("T")
BACKGROUND = 0
STOP_TIMEOUT_S = 5.0


class ThreadLanes:
    """Run jobs on one thread per account; background jobs have a thread of their own.

    `handlers` may be filled until `start`, `terminals` at any time: an account can be met later.
    """

    def __init__(
        self,
        terminals: Mapping[int, Terminal],
        handlers: Mapping[str, Handler],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._terminals = terminals
        self._handlers = handlers
        self._monotonic = monotonic
        self._courtesy = Courtesy()
        self._lanes: dict[int, Lane] = {}
        self._guard = threading.Lock()
        self._started = False
        self._stopped = False

    def start(self) -> None:
        """Begin to work off what waits."""
        with self._guard:
            self._started = True
            for lane in self._lanes.values():
                lane.start()

    def stop(self, timeout_s: float = STOP_TIMEOUT_S) -> None:
        """Drop what waits and wait for what runs, at most so long."""
        with self._guard:
            self._stopped = True
            lanes = list(self._lanes.values())
        for lane in lanes:
            lane.stop()
        deadline = self._monotonic() + timeout_s
        for lane in lanes:
            lane.join(max(0.0, deadline - self._monotonic()))

    def submit(self, job: Job) -> None:
        """Queue a job; of waiting jobs with the same key only the newest stays."""
        lane = self._lane(BACKGROUND if job.priority is Priority.BACKGROUND else job.account_id)
        if lane is not None:
            lane.submit(job)

    def discard_ticks(self, bot_ids: Iterable[int]) -> None:
        """Throw away waiting ticks of bots."""
        keys = tick_keys(bot_ids)
        for lane in self._all():
            lane.discard(keys)

    def ask(
        self,
        account_id: int,
        question: Callable[[Terminal], T],
        timeout_s: float = 3.0,
        *,
        turn_s: float | None = None,
    ) -> T:
        """Let the lane ask its terminal before any tick, and wait for the answer.

        Raises:
            TerminalUnavailable: no answer in time, or the account has no terminal.
        """
        terminal = _terminal(self._terminals, account_id)
        lane = self._lane(account_id)
        if lane is None:
            raise TerminalUnavailable(LinkCause.NO_ANSWER, detail="lanes stopped")
        if lane.is_mine:
            return question(terminal)
        turn_s = timeout_s if turn_s is None else turn_s
        if lane.busy_s() > turn_s:
            # A terminal that hangs shall not make everybody wait who asks meanwhile.
            raise TerminalUnavailable(LinkCause.TIMEOUT, detail="the terminal is busy")
        with self._courtesy.waiting():
            return _asked(lane, question, terminal, turn_s, timeout_s)

    def waits(self, thread: int) -> bool:
        """Tell whether a thread waits in `ask` just now."""
        return self._courtesy.waits(thread)

    def answering(self) -> AbstractContextManager[None]:
        """Let ticks step back while somebody waits for an answer."""
        return self._courtesy.answering()

    def idle(self, account_id: int) -> bool:
        """Tell whether an account's lane has nothing to do."""
        lane = self._lanes.get(account_id)
        return lane is None or lane.idle()

    def wait_idle(self, timeout_s: float) -> bool:
        """Wait until no lane has anything to do; False when that took too long."""
        deadline = self._monotonic() + timeout_s
        return all(lane.wait_idle(max(0.0, deadline - self._monotonic())) for lane in self._all())

    def waiting_ticks(self) -> int:
        """Return how many ticks wait."""
        return sum(len(lane.ticks()[0]) for lane in self._all())

    def unfinished_ticks(self) -> frozenset[int]:
        """Return the bots whose tick waits or runs."""
        return frozenset().union(*(part for lane in self._all() for part in lane.ticks()))

    def lag(self) -> float:
        """Return how many seconds the longest waiting work has waited."""
        return max((lane.lag_s() for lane in self._all()), default=0.0)

    def _all(self) -> list[Lane]:
        with self._guard:
            return list(self._lanes.values())

    def _lane(self, account_id: int) -> Lane | None:
        with self._guard:
            if self._stopped:
                return None
            lane = self._lanes.get(account_id)
            if lane is None:
                name = f"lane-{account_id or 'background'}"
                lane = self._lanes[account_id] = Lane(
                    name, self._handlers, self._monotonic, Patience(self._courtesy)
                )
                if self._started:
                    lane.start()
            return lane


class InlineLanes:
    """Run every job at once in the caller's thread; a job submitted by a job runs after it.

    For tests, replays and back-tests: an exception of a handler is the caller's.
    """

    def __init__(self, terminals: Mapping[int, Terminal], handlers: Mapping[str, Handler]) -> None:
        self._terminals = terminals
        self._handlers = handlers
        self._queue = JobQueue(time.monotonic)
        self._working = False

    def submit(self, job: Job) -> None:
        """Run a job, or queue it when one is running."""
        self._queue.put(job)
        if self._working:
            return
        self._working = True
        try:
            while (entry := self._queue.pop()) is not None:
                if entry.job is not None:
                    self._handlers[entry.job.kind](entry.job)
        finally:
            self._working = False

    def discard_ticks(self, bot_ids: Iterable[int]) -> None:
        """Throw away waiting ticks of bots."""
        self._queue.discard(tick_keys(bot_ids))

    def ask(
        self,
        account_id: int,
        question: Callable[[Terminal], T],
        timeout_s: float = 3.0,  # noqa: ARG002  # at once
        *,
        turn_s: float | None = None,  # noqa: ARG002  # at once
    ) -> T:
        """Ask the account's terminal.

        Raises:
            TerminalUnavailable: the account has no terminal.
        """
        return question(_terminal(self._terminals, account_id))

    def waits(self, thread: int) -> bool:
        """Tell that nobody waits: every question is answered at once."""
        del thread
        return False

    def answering(self) -> AbstractContextManager[None]:
        """Change nothing: here no tick runs beside an answer."""
        return nullcontext()

    def unfinished_ticks(self) -> frozenset[int]:
        """Return the bots whose tick waits."""
        return self._queue.ticks()


def _terminal(terminals: Mapping[int, Terminal], account_id: int) -> Terminal:
    terminal = terminals.get(account_id)
    if terminal is None:
        raise TerminalUnavailable(LinkCause.NO_ANSWER, detail=f"account {account_id} has no terminal")
    return terminal


def _asked(
    lane: Lane, question: Callable[[Terminal], T], terminal: Terminal, turn_s: float, timeout_s: float
) -> T:
    answer: Future[T] = Future()
    begun = threading.Event()
    lane.ask(lambda: _answer(answer, question, terminal, begun))
    if not begun.wait(turn_s) and answer.cancel():
        raise TerminalUnavailable(LinkCause.TIMEOUT, detail="the terminal is busy")
    return _wait(answer, timeout_s)


def _answer(
    answer: Future[T], question: Callable[[Terminal], T], terminal: Terminal, begun: threading.Event
) -> None:
    if not answer.set_running_or_notify_cancel():
        return
    begun.set()
    try:
        answer.set_result(question(terminal))
    except Exception as error:  # noqa: BLE001  # it is the asker's, not the lane's
        answer.set_exception(error)


def _wait(answer: Future[T], timeout_s: float) -> T:
    try:
        return answer.result(timeout_s)
    except (TimeoutError, CancelledError) as error:
        if answer.done() and not answer.cancelled():
            return answer.result()
        # A question nobody waits for any more is not asked.
        answer.cancel()
        raise TerminalUnavailable(LinkCause.TIMEOUT, detail="no answer from the lane") from error
