"""Members, invitations and what became of them, in words."""

from __future__ import annotations

from bot_service.domain import errors
from bot_service.domain.people import Invitation, Member, Role
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.services.people_views import MemberCard, MemberReceipt, MembersView, RevokedReceipt
from bot_service.telegram_bot.render import words
from bot_service.telegram_bot.render.message import Button, Message, do
from bot_service.telegram_bot.render.parts import cut, lines, rows
from bot_service.telegram_bot.render.people_events import person
from bot_service.telegram_bot.render.registry import renders

_DOTS = {Role.OWNER: "👑", Role.OPERATOR: "🎛", Role.VIEWER: "👀"}


def _who(member: Member, t: Translator) -> Html:
    return t.html("{dot} {who}", dot=_DOTS[member.role], who=person(member.name, member.user_id, t))


@renders(MembersView)
def members(view: MembersView, t: Translator) -> Message:
    """Return everybody with his role; the owner gets buttons to change it."""
    told = [_line(member, view.reader, t) for member in view.members]
    if len(view.members) == 1:
        told.append(t.html(_("Nobody else has access yet. With an invitation others can watch or help.")))
    head = t.html(_("<b>Members: {n}</b>"), n=len(view.members))
    if view.reader.role is not Role.OWNER:
        return Message(lines(head, *told))
    guests = [member for member in view.members if member.role is not Role.OWNER]
    chosen = rows((_choose(member) for member in guests), 2)
    revoking = tuple((_revoke(item, t),) for item in view.invitations)
    last = (do(t.text(_("✉️ Invite")), "invite"), do(t.text(_("🔄 Refresh")), "members"))
    invited = [_invitation(item, t) for item in view.invitations]
    title = [t.html(_("\n<b>Open invitations</b>"))] if invited else []
    return Message(lines(head, *told, *title, *invited), (*chosen, *revoking, last))


def _line(member: Member, reader: Member, t: Translator) -> Html:
    line = t.html("{who} · {role}", who=_who(member, t), role=t.text(words.ROLES[member.role]))
    return t.html(_("{line} (you)"), line=line) if member.user_id == reader.user_id else line


def _choose(member: Member) -> Button:
    return do(f"✏️ {cut(member.name or str(member.user_id), 24)}", f"members {member.user_id}")


def _invitation(item: Invitation, t: Translator) -> Html:
    return t.html(
        _("✉️ {role} · valid until {until}"),
        role=t.text(words.ROLES[item.role]),
        until=t.when(item.expires_at),
    )


def _revoke(item: Invitation, t: Translator) -> Button:
    label = t.text(
        _("🚫 Revoke: {role}, {until}"), role=t.text(words.ROLES[item.role]), until=t.clock(item.expires_at)
    )
    return do(label, f"invite revoke {item.id}")


@renders(MemberCard)
def card(view: MemberCard, t: Translator) -> Message:
    """Return one member with what the owner can do."""
    member = view.member
    line = t.html("{who} · {role}", who=_who(member, t), role=t.text(words.ROLES[member.role]))
    back = (do(t.text(_("👥 Members")), "members"),)
    if member.role is Role.OWNER:
        fixed = t.html(
            _("The owner can't be changed in the chat, only on the computer: <code>bot-service pair</code>.")
        )
        return Message(lines(line, fixed), (back,))
    other = Role.VIEWER if member.role is Role.OPERATOR else Role.OPERATOR
    label = t.text(_("Make {role}"), role=t.text(words.ROLES[other]))
    buttons = (
        (do(label, f"members {member.user_id} {other}"),),
        (do(t.text(_("🚫 Remove")), f"members {member.user_id} remove"),),
        back,
    )
    return Message(lines(line, t.html(words.ROLE_MEANINGS[member.role])), buttons)


@renders(MemberReceipt)
def receipt(view: MemberReceipt, t: Translator) -> Message:
    """Return what became of a member."""
    who = person(view.name, view.user_id, t)
    back = ((do(t.text(_("👥 Members")), "members"),),)
    if view.after is None:
        told = t.html(_("{who} is no longer a member and has been told."), who=who)
    elif view.before is None:
        role = t.text(words.ROLES[view.after])
        told = t.html(_("{who} now has access as {role} and has been told."), who=who, role=role)
    elif view.before is view.after:
        told = t.html(_("{who} is already {role}."), who=who, role=t.text(words.ROLES[view.after]))
    else:
        told = t.html(
            _("Role of {who}: {before} → <b>{after}</b>. All members are told."),
            who=who,
            before=t.text(words.ROLES[view.before]),
            after=t.text(words.ROLES[view.after]),
        )
    return Message(told, back)


@renders(RevokedReceipt)
def revoked(view: RevokedReceipt, t: Translator) -> Message:
    """Return that an invitation is void."""
    text = t.html(
        _("The invitation ({role}) is revoked; its link no longer works."),
        role=t.text(words.ROLES[view.role]),
    )
    return Message(text, ((do(t.text(_("👥 Members")), "members"),),))


@renders(errors.MemberNotFound)
def member_not_found(error: errors.MemberNotFound, t: Translator) -> Message:
    """Say that the id belongs to no member, and how people come in."""
    text = t.html(
        _(
            "Nobody with ID <code>{user_id}</code> is a member or has written here. Use an invitation to "
            "let them in."
        ),
        user_id=error.user_id,
    )
    return Message(text, ((do(t.text(_("👥 Members")), "members"), do(t.text(_("✉️ Invite")), "invite")),))


@renders(errors.OwnerIsFixed)
def owner_is_fixed(_error: errors.OwnerIsFixed, t: Translator) -> Message:
    """Say where the owner can be changed."""
    text = t.html(
        _("The owner can't be changed in the chat, only on the computer: <code>bot-service pair</code>.")
    )
    return Message(text, ((do(t.text(_("👥 Members")), "members"),),))


@renders(errors.InPrivateOnly)
def in_private_only(_error: errors.InPrivateOnly, t: Translator) -> Message:
    """Say where to ask instead."""
    return Message(t.html(_("A group shouldn't see this. Please ask me in our private chat.")))
