"""Groups and what they get, in words."""

from __future__ import annotations

from bot_service.domain.accounts import Account
from bot_service.domain.people import Route, RouteKind
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.services.people_views import GroupCard, GroupGoneReceipt, GroupsView
from bot_service.telegram_bot.render.message import Button, Message, do
from bot_service.telegram_bot.render.parts import cut, lines
from bot_service.telegram_bot.render.registry import renders

_NAMES = {
    RouteKind.EVERYTHING: _("all accounts"),
    RouteKind.ACCOUNT: _("account {value}"),
    RouteKind.BOT: _("bot {value}"),
    RouteKind.TAG: "#{value}",
}
_LINES = {
    RouteKind.EVERYTHING: "group all",
    RouteKind.ACCOUNT: "group account {value}",
    RouteKind.BOT: "group bot {value}",
    RouteKind.TAG: "group #{value}",
}


@renders(GroupCard)
def card(view: GroupCard, t: Translator) -> Message:
    """Return what a group gets, as one of its topics sees it."""
    here = [route for route in view.routes if route.thread_id == view.thread_id]
    others = len(view.routes) - len(here)
    head = t.html(
        _("🔗 <b>{title}</b> is connected. Members use their own roles here."), title=view.group.title
    )
    got = t.html(_("Alerts here: none. They still go to every member's own chat."))
    if here:
        names = ", ".join(_name(route, t) for route in here)
        got = t.html(_("Alerts that are also sent here: {names}."), names=names)
    elsewhere = t.html(_("Other topics and places with alerts: {n}."), n=others) if others else None
    hint = t.html(_("One bot or tag: <code>/group bot 3</code>, <code>/group #gold</code>"))
    return Message(lines(head, got, elsewhere, hint), _buttons(view, here, t))


def _buttons(view: GroupCard, here: list[Route], t: Translator) -> tuple[tuple[Button, ...], ...]:
    offered = [Route(view.group.chat_id, view.thread_id, RouteKind.EVERYTHING)]
    if len(view.accounts) > 1:
        offered += [_of_account(view, account) for account in view.accounts]
    offered += [route for route in here if route not in offered]
    rows = tuple((_switch(route, on=route in here, t=t),) for route in offered)
    languages = (do("🇮🇩 Indonesia", "group id"), do("🇬🇧 English", "group en"))
    return (*rows, languages, (do(t.text(_("🔌 Disconnect")), "group off"),))


def _of_account(view: GroupCard, account: Account) -> Route:
    return Route(view.group.chat_id, view.thread_id, RouteKind.ACCOUNT, str(account.id))


def _switch(route: Route, *, on: bool, t: Translator) -> Button:
    name = _name(route, t)
    label = (
        t.text(_("🔕 No more alerts here: {name}"), name=name)
        if on
        else t.text(_("🔔 Alerts here: {name}"), name=name)
    )
    return do(label, _LINES[route.kind].format(value=route.value))


def _name(route: Route, t: Translator) -> str:
    return t.text(_NAMES[route.kind], value=route.value)


@renders(GroupsView)
def groups(view: GroupsView, t: Translator) -> Message:
    """Return all connected groups, or how to connect one."""
    if not view.groups:
        text = t.html(
            _(
                "No group is connected. Add me to a group and type <code>/group</code> there; its "
                "members can then ask me, each with their own role."
            )
        )
        return Message(text, ((do(t.text(_("👥 Members")), "members"),),))
    told = [_told(view, group.chat_id, group.title, t) for group in view.groups]
    buttons = tuple(
        (do(t.text(_("🔌 Disconnect {title}"), title=cut(group.title, 24)), f"group off {group.chat_id}"),)
        for group in view.groups
    )
    return Message(lines(t.html(_("<b>Groups: {n}</b>"), n=len(view.groups)), *told), buttons)


def _told(view: GroupsView, chat_id: int, title: str, t: Translator) -> Html:
    names = [_name(route, t) for route in view.routes if route.chat_id == chat_id]
    if not names:
        return t.html(_("• <b>{title}</b> · no alerts"), title=title)
    return t.html(_("• <b>{title}</b> · alerts: {names}"), title=title, names=", ".join(names))


@renders(GroupGoneReceipt)
def gone(view: GroupGoneReceipt, t: Translator) -> Message:
    """Return that a group is disconnected."""
    text = t.html(_("<b>{title}</b> is disconnected: no more answers or alerts there."), title=view.title)
    return Message(text)
