"""The mentor's hub, the day so far, written reports, own notes."""

from __future__ import annotations

from collections.abc import Sequence

from bot_service.domain.errors import InPrivateOnly, InvalidValue
from bot_service.domain.people import Role
from bot_service.i18n import mark as _
from bot_service.telegram_bot.registry import Group, Kind, command
from bot_service.telegram_bot.render.care import MisreadView
from bot_service.telegram_bot.request import Reply, Request
from bot_service.telegram_bot.typed import page_of
from bot_service.telegram_bot.which import named_account, with_accounts

REST = frozenset({"rest", "istirahat"})
MISREAD = frozenset({"misread"})
MUTE = frozenset({"mute", "diam"})
UNMUTE = frozenset({"unmute", "bicara"})
_LONGEST_WORD = 40
_DIGITS = 4


@command(
    "mentor",
    group=Group.MENTOR,
    role=Role.VIEWER,
    kind=Kind.CHANGE,
    summary=_("The mentor: today, the last 7 days, your promises"),
    usage=_("[mute | rest 7]"),
    examples=("mentor", "mentor mute"),
    private=True,
    state="mentor",
)
def mentor(request: Request) -> Reply:
    """Show the hub; rest for some days; let a detector keep still."""
    account, words = named_account(request)
    if request.in_group:
        raise InPrivateOnly
    first = words[0].lower() if words else ""
    if first in REST:
        return request.show(request.services.wishes.rest(request.actor, _days(words[1:])))
    if first in MISREAD:
        return request.show(MisreadView())
    if first in MUTE or first in UNMUTE:
        return _mutes(request, words[1:], muted=first in MUTE)
    if first:
        raise InvalidValue("mentor", first[:32], "no_such_choice", "mute, rest 7")
    view = request.services.hub.view(request.actor, account)
    return with_accounts(request, request.show(view), view.today.account_id, "mentor")


def _days(words: Sequence[str]) -> int:
    word = words[0] if words else "7"
    if not (word.isascii() and word.isdecimal()) or len(word) > _DIGITS:
        raise InvalidValue("rest", word[:32], "not_a_number", "7")
    return int(word)


def _mutes(request: Request, words: Sequence[str], *, muted: bool) -> Reply:
    codes = [word for word in words if not (word[:1] == "p" and word[1:].isdecimal())]
    if codes:
        request.services.wishes.mute(request.actor, codes[0].lower(), muted=muted)
    return request.show(request.services.wishes.mutes(request.actor, page_of(words)))


@command(
    "feedback",
    group=Group.MENTOR,
    role=Role.VIEWER,
    kind=Kind.LOOK,
    summary=_("How the day looks so far, from facts"),
    examples=("feedback",),
    aliases={"id": ("evaluasi",)},
    private=True,
)
def feedback(request: Request) -> Reply:
    """Show what the day shows so far."""
    account, _words = named_account(request)
    view = request.services.hub.feedback(account)
    return with_accounts(request, request.show(view), view.today.account_id, "feedback")


@command(
    "reports",
    group=Group.MENTOR,
    role=Role.VIEWER,
    kind=Kind.LOOK,
    summary=_("All written reports by date"),
    examples=("reports",),
    aliases={"id": ("daftar_laporan",)},
)
def reports(request: Request) -> Reply:
    """Show a page of the written reports."""
    account, words = named_account(request)
    view = request.services.hub.reports(account, page_of(words))
    return with_accounts(request, request.show(view), view.account_id, "reports")


@command(
    "notes",
    group=Group.MENTOR,
    role=Role.VIEWER,
    kind=Kind.LOOK,
    summary=_("Your own notes, or those with a word in them"),
    usage=_("[word]"),
    examples=("notes", "notes NFP"),
    aliases={"id": ("catatan",)},
    private=True,
)
def notes(request: Request) -> Reply:
    """Show a page of the asker's notes."""
    if request.in_group:
        raise InPrivateOnly
    words = list(request.words)
    page = page_of(words[-1:])
    if page or words[-1:] == ["p1"]:
        words = words[:-1]
    return request.show(request.services.hub.notes(request.actor, " ".join(words)[:_LONGEST_WORD], page))
