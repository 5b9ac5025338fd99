"""What holds entries back, and positions that nobody knows: look, and decide."""

from __future__ import annotations

from typing import Any

from bot_service.domain.bots import Held
from bot_service.domain.errors import InvalidValue
from bot_service.domain.people import Role
from bot_service.i18n import mark as _
from bot_service.services.views import HoldLine
from bot_service.telegram_bot.registry import Group, Kind, button, command, confirmed
from bot_service.telegram_bot.render import Message, do, render
from bot_service.telegram_bot.request import Reply, Request

Choice = tuple[str, str, dict[str, Any]]


@command(
    "lift",
    group=Group.CONTROL,
    role=Role.OPERATOR,
    kind=Kind.LOOK,
    summary=_("What is holding entries, and how to resume them"),
    aliases={"id": ("lanjutkan",)},
    state="lift",
)
def lift(request: Request) -> Reply:
    """Show what holds entries; offer what only the owner can end."""
    view = request.services.holding.shown()
    message = render(view, request.t)
    found = [choice for line in view.lines if (choice := _choice(line, request)) is not None]
    if not found:
        return Reply((message,))
    choices = {label: (label, action, payload) for label, action, payload in found}.values()
    return request.ask(message, *choices, no=request.t.text(_("Not yet")))


def _choice(line: HoldLine, request: Request) -> Choice | None:
    t = request.t
    choices: dict[Held, Choice] = {
        Held.SECOND_COPY: (t.text(_("✅ The other copy is off")), "copy_off", {}),
        Held.RESTARTS: (t.text(_("✅ The cause is fixed")), "restarts_fine", {}),
        Held.RESTORED: (t.text(_("✅ The old computer is off")), "old_machine_off", {}),
        Held.GUARD: (
            _of(line, t.text(_("🔓 Lift the daily limit"))),
            "lift_guard",
            {"account_id": line.account_id},
        ),
        Held.CURRENCY_CHANGED: (
            _of(line, t.text(_("✅ {currency} is right"), currency=line.detail)),
            "currency",
            {"account_id": line.account_id, "currency": line.detail},
        ),
    }
    if line.reason is Held.RUNAWAY and line.bot is not None:
        label = t.text(_("▶️ Let {name} continue"), name=line.bot.settings.name)
        return label, "go_on", {"bot_id": line.bot.id}
    return choices.get(line.reason)


def _of(line: HoldLine, label: str) -> str:
    # Where there are several accounts, each has its own button.
    return f"{label} · {line.tag.label}" if line.tag.label else label


@confirmed("copy_off", role=Role.OWNER)
def copy_off(request: Request) -> Reply:
    """Let entries go on after the owner's word."""
    request.services.holding.other_copy_is_off(request.actor)
    return request.say(_("🔓 Noted: the other copy is off. Entries resume."))


@confirmed("restarts_fine", role=Role.OWNER)
def restarts_fine(request: Request) -> Reply:
    """Let entries go on after the owner's word."""
    request.services.restarts.are_fine(request.actor)
    return request.say(_("🔓 Noted. Entries resume; restarts are counted from zero."))


@confirmed("old_machine_off", role=Role.OWNER)
def old_machine_off(request: Request) -> Reply:
    """Let entries go on after the owner's word."""
    request.services.restored.old_machine_is_off(request.actor)
    return request.say(_("🔓 Noted: the old computer is off. Entries resume."))


@confirmed("currency", role=Role.OWNER)
def currency(request: Request) -> Reply:
    """Take the account in the currency that was shown."""
    chosen = str(request.payload["currency"])
    request.services.holding.confirm_currency(request.actor, int(request.payload["account_id"]), chosen)
    return request.say(_("🔓 The account is in {currency} from now on. Entries resume."), currency=chosen)


@button("close_unknown", role=Role.OPERATOR, kind=Kind.LOOK, state="positions")
def close_unknown(request: Request) -> Reply:
    """Ask once more before a position that no bot opened is closed."""
    account_id, position_id = _place(request)
    position = request.services.strangers.shown(account_id, position_id)
    t = request.t
    text = t.html(
        _("Close position #{ticket} {side} {symbol} {lots} now? None of my bots opened it."),
        ticket=position.ticket,
        side=position.side.upper(),
        symbol=position.symbol,
        lots=t.lots(position.lots),
    )
    payload = {"account_id": account_id, "position_id": position_id}
    return request.ask(
        Message(text), (t.text(_("✅ Yes, close it")), "close_unknown", payload), no=t.text(_("No"))
    )


@confirmed("close_unknown", role=Role.OPERATOR)
def close_unknown_confirmed(request: Request) -> Reply:
    """Let the position be closed; an alert tells what became of it."""
    chosen = request.payload
    position = request.services.strangers.close(
        request.actor, int(chosen["account_id"]), int(chosen["position_id"])
    )
    return request.say(
        _("⏳ Position #{ticket} is being closed. I will tell you when it is done."), ticket=position.ticket
    )


@button("leave_unknown", role=Role.OPERATOR, kind=Kind.CHANGE, state="positions")
def leave_unknown(request: Request) -> Reply:
    """Leave a position alone."""
    position = request.services.strangers.leave(*_place(request))
    row = ((do(request.t.text(_("Positions")), "positions"),),)
    text = _("👌 Position #{ticket} stays as it is. No bot touches it.")
    return request.say(text, ticket=position.ticket, keyboard=row)


def _place(request: Request) -> tuple[int, int]:
    try:
        account_id, position_id = map(int, request.words)
    except ValueError:
        raise InvalidValue("number", " ".join(request.words), "not_a_number") from None
    return account_id, position_id
