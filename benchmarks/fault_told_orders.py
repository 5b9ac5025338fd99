"""Alerts of orders and positions against the account's own deals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from fault_account import Account, Life, Stored, exact, mean, same_price
from fault_books import SECOND, true_cause
from fault_scene import CLOCK, Scene, checks

from bot_service.domain import events
from bot_service.domain.trading import Intent, IntentState, Side
from bot_service.terminals.paper import constants as c
from bot_service.terminals.paper.server_clock import to_utc

RISK_OFF = 0.06
"""How far a planned risk may be from the account's own arithmetic: the fill differs from the quote."""
REFUSALS = {
    10004: "requote",
    10006: "reject",
    10016: "config",
    10017: "disabled",
    10018: "closed",
    10019: "funds",
    10024: "retry_later",
    10026: "disabled",
    10027: "disabled",
    10036: "state",
    10044: "disabled",
}

OWN = frozenset(("no_quotes", "slipped"))


@checks(events.OrderFilled)
def _filled(scene: Scene, event: events.OrderFilled) -> Iterator[str]:
    truth, t = scene.world.truth, scene.world.t
    deals = tuple(deal for deal in truth.deals_of(event.position_id) if deal.order == event.ticket)
    if not deals:
        yield f"there is no deal of order #{event.ticket}"
        return
    order = truth.order(event.ticket)
    lots, price = exact(sum(deal.volume for deal in deals)), mean(deals)
    side = Side.BUY if deals[0].type == c.DEAL_TYPE_BUY else Side.SELL
    said, true = (event.symbol, event.side, event.lots), (deals[0].symbol, side, lots)
    if said != true or not same_price(event.price, price):
        yield f"says {said} at {event.price}, true is {true} at {price}"
    yield from scene.says(ticket=f"#{event.ticket}", price=t.price(event.price), lots=t.lots(lots))
    yield from scene.says(
        side=side.upper(), symbol=deals[0].symbol, bot=scene.world.wanted[event.bot_id].name
    )
    held = [one for one in scene.then.positions if one.key == event.position_id]
    stops, targets = ({getattr(one, name) for one in (held or [order])} for name in ("sl", "tp"))
    for name, level, true in (("SL", event.stop_loss, stops), ("TP", event.take_profit, targets)):
        if float(level or 0) not in true:
            yield f"says {name} {level}, true is {true}"
        elif level is not None:
            yield from scene.says(**{name: t.price(level)})
    if abs(event.happened_at - to_utc(deals[0].time_msc)) > SECOND:
        yield f"happened at {event.happened_at}, true is {to_utc(deals[0].time_msc)}"
    if event.partial != (event.asked_lots is not None and lots < event.asked_lots):
        yield f"says partial={event.partial} of {event.asked_lots}, done were {lots}"
    yield from _risk(scene, event, deals)
    yield from _slippage(scene, event, deals)
    yield from _signal(scene, event, deals[0])


def _risk(scene: Scene, event: events.OrderFilled, deals: tuple[Any, ...]) -> Iterator[str]:
    if (event.planned_risk is None) != (event.stop_loss is None):
        yield f"says a risk of {event.planned_risk} with SL {event.stop_loss}"
    if event.planned_risk is None or event.stop_loss is None or scene.world.truth.spec(event.symbol) is None:
        return
    entry, lots = mean(deals), float(event.lots)
    loss = -scene.world.truth.profit(event.symbol, event.side.sign, lots, entry, float(event.stop_loss))
    costs = -2 * sum(deal.commission + deal.fee for deal in deals)
    # Until a trade has paid its commission nobody knows it; the first one says it only by half.
    least, most = loss * (1 - RISK_OFF), (loss + costs) * (1 + RISK_OFF)
    if not least - 0.02 <= float(event.planned_risk) <= most + 0.02:
        yield f"says a risk of {event.planned_risk}, true is {loss:.2f} and costs of {costs:.2f}"
    yield from scene.says(risk=scene.world.t.money(event.planned_risk, event.currency))


def _slippage(scene: Scene, event: events.OrderFilled, deals: tuple[Any, ...]) -> Iterator[str]:
    if event.slippage is None:
        return
    asked = [one.request for one in scene.sent() if one.ref == deals[0].comment and not one.only_checked]
    first, fill, sign = float(asked[-1]["price"]), mean(deals), event.side.sign
    true = -scene.world.truth.profit(event.symbol, sign, float(event.lots), fill, first) * -1
    if abs(abs(true) - float(event.slippage)) > max(0.02, abs(true) * 0.2):
        yield f"says a slippage of {event.slippage}, true is {true:.2f}"


def _signal(scene: Scene, event: events.OrderFilled, deal: Any) -> Iterator[str]:
    intent = scene.intent(deal.comment)
    if intent is None or intent.bar_time is None:
        yield f"no intent has a bar for #{event.ticket}"
        return
    closed = intent.bar_time + timedelta(minutes=1)
    if to_utc(deal.time_msc) < closed:
        yield f"the bar of {intent.bar_time:%H:%M} had not closed at {to_utc(deal.time_msc):%H:%M:%S}"


