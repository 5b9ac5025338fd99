"""Who is in, and who may come in."""

from __future__ import annotations

from typing import Any

from bot_service.domain.errors import InPrivateOnly, InvalidValue, NotAllowed
from bot_service.domain.people import Role
from bot_service.i18n import mark as _
from bot_service.services.people_views import InvitationReceipt
from bot_service.telegram_bot.registry import Group, Kind, command, confirmed
from bot_service.telegram_bot.render import Message, do, words
from bot_service.telegram_bot.render.parts import lines
from bot_service.telegram_bot.render.people_events import person
from bot_service.telegram_bot.request import Reply, Request
from bot_service.telegram_bot.typed import user_id

TYPED_ROLES = {
    "operator": Role.OPERATOR,
    "viewer": Role.VIEWER,
    "pengamat": Role.VIEWER,
    "penonton": Role.VIEWER,
    "owner": Role.OWNER,
    "pemilik": Role.OWNER,
}
REMOVING = frozenset({"remove", "hapus", "keluarkan"})
REVOKING = frozenset({"revoke", "cabut"})


@command(
    "members",
    group=Group.SETTINGS,
    role=Role.OPERATOR,
    kind=Kind.LOOK,
    summary=_("Who may use this bot, and with which role"),
    usage=_("[ID] [role or remove]"),
    examples=("members",),
    aliases={"id": ("anggota",)},
    state="members",
)
def members(request: Request) -> Reply:
    """Show the members; the owner also changes a role or removes one, after asking once."""
    membership = request.services.membership
    if not request.words:
        return request.show(membership.members(request.member))
    if request.member.role is not Role.OWNER:
        raise NotAllowed(Role.OWNER)
    card = membership.member(user_id(request.words[0]))
    if len(request.words) == 1:
        return request.show(card)
    wanted = request.words[1].lower()
    payload: dict[str, Any] = {"user_id": card.member.user_id}
    who = person(card.member.name, card.member.user_id, request.t)
    if wanted in REMOVING:
        text = request.t.html(_("Remove {who}? They lose all access at once and are told so."), who=who)
        choice = (request.t.text(_("🚫 Yes, remove")), "member_remove", payload)
        return request.ask(Message(text), choice, no=request.t.text(_("No")))
    role = _role(wanted)
    name = request.t.text(words.ROLES[role])
    text = request.t.html(_("Make {who} {role}?"), who=who, role=name)
    meaning = request.t.html(words.ROLE_MEANINGS[role])
    choice = (
        request.t.text(_("✅ Yes, make {role}"), role=name),
        "member_role",
        {**payload, "role": role.value},
    )
    return request.ask(Message(lines(text, meaning)), choice, no=request.t.text(_("No")))


@confirmed("member_remove", role=Role.OWNER)
def member_remove(request: Request) -> Reply:
    """Take the role of the member who was shown."""
    return request.show(request.services.membership.remove(request.actor, request.payload["user_id"]))


@confirmed("member_role", role=Role.OWNER)
def member_role(request: Request) -> Reply:
    """Give the member who was shown the role that was shown."""
    chosen = request.payload["user_id"]
    done = request.services.membership.change_role(request.actor, chosen, Role(request.payload["role"]))
    return Reply(request.show(done).messages, menus_of=(chosen,))


@command(
    "invite",
    group=Group.SETTINGS,
    role=Role.OWNER,
    kind=Kind.RAISE,
    summary=_("A one-time link that lets somebody in"),
    usage=_("operator | viewer"),
    examples=("invite viewer", "invite operator"),
    aliases={"id": ("undang",)},
    state="members",
)
def invite(request: Request) -> Reply:
    """Make a one-time invitation, let in somebody who knocked, or revoke an invitation."""
    if request.in_group:
        raise InPrivateOnly
    if not request.words:
        return _which_role(request)
    word = request.words[0].lower()
    if word in REVOKING:
        wanted = request.words[1] if len(request.words) > 1 else ""
        return request.show(request.services.membership.revoke(request.actor, wanted))
    role = _role(word)
    if len(request.words) > 1:
        return _ask_to_admit(request, user_id(request.words[1]), role)
    return _shown(request, request.services.membership.invite(request.actor, role))


def _which_role(request: Request) -> Reply:
    t = request.t
    told = [
        t.html(
            "<b>{role}</b>: {meaning}",
            role=t.text(words.ROLES[role]),
            meaning=t.text(words.ROLE_MEANINGS[role]),
        )
        for role in (Role.VIEWER, Role.OPERATOR)
    ]
    buttons = tuple(
        (do(t.text(_("✉️ Invite as {role}"), role=t.text(words.ROLES[role])), f"invite {role}"),)
        for role in (Role.VIEWER, Role.OPERATOR)
    )
    return Reply((Message(lines(t.html(_("Who do you want to let in?")), *told), buttons),))


def _shown(request: Request, made: InvitationReceipt) -> Reply:
    t = request.t
    role = t.text(words.ROLES[made.invitation.role])
    told = [
        t.html(_("✉️ Invitation for one person, role <b>{role}</b>."), role=role),
        t.html(words.ROLE_MEANINGS[made.invitation.role]),
        t.html(
            _("Send them this link; it works once, until {until}:"), until=t.when(made.invitation.expires_at)
        ),
        f"https://t.me/{request.username}?start={made.code}",
        t.html(_("Or have them send me: <code>/start {code}</code>"), code=made.code),
    ]
    revoke = do(t.text(_("🚫 Revoke")), f"invite revoke {made.invitation.id}")
    return Reply((Message(lines(*told), ((revoke, do(t.text(_("👥 Members")), "members")),)),))


def _ask_to_admit(request: Request, stranger_id: int, role: Role) -> Reply:
    t = request.t
    stranger = request.services.membership.stranger(stranger_id)
    name = t.text(words.ROLES[role])
    who = person(stranger.name, stranger.user_id, t)
    text = t.html(_("Let {who} in as {role}?"), who=who, role=name)
    warning = t.html(_("Anyone can pick any name: only let in someone whose ID you know."))
    choice = (
        t.text(_("✅ Yes, let in as {role}"), role=name),
        "admit",
        {"user_id": stranger_id, "role": role.value},
    )
    shown = Message(lines(text, t.html(words.ROLE_MEANINGS[role]), warning))
    return request.ask(shown, choice, no=t.text(_("No")))


@confirmed("admit", role=Role.OWNER)
def admit(request: Request) -> Reply:
    """Let in the person who was shown."""
    chosen, role = request.payload["user_id"], Role(request.payload["role"])
    done = request.services.membership.admit(request.actor, chosen, role)
    return Reply(request.show(done).messages, menus_of=(chosen,))


def _role(word: str) -> Role:
    if word not in TYPED_ROLES:
        raise InvalidValue("role", word[:32], "unknown_role", "operator, viewer")
    return TYPED_ROLES[word]
