"""What happened to orders and positions, in words."""

from __future__ import annotations

from bot_service.domain import events
from bot_service.domain.entering import TAKEN_BY_HAND
from bot_service.domain.risk import DenialReason, Denied
from bot_service.domain.trading import Purpose
from bot_service.i18n import Translator
from bot_service.i18n import mark as _
from bot_service.telegram_bot.render import words
from bot_service.telegram_bot.render.message import Button, do
from bot_service.telegram_bot.render.parts import denial, dot, levels
from bot_service.telegram_bot.render.registry import Names, Telling, tells

LIMITED = frozenset(
    {
        DenialReason.OPEN_RISK,
        DenialReason.CURRENCY_RISK,
        DenialReason.NO_STOP_OPEN,
        DenialReason.TOO_MANY_ENTRIES,
    }
)
"""What the limits of /limits refuse."""


@tells(events.OrderFilled)
def order_filled(event: events.OrderFilled, t: Translator, _names: Names) -> Telling:
    """Tell an executed opening with its stop, target and risk."""
    facts = {
        "name": event.name,
        "side": event.side.upper(),
        "symbol": event.symbol,
        "lots": t.lots(event.lots),
        "price": t.price(event.price),
    }
    if event.partial and event.asked_lots is not None:
        partly = _("📥 <b>{name}</b>: {side} {symbol} partly filled, {lots} of {asked} at {price}")
        head = t.html(partly, **facts, asked=t.lots(event.asked_lots))
    else:
        head = t.html(_("📥 <b>{name}</b>: {side} {symbol} {lots} filled at {price}"), **facts)
    told = [head, levels(event.stop_loss, event.take_profit, t)]
    if event.planned_risk is not None:
        risk = t.money(event.planned_risk, event.currency)
        told.append(t.html(_("Risk ≈ {risk} (can be more with a gap or slippage)"), risk=risk))
    if event.slippage is not None:
        slipped = _("⚠️ Slippage: filled worse than planned, {cost} more risk")
        beyond = _("⚠️ Slippage beyond the limit: filled worse than planned, {cost} more risk")
        cost = t.money(event.slippage, event.currency)
        told.append(t.html(beyond if event.beyond_limit else slipped, cost=cost))
    told.append(t.html("{strategy} · #{ticket}", strategy=event.strategy, ticket=event.ticket))
    buttons: tuple[Button, ...] = ()
    if event.bot_id is not None:
        buttons = (
            do(t.text(_("Show the bot")), f"bot {event.bot_id}"),
            do(t.text(_("Why?")), f"analysis {event.bot_id}"),
        )
    return Telling(tuple(told), (buttons,) if buttons else ())


@tells(events.PositionClosed)
def position_closed(event: events.PositionClosed, t: Translator, _names: Names) -> Telling:
    """Tell a closed position with its result after all costs, its cause and its length."""
    head = t.html(
        _("{dot} <b>{name}</b>: {symbol} closed by {cause} · <b>{net}</b>"),
        dot=dot(event.net),
        name=event.name or t.text(_("Manual trade")),
        symbol=event.symbol,
        cause=t.text(words.EXIT_CAUSES[event.cause]),
        net=t.money(event.net, event.currency, sign=True),
    )
    way = t.html(
        _("{side} {lots} · {open} → {close} · held {length}"),
        side=event.side.upper(),
        lots=t.lots(event.lots),
        open=t.price(event.price_open),
        close=t.price(event.price),
        length=t.duration((event.happened_at - event.opened_at).total_seconds()),
    )
    result = t.html("{r} · #{ticket}", r=t.r(event.r), ticket=event.ticket) if event.r is not None else None
    told = (head, way, result or t.html("#{ticket}", ticket=event.ticket))
    if event.bot_id is None:
        return Telling(told)
    show = do(t.text(_("Show the bot")), f"bot {event.bot_id}")
    if event.cause not in TAKEN_BY_HAND:
        return Telling(told, ((show,),))
    side = event.side.upper()
    waits = t.html(_("A new {side} waits until the signal has gone away once."), side=side)
    return Telling((*told, waits), ((_allow(event.bot_id, side, t), show),))


def _bot(event: events.Event, t: Translator) -> tuple[tuple[Button, ...], ...]:
    if event.bot_id is None:
        return ()
    return ((do(t.text(_("Show the bot")), f"bot {event.bot_id}"),),)


def _allow(bot_id: int, side: str, t: Translator) -> Button:
    return do(t.text(_("✅ Allow {side} now"), side=side), f"allow_entry {bot_id}")


