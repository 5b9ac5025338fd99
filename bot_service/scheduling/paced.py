"""The ticker of a market that does not run with the wall clock: fast in a demo, stepped in a replay."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Protocol

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot, next_due
from bot_service.domain.jobs import Job, TickJob
from bot_service.scheduling.agenda import Agenda, Appointment

NextOpen = Callable[[datetime], datetime | None]
OffsetOf = Callable[[int], timedelta]
IDLE = timedelta(minutes=1)


class MarketClock(Protocol):
    """A clock that can be held and moved forward."""

    def now(self) -> datetime:
        """Return the present moment."""

    def hold_at(self, moment: datetime | None) -> None:
        """Let the clock stand from a moment on."""

    def jump_to(self, moment: datetime) -> None:
        """Move forward to a moment."""


class TickLanes(Protocol):
    """The part of the lanes that this ticker needs."""

    def submit(self, job: Job) -> None:
        """Queue a job."""

    def unfinished_ticks(self) -> frozenset[int]:
        """Return the bots whose tick waits or runs."""


class PacedTicker:
    """Let market time pass only as fast as due ticks are done.

    A `MarketPump` calls `pump` for a `PacedClock`; a test or replay with a `StepClock` and inline lanes calls
    `advance`.
    `next_open` returns when the running bots' symbols open next, or None while one of them is open.
    """

    def __init__(
        self,
        lanes: TickLanes,
        clock: MarketClock,
        next_open: NextOpen | None = None,
        *,
        offset_of: OffsetOf | None = None,
        spread: bool = True,
    ) -> None:
        self._lanes = lanes
        self._clock = clock
        self._next_open = next_open
        self._offset_of = offset_of
        self._spread = spread
        self._agenda = Agenda()
        self._in_flight: set[int] = set()
        self._closed_since: datetime | None = None
        self._guard = threading.RLock()

    def schedule(self, bot: Bot, account: Account, first_due: datetime) -> None:
        """Let a bot tick from now on; replaces an earlier schedule."""
        with self._guard:
            self._agenda.set(bot, account, first_due)
            if not self._in_flight:
                self._hold()

    def cancel(self, bot_ids: Iterable[int]) -> None:
        """End the ticks of bots."""
        with self._guard:
            self._agenda.cancel(bot_ids)
            if not self._in_flight:
                self._hold()

    def pump(self) -> datetime | None:
        """Submit what is due and let the clock run on to the next due tick once that is done.

        Returns:
            The next due time, or None while submitted ticks are not done.
        """
        with self._guard:
            self._in_flight &= self._lanes.unfinished_ticks()
            if self._in_flight:
                return None
            now = self._clock.now()
            while (job := self._take_due(now)) is not None:
                self._in_flight.add(job.bot_id)
                self._lanes.submit(job)
            if self._in_flight:
                return None
            self._skip_closed_market(now)
            self._hold()
            first = self._agenda.first()
            return now + IDLE if first is None else first.due

    def advance(self, to: datetime, on_step: Callable[[datetime], None] | None = None) -> None:
        """Step the clock from due tick to due tick until `to`; `on_step` is called at each stop.

        Each tick is finished when its submission returns, so the lanes must be inline.
        """
        while (first := self._agenda.first()) is not None and first.due <= to:
            self._clock.jump_to(first.due)
            moment = max(first.due, self._clock.now())
            while (job := self._take_due(moment)) is not None:
                self._lanes.submit(job)
            if on_step is not None:
                on_step(moment)
        self._clock.jump_to(to)
        if on_step is not None:
            on_step(to)

    def _take_due(self, now: datetime) -> TickJob | None:
        first = self._agenda.first()
        if first is None or first.due > now:
            return None
        # A tick that was due long ago is done once, as a late one.
        following = self._next(first, max(first.due, now))
        self._agenda.set(first.bot, first.account, following, first.due)
        return TickJob(first.account.id, first.bot.id, first.due)

    def _next(self, appointment: Appointment, after: datetime) -> datetime:
        account, bot = appointment.account, appointment.bot
        offset = self._offset_of(account.id) if self._offset_of else account.server_offset
        return next_due(bot.id, bot.settings, after, offset, spread=self._spread)

    def _hold(self) -> None:
        first = self._agenda.first()
        self._clock.hold_at(None if first is None else first.due)

    def _skip_closed_market(self, now: datetime) -> None:
        first = self._agenda.first()
        opening = self._next_open(now) if self._next_open and first else None
        if opening is None or opening <= now:
            self._closed_since = None
            return
        self._closed_since = self._closed_since or now
        for appointment in self._agenda.all():
            # Every bot sees the last bar before the close; later ticks of the pause would see nothing new.
            seen = appointment.ticked_at is not None and appointment.ticked_at >= self._closed_since
            if seen and appointment.due < opening:
                due = self._next(appointment, opening)
                self._agenda.set(appointment.bot, appointment.account, due, appointment.ticked_at)
        first = self._agenda.first()
        target = opening if first is None else min(opening, first.due)
        self._clock.hold_at(target)
        self._clock.jump_to(target)