@checks(events.PositionClosed)
def _closed(scene: Scene, event: events.PositionClosed) -> Iterator[str]:
    account, t = Account(scene.world), scene.world.t
    life = account.lives.get(event.position_id)
    if life is None or life.open_lots:
        yield f"#{event.position_id} has not ended: {life}"
        return
    intents = scene.intents_of(event.position_id)
    cause = true_cause(life, intents)
    if (event.cause, event.net) != (cause, life.net):
        yield f"says {event.cause} {event.net}, true is {cause} {life.net}"
    said = (event.symbol, event.lots, event.bot_id)
    if said != (life.ins[0].symbol, life.lots, life.bot_id):
        yield f"says {said}, true is {(life.ins[0].symbol, life.lots, life.bot_id)}"
    for name, price, true in (
        ("opening", event.price_open, mean(life.ins)),
        ("closing", event.price, life.price_close),
    ):
        if not same_price(price, true):
            yield f"says an {name} price of {price}, true is {true}"
    if abs(event.happened_at - life.closed_at) > SECOND:
        yield f"happened at {event.happened_at}, true is {life.closed_at}"
    yield from _result(event, life, intents)
    yield from scene.says(net=t.money(life.net, event.currency, sign=True), ticket=f"#{event.position_id}")
    yield from scene.says(price=t.price(event.price), symbol=life.ins[0].symbol)


def _result(event: events.PositionClosed, life: Life, intents: tuple[Intent, ...]) -> Iterator[str]:
    opening = next((one for one in intents if one.ref == life.ins[0].comment), None)
    if opening is None or not opening.planned_risk:
        return
    share = life.lots / opening.lots
    true = life.net / (opening.planned_risk * share)
    if event.r is None or abs(event.r - true) > Decimal("0.005"):
        yield f"says {event.r} R, true is {true:.3f}"


@checks(events.OrderRejected)
def _rejected(scene: Scene, event: events.OrderRejected) -> Iterator[str]:
    yield from _refusal(scene, event)
    yield from scene.says(code=str(event.retcode))


@checks(events.OrderDelayed)
def _delayed(scene: Scene, event: events.OrderDelayed) -> Iterator[str]:
    yield from _refusal(scene, event)


def _refusal(scene: Scene, event: events.OrderRejected | events.OrderDelayed) -> Iterator[str]:
    yield from scene.says(symbol=event.symbol, lots=scene.world.t.lots(event.lots))
    if event.retcode == 0 and isinstance(event, events.OrderDelayed):
        # Its own refusal: nothing was sent, because there was no price, or one that is too far away.
        busy = event.reject_class == "retry_later" and _was_busy(scene)
        if not busy and event.reject_class not in OWN:
            yield f"says nothing was sent for {event.reject_class}"
        return
    side = c.ORDER_TYPE_BUY if event.side is Side.BUY else c.ORDER_TYPE_SELL
    lots, then = float(event.lots), scene.then.at
    alike = [
        one
        for one in scene.sent()
        if (one.request.get("type"), one.request.get("volume")) == (side, lots) and then - one.at <= CLOCK
    ]
    refused = [one for one in alike if event.retcode in (one.retcode, one.error)]
    if not refused:
        answers = [(one.retcode, one.error) for one in scene.sent()[:4]]
        yield f"says {event.retcode} for {event.side} {event.lots}, answers were {answers}"
        return
    if refused[0].deals:
        yield f"says refused, but deals {refused[0].deals} were made"
    true = REFUSALS.get(event.retcode)
    if true != event.reject_class:
        yield f"calls {event.retcode} {event.reject_class}, it means {true}"


def _was_busy(scene: Scene) -> bool:
    # Who is told to send less leaves the whole account in peace for a moment.
    recent = [one for one in scene.world.notes.sent if scene.then.at - one.at <= timedelta(minutes=3)]
    return any(REFUSALS.get(one.retcode or 0) == "retry_later" for one in recent)


@checks(events.MarketClosed)
def _market_closed(scene: Scene, event: events.MarketClosed) -> Iterator[str]:
    answers = scene.sent()
    if not answers or answers[0].retcode != c.TRADE_RETCODE_MARKET_CLOSED:
        yield f"nothing says that the {event.symbol} market is closed"
    yield from scene.says(symbol=event.symbol, lots=scene.world.t.lots(event.lots))


@checks(events.OrderUnknown)
def _unknown(scene: Scene, event: events.OrderUnknown) -> Iterator[str]:
    answers = [one for one in scene.sent() if not one.only_checked]
    if not answers or answers[0].settled:
        yield f"the last answer was certain: {answers[:1]}"
    yield from scene.says(symbol=event.symbol, lots=scene.world.t.lots(event.lots))


@checks(events.OrderNeverSent)
def _never_sent(scene: Scene, event: events.OrderNeverSent) -> Iterator[str]:
    vain = [
        one
        for one in Stored(scene.world).intents
        if one.bot_id == event.bot_id
        and one.state is IntentState.ABANDONED
        and (one.purpose, one.side) == (event.purpose, event.side)
    ]
    if not vain:
        yield "no intent was given up"
        return
    done = {deal.comment for deal in scene.world.truth.deals()}
    if vain[-1].ref in done or vain[-1].lots != event.lots:
        yield f"{vain[-1].ref} was executed, or had other lots than {event.lots}"


@checks(events.SignalStale)
def _stale(scene: Scene, event: events.SignalStale) -> Iterator[str]:
    late = (event.happened_at - event.bar_time - timedelta(minutes=1)).total_seconds()
    if abs(event.late_s - late) > 1 or late < 30:
        yield f"says {event.late_s} s late, were {late}"
    really = (scene.then.at - event.bar_time - timedelta(minutes=1)).total_seconds()
    if abs(event.late_s - really) > 2 + abs(scene.world.computer.wrong.total_seconds()):
        yield f"says {event.late_s} s late, were {really} by the true clock"
