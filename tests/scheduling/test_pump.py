from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from bot_service.scheduling.clocks import PacedClock
from bot_service.scheduling.lanes import ThreadLanes
from bot_service.scheduling.paced import PacedTicker
from bot_service.scheduling.pump import MarketPump


@pytest.fixture
def market(start):
    """A real fast market: threads, real seconds, one market hour per second."""
    enough = threading.Event()
    seen = []
    clock = PacedClock(start, 3600)

    def handle(job):
        seen.append((job.bot_id, job.due, clock.now()))
        if len(seen) >= 30:
            enough.set()

    lanes = ThreadLanes({1: None}, {"tick": handle})
    ticker = PacedTicker(lanes, clock)
    pump = MarketPump(ticker, clock)
    lanes.start()
    pump.start()
    yield clock, ticker, seen, enough
    pump.stop()
    lanes.stop()


def test_a_fast_market_runs_and_every_tick_sees_the_time_it_was_due(market, new_bot, account):
    clock, ticker, seen, enough = market
    begin = clock.now() + timedelta(minutes=30)
    for bot_id in (1, 2, 3):
        ticker.schedule(new_bot(bot_id), account, begin)

    assert enough.wait(5)
    assert all(due == now for _, due, now in seen)
    assert [due for _, due, _ in seen] == sorted(due for _, due, _ in seen)


def test_a_failing_round_does_not_stop_the_market(start, new_bot, account, caplog, recorder, monkeypatch):
    monkeypatch.setattr("bot_service.scheduling.pump.AFTER_FAILURE_S", 0.001)
    failures = []

    def next_open(_now):
        if len(failures) < 3:
            failures.append(1)
            raise RuntimeError

    clock = PacedClock(start, 3600)
    lanes = ThreadLanes({1: None}, recorder.handlers)
    ticker = PacedTicker(lanes, clock, next_open)
    ticker.schedule(new_bot(1), account, start + timedelta(minutes=1))
    pump = MarketPump(ticker, clock)
    lanes.start()
    pump.start()

    assert recorder.started.wait(5)
    pump.stop()
    lanes.stop()
    assert len(failures) == 3
    assert "market round failed" in caplog.text


def test_stopping_works_before_the_start(start):
    clock = PacedClock(start, 60)
    MarketPump(PacedTicker(ThreadLanes({}, {}), clock), clock).stop()


def test_how_long_the_clock_takes_to_a_moment(start, seconds):
    clock = PacedClock(start, 60, seconds)
    assert clock.seconds_until(start + timedelta(minutes=2)) == 2
    assert clock.seconds_until(start - timedelta(minutes=2)) == 0
