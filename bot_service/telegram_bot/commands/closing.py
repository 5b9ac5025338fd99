"""Close positions: one, some, all, and the panic button; each asks once with exactly what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bot_service.domain.errors import NoSuchPosition, ServiceError
from bot_service.domain.people import Role
from bot_service.i18n import mark as _
from bot_service.services.entry_stops import can_go
from bot_service.services.views import CloseItem, CloseLine, ClosePreview
from bot_service.telegram_bot.following import followed
from bot_service.telegram_bot.registry import Group, Kind, command, confirmed
from bot_service.telegram_bot.render import Message, do, render
from bot_service.telegram_bot.render.closing import question, told
from bot_service.telegram_bot.render.receipts import stopped
from bot_service.telegram_bot.request import Reply, Request

Choice = tuple[str, str, dict[str, Any]]
_LONGEST_TICKET = 19


@command(
    "close",
    group=Group.CONTROL,
    role=Role.OPERATOR,
    kind=Kind.LOOK,
    summary=_("Close positions, after asking once"),
    usage=_("TICKET or ID…"),
    examples=("close 1", "close t501"),
    aliases={"id": ("tutup",)},
    state="positions",
)
def close(request: Request) -> Reply:
    """Say what exactly would be closed and ask; without a number show everything that is open."""
    closing = request.services.closing
    if not request.words:
        return request.show(closing.preview())
    words = [part for word in request.words for part in word.split(",") if part]
    view = closing.chosen(words)
    replies = []
    if view.lines:
        replies.append(_ask(request, view, view.lines))
    if view.manual:
        replies.append(_ask_manual(request, view))
    return Reply(tuple(message for reply in replies for message in reply.messages))


@command(
    "close_all",
    group=Group.CONTROL,
    role=Role.OPERATOR,
    kind=Kind.LOOK,
    summary=_("Close all positions, after asking once"),
    aliases={"id": ("tutup_semua",)},
    state="positions",
)
def close_all(request: Request) -> Reply:
    """Say what closing everything means and ask."""
    view = request.services.closing.preview()
    return _everything(request, view, panic=False) or request.show(view)


@command(
    "panic",
    group=Group.CONTROL,
    role=Role.OPERATOR,
    kind=Kind.STOP,
    summary=_("Stop all bots at once, then ask about closing"),
    aliases={"id": ("darurat", "panik")},
    state="bots",
)
def panic(request: Request) -> Reply:
    """Stop every bot now; ask only whether the positions are to be closed."""
    receipt = request.services.control.stop(request.actor, None)
    asked = _everything(request, request.services.closing.preview(), panic=True)
    if asked is None:
        return Reply((render(receipt, request.t),))
    # The question lists what is open.
    return Reply((replace(stopped(receipt, request.t, positions=False), keyboard=()), *asked.messages))


@command(
    "cancel_close",
    group=Group.CONTROL,
    role=Role.OPERATOR,
    kind=Kind.CHANGE,
    summary=_("Cancel close orders that are waiting"),
    usage=_("[TICKET…]"),
    examples=("cancel_close", "cancel_close 501"),
    aliases={"id": ("batal_tutup",)},
    state="positions",
)
def cancel_close(request: Request) -> Reply:
    """Take orders to close back, without a ticket all that wait."""
    cancelled = request.services.closing.cancel(request.actor, [_ticket(word) for word in request.words])
    row = ((do(request.t.text(_("Positions")), "positions"), do(request.t.text(_("📊 Status")), "status")),)
    if not cancelled:
        return request.say(_("No close order is waiting."), keyboard=row)
    shown = ", ".join(f"#{task.ticket}" for task in cancelled)
    return request.say(_("✖️ Close order cancelled: {shown}. They stay open."), shown=shown, keyboard=row)


def _ask(request: Request, view: ClosePreview, lines: Sequence[CloseLine]) -> Reply:
    t = request.t
    head = t.plural("<b>Close {n} position?</b>", "<b>Close {n} positions?</b>", n=len(lines))
    choices = _close_choices(request, lines)
    if len(lines) == 1:
        choices.extend(_parts(request, lines[0]))
    return request.ask(Message(question(head, lines, view, t)), *choices, no=t.text(_("No")))


def _close_choices(request: Request, lines: Sequence[CloseLine]) -> list[Choice]:
    t = request.t
    bots = [line.bot for line in lines if line.bot is not None]
    running = list(dict.fromkeys(bot.id for bot in bots if bot.running))
    if not running:
        return [(t.text(_("❌ Yes, close")), "close", _payload(lines))]
    stopping = t.plural("❌ Close + stop the bot", "❌ Close + stop the bots", n=len(running))
    return [
        (str(stopping), "close", {**_payload(lines), "bots": running}),
        (t.text(_("Close only, keep the bot running")), "close", _payload(lines)),
    ]


def _parts(request: Request, line: CloseLine) -> list[Choice]:
    t, found = request.t, list[Choice]()
    try:
        half = request.services.closing.half(line)
    except ServiceError:
        half = None  # the terminal doesn't answer: half of what can't be told
    if half is not None:
        payload = {**_payload([line]), "items": [_item(replace(line, lots=half))], "whole": False}
        found.append((t.text(_("½ Close {lots}"), lots=t.lots(half)), "close", payload))
    if can_go(line.position):
        place = {"account_id": line.account_id, "position_id": line.position.identifier}
        found.append((t.text(_("🔒 SL to the entry (BE)")), "stop_entry", place))
    return found


def _ask_manual(request: Request, view: ClosePreview) -> Reply:
    t = request.t
    n = len(view.manual)
    head = t.plural(
        "<b>Close {n} position that no bot opened?</b>", "<b>Close {n} positions that no bot opened?</b>", n=n
    )
    choices = [_manual_choice(request, view)]
    if n == 1:
        choices.extend(_parts(request, view.manual[0]))
    return request.ask(Message(question(head, view.manual, view, t)), *choices, no=t.text(_("No")))


def _manual_choice(request: Request, view: ClosePreview) -> Choice:
    label = request.t.plural(
        "✋ Close {n} manual position", "✋ Close {n} manual positions", n=len(view.manual)
    )
    return str(label), "close", _payload(view.manual)


def _everything(request: Request, view: ClosePreview, *, panic: bool) -> Reply | None:
    t = request.t
    every = (*view.lines, *view.manual)
    if not every:
        return None
    n = len(view.lines)
    head = t.plural("<b>Close {n} position of the bots?</b>", "<b>Close {n} positions of the bots?</b>", n=n)
    if not n:
        head = t.html(_("<b>The bots have no position.</b> Others are open:"))
    text = question(head, view.lines or view.manual, view, t)
    if view.manual and n:
        by_hand = t.html(_("✋ Not from a bot, closed only by their own button:"))
        text = "\n".join([text, "", by_hand, *told(view.manual, t)])
    choices: list[Choice] = []
    if n and panic:
        payload = {**_payload(view.lines), "panic": True}
        choices.append((t.text(_("🆘 Yes, close all {n}"), n=n), "close", payload))
    elif n:
        choices.extend(_all_choices(request, view.lines))
    if view.manual:
        choices.append(_manual_choice(request, view))
    return request.ask(Message(text), *choices, no=t.text(_("No, keep them open")))


def _all_choices(request: Request, lines: Sequence[CloseLine]) -> list[Choice]:
    t = request.t
    running = list(dict.fromkeys(line.bot.id for line in lines if line.bot is not None and line.bot.running))
    both = t.text(_("❌ Close all {n} + stop the bots"), n=len(lines))
    only = t.text(_("Close only, keep the bots running"))
    if not running:
        return [(t.text(_("❌ Close all {n}"), n=len(lines)), "close", _payload(lines))]
    return [
        (both, "close", {**_payload(lines), "stop_all": True}),
        (only, "close", _payload(lines)),
    ]


@confirmed("close", role=Role.OPERATOR)
def close_confirmed(request: Request) -> Reply:
    """Stop the bots if that was chosen, then let exactly what was shown be closed."""
    chosen, shown = request.payload, list[Message]()
    if chosen.get("stop_all") or chosen.get("bots"):
        ids = None if chosen.get("stop_all") else tuple(chosen["bots"])
        receipt = request.services.control.stop(request.actor, ids)
        shown.append(replace(render(receipt, request.t), keyboard=()))
    items = [CloseItem(int(one[0]), int(one[1]), Decimal(one[2])) for one in chosen["items"]]
    begun = request.services.closing.order(
        request.actor, items, whole=chosen.get("whole", True), panic=chosen.get("panic", False)
    )
    return followed(request, begun, tuple(shown))


@confirmed("stop_entry", role=Role.OPERATOR)
def stop_entry(request: Request) -> Reply:
    """Set the stop of the position that was shown to its entry."""
    account_id, position_id = int(request.payload["account_id"]), int(request.payload["position_id"])
    return request.show(request.services.entry_stops.move(request.actor, account_id, position_id))


def _payload(lines: Sequence[CloseLine]) -> dict[str, Any]:
    return {"items": [_item(line) for line in lines]}


def _item(line: CloseLine) -> list[Any]:
    return [line.account_id, line.position.identifier, f"{line.lots}"]


def _ticket(word: str) -> int:
    digits = word.strip("#,; ").lower().removeprefix("t")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > _LONGEST_TICKET:
        raise NoSuchPosition(word[:32])
    return int(digits)
