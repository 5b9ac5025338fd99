from __future__ import annotations

import threading
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot_service.domain.events import Level
from bot_service.domain.sent import Sent
from bot_service.storage.database import SqlDatabase

LEASE = timedelta(seconds=30)


@pytest.fixture
def queue(database, make):
    """Put messages into the outbox; return their ids."""

    def put(*levels, chat=1, subject=None):
        with database.write() as uow:
            first = uow.outbox.pending()
            uow.outbox.queue(
                [
                    {
                        "chat_id": chat,
                        "user_id": chat,
                        "level": level,
                        "payload": {"n": first + number},
                        "subject": subject,
                        "recorded_at": make.noon,
                    }
                    for number, level in enumerate(levels)
                ]
            )
            uow.commit()

    return put


@pytest.fixture
def claim(database, make):
    def take(chat=1, at=make.noon):
        with database.write() as uow:
            message = uow.outbox.claim(chat, at, LEASE)
            uow.commit()
        return message

    return take


def test_a_message_comes_back_as_it_was_queued(database, claim, make):
    payload = {"event": "x", "lots": "0.10", "nested": {"a": [1, None, "é"]}}
    with database.write() as uow:
        uow.outbox.add_message(-1_000_000_000_001, 5, payload, make.noon)
        uow.commit()
    message = claim(-1_000_000_000_001)
    assert (message.chat_id, message.user_id, message.payload) == (-1_000_000_000_001, 5, payload)
    assert (message.level, message.kind, message.attempts) == ("info", "send", 0)
    assert (message.subject, message.recorded_at) == (None, make.noon)


def test_a_chat_without_messages_has_nothing_to_claim(claim, queue):
    queue(Level.INFO, chat=2)
    assert claim(1) is None


def test_critical_overtakes_and_the_rest_keeps_its_order(database, claim, queue, make):
    queue(Level.INFO, Level.TRADE, Level.INFO, Level.CRITICAL, Level.CRITICAL)
    order = []
    while message := claim():
        order.append(message.payload["n"])
        with database.write() as uow:
            uow.outbox.sent(message.id, 100, make.noon)
            uow.commit()
    assert order == [3, 4, 0, 1, 2]


def test_a_leased_message_holds_the_younger_of_its_level(claim, queue):
    queue(Level.INFO, Level.INFO)
    assert claim().payload == {"n": 0}
    assert claim() is None


def test_a_leased_message_holds_no_other_level_and_no_other_chat(claim, queue):
    queue(Level.INFO, Level.TRADE)
    queue(Level.INFO, chat=2)
    assert [claim().level, claim().level, claim(2).level] == ["info", "trade", "info"]


def test_a_message_whose_lease_ran_out_is_due_again(claim, queue, make):
    queue(Level.INFO)
    first = claim()
    assert claim(at=make.noon + LEASE - timedelta(microseconds=1)) is None
    assert claim(at=make.noon + LEASE).id == first.id


def test_a_message_that_waits_holds_the_younger_of_its_level_until_its_time(database, claim, queue, make):
    queue(Level.TRADE, Level.TRADE, Level.INFO)
    first = claim()
    later = make.noon + timedelta(seconds=9)
    with database.write() as uow:
        uow.outbox.later(first.id, later, "429")
        uow.commit()
    assert claim().level == "info"
    assert claim(at=later - timedelta(seconds=1)) is None
    again = claim(at=later)
    assert (again.id, again.attempts) == (first.id, 1)


def test_a_dead_message_lets_the_next_one_pass(database, claim, queue):
    queue(Level.INFO, Level.INFO)
    with database.write() as uow:
        uow.outbox.dead(uow.outbox.claim(1, uow._wall.now(), LEASE).id, "blocked")
        uow.commit()
    assert claim().payload == {"n": 1}


def test_what_was_sent_stays_sent_whatever_a_late_sender_says(database, claim, queue, make):
    queue(Level.INFO, subject="position:1:70")
    message = claim()
    with database.write() as uow:
        uow.outbox.sent(message.id, 100, make.noon)
        uow.outbox.sent(message.id, 101, make.noon)
        uow.outbox.later(message.id, make.noon, "timeout")
        uow.outbox.dead(message.id, "blocked")
        assert uow.outbox.pending() == 0
        assert uow.outbox.reply_to(1, "position:1:70") == 100


