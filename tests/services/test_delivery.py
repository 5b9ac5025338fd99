from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot_service.domain.events import BotsStarted, LinkRestored
from bot_service.domain.people import Member, Role
from bot_service.scheduling.clocks import StepClock
from bot_service.services.delivery import LEASE, Delivery
from bot_service.storage.database import SqlDatabase
from bot_service.storage.migrations import upgrade

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> StepClock:
    return StepClock(NOON)


@pytest.fixture
def database(tmp_path, clock):
    url = f"sqlite:///{tmp_path / 'delivery.db'}"
    upgrade(url, clock)
    found = SqlDatabase(url, clock)
    with found.write() as uow:
        uow.people.add(Member(7, 7, Role.OWNER, "id", "Asia/Jakarta"))
        uow.commit()
    yield found
    found.close()


@pytest.fixture
def delivery(database, clock) -> Delivery:
    return Delivery(database, clock)


def record(database, *events) -> None:
    with database.write() as uow:
        for event in events:
            uow.record(event)
        uow.commit()


def test_a_letter_brings_its_reader_and_the_names_it_needs(database, delivery):
    record(database, BotsStarted(happened_at=NOON, bot_ids=(4,)))
    letter = delivery.next_letter(7)
    assert letter.member.language == "id"
    assert letter.names == {}
    assert letter.event == BotsStarted(happened_at=NOON, bot_ids=(4,))
    assert letter.tag is None


def test_a_row_is_claimed_by_one_and_comes_back_when_its_lease_ends(database, delivery, clock):
    record(database, LinkRestored(happened_at=NOON, lost_s=5))
    first = delivery.next_letter(7)
    assert delivery.next_letter(7) is None
    clock.advance(LEASE + timedelta(seconds=1))
    assert delivery.chats_due() == (7,)
    assert delivery.next_letter(7).row_id == first.row_id


def test_a_row_given_back_waits_its_time(database, delivery, clock):
    record(database, LinkRestored(happened_at=NOON, lost_s=5))
    delivery.retry(delivery.next_letter(7).row_id, timedelta(seconds=10), "NetworkError")
    assert delivery.chats_due() == ()
    clock.advance(timedelta(seconds=10))
    again = delivery.next_letter(7)
    assert again.attempts == 1
    delivery.sent(again.row_id, 99)
    clock.advance(LEASE * 2)
    assert delivery.chats_due() == ()


def test_a_dead_row_is_not_tried_again(database, delivery, clock):
    record(database, LinkRestored(happened_at=NOON, lost_s=5))
    delivery.dead(delivery.next_letter(7).row_id, "bad request")
    clock.advance(LEASE * 2)
    assert delivery.chats_due() == ()


def test_an_alert_of_a_later_version_is_no_crash(database, delivery):
    with database.write() as uow:
        uow.outbox.add_message(7, 7, {"event": "not_invented_yet", "v": 1}, NOON)
        uow.commit()
    assert delivery.next_letter(7).event is None
