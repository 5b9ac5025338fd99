from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_service.domain.jobs import Priority, ReportJob, TickJob, WatchJob
from bot_service.scheduling.queues import JobQueue, tick_keys

DUE = datetime(2026, 3, 4, 10, tzinfo=UTC)


@pytest.fixture
def queue(seconds):
    return JobQueue(seconds)


def drain(queue):
    entries = []
    while (entry := queue.pop()) is not None:
        entries.append(entry)
    return entries


def test_a_watch_overtakes_waiting_ticks_and_a_question_overtakes_both_but_the_watch(queue):
    queue.put(TickJob(1, 7, DUE))
    queue.put(ReportJob(1))
    queue.put_question(lambda: None)
    queue.put(WatchJob(1))

    assert [entry.priority for entry in drain(queue)] == [
        Priority.WATCH,
        Priority.RECEIPT,
        Priority.TICK,
        Priority.BACKGROUND,
    ]


def test_a_newer_tick_replaces_the_waiting_one_and_keeps_its_place(queue):
    queue.put(TickJob(1, 7, DUE))
    queue.put(TickJob(1, 8, DUE))
    queue.put(TickJob(1, 7, DUE + timedelta(minutes=1)))

    assert [(entry.job.bot_id, entry.job.due) for entry in drain(queue)] == [
        (7, DUE + timedelta(minutes=1)),
        (8, DUE),
    ]


def test_the_oldest_waiting_work_is_measured_from_its_first_queueing(queue, seconds):
    assert queue.oldest() is None
    queue.put(TickJob(1, 7, DUE))
    seconds.pass_by(5)
    queue.put(TickJob(1, 7, DUE))
    assert queue.oldest() == 1000.0

    queue.discard(tick_keys([7]))
    assert queue.oldest() is None


acts = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["tick", "discard"]), st.integers(1, 5)),
        st.tuples(st.sampled_from(["pop", "watch", "ask"]), st.just(0)),
    )
)


@given(acts)
def test_discarded_ticks_never_come_out_and_each_bot_waits_at_most_once(story):
    queue = JobQueue(lambda: 0.0)
    waiting = set()
    others = 0
    for act, bot_id in story:
        if act == "tick":
            queue.put(TickJob(1, bot_id, DUE))
            waiting.add(bot_id)
        elif act == "discard":
            queue.discard(tick_keys([bot_id]))
            waiting.discard(bot_id)
        elif act == "ask":
            queue.put_question(lambda: None)
            others += 1
        elif act == "watch":
            others += f"{WatchJob.kind}:1" not in queue._by_key
            queue.put(WatchJob(1))
        elif (entry := queue.pop()) is not None and entry.tick_of is not None:
            assert others == 0
            assert entry.tick_of in waiting
            waiting.discard(entry.tick_of)
        elif entry is not None:
            others -= 1
        assert len(queue) == len(waiting) + others
        assert queue.ticks() == waiting
