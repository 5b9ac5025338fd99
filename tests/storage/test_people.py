from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot_service.domain.errors import ConfirmationRefused
from bot_service.domain.people import Role, Token


def test_members_come_with_the_owner_first(database, make):
    viewer, owner = make.member(5, Role.VIEWER), make.member(7_000_000_001)
    with database.write() as uow:
        uow.people.add(viewer)
        uow.people.add(owner)
        assert uow.people.all() == (owner, viewer)
        assert uow.people.get(5) == viewer
        assert uow.people.get(6) is None


def test_adding_a_member_again_replaces_him(database, make):
    changed = make.member(5, Role.OPERATOR, chat_id=-77, language="en")
    with database.write() as uow:
        uow.people.add(make.member(5, Role.VIEWER))
        uow.people.add(changed)
        assert uow.people.all() == (changed,)


def test_a_removed_member_is_not_found_until_he_is_added_again(database, make):
    member = make.member(5)
    with database.write() as uow:
        uow.people.add(member)
        uow.people.remove(5)
        assert (uow.people.get(5), uow.people.all()) == (None, ())
        uow.people.add(member)
        assert uow.people.get(5) == member


def test_a_language_is_changed_for_one_member(database, make):
    with database.write() as uow:
        uow.people.add(make.member(5))
        uow.people.add(make.member(6))
        uow.people.set_language(5, "en")
        assert (uow.people.get(5).language, uow.people.get(6).language) == ("en", "id")


def test_a_stranger_is_new_once(database, make):
    with database.write() as uow:
        assert uow.people.knocked(66, make.noon)
        assert not uow.people.knocked(66, make.noon)
        assert uow.people.knocked(67, make.noon)


def test_a_pairing_code_is_used_once(database, make):
    with database.write() as uow:
        uow.people.add_code("h", Role.OWNER, make.noon + timedelta(minutes=10))
        assert uow.people.use_code("wrong", make.noon) is None
        assert uow.people.use_code("h", make.noon) is Role.OWNER
        assert uow.people.use_code("h", make.noon) is None


def test_a_pairing_code_expires(database, make):
    with database.write() as uow:
        uow.people.add_code("h", Role.OWNER, make.noon)
        assert uow.people.use_code("h", make.noon) is None


def test_a_new_pairing_code_ends_the_earlier_of_its_role_only(database, make):
    until = make.noon + timedelta(minutes=10)
    with database.write() as uow:
        uow.people.add_code("old", Role.OWNER, until)
        uow.people.add_code("viewer", Role.VIEWER, until)
        uow.people.add_code("new", Role.OWNER, until)
        assert uow.people.use_code("old", make.noon) is None
        assert uow.people.use_code("viewer", make.noon) is Role.VIEWER
        assert uow.people.use_code("new", make.noon) is Role.OWNER


@pytest.fixture
def token(database, make):
    token = Token("t1", 5, "start_all", {"bots": [1, 2], "v": "0.10"}, make.noon + timedelta(seconds=60))
    with database.write() as uow:
        uow.people.add_token(token)
        uow.commit()
    return token


def test_a_confirmation_is_used_once(database, token, make):
    with database.write() as uow:
        assert uow.people.use_token("t1", 5, make.noon) == replace(token, used_at=make.noon)
        with pytest.raises(ConfirmationRefused) as caught:
            uow.people.use_token("t1", 5, make.noon)
    assert caught.value.reason == "used"


@pytest.mark.parametrize(
    ("token_id", "user_id", "seconds", "reason"),
    [("t2", 5, 0, "unknown"), ("t1", 6, 0, "somebody_elses"), ("t1", 5, 60, "expired")],
)
def test_a_refused_confirmation_says_why_and_is_not_used_up(
    database, token, make, token_id, user_id, seconds, reason
):
    with database.write() as uow:
        with pytest.raises(ConfirmationRefused) as caught:
            uow.people.use_token(token_id, user_id, make.noon + timedelta(seconds=seconds))
        assert caught.value.reason == reason
        assert uow.people.use_token("t1", 5, make.noon)


def test_the_audit_is_read_back_oldest_first(database, make):
    later = make.noon + timedelta(minutes=1)
    with database.write() as uow:
        uow.people.audit(later, 5, "/stop", "3", "ok", {"before": "active"})
        uow.people.audit(make.noon, 5, "/status", "", "ok", is_lookup=True)
        uow.people.audit(later + timedelta(days=1), 5, "/status", "", "ok")
        lines = uow.people.audited(make.noon, later + timedelta(hours=1))
    assert [line["command"] for line in lines] == ["/status", "/stop"]
    assert lines[1] == {
        "at": later,
        "user_id": 5,
        "command": "/stop",
        "arguments": "3",
        "result": "ok",
        "detail": {"before": "active"},
    }
    assert lines[0]["detail"] is None


def test_a_draft_belongs_to_one_person_in_one_chat_and_is_replaced(database, make):
    with database.write() as uow:
        uow.people.keep_draft(7, 7, "bot", {"step": "symbol"}, make.noon)
        uow.people.keep_draft(7, -5, "bot", {"step": "risk"}, make.noon)
        uow.people.keep_draft(7, 7, "bot", {"step": "strategy"}, make.noon)
        uow.commit()
    with database.write() as uow:
        assert uow.people.draft(7, 7) == ("bot", {"step": "strategy"}, make.noon)
        assert uow.people.draft(8, 7) is None
        uow.people.drop_draft(7, 7)
        assert uow.people.draft(7, 7) is None
        assert uow.people.draft(7, -5) is not None