def test_chats_are_due_that_have_a_claimable_message(database, claim, queue, make):
    queue(Level.INFO, chat=3)
    queue(Level.INFO, Level.INFO, chat=1)
    queue(Level.INFO, chat=2)
    claim(1)
    with database.write() as uow:
        uow.outbox.later(uow.outbox.claim(2, make.noon, LEASE).id, make.noon + timedelta(hours=1), "429")
        uow.commit()
    with database.read() as uow:
        assert uow.outbox.chats_due(make.noon) == (3,)
        assert uow.outbox.chats_due(make.noon + LEASE) == (1, 3)
        assert uow.outbox.chats_due(make.noon + timedelta(hours=1)) == (1, 2, 3)
        assert uow.outbox.pending() == 4


def test_a_thread_starts_at_its_first_sent_message(database, claim, queue, make):
    subject = "position:1:70"
    queue(Level.TRADE, Level.TRADE, Level.TRADE, subject=subject)
    queue(Level.TRADE, chat=2, subject=subject)
    with database.write() as uow:
        assert uow.outbox.reply_to(1, subject) is None
        uow.outbox.dead(uow.outbox.claim(1, make.noon, LEASE).id, "blocked")
        for message_id in (100, 101):
            uow.outbox.sent(uow.outbox.claim(1, make.noon, LEASE).id, message_id, make.noon)
        assert uow.outbox.reply_to(1, subject) == 100
        assert uow.outbox.reply_to(2, subject) is None
        assert uow.outbox.reply_to(1, "position:1:71") is None


