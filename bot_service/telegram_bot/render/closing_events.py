"""What became of ordered closings, in words."""

from __future__ import annotations

from collections.abc import Iterable

from bot_service.domain import events
from bot_service.domain.events.of_stops import PositionEvent
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.services.views import StopMovedReceipt
from bot_service.telegram_bot.render.closing import SHOWN, cancel_button, places, why_not
from bot_service.telegram_bot.render.message import Message, do
from bot_service.telegram_bot.render.parts import dot, lines, tag
from bot_service.telegram_bot.render.registry import Names, Telling, renders, tells


def _name(event: PositionEvent, t: Translator) -> str:
    return event.name or t.text(_("Manual trade"))


def _facts(event: PositionEvent, t: Translator) -> dict[str, str]:
    return {
        "name": _name(event, t),
        "ticket": str(event.ticket),
        "symbol": event.symbol,
        "side": event.side.upper(),
        "lots": t.lots(event.lots),
    }


def _tickets(tickets: Iterable[int], t: Translator) -> Html:
    found = tuple(tickets)
    shown = ", ".join(f"#{ticket}" for ticket in found[:SHOWN])
    if len(found) <= SHOWN:
        return t.html("{shown}", shown=shown)
    return t.html(_("{shown} and {n} more"), shown=shown, n=len(found) - SHOWN)


@tells(events.ClosingOrdered)
def closing_ordered(event: events.ClosingOrdered, t: Translator, _names: Names) -> Telling:
    """Tell that positions are to be closed, and whether the console said so."""
    shown = _tickets(event.tickets, t)
    n = len(event.tickets)
    if event.actor is None:
        line = t.html(_("🆘 Ordered on the computer itself (bot-service panic): close {shown}"), shown=shown)
    elif event.panic:
        line = t.plural(
            "🆘 Panic: {n} position is being closed: {shown}",
            "🆘 Panic: {n} positions are being closed: {shown}",
            n=n,
            shown=shown,
        )
    else:
        line = t.plural(
            "❌ {n} position is being closed: {shown}",
            "❌ {n} positions are being closed: {shown}",
            n=n,
            shown=shown,
        )
    return Telling((line,), (places(t),))


@tells(events.ClosingDone)
def closing_done(event: events.ClosingDone, t: Translator, _names: Names) -> Telling:
    """Tell that a part, or a position without bot, was closed."""
    head = t.html(_("✅ <b>{name}</b>: {symbol} {side} {lots} closed by your command"), **_facts(event, t))
    net = None
    if event.net is not None:
        amount = t.money(event.net, event.currency, sign=True)
        net = t.html(_("{dot} Result after costs: <b>{net}</b>"), dot=dot(event.net), net=amount)
    left = t.html(_("Still open: {left}"), left=t.lots(event.left)) if event.left else None
    ticket = t.html("#{ticket}", ticket=event.ticket)
    return Telling(tuple(line for line in (head, net, left, ticket) if line is not None), (places(t),))


@tells(events.ClosingChanged)
def closing_changed(event: events.ClosingChanged, t: Translator, _names: Names) -> Telling:
    """Tell that a position was not any more as it was confirmed."""
    facts = _facts(event, t)
    if not event.lots:
        line = t.html(
            _("📌 <b>{name}</b>: #{ticket} {symbol} was already closed, not by this order"), **facts
        )
        return Telling((line,), (places(t),))
    was = t.lots(event.confirmed)
    line = t.html(
        _("📌 <b>{name}</b>: #{ticket} {symbol} now has {lots}, you confirmed {was}"), **facts, was=was
    )
    does = _("The remaining {lots} will be closed.")
    if event.lots > event.confirmed:
        does = _("Only the confirmed {was} are closed; the rest stays open.")
    return Telling((line, t.html(does, lots=facts["lots"], was=was)), (places(t),))


@tells(events.ClosingRefused)
def closing_refused(event: events.ClosingRefused, t: Translator, _names: Names) -> Telling:
    """Tell why a position is not closed yet, or not at all, and what to do."""
    head = t.html(_("⛔ <b>{name}</b>: #{ticket} {symbol} {lots} is NOT closed"), **_facts(event, t))
    why = t.html(_("Cause: {why} (code {code})"), why=why_not(event.reject_class, t), code=event.retcode)
    if event.again:
        then = t.html(_("I keep trying and will tell you when it is closed."))
        return Telling((head, why, then), ((cancel_button(event.ticket, t),), places(t)))
    then = t.html(_("I have stopped trying. Close it in MT5, or try again here."))
    again = do(t.text(_("🔁 Try #{ticket} again"), ticket=event.ticket), f"close t{event.ticket}")
    return Telling((head, why, then), ((again,), places(t)))


@tells(events.ClosingWaits)
def closing_waits(event: events.ClosingWaits, t: Translator, _names: Names) -> Telling:
    """Tell that a market is closed and the order is kept, with the button that takes it back."""
    head = t.html(
        _("🌙 <b>{name}</b>: #{ticket} {symbol} {lots} is still open, its market is closed"),
        **_facts(event, t),
    )
    then = t.html(_("I will close it when the market opens, even after a restart."))
    if event.opens is not None:
        at = t.around(event.opens)
        then = t.html(_("I will close it when the market opens ({at}), even after a restart."), at=at)
    return Telling((head, then), ((cancel_button(event.ticket, t),), places(t)))


@tells(events.ClosingUnknown)
def closing_unknown(event: events.ClosingUnknown, t: Translator, _names: Names) -> Telling:
    """Tell that an outcome is being checked and nothing is sent twice."""
    head = t.html(
        _("❓ <b>{name}</b>: not certain yet whether #{ticket} {symbol} {lots} was closed"),
        **_facts(event, t),
    )
    return Telling((head, t.html(_("It is being checked. Nothing is sent again until the result is known."))))


@tells(events.ClosingCancelled)
def closing_cancelled(event: events.ClosingCancelled, t: Translator, _names: Names) -> Telling:
    """Tell that orders to close were taken back."""
    shown = _tickets(event.tickets, t)
    return Telling(
        (t.html(_("✖️ Close order cancelled: {shown}. They stay open."), shown=shown),), (places(t),)
    )


@tells(events.StopMoved)
def stop_moved(event: events.StopMoved, t: Translator, _names: Names) -> Telling:
    """Tell that a stop is at the entry."""
    stop = t.price(event.stop_loss)
    head = t.html(
        _("🔒 <b>{name}</b>: the SL of #{ticket} {symbol} is now at the entry, {stop}"),
        **_facts(event, t),
        stop=stop,
    )
    was = t.html(_("Before: {levels}"), levels=t.price(event.before)) if event.before else None
    note = t.html(_("A gap or slippage can still cost something."))
    return Telling(tuple(line for line in (head, was, note) if line is not None), (places(t),))


@renders(StopMovedReceipt)
def stop_moved_receipt(view: StopMovedReceipt, t: Translator) -> Message:
    """Answer the button with the new stop."""
    telling = stop_moved(view.event, t, {})
    return Message(f"{tag(view.tag)}{lines(*telling.lines)}", telling.keyboard)
