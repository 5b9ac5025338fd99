from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot_service.domain.errors import ConfirmationRefused, PairingRefused
from bot_service.domain.events import ClockSkewed, MemberUnreachable, OwnerPaired, StrangerKnocked
from bot_service.domain.people import Actor, Member, Role
from bot_service.scheduling.clocks import StepClock
from bot_service.services.chats import Chats
from bot_service.storage.database import SqlDatabase
from bot_service.storage.migrations import upgrade

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
ASKER, OTHER = Actor(7, 7, Role.OWNER, NOON), Actor(8, 8, Role.OPERATOR, NOON)


@pytest.fixture
def clock() -> StepClock:
    return StepClock(NOON)


@pytest.fixture
def database(tmp_path, clock):
    url = f"sqlite:///{tmp_path / 'chats.db'}"
    upgrade(url, clock)
    found = SqlDatabase(url, clock)
    yield found
    found.close()


@pytest.fixture
def chats(database, clock) -> Chats:
    return Chats(database, clock)


def told(database) -> list:
    with database.read() as uow:
        return [event for _id, _at, event in reversed(uow.history())]


def test_nobody_is_a_member_at_first(chats):
    assert chats.member(7) is None
    assert chats.members() == ()


def test_a_code_makes_one_owner_and_its_plain_text_is_not_stored(chats, database, tmp_path):
    code = chats.new_code()
    member = chats.pair(7, 7, code, "en")
    assert (member.role, member.language) == (Role.OWNER, "en")
    with pytest.raises(PairingRefused):
        chats.pair(8, 8, code, "id")
    assert [type(event) for event in told(database)] == [OwnerPaired]
    assert all(code.encode() not in path.read_bytes() for path in tmp_path.iterdir())


def test_a_code_ends_after_a_day(chats, clock):
    code = chats.new_code()
    clock.advance(timedelta(hours=24, seconds=1))
    with pytest.raises(PairingRefused):
        chats.pair(7, 7, code, "id")


def test_a_newer_code_ends_the_older_one(chats):
    first, second = chats.new_code(), chats.new_code()
    with pytest.raises(PairingRefused):
        chats.pair(7, 7, first, "id")
    assert chats.pair(7, 7, second, "id").role is Role.OWNER


def test_a_new_owner_replaces_the_old_one(chats):
    chats.pair(7, 7, chats.new_code(), "id")
    chats.pair(8, 8, chats.new_code(), "id")
    assert chats.member(7) is None
    assert [member.user_id for member in chats.members()] == [8]


def test_the_owner_of_the_settings_is_made_once_and_keeps_his_language(chats):
    chats.ensure_owner(7)
    chats.set_language(ASKER, "en")
    assert chats.ensure_owner(7).language == "en"
    chats.ensure_owner(8)
    assert chats.member(7) is None


def test_a_stranger_knocks_once(chats, database):
    chats.ensure_owner(7)
    assert [chats.knock(9), chats.knock(9), chats.knock(10)] == [True, False, True]
    assert [event.user_id for event in told(database) if isinstance(event, StrangerKnocked)] == [9, 10]


def test_a_confirmation_belongs_to_its_asker_once_for_a_minute(chats, clock):
    token = chats.confirm_token(ASKER, "delete", {"bot_id": 3, "version": 2})
    with pytest.raises(ConfirmationRefused, match="somebody_elses"):
        chats.use_token(OTHER, token.id)
    assert chats.use_token(ASKER, token.id).payload == {"bot_id": 3, "version": 2}
    with pytest.raises(ConfirmationRefused, match="used"):
        chats.use_token(ASKER, token.id)
    late = chats.confirm_token(ASKER, "delete", {})
    clock.advance(timedelta(seconds=60))
    with pytest.raises(ConfirmationRefused, match="expired"):
        chats.use_token(ASKER, late.id)
    with pytest.raises(ConfirmationRefused, match="unknown"):
        chats.use_token(ASKER, "nothing")


def test_an_update_is_executed_once(chats):
    assert [chats.first_time(5), chats.first_time(5), chats.first_time(6)] == [True, False, True]


def test_a_member_who_can_not_be_reached_is_switched_off_but_never_the_owner(chats, database):
    chats.ensure_owner(7)
    with database.write() as uow:
        uow.people.add(Member(8, 8, Role.VIEWER, "id", "Asia/Jakarta"))
        uow.commit()
    chats.unreachable(8)
    chats.unreachable(7)
    assert chats.member(8) is None
    assert chats.member(7) is not None
    assert [event.user_id for event in told(database) if isinstance(event, MemberUnreachable)] == [8]


def test_the_last_look_survives_a_restart(chats, database, clock):
    assert chats.last_polled() is None
    chats.polled(NOON)
    chats.polled(NOON + timedelta(seconds=9))
    assert Chats(database, clock).last_polled() == NOON
    chats.polled(NOON + timedelta(seconds=10))
    assert chats.last_polled() == NOON + timedelta(seconds=10)


def test_a_wrong_clock_is_told_once_until_it_is_right_again(chats, database):
    for seconds in (1, 5, 6, 60, 2, -7):
        chats.skewed(timedelta(seconds=seconds))
    assert [event.skew_s for event in told(database) if isinstance(event, ClockSkewed)] == [6, -7]


def test_the_audit_knows_who_asked_for_what(chats, database):
    chats.audit(ASKER, "stop_bot", "3", "done")
    with database.read() as uow:
        lines = uow.people.audited(NOON - timedelta(1), NOON + timedelta(1))
    assert [(line["user_id"], line["command"], line["arguments"], line["result"]) for line in lines] == [
        (7, "stop_bot", "3", "done")
    ]