def test_sixteen_senders_take_one_message_once(claim, queue):
    queue(Level.INFO)
    start = threading.Barrier(16)
    taken = []

    def send():
        start.wait()
        if (message := claim()) is not None:
            taken.append(message.id)

    threads = [threading.Thread(target=send) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 1


def test_ids_of_removed_messages_are_never_used_again(database, claim, queue, make):
    queue(Level.INFO)
    first = claim()
    with database.write() as uow:
        uow.outbox.sent(first.id, 100, make.noon)
        uow.commit()
    database.prune(make.noon + timedelta(days=31))
    queue(Level.INFO)
    assert claim().id > first.id


class Never:
    def now(self):
        raise AssertionError("times come from the sender")


class Sender(RuleBasedStateMachine):
    """Anything may happen to a message on its way; nothing is lost and each level arrives in order."""

    template: Path

    def __init__(self):
        super().__init__()
        self.folder = TemporaryDirectory()
        path = Path(self.folder.name) / "service.db"
        copyfile(self.template, path)
        self.now = datetime(2026, 11, 2, 12, tzinfo=UTC)
        self.database = SqlDatabase(path, Never())
        self.count = 0
        self.queued = defaultdict(list)
        self.claimed = {}
        self.arrived = defaultdict(list)

    @rule(chat=st.sampled_from([1, 2]), level=st.sampled_from(list(Level)))
    def queue(self, chat, level):
        row = {"chat_id": chat, "user_id": chat, "level": level, "recorded_at": self.now}
        with self.database.write() as uow:
            uow.outbox.queue([row | {"payload": {"n": self.count}}])
            uow.commit()
        self.queued[chat, level].append(self.count)
        self.count += 1

    @rule(chat=st.sampled_from([1, 2]))
    def claim(self, chat):
        with self.database.write() as uow:
            message = uow.outbox.claim(chat, self.now, LEASE)
            uow.commit()
        if message is None:
            return
        number, level = message.payload["n"], Level(message.level)
        assert number == self.queued[chat, level][0], "the oldest of its level"
        if number in self.claimed:
            assert self.claimed[number][1] <= self.now, "its lease ran out or its wait is over"
        if level is not Level.CRITICAL and self.queued[chat, Level.CRITICAL]:
            head = self.queued[chat, Level.CRITICAL][0]
            assert head in self.claimed, "critical goes first"
            assert self.claimed[head][1] > self.now, "critical goes first unless it is held"
        self.claimed[number] = (message, self.now + LEASE)

    def take(self, data):
        number = data.draw(st.sampled_from(sorted(self.claimed)))
        message, _ = self.claimed[number]
        return number, message, (message.chat_id, Level(message.level))

    @precondition(lambda self: self.claimed)
    @rule(data=st.data())
    def sent(self, data):
        number, message, key = self.take(data)
        with self.database.write() as uow:
            uow.outbox.sent(message.id, number, self.now)
            uow.commit()
        self.arrived[key].append(number)
        self.forget(number, key)

    @precondition(lambda self: self.claimed)
    @rule(data=st.data())
    def dead(self, data):
        number, message, key = self.take(data)
        with self.database.write() as uow:
            uow.outbox.dead(message.id, "blocked")
            uow.commit()
        self.forget(number, key)

    @precondition(lambda self: self.claimed)
    @rule(data=st.data(), seconds=st.integers(0, 60))
    def later(self, data, seconds):
        number, message, _ = self.take(data)
        until = self.now + timedelta(seconds=seconds)
        with self.database.write() as uow:
            uow.outbox.later(message.id, until, "429")
            uow.commit()
        self.claimed[number] = (message, until)

    @rule(seconds=st.integers(1, 40))
    def wait(self, seconds):
        self.now += timedelta(seconds=seconds)

    def forget(self, number, key):
        self.queued[key].remove(number)
        del self.claimed[number]

    @invariant()
    def nothing_is_lost(self):
        with self.database.read() as uow:
            assert uow.outbox.pending() == sum(map(len, self.queued.values()))

    @invariant()
    def every_level_arrives_in_order(self):
        for numbers in self.arrived.values():
            assert numbers == sorted(numbers)

    def teardown(self):
        self.now += timedelta(days=1)
        left = {number for numbers in self.queued.values() for number in numbers}
        with self.database.write() as uow:
            for chat in (1, 2):
                while message := uow.outbox.claim(chat, self.now, LEASE):
                    uow.outbox.sent(message.id, 1, self.now)
                    left.remove(message.payload["n"])
            assert uow.outbox.chats_due(self.now) == ()
        self.database.close()
        self.folder.cleanup()
        assert not left, "what was queued arrives in the end"


def test_whatever_happens_nothing_is_lost_and_every_level_keeps_its_order(empty_database):
    Sender.template = empty_database
    run_state_machine_as_test(
        Sender, settings=settings(max_examples=40, stateful_step_count=40, deadline=None)
    )


def test_a_new_sender_does_not_wait_for_the_leases_of_a_dead_one(database, queue, claim, make):
    queue(Level.TRADE, Level.TRADE)
    dead = claim()
    assert claim() is None

    with database.write() as uow:
        uow.outbox.release_all()
        uow.commit()

    again = claim()
    assert again.id == dead.id
    assert again.attempts == 0


def test_what_may_be_edited_is_taken_again_with_its_parts(database, claim, queue, make):
    queue(Level.INFO, subject="report:1:2026-11-18")
    queue(Level.INFO, subject="report:1:2026-11-19")
    parts = Sent(100, (101, 102))
    for _ in range(2):
        message = claim()
        with database.write() as uow:
            uow.outbox.sent(message.id, parts.first, make.noon, parts)
            uow.commit()
    with database.write() as uow:
        uow.outbox.edit("report:1:2026-11-18")
        assert [row.subject for row in uow.outbox.same_message(1, 101)] == [
            "report:1:2026-11-18",
            "report:1:2026-11-19",
        ]
        uow.commit()
    again = claim()
    assert (again.edits, again.parts, again.message_id) == (True, parts, 101)
    assert again.subject == "report:1:2026-11-18"
    assert claim() is None


def test_what_was_not_sent_or_can_not_be_edited_is_left_alone(database, claim, queue, make):
    queue(Level.INFO, subject="report:1:2026-11-18")
    with database.write() as uow:
        uow.outbox.edit("report:1:2026-11-18")
        uow.commit()
    message = claim()
    assert not message.edits
    with database.write() as uow:
        uow.outbox.sent(message.id, 5, make.noon)
        uow.outbox.edit("report:1:2026-11-18")
        assert uow.outbox.pending() == 0