@tells(events.EntryDenied)
def entry_denied(event: events.EntryDenied, t: Translator, _names: Names) -> Telling:
    """Tell why the service itself holds an entry back."""
    head = t.html(
        _("✋ <b>{name}</b>: {side} {symbol} held back by the service"),
        name=event.name,
        side=event.side.upper(),
        symbol=event.symbol,
    )
    if event.reason not in set(DenialReason):
        return Telling((head, t.html("{reason}", reason=event.reason)), _bot(event, t))
    why = denial(Denied(DenialReason(event.reason), event.numbers), t)
    told = (head, t.html(_("Cause: {why}"), why=why))
    if event.bot_id is not None and event.reason == DenialReason.REENTRY:
        return Telling(told, ((_allow(event.bot_id, event.side.upper(), t),), *_bot(event, t)))
    if event.reason in LIMITED:
        return Telling(told, ((do(t.text(_("🛡 Limits")), "limits"),), *_bot(event, t)))
    return Telling(told, _bot(event, t))


def _order(
    event: events.OrderRejected
    | events.OrderDelayed
    | events.MarketClosed
    | events.OrderUnknown
    | events.OrderNeverSent,
    t: Translator,
) -> dict[str, str]:
    return {
        "name": event.name,
        "purpose": t.text(words.PURPOSES[event.purpose]),
        "side": event.side.upper(),
        "symbol": event.symbol,
        "lots": t.lots(event.lots),
    }


@tells(events.OrderRejected)
def order_rejected(event: events.OrderRejected, t: Translator, _names: Names) -> Telling:
    """Tell the broker's no in plain words, the code in brackets."""
    head = t.html(
        _("⛔ <b>{name}</b>: {purpose} {side} {symbol} {lots} rejected by the broker"), **_order(event, t)
    )
    reason = words.REJECT_CLASSES.get(event.reject_class)
    plain = t.text(reason) if reason else event.reject_class
    told = [head, t.html(_("Cause: {why} (code {code})"), why=plain, code=event.retcode)]
    if event.purpose is Purpose.CLOSE:
        told.append(t.html(_("The position is still open; I keep trying to close it.")))
    else:
        told.append(t.html(_("Nothing was opened.")))
    return Telling(tuple(told), _bot(event, t))


@tells(events.OrderDelayed)
def order_delayed(event: events.OrderDelayed, t: Translator, _names: Names) -> Telling:
    """Tell calmly that an order has to wait a moment, and for how long it is tried."""
    head = t.html(
        _("⏳ <b>{name}</b>: {purpose} {side} {symbol} {lots} has to wait a moment"), **_order(event, t)
    )
    reason = words.REJECT_CLASSES.get(event.reject_class)
    why = t.text(reason) if reason else event.reject_class
    if event.purpose is Purpose.CLOSE:
        told = t.html(_("Cause: {why}. I keep trying until it is closed."), why=why)
    else:
        told = t.html(_("Cause: {why}. I keep trying while the signal is fresh."), why=why)
    return Telling((head, told), _bot(event, t))


@tells(events.MarketClosed)
def market_closed(event: events.MarketClosed, t: Translator, _names: Names) -> Telling:
    """Tell calmly that a market is closed, and what becomes of the order."""
    head = t.html(
        _("🌙 <b>{name}</b>: the {symbol} market is closed, {purpose} {side} {lots} was not executed"),
        **_order(event, t),
    )
    if event.purpose is Purpose.CLOSE:
        return Telling((head, t.html(_("It will be tried again when the market opens."))), _bot(event, t))
    return Telling(
        (head, t.html(_("The signal is not chased; the bot waits for the opening."))), _bot(event, t)
    )


@tells(events.OrderUnknown)
def order_unknown(event: events.OrderUnknown, t: Translator, _names: Names) -> Telling:
    """Tell that an outcome is being checked and nothing is sent twice."""
    head = t.html(
        _("❓ <b>{name}</b>: {purpose} {side} {symbol} {lots} not certain yet, being checked"),
        **_order(event, t),
    )
    return Telling((head, t.html(_("Nothing is sent again until the result is known."))), _bot(event, t))


@tells(events.OrderNeverSent)
def order_never_sent(event: events.OrderNeverSent, t: Translator, _names: Names) -> Telling:
    """Tell that an order never reached the broker."""
    head = t.html(
        _("↩️ <b>{name}</b>: {purpose} {side} {symbol} {lots} never reached the broker"), **_order(event, t)
    )
    if event.purpose is Purpose.CLOSE:
        told = t.html(_("The position is still open; I keep trying to close it."))
    else:
        told = t.html(_("It is not sent late; the bot waits for its next signal."))
    return Telling((head, told), _bot(event, t))


@tells(events.SignalStale)
def signal_stale(event: events.SignalStale, t: Translator, _names: Names) -> Telling:
    """Tell that a late signal is not chased."""
    line = t.html(
        _("⏱ <b>{name}</b>: the {side} {symbol} signal of {bar} came {late} late and is not chased"),
        name=event.name,
        side=event.side.upper(),
        symbol=event.symbol,
        bar=t.clock(event.bar_time),
        late=t.duration(event.late_s),
    )
    return Telling((line,), _bot(event, t))
