"""The real-time ticker: APScheduler fires each bot's ticks and the service's own rounds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.executors.base import BaseExecutor
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot, next_due
from bot_service.domain.jobs import TickJob
from bot_service.ports import Clock, Lanes

TICKS = "ticks"
ROUNDS = "rounds"
OffsetOf = Callable[[int], timedelta]


class LocalTicker:
    """Fire ticks in real time; a late tick is fired once, never dropped.

    `market` must be the computer's time. `offset_of` gives an account's present server offset; without it
    the offset that the account had when its bot was scheduled counts.
    """

    def __init__(
        self, lanes: Lanes, market: Clock, *, offset_of: OffsetOf | None = None, spread: bool = True
    ) -> None:
        self._lanes = lanes
        self._market = market
        self._offset_of = offset_of
        self._spread = spread
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            jobstores={"default": MemoryJobStore()},
            executors={TICKS: _FireNow(), ROUNDS: ThreadPoolExecutor(4)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def start(self) -> None:
        """Begin to fire."""
        self._scheduler.start()

    def stop(self) -> None:
        """Fire nothing more; a round that runs may end."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def schedule(self, bot: Bot, account: Account, first_due: datetime) -> None:
        """Let a bot tick from now on; replaces an earlier schedule."""
        offset_of = self._offset_of or (lambda _account_id: account.server_offset)
        first = max(first_due, self._market.now())
        self._scheduler.add_job(
            self._lanes.submit,
            _BarCloses(bot, offset_of, first, spread=self._spread),
            args=(TickJob(account.id, bot.id, first),),
            id=_tick_id(bot.id),
            executor=TICKS,
            replace_existing=True,
        )

    def cancel(self, bot_ids: Iterable[int]) -> None:
        """End the ticks of bots."""
        for bot_id in bot_ids:
            with suppress(JobLookupError):
                self._scheduler.remove_job(_tick_id(bot_id))

    def every(self, seconds: float, function: Callable[[], object], name: str) -> None:
        """Call a function again and again, never twice at once; the first time after one interval."""
        self._scheduler.add_job(
            function, IntervalTrigger(seconds=seconds), id=name, executor=ROUNDS, replace_existing=True
        )

    def realign(self) -> None:
        """Fire everything now and go on from here: after the clock was set back, all was due too late."""
        now = datetime.now(UTC)
        for job in self._scheduler.get_jobs():
            with suppress(JobLookupError):
                self._scheduler.modify_job(job.id, next_run_time=now)


class _BarCloses(BaseTrigger):  # type: ignore[misc]  # APScheduler is untyped
    def __init__(self, bot: Bot, offset_of: OffsetOf, first_due: datetime, *, spread: bool) -> None:
        self._bot = bot
        self._offset_of = offset_of
        self._first_due = first_due
        self._spread = spread

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:  # noqa: ARG002  # APScheduler's signature
        if previous_fire_time is None:
            return self._first_due
        offset = self._offset_of(self._bot.account_id)
        return next_due(self._bot.id, self._bot.settings, previous_fire_time, offset, spread=self._spread)


class _FireNow(BaseExecutor):  # type: ignore[misc]  # APScheduler is untyped
    """Run a tick's submission in the scheduler's thread: it only queues, and knows when it was due."""

    def _do_submit_job(self, job: Any, run_times: list[datetime]) -> None:
        try:
            job.func(replace(job.args[0], due=run_times[-1].astimezone(UTC)))
        except Exception as error:  # noqa: BLE001  # APScheduler logs it with its traceback
            self._run_job_error(job.id, error, error.__traceback__)
        else:
            self._run_job_success(job.id, [])


def _tick_id(bot_id: int) -> str:
    return f"tick:{bot_id}"
