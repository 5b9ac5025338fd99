from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from bot_service.domain.people import Role
from bot_service.telegram_bot import limits as limits_module
from bot_service.telegram_bot.limits import Limits, Verdict

PEOPLE = itertools.count(70_000)


class SetClock:
    """A clock that can also be set back, as a machine's clock can."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 3, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def advance(self, by: timedelta) -> None:
        self.moment += by


@pytest.fixture
def clock():
    return SetClock()


def test_twenty_in_ten_seconds_are_taken_and_no_more_said_once(clock):
    limits = Limits(clock)
    verdicts = [limits.command(1) for _ in range(23)]
    assert verdicts == [Verdict.TAKEN] * 20 + [Verdict.SAY_NO] + [Verdict.SILENT] * 2
    assert limits.command(2) is Verdict.TAKEN
    clock.advance(timedelta(seconds=10))
    assert limits.command(1) is Verdict.TAKEN


def test_the_window_slides(clock):
    limits = Limits(clock)
    for _ in range(20):
        assert limits.command(1) is Verdict.TAKEN
        clock.advance(timedelta(seconds=0.5))
    assert limits.command(1) is Verdict.TAKEN


def test_a_clock_that_was_set_back_holds_nobody(clock):
    limits = Limits(clock)
    for _ in range(20):
        limits.command(1)
    clock.advance(timedelta(hours=-5))
    assert limits.command(1) is Verdict.TAKEN


def test_a_stranger_counts_once_an_hour_and_his_codes_on_their_own(clock):
    limits = Limits(clock)
    assert [limits.knock(1), limits.knock(1)] == [True, False]
    assert [limits.code(1) for _ in range(6)] == [True] * 5 + [False]
    clock.advance(timedelta(hours=1))
    assert (limits.knock(1), limits.code(1)) == (True, True)


def test_strangers_never_fill_the_memory(clock, monkeypatch):
    monkeypatch.setattr(limits_module, "REMEMBERED", 50)
    limits = Limits(clock)
    for user_id in range(500):
        assert limits.knock(user_id)
    assert len(limits._knocks._taken) == 50


@pytest.fixture
def hurried(world, talk):
    """Let no time pass for the limiter, and write as a fresh operator."""
    person = next(PEOPLE)
    world.add_member(person, Role.OPERATOR)
    world.patience.step = timedelta(0)
    yield person
    world.patience.step = timedelta(seconds=1)


def test_a_hurried_member_is_told_once_and_a_stop_still_works(world, talk, hurried):
    bot = world.new_bot("Hurried")
    world.services.control.start(world.actor(), (bot,))
    for _ in range(20):
        talk.say("/help", user_id=hurried)
    assert "Too many messages at once" in talk.say("/help", user_id=hurried)["text"]
    talk.write("/help", user_id=hurried)
    assert [item for item in talk.silence() if item["chat"]["id"] == hurried] == []
    assert "stopped" in talk.say(f"/stop_bot {bot}", user_id=hurried)["text"]
    assert world.status(bot) == "stopped"
    assert "No bot was running" in talk.say("stop semua", user_id=hurried)["text"]
    world.patience.moment += timedelta(seconds=10)
    assert "/stop_all" in talk.say("/help", user_id=hurried)["text"]


def test_a_press_too_many_ends_its_waiting_sign_and_does_nothing(world, talk, hurried):
    shown = talk.say("/bots", user_id=hurried)
    for _ in range(19):
        talk.say("/help", user_id=hurried)
    answer = talk.press(shown, "do:status", user_id=hurried)
    assert "Too many messages at once" in answer["text"]


def test_what_was_too_much_stands_in_the_audit_once(world, talk, hurried):
    for _ in range(25):
        talk.write("/help", user_id=hurried)
    talk.silence(1.5)
    now = world.house.wall.now()
    with world.house.database.read() as uow:
        lines = uow.people.audited(now - timedelta(minutes=5), now + timedelta(minutes=1))
    results = [line["result"] for line in lines if line["user_id"] == hurried]
    assert results.count("too_many") == 1
    assert results.count("done") == 20
