from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime

import pytest

from bot_service.domain.errors import MarketDataMissing, TerminalUnavailable
from bot_service.domain.jobs import ReportJob, TickJob, WatchJob
from bot_service.scheduling.lanes import InlineLanes, ThreadLanes

DUE = datetime(2026, 3, 4, 10, tzinfo=UTC)


def tick(bot_id, account_id=1):
    return TickJob(account_id, bot_id, DUE)


@pytest.fixture
def lanes(recorder, seconds):
    made = ThreadLanes({1: "terminal 1", 2: "terminal 2"}, recorder.handlers, seconds)
    yield made
    if recorder.gate is not None:
        recorder.gate.set()
    made.stop()


@pytest.fixture
def busy(lanes, recorder):
    """Lanes whose account 1 is stuck in a tick of bot 99 until the gate opens."""
    recorder.gate = threading.Event()
    lanes.start()
    lanes.submit(tick(99))
    assert recorder.started.wait(5)
    return lanes


def test_jobs_run_by_priority_and_in_order_within_it(busy, recorder):
    for bot_id in (3, 1, 2):
        busy.submit(tick(bot_id))
    busy.submit(WatchJob(1))
    recorder.gate.set()

    assert busy.wait_idle(5)
    assert [job.kind for job in recorder.jobs] == ["tick", "watch", "tick", "tick", "tick"]
    assert recorder.bots == [99, 3, 1, 2]


def test_a_bot_has_at_most_one_waiting_tick(busy, recorder):
    for _ in range(5):
        busy.submit(tick(7))
    assert busy.waiting_ticks() == 1
    assert busy.unfinished_ticks() == {7, 99}
    recorder.gate.set()

    assert busy.wait_idle(5)
    assert recorder.bots == [99, 7]
    assert busy.unfinished_ticks() == frozenset()


def test_a_discarded_tick_never_runs(busy, recorder):
    busy.submit(tick(7))
    busy.submit(tick(8))
    busy.discard_ticks([7, 12345])
    recorder.gate.set()

    assert busy.wait_idle(5)
    assert recorder.bots == [99, 8]


def test_a_hanging_job_delays_only_its_own_account(recorder, new_recorder):
    gate = threading.Event()
    done = threading.Event()

    def handle(job):
        if job.account_id == 1:
            assert gate.wait(5)
        else:
            done.set()

    lanes = ThreadLanes({1: None, 2: None}, {"tick": handle})
    lanes.start()
    lanes.submit(tick(1))
    lanes.submit(tick(2, account_id=2))

    assert done.wait(5)
    assert not lanes.idle(1)
    gate.set()
    assert lanes.wait_idle(5)
    lanes.stop()


def test_reports_wait_for_nobody_and_nobody_waits_for_them(recorder):
    gate = threading.Event()
    lanes = ThreadLanes({1: None}, {"report": lambda _: gate.wait(5), "tick": recorder})
    lanes.start()
    lanes.submit(ReportJob(1))
    lanes.submit(tick(1))

    assert recorder.started.wait(5)
    gate.set()
    assert lanes.wait_idle(5)
    lanes.stop()


def test_a_failing_job_is_logged_and_the_lane_goes_on(lanes, recorder, caplog):
    recorder.faults = {1}
    lanes.start()
    with caplog.at_level(logging.ERROR):
        lanes.submit(tick(1))
        lanes.submit(tick(2))
        assert lanes.wait_idle(5)

    assert recorder.bots == [1, 2]
    (line,) = caplog.records
    assert (line.kind, line.account, line.key) == ("tick", 1, "tick:1")
    assert line.exc_info is not None


def test_a_job_of_an_unknown_kind_is_logged_too(lanes, recorder, caplog):
    lanes._handlers.pop("watch")
    lanes.start()
    lanes.submit(WatchJob(1))
    lanes.submit(tick(2))

    assert lanes.wait_idle(5)
    assert recorder.bots == [2]
    assert caplog.records


def test_work_waits_for_the_start(lanes, recorder):
    lanes.submit(tick(1))
    assert recorder.jobs == []

    lanes.start()
    assert lanes.wait_idle(5)
    assert recorder.bots == [1]


def test_a_question_is_answered_by_the_accounts_own_terminal(lanes):
    lanes.start()
    assert lanes.ask(2, lambda terminal: (terminal, threading.current_thread().name)) == (
        "terminal 2",
        "lane-2",
    )


def test_a_question_overtakes_waiting_ticks(busy, recorder):
    busy.submit(tick(1))
    answers = []
    asker = threading.Thread(target=lambda: answers.append(busy.ask(1, lambda _: list(recorder.bots))))
    asker.start()
    while busy._lanes[1]._queue.__len__() < 2:
        assert asker.is_alive()
    recorder.gate.set()
    asker.join(5)

    assert answers == [[99]]


def test_nobody_waits_for_a_lane_that_hangs_already(busy, seconds):
    seconds.pass_by(3.1)
    began = time.monotonic()

    with pytest.raises(TerminalUnavailable):
        busy.ask(1, lambda terminal: terminal)

    assert time.monotonic() - began < 1
    assert busy.ask(2, lambda terminal: terminal) == "terminal 2"


