"""What happened to the stops of open positions, in words; and the answer to the button that puts one back."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from bot_service.domain import events
from bot_service.domain.errors import StopNotPutBack
from bot_service.domain.events.of_stops import PositionEvent
from bot_service.domain.protection import StopPolicy
from bot_service.domain.trading import ExitCause
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.services.views import PutBackReceipt
from bot_service.telegram_bot.render import words
from bot_service.telegram_bot.render.message import Button, Message, do
from bot_service.telegram_bot.render.parts import lines, tag
from bot_service.telegram_bot.render.registry import Names, Telling, renders, tells

PUT_BACK = "putback"
_REASONS = {
    "position_gone": _("the position is already closed."),
    "already_set": _("the position already has an SL ({stop})."),
    "outdated": _("this button belongs to an earlier change. Use the newest alert."),
    "past": _("the price ({price}) has already passed the SL {stop}, so the broker won't accept it."),
    "unknown": _("the answer was lost. It is being checked and you will be told; please wait a moment."),
}


@tells(events.StopMissing)
def stop_missing(event: events.StopMissing, t: Translator, _names: Names) -> Telling:
    """Tell that a position came without its stop, and what is done about it."""
    head = t.html(
        _("🚨 <b>{name}</b>: {side} {symbol} {lots} is open WITHOUT its stop loss"), **_facts(event, t)
    )
    doing = t.html(_("I am setting SL {stop} now."), stop=t.price(event.wanted))
    if event.policy is StopPolicy.CLOSE:
        then = t.html(
            _("If the broker doesn't accept it within 3 tries or 30 seconds, the position is closed.")
        )
    else:
        then = t.html(_("If the broker doesn't accept it, the position stays open, as you have set."))
    return Telling((head, doing, then, _ticket(event, t)), _look(event, t))


@tells(events.StopRestored)
def stop_restored(event: events.StopRestored, t: Translator, _names: Names) -> Telling:
    """Tell that a position has a stop again, and which."""
    stop = t.price(event.stop_loss)
    head = t.html(
        _("✅ <b>{name}</b>: {symbol} has a stop loss again, SL {stop}"), **_facts(event, t), stop=stop
    )
    told = [head]
    if event.wanted is not None and event.wanted != event.stop_loss:
        told.append(
            t.html(
                _("It was set outside the service; the plan was SL {wanted}."), wanted=t.price(event.wanted)
            )
        )
    if event.result is not None:
        told.append(t.html(_("If the SL is hit: {result}"), result=_money(event.result, event, t)))
    return Telling((*told, _ticket(event, t)), _look(event, t))


@tells(events.StopUnmended)
def stop_unmended(event: events.StopUnmended, t: Translator, _names: Names) -> Telling:
    """Tell that a position is still bare, why, and what a person can do."""
    head = t.html(
        _("🚨 <b>{name}</b>: {side} {symbol} {lots} is still WITHOUT a stop loss, for {length}"),
        **_facts(event, t),
        length=t.duration(event.missing_s),
    )
    why = words.REJECT_CLASSES.get(event.cause)
    cause = t.html(_("Cause: {why}"), why=t.text(why or _("the broker gave no clear answer")))
    if event.closing:
        doing = t.html(_("Closing it has not worked yet; I keep trying. Please check it in MT5 now."))
    else:
        doing = t.html(
            _("Trying SL {stop} again. Please set an SL or close it in MT5."), stop=t.price(event.wanted)
        )
    return Telling((head, cause, doing, _ticket(event, t)), _look(event, t))


@tells(events.StopRemoved)
def stop_removed(event: events.StopRemoved, t: Translator, _names: Names) -> Telling:
    """Tell that somebody took a stop away, what it had limited, with a button that puts it back."""
    stop = t.price(event.stop_before)
    head = t.html(
        _("⚠️ <b>{name}</b>: the stop loss of {side} {symbol} {lots} was removed, not by me"),
        **_facts(event, t),
    )
    before = t.html(_("SL {stop} → no SL"), stop=stop)
    if event.result_before is not None:
        before = t.html(
            _("SL {stop} ({result}) → no SL: nothing limits the loss now"),
            stop=stop,
            result=_money(event.result_before, event, t),
        )
    told = (
        head,
        before,
        *_unseen(event.last_seen_at, t),
        t.html(_("I am not changing anything.")),
        _ticket(event, t),
    )
    data = f"{PUT_BACK}:{event.account_id}:{event.position_id}:{event.removal}"
    button = Button(t.text(_("↩️ Put SL {stop} back"), stop=stop), data)
    return Telling(told, ((button,), *_look(event, t)))


@tells(events.PositionChanged)
def position_changed(event: events.PositionChanged, t: Translator, _names: Names) -> Telling:
    """Tell what somebody else changed, before and after, and the money at the stop."""
    head = t.html(
        _("✏️ <b>{name}</b>: {side} {symbol} #{ticket} was changed, not by me"),
        **_facts(event, t),
        ticket=event.ticket,
    )
    told = [head]
    if event.lots_before != event.lots:
        told.append(_lots(event, t))
    if event.stop_before != event.stop_loss:
        told.append(
            t.html(_("SL: {before} → <b>{after}</b>"), **_both(event.stop_before, event.stop_loss, t))
        )
    if event.target_before != event.take_profit:
        told.append(
            t.html(_("TP: {before} → <b>{after}</b>"), **_both(event.target_before, event.take_profit, t))
        )
    if event.result is not None and event.result_before not in (None, event.result):
        told.append(
            t.html(
                _("If the SL is hit: {before} → <b>{after}</b>"),
                before=_money(event.result_before or Decimal(0), event, t),
                after=_money(event.result, event, t),
            )
        )
    elif event.result is not None:
        told.append(t.html(_("If the SL is hit: {result}"), result=_money(event.result, event, t)))
    elif event.stop_loss is None:
        told.append(t.html(_("⚠️ no SL")))
    return Telling((*told, *_unseen(event.last_seen_at, t)), _look(event, t))


@renders(PutBackReceipt)
def put_back(view: PutBackReceipt, t: Translator) -> Message:
    """Return the stop that is back."""
    telling = stop_restored(view.restored, t, {})
    head, *rest = telling.lines
    return Message(lines(f"{tag(view.tag)}{head}", *rest), telling.keyboard)


@renders(StopNotPutBack)
def not_put_back(error: StopNotPutBack, t: Translator) -> Message:
    """Say why a stop could not be put back, and that it is so."""
    head = t.html(_("The SL of #{ticket} was not put back:"), ticket=error.ticket)
    if error.reason == "unknown":
        head = t.html(_("Not certain yet whether the SL of #{ticket} is back:"), ticket=error.ticket)
    why = words.REJECT_CLASSES.get(error.reason) or _("the broker gave no clear answer")
    sentence = _REASONS.get(error.reason)
    if sentence is not None:
        stop, price = (t.price(level) if level else "-" for level in (error.stop, error.price))
        reason = t.html(sentence, stop=stop, price=price)
    elif error.retcode:
        reason = t.html(_("{why} (code {code})."), why=t.text(why), code=error.retcode)
    else:
        reason = t.html("{why}.", why=t.text(why))
    return Message(lines(head, reason), ((do(t.text(_("Positions")), "positions"),),))


def _facts(event: PositionEvent, t: Translator) -> dict[str, str]:
    return {
        "name": event.name,
        "side": event.side.upper(),
        "symbol": event.symbol,
        "lots": t.lots(event.lots),
    }


def _ticket(event: PositionEvent, t: Translator) -> Html:
    return t.html("#{ticket}", ticket=event.ticket)


def _look(event: PositionEvent, t: Translator) -> tuple[tuple[Button, ...], ...]:
    row = [do(t.text(_("Positions")), "positions")]
    if event.bot_id is not None:
        row.append(do(t.text(_("Show the bot")), f"bot {event.bot_id}"))
    return (tuple(row),)


def _lots(event: events.PositionChanged, t: Translator) -> Html:
    both = {"before": t.lots(event.lots_before), "after": t.lots(event.lots)}
    if event.lots > event.lots_before:
        return t.html(_("Volume: {before} → <b>{after}</b>"), **both)
    if event.by is ExitCause.BY_HAND:
        return t.html(_("Partly closed by hand: {before} → <b>{after}</b>"), **both)
    if event.by is ExitCause.STOP_OUT:
        return t.html(_("Partly closed by the broker (margin ran out): {before} → <b>{after}</b>"), **both)
    return t.html(_("Partly closed: {before} → <b>{after}</b>"), **both)


def _both(before: Decimal | None, after: Decimal | None, t: Translator) -> dict[str, str]:
    none = t.text(_("none"))
    return {"before": t.price(before) if before else none, "after": t.price(after) if after else none}


def _money(amount: Decimal, event: PositionEvent, t: Translator) -> str:
    # A gap or slippage can make it more; the space holds sign and amount on one line.
    return f"≈\u00a0{t.money(amount, event.currency, sign=True)}"


def _unseen(since: datetime | None, t: Translator) -> tuple[Html, ...]:
    if since is None:
        return ()
    return (t.html(_("It happened while I was not watching, since {at}."), at=t.when(since)),)
