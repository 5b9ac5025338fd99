"""What happens to people, in words."""

from __future__ import annotations

from bot_service.domain import events
from bot_service.domain.people import Role
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.telegram_bot.render import words
from bot_service.telegram_bot.render.message import Button, do
from bot_service.telegram_bot.render.registry import Names, Telling, tells


def person(name: str, user_id: int, t: Translator) -> Html:
    """Return somebody by name and id; the name is what he calls himself, only the id counts."""
    number = t.html("<code>{user_id}</code>", user_id=user_id)
    return t.html("<b>{name}</b> ({number})", name=name, number=number) if name else number


def _members(t: Translator) -> tuple[tuple[Button, ...], ...]:
    return ((do(t.text(_("👥 Members")), "members"),),)


@tells(events.StrangerKnocked)
def stranger_knocked(event: events.StrangerKnocked, t: Translator, _names: Names) -> Telling:
    """Tell the owner who wrote; nothing was shown to him; two buttons let him in."""
    who = person(event.name, event.user_id, t)
    line = t.html(_("👤 A stranger wrote to the bot: {who}. They were shown nothing."), who=who)
    let_in = tuple(
        do(t.text(_("✉️ Let in as {role}"), role=t.text(words.ROLES[role])), f"invite {role} {event.user_id}")
        for role in (Role.VIEWER, Role.OPERATOR)
    )
    return Telling((line,), tuple((button,) for button in let_in))


@tells(events.MemberUnreachable)
def member_unreachable(event: events.MemberUnreachable, t: Translator, _names: Names) -> Telling:
    """Tell the owner who blocked the bot."""
    line = t.html(
        _("🔕 Member <code>{user_id}</code> blocked the bot and gets no more messages."),
        user_id=event.user_id,
    )
    return Telling((line,), _members(t))


@tells(events.OwnerPaired)
def owner_paired(event: events.OwnerPaired, t: Translator, _names: Names) -> Telling:
    """Tell who became the owner."""
    return Telling((t.html(_("🔑 User <code>{user_id}</code> is now the owner."), user_id=event.user_id),))


@tells(events.MemberInvited)
def member_invited(event: events.MemberInvited, t: Translator, _names: Names) -> Telling:
    """Tell everybody that somebody may come in, and until when."""
    line = t.html(
        _("✉️ The owner created an invitation: role {role}, valid until {until}."),
        role=t.text(words.ROLES[event.role]),
        until=t.when(event.expires_at),
    )
    return Telling((line,), _members(t))


@tells(events.InvitationRevoked)
def invitation_revoked(event: events.InvitationRevoked, t: Translator, _names: Names) -> Telling:
    """Tell everybody that an invitation is void."""
    line = t.html(_("✉️ The owner revoked an invitation (role {role})."), role=t.text(words.ROLES[event.role]))
    return Telling((line,))


@tells(events.MemberJoined)
def member_joined(event: events.MemberJoined, t: Translator, _names: Names) -> Telling:
    """Tell the others who came in and what he may do."""
    line = t.html(
        _("👥 {who} is now a member: {role}."),
        who=person(event.name, event.user_id, t),
        role=t.text(words.ROLES[event.role]),
    )
    return Telling((line,), _members(t))


@tells(events.AccessGranted)
def access_granted(event: events.AccessGranted, t: Translator, _names: Names) -> Telling:
    """Welcome the person whom the owner has let in."""
    told = (
        t.html(_("👋 The owner gave you access: {role}."), role=t.text(words.ROLES[event.role])),
        t.html(words.ROLE_MEANINGS[event.role]),
    )
    return Telling(told, ((do(t.text(_("▶️ Start")), "start"),),))


@tells(events.RoleChanged)
def role_changed(event: events.RoleChanged, t: Translator, _names: Names) -> Telling:
    """Tell everybody what somebody may do now."""
    line = t.html(
        _("👥 Role of {who}: {before} → <b>{after}</b>"),
        who=person(event.name, event.user_id, t),
        before=t.text(words.ROLES[event.before]),
        after=t.text(words.ROLES[event.after]),
    )
    return Telling((line,), _members(t))


@tells(events.MemberRemoved)
def member_removed(event: events.MemberRemoved, t: Translator, _names: Names) -> Telling:
    """Tell the others who lost his role."""
    who = person(event.name, event.user_id, t)
    return Telling((t.html(_("👥 {who} is no longer a member."), who=who),), _members(t))


@tells(events.GroupConnected)
def group_connected(event: events.GroupConnected, t: Translator, _names: Names) -> Telling:
    """Tell that a group reads along from now on."""
    line = t.html(
        _("🔗 Group <b>{title}</b> is connected. Everyone in it can read what is asked there."),
        title=event.title,
    )
    return Telling((line,), ((do(t.text(_("👥 Groups")), "group"),),))


@tells(events.GroupDisconnected)
def group_disconnected(event: events.GroupDisconnected, t: Translator, _names: Names) -> Telling:
    """Tell that a group reads nothing any more, and whether the bot was thrown out."""
    line = t.html(_("🔗 Group <b>{title}</b> is disconnected."), title=event.title)
    if event.actor is None:
        line = t.html(_("🔗 Group <b>{title}</b> removed me, so it is disconnected."), title=event.title)
    return Telling((line,), ((do(t.text(_("👥 Groups")), "group"),),))


@tells(events.AccessEnded)
def access_ended(_event: events.AccessEnded, t: Translator, _names: Names) -> Telling:
    """Tell the person himself."""
    return Telling((t.html(_("You no longer have access to this bot. The owner removed it.")),))