def test_a_question_that_takes_too_long_is_unanswered_and_not_asked_later(busy, recorder):
    asked = []
    with pytest.raises(TerminalUnavailable) as caught:
        busy.ask(1, asked.append, timeout_s=0.01)
    recorder.gate.set()

    assert caught.value.cause == "timeout"
    assert busy.wait_idle(5)
    assert asked == []


def test_who_only_looks_does_not_wait_for_a_terminal_that_begins_to_hang(busy, recorder):
    asked = []
    began = time.monotonic()
    with pytest.raises(TerminalUnavailable):
        busy.ask(1, asked.append, turn_s=0.05)
    assert time.monotonic() - began < 1
    recorder.gate.set()
    assert busy.wait_idle(5)
    assert asked == []


def test_a_look_whose_turn_has_come_may_take_its_time(lanes):
    lanes.start()
    slow = threading.Event()
    assert lanes.ask(1, lambda _: slow.wait(0.1) or "seen", turn_s=0.02) == "seen"


@pytest.mark.parametrize("error", [MarketDataMissing("EURUSD"), TimeoutError("the question's own")])
def test_an_error_of_a_question_is_the_askers(lanes, recorder, error):
    def question(_):
        raise error

    lanes.start()
    with pytest.raises(type(error)) as caught:
        lanes.ask(1, question)
    assert caught.value is error

    lanes.submit(tick(1))
    assert lanes.wait_idle(5)
    assert recorder.bots == [1]


def test_an_account_without_a_terminal_can_not_be_asked(lanes):
    lanes.start()
    with pytest.raises(TerminalUnavailable):
        lanes.ask(3, lambda terminal: terminal)


def test_a_job_may_ask_its_own_lane(recorder):
    answers = []
    lanes = ThreadLanes({1: "terminal"}, {})
    lanes._handlers["tick"] = lambda job: answers.append(lanes.ask(job.account_id, lambda t: t))
    lanes.start()
    lanes.submit(tick(1))

    assert lanes.wait_idle(5)
    assert answers == ["terminal"]
    lanes.stop()


def test_lag_is_the_age_of_the_longest_waiting_work(busy, recorder, seconds):
    assert busy.lag() == 0
    busy.submit(tick(1))
    seconds.pass_by(4)
    busy.submit(tick(2))
    seconds.pass_by(3)

    assert busy.lag() == 7
    recorder.gate.set()


def test_stopping_drops_what_waits_and_never_waits_for_ever(busy, recorder, seconds):
    busy.submit(tick(1))
    busy.stop(timeout_s=0.01)
    recorder.gate.set()
    busy._lanes[1].join(5)

    assert recorder.bots == [99]
    busy.submit(tick(2))
    with pytest.raises(TerminalUnavailable):
        busy.ask(1, lambda terminal: terminal)
    assert recorder.bots == [99]


@pytest.fixture
def inline(recorder):
    return InlineLanes({1: "terminal 1"}, recorder.handlers)


def test_inline_a_job_has_run_when_its_submission_returns(inline, recorder):
    inline.submit(tick(1))
    assert recorder.bots == [1]
    assert inline.unfinished_ticks() == frozenset()


def test_inline_questions_are_answered_as_on_a_thread(inline):
    assert inline.ask(1, lambda terminal: terminal) == "terminal 1"
    with pytest.raises(TerminalUnavailable):
        inline.ask(2, lambda terminal: terminal)


def test_inline_a_job_that_submits_is_finished_first(recorder):
    order = []
    lanes = InlineLanes({}, {"watch": lambda _: order.append("watch")})

    def handle(job):
        lanes.submit(WatchJob(1))
        order.append(f"tick {job.bot_id}")

    lanes._handlers["tick"] = handle
    lanes.submit(tick(1))

    assert order == ["tick 1", "watch"]


def test_inline_a_failure_is_the_callers_and_the_next_job_runs(inline, recorder):
    recorder.faults = {1}
    with pytest.raises(ValueError, match="1"):
        inline.submit(tick(1))
    inline.submit(tick(2))

    assert recorder.bots == [1, 2]


def test_inline_a_job_may_throw_away_a_tick_that_waits(recorder):
    lanes = InlineLanes({}, {})

    def handle(job):
        recorder(job)
        if job.bot_id == 1:
            lanes.submit(tick(2))
            lanes.submit(tick(3))
            lanes.discard_ticks([2])

    lanes._handlers["tick"] = handle
    lanes.submit(tick(1))

    assert recorder.bots == [1, 3]


def test_it_is_known_who_waits_for_an_answer_and_who_has_it(busy, recorder):
    me = threading.get_ident()
    asking = threading.Thread(target=lambda: busy.ask(1, str, 5.0))
    asking.start()
    end = time.monotonic() + 5
    while not busy.waits(asking.ident) and time.monotonic() < end:
        time.sleep(0.01)
    assert busy.waits(asking.ident)
    assert not busy.waits(me)
    recorder.gate.set()
    asking.join(5)
    assert not busy.waits(asking.ident)


def test_who_was_refused_waits_no_more(busy):
    with pytest.raises(TerminalUnavailable):
        busy.ask(1, str, 0.05)
    assert not busy.waits(threading.get_ident())


def test_inline_nobody_ever_waits(inline):
    assert not inline.waits(threading.get_ident())
