from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_service.scheduling.clocks import PacedClock, StepClock, SystemClock

START = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


def test_the_system_clock_is_aware():
    assert SystemClock().now().tzinfo is UTC


def test_a_step_clock_stands_until_it_is_moved():
    clock = StepClock(START)
    assert clock.now() == clock.now() == START

    clock.advance(timedelta(minutes=5))
    assert clock.now() == START + timedelta(minutes=5)


def test_a_step_clock_never_goes_back():
    clock = StepClock(START)

    with pytest.raises(ValueError, match="2026"):
        clock.set(START - timedelta(seconds=1))
    clock.jump_to(START - timedelta(hours=1))
    assert clock.now() == START


def test_a_paced_clock_runs_at_its_speed(seconds):
    clock = PacedClock(START, 60, seconds)
    seconds.pass_by(2)

    assert clock.now() == START + timedelta(minutes=2)


@pytest.mark.parametrize("speed", [0, -1])
def test_a_speed_moves_forward(speed):
    with pytest.raises(ValueError, match=str(speed)):
        PacedClock(START, speed)


def test_time_lost_at_a_hold_is_not_caught_up(seconds):
    clock = PacedClock(START, 60, seconds)
    clock.hold_at(START + timedelta(minutes=1))
    seconds.pass_by(100)
    assert clock.now() == START + timedelta(minutes=1)

    seconds.pass_by(100)
    clock.hold_at(None)
    seconds.pass_by(1)

    assert clock.now() == START + timedelta(minutes=2)


def test_a_hold_in_the_past_holds_at_once(seconds):
    clock = PacedClock(START, 60, seconds)
    seconds.pass_by(1)
    clock.hold_at(START)
    seconds.pass_by(50)

    assert clock.now() == START + timedelta(minutes=1)


def test_a_jump_goes_forward_only_and_not_past_the_hold(seconds):
    clock = PacedClock(START, 1, seconds)
    clock.jump_to(START - timedelta(days=1))
    assert clock.now() == START

    clock.hold_at(START + timedelta(hours=2))
    clock.jump_to(START + timedelta(hours=1))
    assert clock.now() == START + timedelta(hours=1)
    clock.jump_to(START + timedelta(days=1))
    assert clock.now() == START + timedelta(hours=2)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("pass"), st.floats(0, 1000)),
        st.tuples(st.just("hold"), st.integers(-3600, 36000)),
        st.tuples(st.just("release"), st.none()),
        st.tuples(st.just("jump"), st.integers(-3600, 36000)),
        st.tuples(st.just("back"), st.floats(0, 100)),
    ),
    max_size=40,
)


@given(speed=st.floats(0.1, 10_000), story=steps)
def test_a_paced_clock_never_goes_back_and_never_passes_its_hold(speed, story):
    passed = [0.0]
    clock = PacedClock(START, speed, lambda: passed[0])
    last, hold = clock.now(), None
    for act, value in story:
        if act == "pass":
            passed[0] += value
        elif act == "back":
            passed[0] -= value
        elif act == "hold":
            before = clock.now()
            hold = max(before, START + timedelta(seconds=value))
            clock.hold_at(hold)
        elif act == "release":
            hold = None
            clock.hold_at(None)
        else:
            clock.jump_to(START + timedelta(seconds=value))
        now = clock.now()
        assert now >= last
        assert hold is None or now <= hold
        last = now
