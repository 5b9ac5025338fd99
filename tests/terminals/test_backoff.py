from __future__ import annotations

from bot_service.terminals.backoff import HELD_S, BackOff


class Seconds:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def wait_after(backoff, seconds):
    began = seconds.now
    while not backoff.ready:
        seconds.now += 0.5
    return seconds.now - began


def test_failures_are_spaced_out_up_to_half_a_minute():
    seconds = Seconds()
    backoff = BackOff(seconds)
    assert backoff.ready

    waits = []
    for _ in range(7):
        backoff.failed()
        waits.append(wait_after(backoff, seconds))

    assert waits == [1, 2, 5, 10, 30, 30, 30]


def test_only_a_connection_that_held_begins_anew():
    seconds = Seconds()
    backoff = BackOff(seconds)
    for _ in range(3):
        backoff.failed()
    backoff.succeeded()
    seconds.now += HELD_S / 2
    backoff.failed()
    assert wait_after(backoff, seconds) == 10

    backoff.succeeded()
    seconds.now += HELD_S
    backoff.failed()
    assert wait_after(backoff, seconds) == 1
