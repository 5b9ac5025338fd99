"""The limits of accounts: see, set, lift; and bots that have gone astray."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot_service.domain import codec
from bot_service.domain.errors import ConfirmationRefused, NotAllowed
from bot_service.domain.guards import GuardAction, GuardRules
from bot_service.domain.people import Role
from bot_service.i18n import mark as _
from bot_service.services.guard_views import LimitsDraft
from bot_service.telegram_bot.registry import Group, Kind, button, command, confirmed
from bot_service.telegram_bot.render import Message, do
from bot_service.telegram_bot.render.guards import change_lines
from bot_service.telegram_bot.render.parts import lines, tag
from bot_service.telegram_bot.request import Reply, Request
from bot_service.telegram_bot.typed import bot_id

LIFT = frozenset({"lift", "angkat", "lepas"})
_ACCOUNT = re.compile(r"a([0-9]{1,6})")


@command(
    "limits",
    group=Group.SETTINGS,
    role=Role.VIEWER,
    kind=Kind.CHANGE,
    summary=_("Account limits: daily loss, open risk, margin"),
    usage=_("[daily 4]"),
    examples=("limits", "limits daily 4", "limits daily 200 usd", "limits open 5", "limits lift"),
    aliases={"id": ("batas",)},
    state="limits",
)
def limits(request: Request) -> Reply:
    """Show the limits, or let the owner change or lift one."""
    account_id, rest = _account(request.words)
    if not rest:
        return request.show(request.services.limits.view())
    if not request.member.role.covers(Role.OWNER):
        raise NotAllowed(Role.OWNER)
    if rest[0].lower() in LIFT:
        return _ask_lift(request, account_id)
    draft = request.services.limits.draft(account_id, rest)
    if draft.weaker:
        return _ask_weaker(request, draft, rest)
    return request.show(request.services.limits.change(request.actor, draft))


def _account(words: Sequence[str]) -> tuple[int | None, Sequence[str]]:
    match = _ACCOUNT.fullmatch(words[0].lower()) if words else None
    return (int(match[1]), words[1:]) if match else (None, words)


def _ask_weaker(request: Request, draft: LimitsDraft, words: Sequence[str]) -> Reply:
    t = request.t
    head = t.html(_("{tag}⚠️ <b>Less protection</b>: really change this?"), tag=tag(draft.tag))
    if draft.rules.daily.action is not draft.before.daily.action is GuardAction.HOLD:
        head = t.html(
            _("{tag}⚠️ At the limit <b>all positions would be closed</b>, yours by hand too. Really?"),
            tag=tag(draft.tag),
        )
    if draft.closes:
        head = t.html(
            _("{tag}⚠️ The limit is hit: <b>all positions are closed at once</b>, yours by hand too. Really?"),
            tag=tag(draft.tag),
        )
    told = t.html(_("All members are told."))
    message = Message(lines(head, *change_lines(draft.lines, t), told))
    payload = {
        "account_id": draft.account_id,
        "words": list(words),
        "before": codec.written(draft.before),
    }
    return request.ask(message, (t.text(_("✅ Yes, change it")), "limits", payload), no=t.text(_("No")))


@confirmed("limits", role=Role.OWNER)
def limits_confirmed(request: Request) -> Reply:
    """Set the limits that were shown, if nobody has changed them since."""
    chosen = request.payload
    draft = request.services.limits.draft(int(chosen["account_id"]), list(chosen["words"]))
    if draft.before != codec.read(GuardRules, str(chosen["before"])):
        raise ConfirmationRefused("unknown")
    return request.show(request.services.limits.change(request.actor, draft, confirmed=True))


def _ask_lift(request: Request, account_id: int | None) -> Reply:
    t = request.t
    account_id = request.services.limits.held(account_id)
    text = t.html(
        _(
            "🔓 Lift the daily limit? Entries resume, and it does not hold them again before the next reset. "
            "All members are told."
        )
    )
    payload = {"account_id": account_id}
    return request.ask(
        Message(text), (t.text(_("✅ Yes, lift it")), "lift_guard", payload), no=t.text(_("No"))
    )


@confirmed("lift_guard", role=Role.OWNER)
def lift_guard(request: Request) -> Reply:
    """Let entries go on although the day's limit is hit."""
    account_id = int(request.payload["account_id"])
    request.services.limits.lift(request.actor, account_id)
    row = ((do(request.t.text(_("🛡 Limits")), "limits"),),)
    return request.say(_("🔓 The daily limit is lifted until its reset. Entries resume."), keyboard=row)


@button("go_on", role=Role.OPERATOR, kind=Kind.RAISE, state="limits")
def go_on(request: Request) -> Reply:
    """Let a bot enter again that had lost or was refused too often."""
    bot = request.services.runaways.go_on(request.actor, bot_id(request.words[0]))
    row = ((do(request.t.text(_("Show the bot")), f"bot {bot.id}"),),)
    return request.say(_("▶️ <b>{name}</b> may enter again."), name=bot.settings.name, keyboard=row)


@confirmed("go_on", role=Role.OPERATOR)
def go_on_confirmed(request: Request) -> Reply:
    """Let a bot of the list of holds enter again."""
    bot = request.services.runaways.go_on(request.actor, int(request.payload["bot_id"]))
    return request.say(_("▶️ <b>{name}</b> may enter again."), name=bot.settings.name)
