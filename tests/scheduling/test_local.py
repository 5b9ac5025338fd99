from __future__ import annotations

import itertools
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from bot_service.domain.bots import next_due
from bot_service.domain.market import Timeframe
from bot_service.scheduling.clocks import StepClock, SystemClock
from bot_service.scheduling.local import LocalTicker, _BarCloses


class Caught:
    def __init__(self):
        self.jobs = []
        self.arrived = threading.Event()
        self.broken = False

    def submit(self, job):
        self.jobs.append(job)
        self.arrived.set()
        if self.broken:
            raise RuntimeError(job.key)


@pytest.fixture
def caught():
    return Caught()


@pytest.fixture
def ticker(caught):
    made = LocalTicker(caught, SystemClock())
    made.start()
    yield made
    made.stop()


def test_a_tick_fires_with_the_time_it_was_due(ticker, caught, new_bot, account):
    due = datetime.now(UTC) + timedelta(milliseconds=80)
    ticker.schedule(new_bot(7), account, due)

    assert caught.arrived.wait(5)
    (job,) = caught.jobs
    assert (job.account_id, job.bot_id, job.due) == (1, 7, due)


def test_a_first_tick_that_is_past_already_fires_at_once(ticker, caught, new_bot, account):
    before = datetime.now(UTC)
    ticker.schedule(new_bot(7), account, before - timedelta(days=3))

    assert caught.arrived.wait(5)
    assert len(caught.jobs) == 1
    assert caught.jobs[0].due >= before


def test_ticks_scheduled_before_the_start_fire_after_it(caught, new_bot, account):
    ticker = LocalTicker(caught, SystemClock())
    ticker.schedule(new_bot(7), account, datetime.now(UTC))
    assert not caught.arrived.is_set()
    ticker.start()

    assert caught.arrived.wait(5)
    ticker.stop()


def test_after_its_first_tick_a_bot_is_due_after_its_next_bar_close(ticker, caught, new_bot, account):
    bot = new_bot(7, Timeframe.H1)
    ticker.schedule(bot, account, datetime.now(UTC))
    assert caught.arrived.wait(5)

    expected = next_due(7, bot.settings, caught.jobs[0].due)
    assert ticker._scheduler.get_job("tick:7").next_run_time == expected


def test_a_cancelled_bot_has_no_tick_any_more(ticker, caught, new_bot, account):
    ticker.schedule(new_bot(7), account, datetime.now(UTC) + timedelta(hours=1))
    ticker.cancel([7, 8])

    assert ticker._scheduler.get_jobs() == []


def test_a_new_schedule_replaces_the_old_one(ticker, new_bot, account):
    late, later = (datetime.now(UTC) + timedelta(hours=hours) for hours in (1, 2))
    ticker.schedule(new_bot(7), account, late)
    ticker.schedule(new_bot(7), account, later)

    (job,) = ticker._scheduler.get_jobs()
    assert job.next_run_time == later


def test_ticks_missed_for_hours_become_one_late_tick(caught, new_bot, account):
    now = datetime.now(UTC)
    ticker = LocalTicker(caught, StepClock(now - timedelta(hours=3)))
    ticker.schedule(new_bot(7), account, now - timedelta(hours=3))
    ticker.start()
    assert caught.arrived.wait(5)
    (job,) = caught.jobs
    ticker.stop()

    assert now - timedelta(minutes=2) <= job.due <= datetime.now(UTC)


def test_a_submission_that_fails_does_not_end_the_bots_ticks(ticker, caught, new_bot, account):
    caught.broken = True
    ticker.schedule(new_bot(7), account, datetime.now(UTC))
    assert caught.arrived.wait(5)
    caught.arrived.clear()
    ticker.schedule(new_bot(8), account, datetime.now(UTC))
    assert caught.arrived.wait(5)

    assert {job.id for job in ticker._scheduler.get_jobs()} == {"tick:7", "tick:8"}


@pytest.mark.parametrize("timeframe", list(Timeframe))
def test_one_tick_falls_after_each_bar_close_and_never_within_its_first_second(new_bot, timeframe):
    bot = new_bot(7, timeframe)
    trigger = _BarCloses(bot, lambda _: timedelta(hours=2), datetime(2026, 3, 4, tzinfo=UTC), spread=True)
    fired = trigger.get_next_fire_time(None, None)
    closes = []
    for _ in range(50):
        fired = trigger.get_next_fire_time(fired, None)
        since_midnight = fired + timedelta(hours=2) - datetime(2026, 1, 1, tzinfo=UTC)
        late = since_midnight % timeframe.duration
        assert timedelta(seconds=1) <= late <= timedelta(seconds=1) + timeframe.duration * 0.02
        closes.append(fired - late)

    assert {later - earlier for earlier, later in itertools.pairwise(closes)} == {timeframe.duration}


def test_bars_follow_the_servers_present_offset(new_bot):
    offsets = [timedelta(hours=2)]
    begin = datetime(2026, 3, 4, tzinfo=UTC)
    trigger = _BarCloses(new_bot(7, Timeframe.D1), lambda _: offsets[0], begin, spread=False)
    assert trigger.get_next_fire_time(begin, None) == datetime(2026, 3, 4, 22, 0, 1, tzinfo=UTC)

    offsets[0] = timedelta(hours=3)
    assert trigger.get_next_fire_time(begin, None) == datetime(2026, 3, 4, 21, 0, 1, tzinfo=UTC)


def test_looks_between_the_closes_come_at_the_check_interval(new_bot):
    begin = datetime(2026, 3, 4, 10, 0, 1, tzinfo=UTC)
    bot = new_bot(7, Timeframe.M1, check_interval_s=20)
    trigger = _BarCloses(bot, lambda _: timedelta(0), begin, spread=False)
    fired, times = begin, []
    for _ in range(6):
        fired = trigger.get_next_fire_time(fired, None)
        times.append((fired - begin).total_seconds())

    assert times == [20, 40, 60, 80, 100, 120]


def test_five_hundred_bots_are_scheduled_and_cancelled_in_a_blink(ticker, new_bot, account):
    due = datetime.now(UTC) + timedelta(hours=1)
    bots = [new_bot(number) for number in range(1, 501)]
    began = time.perf_counter()
    for bot in bots:
        ticker.schedule(bot, account, due)
    scheduled = time.perf_counter() - began
    ticker.cancel([bot.id for bot in bots])
    both = time.perf_counter() - began

    assert ticker._scheduler.get_jobs() == []
    assert scheduled < 0.3
    assert both - scheduled < 0.3


def test_rounds_repeat_and_survive_their_own_failure(ticker):
    calls = []
    third = threading.Event()

    def round_of_the_service():
        calls.append(1)
        if len(calls) == 3:
            third.set()
        raise RuntimeError

    ticker.every(0.01, round_of_the_service, "watch")

    assert third.wait(5)


def test_stopping_is_possible_before_the_start_and_twice(caught):
    ticker = LocalTicker(caught, StepClock(datetime(2026, 3, 4, tzinfo=UTC)))
    ticker.stop()
    ticker.start()
    ticker.stop()
    ticker.stop()
