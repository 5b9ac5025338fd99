"""Connect a group, and choose which alerts come there."""

from __future__ import annotations

from bot_service.domain.errors import InvalidValue
from bot_service.domain.people import Role, RouteKind
from bot_service.i18n import LANGUAGES
from bot_service.i18n import mark as _
from bot_service.telegram_bot.registry import Group, Kind, command
from bot_service.telegram_bot.request import Reply, Request

OFF = frozenset({"off", "lepas", "putus"})
ALL = frozenset({"all", "semua"})
KINDS = {"account": RouteKind.ACCOUNT, "akun": RouteKind.ACCOUNT, "bot": RouteKind.BOT}


@command(
    "group",
    group=Group.SETTINGS,
    role=Role.OPERATOR,
    kind=Kind.CHANGE,
    summary=_("Use me in a group, and send alerts there"),
    usage=_("[all | account N | bot N | #tag | off]"),
    examples=("group", "group all"),
    aliases={"id": ("grup",)},
)
def group(request: Request) -> Reply:
    """Connect this group or show it; in the private chat show all groups."""
    words = [word.lower() for word in request.words]
    if words and words[0] in OFF:
        return _off(request, words[1:])
    if not request.in_group:
        return request.show(request.services.groups.view())
    card = request.services.groups.bind(request.actor, request.member, request.title, request.thread_id)
    if words and words[0] in LANGUAGES:
        changes = {"language": (card.group.language, words[0])}
        card = request.services.groups.speak(request.actor, words[0], request.thread_id)
        return Reply(request.show(card).messages, group_changed=True, changes=changes)
    if words:
        kind, value = _route(words)
        card = request.services.groups.toggle(request.actor, request.thread_id, kind, value)
    return Reply(request.show(card).messages, group_changed=True)


def _off(request: Request, rest: list[str]) -> Reply:
    chat_id = request.actor.chat_id
    if rest and rest[0].removeprefix("-").isdecimal():
        chat_id = int(rest[0])
    return request.show(request.services.groups.unbind(request.actor, chat_id))


def _route(words: list[str]) -> tuple[RouteKind, str]:
    if words[0] in ALL:
        return RouteKind.EVERYTHING, ""
    if words[0].startswith("#"):
        return RouteKind.TAG, words[0].removeprefix("#")
    if words[0] in KINDS and len(words) > 1:
        return KINDS[words[0]], words[1].removeprefix("#")
    raise InvalidValue("group", " ".join(words)[:32], "unknown_route", "all, account 1, bot 3, #tag, off")
