from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from bot_service.domain.jobs import TickJob, WatchJob
from bot_service.scheduling.courtesy import SAVED_S, SHARE, STEP_S, Courtesy, Patience
from bot_service.scheduling.lanes import ThreadLanes

DUE = datetime(2026, 3, 4, 10, tzinfo=UTC)


@pytest.fixture
def courtesy():
    return Courtesy()


def held_for(patience, seconds):
    """Return how long a tick that comes now is held, at one look a step."""
    begun = seconds.value
    while patience.steps_back():
        seconds.pass_by(STEP_S)
    return seconds.value - begun


def test_without_an_answer_no_tick_waits(courtesy, seconds):
    patience = Patience(courtesy, seconds)
    assert held_for(patience, seconds) == 0
    with courtesy.answering():
        pass
    assert held_for(patience, seconds) == 0


def test_a_tick_waits_until_all_answers_are_made(courtesy, seconds):
    patience = Patience(courtesy, seconds)
    with courtesy.answering(), ThreadPoolExecutor(1) as other:
        other.submit(_answered, courtesy).result()
        assert patience.steps_back()
    assert not patience.steps_back()


def _answered(courtesy):
    with courtesy.answering():
        pass


def test_an_answer_that_waits_for_a_terminal_holds_no_tick(courtesy, seconds):
    patience = Patience(courtesy, seconds)
    with courtesy.answering():
        with courtesy.waiting():
            assert not patience.steps_back()
        assert patience.steps_back()


def test_an_answer_without_end_holds_ticks_for_seconds_at_most(courtesy, seconds):
    with courtesy.answering():
        assert held_for(Patience(courtesy, seconds), seconds) == pytest.approx(SAVED_S / (1 - SHARE), rel=0.1)


def test_whoever_asks_without_end_takes_its_share_and_no_more(courtesy, seconds):
    patience, held, tick_s = Patience(courtesy, seconds), 0.0, 0.001
    with courtesy.answering():
        held_for(patience, seconds)
        begun = seconds.value
        while seconds.value < begun + 60:
            held += held_for(patience, seconds)
            seconds.pass_by(tick_s)
    assert held / 60 == pytest.approx(SHARE, abs=0.05)


def test_only_ticks_step_back(recorder):
    lanes = ThreadLanes({1: "terminal"}, recorder.handlers)
    lanes.start()
    try:
        with lanes.answering(), ThreadPoolExecutor(1) as other:
            lanes.submit(TickJob(1, 7, DUE))
            assert other.submit(lanes.ask, 1, lambda terminal: terminal).result() == "terminal"
            lanes.submit(WatchJob(1))
            assert recorder.started.wait(5)
            assert [job.kind for job in recorder.jobs][:1] == ["watch"]
        assert lanes.wait_idle(5)
    finally:
        lanes.stop()
    assert [job.kind for job in recorder.jobs] == ["watch", "tick"]


def test_a_lane_that_holds_a_tick_stops_at_once(recorder):
    lanes = ThreadLanes({1: "terminal"}, recorder.handlers)
    lanes.start()
    with lanes.answering():
        lanes.submit(TickJob(1, 7, DUE))
        lanes.stop()
    assert recorder.jobs == []
    assert not any(thread.name == "lane-1" for thread in threading.enumerate())
