from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot_service.domain.market import Timeframe
from bot_service.scheduling.clocks import PacedClock, StepClock
from bot_service.scheduling.lanes import InlineLanes
from bot_service.scheduling.paced import PacedTicker

START = datetime(2026, 3, 4, 10, 0, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class SlowLanes:
    """Lanes whose ticks last until `finish`."""

    def __init__(self):
        self.running = []
        self.done = []

    def submit(self, job):
        self.running.append(job)

    def unfinished_ticks(self):
        return frozenset(job.bot_id for job in self.running)

    def finish(self, bot_id=None):
        ended = [job for job in self.running if bot_id in (None, job.bot_id)]
        self.done += ended
        self.running = [job for job in self.running if job not in ended]


@pytest.fixture
def slow():
    return SlowLanes()


@pytest.fixture
def clock(seconds):
    return PacedClock(START, 60, seconds)


@pytest.fixture
def ticker(slow, clock):
    return PacedTicker(slow, clock, spread=False)


def first_due(minute=1):
    return START.replace(second=1) + minute * MINUTE


def test_the_clock_stands_at_a_due_tick_until_it_is_done(ticker, slow, clock, seconds, new_bot, account):
    ticker.schedule(new_bot(7), account, first_due())
    seconds.pass_by(100)
    assert clock.now() == first_due()

    ticker.pump()
    seconds.pass_by(100)
    ticker.pump()
    assert clock.now() == first_due()
    assert [job.due for job in slow.running] == [first_due()]

    slow.finish()
    ticker.pump()
    seconds.pass_by(0.5)
    assert clock.now() == first_due() + timedelta(seconds=30)


def test_a_slow_machine_slows_the_market_and_makes_no_tick_late(
    ticker, slow, clock, seconds, new_bot, account
):
    ticker.schedule(new_bot(7), account, first_due())
    ticker.schedule(new_bot(8, Timeframe.M5), account, first_due(5))
    for _ in range(60):
        seconds.pass_by(7)
        ticker.pump()
        for job in slow.running:
            assert job.due == clock.now()
        slow.finish()

    minutes = [job.due for job in slow.done if job.bot_id == 7]
    assert minutes == [first_due(1 + number) for number in range(len(minutes))]
    assert len(minutes) >= 20
    fives = [job.due for job in slow.done if job.bot_id == 8]
    assert fives == [first_due(5 + 5 * number) for number in range(len(fives))]


def test_all_ticks_of_one_moment_are_waited_for(ticker, slow, clock, seconds, new_bot, account):
    for bot_id in (7, 8):
        ticker.schedule(new_bot(bot_id), account, first_due())
    seconds.pass_by(2)
    ticker.pump()
    assert slow.unfinished_ticks() == {7, 8}

    slow.finish(7)
    ticker.pump()
    seconds.pass_by(10)
    assert clock.now() == first_due()

    slow.finish(8)
    ticker.pump()
    seconds.pass_by(10)
    assert clock.now() == first_due(2)


def test_a_cancelled_bot_holds_the_market_no_longer(ticker, slow, clock, seconds, new_bot, account):
    ticker.schedule(new_bot(7), account, first_due())
    ticker.cancel([7, 8])
    seconds.pass_by(10)
    ticker.pump()

    assert clock.now() == START + 10 * MINUTE
    assert slow.running == []


def test_a_tick_that_is_past_when_scheduled_is_done_once(ticker, slow, clock, seconds, new_bot, account):
    ticker.schedule(new_bot(7), account, START - timedelta(hours=3))
    ticker.pump()
    slow.finish()
    ticker.pump()
    assert len(slow.done) == 1
    assert clock.now() == START

    seconds.pass_by(60)
    ticker.pump()
    assert [job.due for job in slow.running] == [first_due()]


def test_while_nothing_is_scheduled_the_market_runs_freely(ticker, clock, seconds):
    ticker.pump()
    seconds.pass_by(60)
    ticker.pump()

    assert clock.now() == START + timedelta(hours=1)


def test_a_closed_market_is_skipped_after_every_bot_saw_the_last_bar(slow, clock, seconds, new_bot, account):
    closes = START.replace(minute=3, second=0)
    opens = closes + timedelta(days=2)
    ticker = PacedTicker(slow, clock, lambda now: opens if closes <= now < opens else None, spread=False)
    ticker.schedule(new_bot(7), account, first_due())
    ticker.schedule(new_bot(8, Timeframe.M5), account, first_due(5))
    for _ in range(40):
        seconds.pass_by(0.2)
        ticker.pump()
        slow.finish()

    assert clock.now() >= opens
    in_the_pause = [job for job in slow.done if closes + MINUTE < job.due < opens]
    assert len(in_the_pause) <= 3
    assert {job.bot_id for job in slow.done if closes <= job.due < opens} == {7, 8}
    after = [job.due for job in slow.done if job.bot_id == 7 and job.due >= opens]
    assert after == [opens + timedelta(seconds=1) + number * MINUTE for number in range(len(after))]
    assert after


def test_an_open_market_is_never_skipped(slow, clock, seconds, new_bot, account):
    ticker = PacedTicker(slow, clock, lambda _: None, spread=False)
    ticker.schedule(new_bot(7, Timeframe.H1), account, START + timedelta(hours=1))
    for _ in range(5):
        seconds.pass_by(1)
        ticker.pump()

    assert clock.now() == START + 5 * MINUTE


def stepped(handlers, **options):
    clock = StepClock(START)
    return clock, PacedTicker(InlineLanes({}, handlers), clock, **options)


def test_stepping_runs_each_due_tick_at_its_time_in_order(recorder, new_bot, account):
    seen = []
    clock, ticker = stepped(
        {"tick": lambda job: seen.append((job.bot_id, job.due, clock.now()))}, spread=False
    )
    ticker.schedule(new_bot(7), account, first_due())
    ticker.schedule(new_bot(8, Timeframe.M5), account, first_due(5))
    steps = []

    ticker.advance(START + timedelta(minutes=6), steps.append)

    assert all(due == now for _, due, now in seen)
    assert [bot_id for bot_id, _, _ in seen] == [7, 7, 7, 7, 8, 7, 7]
    assert clock.now() == START + timedelta(minutes=6)
    assert steps == [*sorted({due for _, due, _ in seen}), clock.now()]


def test_a_tick_may_cancel_its_own_bot_and_another_of_the_same_moment(new_bot, account):
    ran = []

    def handle(job):
        ran.append(job.bot_id)
        ticker.cancel([7, 8])

    _, ticker = stepped({"tick": handle}, spread=False)
    for bot_id in (7, 8):
        ticker.schedule(new_bot(bot_id), account, first_due())
    ticker.advance(START + timedelta(minutes=10))

    assert ran == [7]


@given(
    bots=st.lists(
        st.tuples(st.sampled_from([Timeframe.M1, Timeframe.M5, Timeframe.M15]), st.integers(0, 600)),
        min_size=1,
        max_size=6,
    ),
    strides=st.lists(st.integers(1, 1200), min_size=1, max_size=8),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # the fixtures hold no state
def test_however_it_is_stepped_each_bar_close_gets_one_tick_after_its_first_second(
    new_bot, account, bots, strides
):
    seen = {}
    clock, ticker = stepped(
        {"tick": lambda job: seen.setdefault(job.bot_id, []).append((job.due, clock.now()))}
    )
    for bot_id, (timeframe, delay) in enumerate(bots, 1):
        ticker.schedule(new_bot(bot_id, timeframe), account, START + timedelta(seconds=delay))
    for stride in strides:
        ticker.advance(clock.now() + timedelta(seconds=stride))

    for bot_id, ticks in seen.items():
        duration = bots[bot_id - 1][0].duration
        closes = []
        for due, now in ticks[1:]:
            assert due == now
            late = (due - datetime(2026, 1, 1, tzinfo=UTC)) % duration
            assert timedelta(seconds=1) <= late <= timedelta(seconds=1) + duration * 0.02
            closes.append(due - late)
        assert all(later - earlier == duration for earlier, later in itertools.pairwise(closes))
