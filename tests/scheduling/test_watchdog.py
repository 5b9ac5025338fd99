from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from bot_service.scheduling.clocks import SystemClock
from bot_service.scheduling.local import LocalTicker
from bot_service.scheduling.watchdog import Watchdog


class Seconds:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds():
    return Seconds()


def test_silence_is_alarmed_with_its_length_and_only_once(seconds):
    alarms = []
    dog = Watchdog(alarms.append, 30.0, seconds)
    seconds.now += 31
    assert dog.look()
    assert not dog.look()
    assert alarms == [31.0]


def test_a_schedule_that_goes_on_is_not_alarmed(seconds):
    alarms = []
    dog = Watchdog(alarms.append, 30.0, seconds)
    for _ in range(10):
        seconds.now += 29
        dog.beat()
        assert not dog.look()
    assert alarms == []


def test_an_alarm_that_fails_does_not_end_the_watch(seconds):
    def fail(_silent_s):
        raise OSError("database")

    dog = Watchdog(fail, 30.0, seconds)
    seconds.now += 31
    assert dog.look()
    seconds.now += 31
    assert dog.look()


def test_after_the_clock_went_back_everything_fires_again_at_once(new_bot, account):
    """A clock set back by an hour leaves every job an hour ahead: that is what is put here."""
    fired, ticked = threading.Event(), threading.Event()

    class Lanes:
        def submit(self, job):
            ticked.set()

    ticker = LocalTicker(Lanes(), SystemClock())
    ticker.start()
    try:
        ticker.every(3600.0, fired.set, "watch")
        ticker.schedule(new_bot(7), account, datetime.now(UTC) + timedelta(hours=1))
        assert not fired.wait(0.1)
        ticker.realign()
        assert fired.wait(5)
        assert ticked.wait(5)
    finally:
        ticker.stop()
