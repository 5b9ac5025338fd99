from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot_service.domain.errors import (
    InvalidValue,
    MemberNotFound,
    NotAllowed,
    OwnerIsFixed,
    PairingRefused,
)
from bot_service.domain.events import AccessEnded, MemberInvited, MemberJoined, MemberRemoved, RoleChanged
from bot_service.domain.people import Actor, Role
from bot_service.scheduling.clocks import StepClock
from bot_service.services.chats import Chats
from bot_service.services.delivery import Delivery
from bot_service.services.membership import Membership
from bot_service.storage.database import SqlDatabase
from bot_service.storage.migrations import upgrade

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
OWNER = Actor(7, 7, Role.OWNER, NOON)


@pytest.fixture
def clock() -> StepClock:
    return StepClock(NOON)


@pytest.fixture
def database(tmp_path, clock):
    url = f"sqlite:///{tmp_path / 'members.db'}"
    upgrade(url, clock)
    found = SqlDatabase(url, clock)
    yield found
    found.close()


@pytest.fixture
def chats(database, clock) -> Chats:
    found = Chats(database, clock)
    found.ensure_owner(7)
    return found


@pytest.fixture
def membership(database, clock, chats) -> Membership:
    return Membership(database, clock)


@pytest.fixture
def letters(database, clock):
    """Return (reader, event) of everything that waits to be sent, and take it."""
    delivery = Delivery(database, clock)

    def take():
        found = []
        for chat_id in delivery.chats_due():
            while (letter := delivery.next_letter(chat_id)) is not None:
                found.append((chat_id, type(letter.event), letter.member is not None))
                delivery.sent(letter.row_id, 1)
        return found

    return take


def test_an_invitation_lets_one_person_in_within_a_day(membership, chats, clock):
    made = membership.invite(OWNER, Role.VIEWER)
    assert chats.pair(8, 8, made.code, "en", "Budi").role is Role.VIEWER
    with pytest.raises(PairingRefused):
        chats.pair(9, 9, made.code, "en")
    late = membership.invite(OWNER, Role.OPERATOR)
    clock.advance(timedelta(hours=24))
    with pytest.raises(PairingRefused):
        chats.pair(9, 9, late.code, "en")
    assert chats.member(8).name == "Budi"


def test_several_invitations_are_open_side_by_side_and_shown_until_used(membership, chats):
    first, second = membership.invite(OWNER, Role.VIEWER), membership.invite(OWNER, Role.VIEWER)
    view = membership.members(chats.member(7))
    assert {item.id for item in view.invitations} == {first.invitation.id, second.invitation.id}
    assert {item.expires_at for item in view.invitations} == {NOON + timedelta(hours=24)}
    chats.pair(8, 8, first.code, "id")
    view = membership.members(chats.member(7))
    assert [item.id for item in view.invitations] == [second.invitation.id]


def test_only_the_owner_sees_invitations(membership, chats):
    made = membership.invite(OWNER, Role.OPERATOR)
    membership.invite(OWNER, Role.VIEWER)
    chats.pair(8, 8, made.code, "id")
    assert membership.members(chats.member(8)).invitations == ()


def test_a_revoked_invitation_opens_nothing(membership, chats):
    made = membership.invite(OWNER, Role.VIEWER)
    assert membership.revoke(OWNER, made.invitation.id).role is Role.VIEWER
    with pytest.raises(PairingRefused):
        chats.pair(8, 8, made.code, "id")
    with pytest.raises(InvalidValue):
        membership.revoke(OWNER, made.invitation.id)


@pytest.mark.parametrize("wrong", ["", "%", "ffffffffffff"])
def test_what_is_no_invitation_can_not_be_revoked_and_harms_no_other(membership, chats, wrong):
    made = membership.invite(OWNER, Role.VIEWER)
    with pytest.raises(InvalidValue):
        membership.revoke(OWNER, wrong)
    assert chats.pair(8, 8, made.code, "id").role is Role.VIEWER


def test_revoking_never_touches_the_pairing_code_of_the_machine(membership, chats):
    code, made = chats.new_code(), membership.invite(OWNER, Role.VIEWER)
    membership.revoke(OWNER, made.invitation.id)
    assert chats.pair(9, 9, code, "id").role is Role.OWNER


def test_nobody_becomes_owner_in_the_chat(membership, chats):
    chats.knock(9)
    chats.pair(8, 8, membership.invite(OWNER, Role.VIEWER).code, "id")
    for attempt in (
        lambda: membership.invite(OWNER, Role.OWNER),
        lambda: membership.admit(OWNER, 9, Role.OWNER),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    for attempt in (
        lambda: membership.change_role(OWNER, 8, Role.OWNER),
        lambda: membership.change_role(OWNER, 7, Role.VIEWER),
        lambda: membership.remove(OWNER, 7),
    ):
        with pytest.raises(OwnerIsFixed):
            attempt()
    assert [member.user_id for member in chats.members() if member.role is Role.OWNER] == [7]


def test_all_members_are_told_of_an_invitation_but_the_one_who_made_it(membership, chats, letters):
    chats.pair(8, 8, membership.invite(OWNER, Role.VIEWER).code, "id")
    letters()
    membership.invite(OWNER, Role.OPERATOR)
    assert letters() == [(8, MemberInvited, True)]


def test_a_newcomer_is_told_to_the_others_only(membership, chats, letters):
    made = membership.invite(OWNER, Role.VIEWER)
    letters()
    chats.pair(8, 8, made.code, "id")
    assert letters() == [(7, MemberJoined, True)]


def test_who_knocked_can_be_let_in_and_is_welcomed_in_his_language(membership, chats, letters):
    chats.knock(9, "Sari", "en")
    letters()
    done = membership.admit(OWNER, 9, Role.VIEWER)
    assert (done.before, done.after, done.name) == (None, Role.VIEWER, "Sari")
    assert (chats.member(9).role, chats.member(9).language) == (Role.VIEWER, "en")
    assert [chat for chat, _kind, _member in letters()] == [9]


def test_letting_in_a_member_again_changes_nothing(membership, chats):
    chats.knock(9)
    chats.pair(9, 9, membership.invite(OWNER, Role.OPERATOR).code, "id")
    assert membership.admit(OWNER, 9, Role.VIEWER).after is Role.OPERATOR
    assert chats.member(9).role is Role.OPERATOR


def test_who_never_knocked_can_not_be_let_in(membership):
    with pytest.raises(MemberNotFound):
        membership.admit(OWNER, 99, Role.VIEWER)


def test_a_changed_role_counts_at_once_and_is_told_to_all(membership, chats, letters):
    chats.pair(8, 8, membership.invite(OWNER, Role.VIEWER).code, "id")
    letters()
    done = membership.change_role(OWNER, 8, Role.OPERATOR)
    assert (done.before, done.after) == (Role.VIEWER, Role.OPERATOR)
    assert chats.member(8).role is Role.OPERATOR
    assert letters() == [(8, RoleChanged, True)]
    membership.change_role(OWNER, 8, Role.OPERATOR)
    assert letters() == []


def test_a_removed_member_is_out_at_once_and_told_last(membership, chats, letters):
    for user_id in (8, 9):
        chats.pair(user_id, user_id, membership.invite(OWNER, Role.VIEWER).code, "id")
    letters()
    membership.remove(OWNER, 8)
    assert chats.member(8) is None
    assert sorted(letters(), key=lambda item: item[0]) == [(8, AccessEnded, True), (9, MemberRemoved, True)]
    with pytest.raises(MemberNotFound):
        membership.remove(OWNER, 8)
