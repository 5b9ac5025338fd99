"""What was done, what went wrong, and one's own data."""

from __future__ import annotations

from typing import Any

from bot_service.domain.errors import InPrivateOnly, InvalidValue
from bot_service.domain.people import Role
from bot_service.i18n import mark as _
from bot_service.telegram_bot.registry import Group, Kind, command, confirmed
from bot_service.telegram_bot.render import Document, Message, do
from bot_service.telegram_bot.render.parts import lines
from bot_service.telegram_bot.request import Reply, Request
from bot_service.telegram_bot.typed import bot_id, page_of

LONGEST_WORD = 40


SHEETS = {
    "accounts": _("accounts"),
    "trades": _("trades"),
    "deals": _("deals"),
    "bots": _("bots"),
    "bot_versions": _("versions of bots"),
    "alerts": _("alerts"),
    "moods": _("moods"),
    "notes": _("notes"),
    "audit": _("audit"),
}


@command(
    "audit",
    group=Group.SETTINGS,
    role=Role.OWNER,
    kind=Kind.LOOK,
    summary=_("Who did what, and how it ended"),
    usage=_("[member ID or #bot]"),
    examples=("audit", "audit #1"),
    aliases={"id": ("jejak",)},
)
def audit(request: Request) -> Reply:
    """Show a page of the audit, of one person or about one bot."""
    if request.in_group:
        raise InPrivateOnly
    auditing, page = request.services.auditing, page_of(request.words)
    asked = [word for word in request.words if not word.startswith("p")]
    if not asked:
        return request.show(auditing.page(page))
    number = bot_id(asked[0]) if asked[0].startswith("#") else _number(asked[0])
    if not asked[0].startswith("#") and auditing.person(number) is not None:
        return request.show(auditing.page(page, user_id=number))
    return request.show(auditing.page(page, bot_id=number))


def _number(word: str) -> int:
    if not (word.isascii() and word.isdecimal()) or len(word) > LONGEST_WORD:
        raise InvalidValue("member", word[:32], "not_a_user_id", "1001, #3")
    return int(word)


@command(
    "logs",
    group=Group.LOOK,
    role=Role.OWNER,
    kind=Kind.LOOK,
    summary=_("Last warnings and errors of the service"),
    usage=_("[reference]"),
    examples=("logs",),
    aliases={"id": ("log",)},
)
def logs(request: Request) -> Reply:
    """Show the newest warnings and errors, or those with a reference."""
    if request.in_group:
        raise InPrivateOnly
    return request.show(request.services.auditing.logs(request.rest[:LONGEST_WORD]))


@command(
    "export",
    group=Group.SETTINGS,
    role=Role.VIEWER,
    kind=Kind.LOOK,
    summary=_("All trades, bots and your own notes as a file"),
    aliases={"id": ("ekspor",)},
)
def export(request: Request) -> Reply:
    """Say that it takes a moment, then send the file."""
    if request.in_group:
        raise InPrivateOnly
    progress = Message(request.t.html(_("📦 Collecting your data …")))
    return Reply((progress,), later=lambda: _packed(request))


def _packed(request: Request) -> Reply:
    t = request.t
    made = request.services.exporting.export(request.actor)
    counts = ", ".join(
        f"{t.text(SHEETS[name]) if name in SHEETS else name} {t.number(count)}"
        for name, count in made.rows.items()
    )
    told = lines(
        t.html(_("📦 Your data is ready: {counts}."), counts=counts),
        t.html(_("Times are UTC, numbers have a decimal point. Moods, notes and alerts are only your own.")),
    )
    again = ((do(t.text(_("🔄 Once more")), "export"),),)
    return Reply((Message(told, again), Message("", document=Document(made.name, made.content))))


@command(
    "forget_me",
    group=Group.SETTINGS,
    role=Role.VIEWER,
    kind=Kind.LOOK,
    summary=_("Delete what is stored about you"),
    aliases={"id": ("hapus_data_saya",)},
    state="start",
)
def forget_me(request: Request) -> Reply:
    """Say what is deleted and what stays, and ask."""
    if request.in_group:
        raise InPrivateOnly
    t = request.t
    owner = request.member.role is Role.OWNER
    member = _("You stay the owner; that can only be changed on the computer itself.")
    if not owner:
        member = _("You lose your access and get no more messages.")
    text = lines(
        t.html(_("🧹 <b>Delete your data?</b>")),
        t.html(
            _(
                "Deleted: your notes and moods (in reports too), promises, letters, answers to the mentor, "
                "your name, messages kept for you, drafts."
            )
        ),
        t.html(member),
        t.html(
            _(
                "What stays: trades, deals and bots, because they are the account's books; and who "
                "changed what, with your ID only, because it concerns money."
            )
        ),
        t.html(
            _("Older backup copies keep it until they are replaced. Delete this chat yourself in Telegram.")
        ),
    )
    choice: tuple[str, str, dict[str, Any]] = (t.text(_("🧹 Yes, delete my data")), "forget", {})
    return request.ask(Message(text), choice, no=t.text(_("No")))


@confirmed("forget", role=Role.VIEWER)
def forget(request: Request) -> Reply:
    """Delete the asker's data."""
    return request.show(request.services.membership.forget(request.actor))
