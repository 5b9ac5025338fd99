"""One worker thread and its queue."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping

from bot_service.domain.jobs import Job
from bot_service.ports import Handler
from bot_service.scheduling.courtesy import STEP_S, Patience
from bot_service.scheduling.queues import Entry, JobQueue

logger = logging.getLogger(__name__)


class Lane:
    """One daemon thread that works off one queue; a failing job never ends it."""

    def __init__(
        self, name: str, handlers: Mapping[str, Handler], monotonic: Callable[[], float], patience: Patience
    ) -> None:
        self._handlers = handlers
        self._patience = patience
        self._monotonic = monotonic
        self._queue = JobQueue(monotonic)
        self._changed = threading.Condition()
        self._current: Entry | None = None
        self._began = 0.0
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """Take nothing more; the job that runs may end."""
        with self._changed:
            self._stopping = True
            self._queue.clear()
            self._changed.notify_all()

    def join(self, timeout_s: float) -> None:
        """Wait for the thread, at most so long."""
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    @property
    def is_mine(self) -> bool:
        """Tell whether the caller is this lane's own worker."""
        return threading.current_thread() is self._thread

    def submit(self, job: Job) -> None:
        """Queue a job."""
        with self._changed:
            if not self._stopping:
                self._queue.put(job)
                self._changed.notify_all()

    def ask(self, question: Callable[[], None]) -> None:
        """Queue a question."""
        with self._changed:
            if not self._stopping:
                self._queue.put_question(question)
                self._changed.notify_all()

    def discard(self, keys: Iterable[str]) -> None:
        """Throw away waiting jobs."""
        with self._changed:
            self._queue.discard(keys)
            self._changed.notify_all()

    def idle(self) -> bool:
        """Tell whether nothing waits and nothing runs."""
        with self._changed:
            return self._is_idle()

    def wait_idle(self, timeout_s: float) -> bool:
        """Wait until nothing waits and nothing runs; False when that took too long."""
        with self._changed:
            return self._changed.wait_for(self._is_idle, timeout_s)

    def ticks(self) -> tuple[frozenset[int], frozenset[int]]:
        """Return the bots whose tick waits, and the bot whose tick runs."""
        with self._changed:
            running = self._current.tick_of if self._current else None
            return self._queue.ticks(), frozenset(() if running is None else (running,))

    def lag_s(self) -> float:
        """Return how long the longest waiting work has waited."""
        with self._changed:
            oldest = self._queue.oldest()
            return 0.0 if oldest is None else self._monotonic() - oldest

    def busy_s(self) -> float:
        """Return how long the running work has run, 0 while nothing runs."""
        with self._changed:
            return 0.0 if self._current is None else self._monotonic() - self._began

    def _is_idle(self) -> bool:
        return self._current is None and len(self._queue) == 0

    def _work(self) -> None:
        while True:
            with self._changed:
                self._current = None
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._stopping or len(self._queue) > 0)
                while not self._stopping and self._queue.next_is_tick() and self._patience.steps_back():
                    self._changed.wait(STEP_S)
                if self._stopping:
                    return
                self._current, self._began = self._queue.pop(), self._monotonic()
            if self._current is not None:
                _run(self._current, self._handlers)


def _run(entry: Entry, handlers: Mapping[str, Handler]) -> None:
    if entry.question is not None:
        entry.question()
        return
    job = entry.job
    if job is None:
        return
    try:
        handlers[job.kind](job)
    except Exception:
        # The lane belongs to all bots of the account: one failing job must not take it from the others.
        logger.exception("job failed", extra={"kind": job.kind, "account": job.account_id, "key": job.key})
