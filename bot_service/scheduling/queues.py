"""The waiting line of one lane: by priority, first come first served, one place per key."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count

from bot_service.domain.jobs import Job, Priority, TickJob


@dataclass(order=True)
class Entry:
    """One waiting piece of work: a job, or a question to the terminal."""

    priority: Priority
    number: int
    queued_at: float = field(compare=False)
    job: Job | None = field(compare=False, default=None)
    question: Callable[[], None] | None = field(compare=False, default=None)
    discarded: bool = field(compare=False, default=False)

    @property
    def tick_of(self) -> int | None:
        """Return the bot whose tick this is."""
        return self.job.bot_id if isinstance(self.job, TickJob) else None


class JobQueue:
    """Keep waiting work in order; not thread-safe, its lane locks."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._numbers = count()
        self._heap: list[Entry] = []
        self._by_key: dict[str, Entry] = {}
        self._ticks: set[int] = set()
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def put(self, job: Job) -> None:
        """Queue a job; it takes the place of a waiting one with the same key, so that nobody starves."""
        waiting = self._by_key.get(job.key)
        if waiting is not None:
            waiting.job = job
            return
        entry = Entry(job.priority, next(self._numbers), self._monotonic(), job=job)
        self._by_key[job.key] = entry
        if entry.tick_of is not None:
            self._ticks.add(entry.tick_of)
        self._push(entry)

    def put_question(self, question: Callable[[], None]) -> Entry:
        """Queue a question between the watch and the ticks."""
        entry = Entry(Priority.RECEIPT, next(self._numbers), self._monotonic(), question=question)
        self._push(entry)
        return entry

    def pop(self) -> Entry | None:
        """Take the next piece of work."""
        while self._heap:
            entry = heapq.heappop(self._heap)
            if entry.discarded:
                continue
            self._size -= 1
            if entry.job is not None:
                del self._by_key[entry.job.key]
            if entry.tick_of is not None:
                self._ticks.discard(entry.tick_of)
            return entry
        return None

    def next_is_tick(self) -> bool:
        """Tell whether a tick is the next piece of work."""
        while self._heap and self._heap[0].discarded:
            heapq.heappop(self._heap)
        return bool(self._heap) and self._heap[0].tick_of is not None

    def discard(self, keys: Iterable[str]) -> None:
        """Throw away waiting jobs by key."""
        for key in keys:
            entry = self._by_key.pop(key, None)
            if entry is not None:
                entry.discarded = True
                self._size -= 1
                if entry.tick_of is not None:
                    self._ticks.discard(entry.tick_of)

    def clear(self) -> None:
        """Throw away everything."""
        self._heap.clear()
        self._by_key.clear()
        self._ticks.clear()
        self._size = 0

    def ticks(self) -> frozenset[int]:
        """Return the bots whose tick waits."""
        return frozenset(self._ticks)

    def oldest(self) -> float | None:
        """Return when the longest waiting work was queued."""
        return min((entry.queued_at for entry in self._heap if not entry.discarded), default=None)

    def _push(self, entry: Entry) -> None:
        heapq.heappush(self._heap, entry)
        self._size += 1


def tick_keys(bot_ids: Iterable[int]) -> list[str]:
    """Return the keys under which the ticks of bots wait."""
    return [f"{TickJob.kind}:{bot_id}" for bot_id in bot_ids]
