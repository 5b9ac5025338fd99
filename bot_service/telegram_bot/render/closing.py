"""Closing in words: what would be closed, how far it is, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bot_service.domain import errors
from bot_service.domain.close_tasks import CloseTask, TaskState
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.services.views import CloseLine, ClosePreview, ClosingView
from bot_service.telegram_bot.render import words
from bot_service.telegram_bot.render.message import Button, Message, do
from bot_service.telegram_bot.render.parts import age, close_labels, cut, dot, levels, lines, rows, tag
from bot_service.telegram_bot.render.registry import renders

SHOWN = 20
_NOT_MOVED = {
    "position_gone": _("the position is already closed."),
    "in_loss": _("the price ({price}) has not passed the entry {entry} yet."),
    "better": _("its SL is already at the entry or better."),
    "unknown": _("the answer was lost. It is being checked; please look again in a moment."),
}


@renders(ClosePreview)
def preview(view: ClosePreview, t: Translator) -> Message:
    """Return what is open and what is already being closed, each with its button."""
    every = (*view.lines, *view.manual)
    shown = every[:SHOWN]
    labels = close_labels([line.position for line in shown], t)
    buttons = [do(label, f"close t{line.position.ticket}") for line, label in zip(shown, labels, strict=True)]
    waiting = [waits(task, t) for task in view.waiting[:SHOWN]]
    cancel = [cancel_button(task.ticket, t) for task in view.waiting[:5]]
    last = (do(t.text(_("❌ Close all")), "close_all"), do(t.text(_("🔄 Refresh")), "close"))
    if not every:
        text = lines(t.html(_("No open positions.")), *waiting, age(view.age_s, t))
        return Message(text, (*((button,) for button in cancel), last[1:]))
    head = t.html(_("<b>Which position should be closed?</b> Nothing is closed yet."))
    text = lines(head, *told(every, t), *waiting, age(view.age_s, t))
    return Message(text, (*rows(buttons, 2), *((button,) for button in cancel), last))


def told(found: Sequence[CloseLine], t: Translator) -> list[str]:
    """Return each position with its owner, money and stop; its account where they are several."""
    several = len({line.account_id for line in found}) > 1
    told = [f"{tag(line.tag) if several else ''}{_line(line, t)}" for line in found[:SHOWN]]
    if len(found) > SHOWN:
        told.append(t.html(_("… and {n} more"), n=len(found) - SHOWN))
    return told


def _line(line: CloseLine, t: Translator) -> Html:
    position = line.position
    floating = position.profit + position.swap
    owner = t.text(_("not from a bot")) if line.bot is None else cut(line.bot.settings.name, 24)
    return t.html(
        "{dot} <b>{owner}</b> · {floating}\n{symbol} {side} {lots} · {levels} · #{ticket}",
        dot=dot(floating),
        ticket=position.ticket,
        symbol=position.symbol,
        side=position.side.upper(),
        lots=t.lots(line.lots),
        floating=t.money(floating, line.currency, sign=True),
        levels=levels(position.stop_loss, position.take_profit, t),
        owner=owner,
    )


def question(head: Html, found: Sequence[CloseLine], view: ClosePreview, t: Translator) -> str:
    """Return what exactly would be closed, with its sums and how old they are."""
    tags = {tag(line.tag) for line in found}
    sums: dict[str, Decimal] = {}
    for line in found:
        amount = line.position.profit + line.position.swap
        sums[line.currency] = sums.get(line.currency, Decimal(0)) + amount
    bare = sum(line.position.stop_loss is None for line in found)
    total = t.html(
        _("Floating now: <b>{sums}</b>"),
        sums=", ".join(t.money(amount, currency, sign=True) for currency, amount in sums.items()),
    )
    unsafe = t.html(_("⚠️ Without SL: {n}, closed first."), n=bare) if bare else None
    seen = t.html(
        _("Data from {age} ago; what counts is the broker's price when it closes."), age=_age(view, t)
    )
    whose = tags.pop() if len(tags) == 1 else ""
    return lines(f"{whose}{head}", *told(found, t), total if len(found) > 1 else None, unsafe, seen)


def _age(view: ClosePreview, t: Translator) -> str:
    return t.duration(view.age_s or 0)


@renders(ClosingView)
def progress(view: ClosingView, t: Translator) -> Message:
    """Return how far each closing of an order is."""
    done = [task for task in view.tasks if not task.state.open]
    head = t.html(_("⏳ <b>Closing: {done} of {n} done</b>"), done=len(done), n=len(view.tasks))
    if view.finished:
        closed = [task for task in view.tasks if task.state is TaskState.DONE]
        head = t.html(_("🏁 <b>Closed: {done} of {n}</b>"), done=len(closed), n=len(view.tasks))
    if not view.tasks:
        head = t.html(_("Nothing is left to close."))
    left_out = None
    if view.left_out:
        left_out = t.html(_("📌 Already closed, or with the broker right now: {n}"), n=view.left_out)
    shown = [_task(task, view.currencies.get(task.position_id, ""), t) for task in view.tasks[:SHOWN]]
    if len(view.tasks) > SHOWN:
        shown.append(t.html(_("… and {n} more"), n=len(view.tasks) - SHOWN))
    waiting = [task for task in view.tasks if task.state.open]
    failed = [task for task in view.tasks if task.state is TaskState.GIVEN_UP]
    rows: list[tuple[Button, ...]] = [(_again(task, t),) for task in failed[:5]]
    if waiting and not view.finished:
        rows.append((do(t.text(_("✖️ Cancel what is still waiting")), "cancel_close"),))
    rows.append((do(t.text(_("Positions")), "positions"), do(t.text(_("📊 Status")), "status")))
    return Message(lines(head, *shown, _net(view, t), left_out), tuple(rows))


def _again(task: CloseTask, t: Translator) -> Button:
    return do(t.text(_("🔁 Try #{ticket} again"), ticket=task.ticket), f"close t{task.ticket}")


def _net(view: ClosingView, t: Translator) -> Html | None:
    sums: dict[str, Decimal] = {}
    for task in view.tasks:
        if task.net is not None:
            currency = view.currencies.get(task.position_id, "")
            sums[currency] = sums.get(currency, Decimal(0)) + task.net
    if not sums:
        return None
    amounts = ", ".join(t.money(amount, currency, sign=True) for currency, amount in sums.items())
    return t.html(_("Result after costs: <b>{sums}</b>"), sums=amounts)


def _task(task: CloseTask, currency: str, t: Translator) -> Html:
    what = t.html("#{ticket} {symbol} {lots}", ticket=task.ticket, symbol=task.symbol, lots=t.lots(task.lots))
    if task.state is TaskState.MARKET_CLOSED:
        return waits(task, t)
    if task.state is TaskState.DONE and task.net is not None:
        return t.html("✅ {what} · {net}", what=what, net=t.money(task.net, currency, sign=True))
    sentence = {
        TaskState.DONE: _("✅ {what} · closed"),
        TaskState.GONE: _("📌 {what} · was already closed, not by this order"),
        TaskState.GIVEN_UP: _("⛔ {what} · NOT closed: {why}"),
        TaskState.CANCELLED: _("✖️ {what} · cancelled, stays open"),
        TaskState.CHECKING: _("❓ {what} · the answer is being checked"),
        TaskState.SENT: _("❓ {what} · the answer is being checked"),
    }.get(task.state)
    if sentence is None:
        sentence = (
            _("⏳ {what} · {why}, trying again")
            if task.reject_class
            else _("⏳ {what} · waiting for its turn")
        )
    return t.html(sentence, what=what, why=why_not(task.reject_class, t))


def waits(task: CloseTask, t: Translator) -> Html:
    """Return that an order to close is under way, and what it waits for."""
    facts = {"ticket": task.ticket, "symbol": task.symbol, "lots": t.lots(task.lots)}
    if task.state is not TaskState.MARKET_CLOSED:
        return t.html(_("⏳ #{ticket} {symbol} {lots} · is being closed"), **facts)
    if task.opens is None:
        return t.html(_("🌙 #{ticket} {symbol} {lots} · closes when the market opens"), **facts)
    opens = t.around(task.opens)
    return t.html(
        _("🌙 #{ticket} {symbol} {lots} · closes when the market opens, {opens}"), **facts, opens=opens
    )


def cancel_button(ticket: int, t: Translator) -> Button:
    """Return the button that takes an order to close back."""
    return do(t.text(_("✖️ Don't close #{ticket}"), ticket=ticket), f"cancel_close {ticket}")


def why_not(reject_class: str, t: Translator) -> str:
    """Return why the broker refused, in plain words."""
    reason = words.REJECT_CLASSES.get(reject_class)
    return t.text(reason) if reason else reject_class


def places(t: Translator) -> tuple[Button, ...]:
    """Return where to look next."""
    return (do(t.text(_("Positions")), "positions"), do(t.text(_("📊 Status")), "status"))


@renders(errors.NoSuchPosition)
def no_such_position(error: errors.NoSuchPosition, t: Translator) -> Message:
    """Say that nothing open has this number and show what is open."""
    text = t.html(
        _("No open position has the number “{number}”, neither as a ticket nor as a bot."),
        number=error.number,
    )
    return Message(text, ((do(t.text(_("Positions")), "positions"), do(t.text(_("My bots")), "bots")),))


@renders(errors.StopNotMoved)
def stop_not_moved(error: errors.StopNotMoved, t: Translator) -> Message:
    """Say why the stop stays where it is."""
    reason = _NOT_MOVED.get(error.reason) or words.REJECT_CLASSES.get(error.reason, error.reason)
    numbers = {
        "price": "?" if error.price is None else t.price(error.price),
        "entry": "?" if error.entry is None else t.price(error.entry),
    }
    why = t.text(reason, **numbers)
    text = t.html(_("⚠️ The SL of #{ticket} stays as it is: {why}"), ticket=error.ticket, why=why)
    return Message(text, (places(t),))
