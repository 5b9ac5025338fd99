"""Alerts of what others do to positions and to the account against what was done to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fault_account import Account, exact, same_price
from fault_scene import Scene, checks

from bot_service.domain import events
from bot_service.domain.events.of_stops import PositionEvent
from bot_service.domain.market import TradeLock


def _held(scene: Scene, ticket: int) -> Any:
    return next((one for one in scene.then.positions if one.ticket == ticket), None)


def _level(level: Any, true: float) -> bool:
    return float(level or 0) == 0.0 == true or same_price(level, true)


def _open_position(scene: Scene, event: PositionEvent) -> Iterator[str]:
    held = _held(scene, event.ticket)
    if held is None or held.key != event.position_id:
        yield f"#{event.ticket} was not open"
        return
    said, true = (event.symbol, event.lots, event.side.sign), (held.symbol, exact(held.volume), held.sign)
    if said != true:
        yield f"says {said}, true is {true}"
    yield from scene.says(symbol=held.symbol, ticket=f"#{event.ticket}")


def _touched(scene: Scene, event: PositionEvent, **before: Any) -> Iterator[str]:
    """Ask that a hand has really done it, and that it was so before."""
    earlier = [one for one in scene.world.touched if one.ticket == event.ticket]
    if not earlier:
        yield f"nobody has touched #{event.ticket}"
        return
    known = {name: {getattr(one, name) for one in earlier} for name in before}
    wrong = [name for name, said in before.items() if not any(_level(said, true) for true in known[name])]
    if wrong:
        yield f"says {before} before, true is {known}"


@checks(events.PositionChanged)
def _changed(scene: Scene, event: events.PositionChanged) -> Iterator[str]:
    yield from _open_position(scene, event)
    held = _held(scene, event.ticket)
    if held is None:
        return
    if not (_level(event.stop_loss, held.sl) and _level(event.take_profit, held.tp)):
        yield f"says SL {event.stop_loss} TP {event.take_profit}, true is {held.sl} {held.tp}"
    yield from _touched(scene, event, volume=event.lots_before, sl=event.stop_before, tp=event.target_before)
    if event.result is not None and event.stop_loss is not None:
        at_stop = scene.world.truth.profit(held.symbol, held.sign, held.volume, held.price_open, held.sl)
        if abs(float(event.result) - at_stop) > 0.02:
            yield f"says {event.result} at the stop, true is {at_stop:.2f}"


@checks(events.StopRemoved)
def _removed(scene: Scene, event: events.StopRemoved) -> Iterator[str]:
    yield from _open_position(scene, event)
    yield from _touched(scene, event, sl=event.stop_before)
    held = _held(scene, event.ticket)
    if held is not None and held.sl:
        yield f"#{event.ticket} has the stop {held.sl}"


@checks(events.StopMissing)
def _missing(scene: Scene, event: events.StopMissing) -> Iterator[str]:
    yield from _open_position(scene, event)
    held = _held(scene, event.ticket)
    if held is not None and held.sl:
        yield f"#{event.ticket} has the stop {held.sl}"
    yield from scene.says(stop=scene.world.t.price(event.wanted))


@checks(events.StopRestored)
def _restored(scene: Scene, event: events.StopRestored) -> Iterator[str]:
    yield from _open_position(scene, event)
    held = _held(scene, event.ticket)
    if held is not None and not _level(event.stop_loss, held.sl):
        yield f"says SL {event.stop_loss}, true is {held.sl}"
    yield from scene.says(stop=scene.world.t.price(event.stop_loss))


@checks(events.StopUnmended)
def _unmended(scene: Scene, event: events.StopUnmended) -> Iterator[str]:
    yield from _open_position(scene, event)
    held = _held(scene, event.ticket)
    if held is not None and held.sl:
        yield f"#{event.ticket} has the stop {held.sl}"


@checks(events.UnknownPosition)
def _strange(scene: Scene, event: events.UnknownPosition) -> Iterator[str]:
    yield from _facts(scene, event)
    if event.ticket in Account(scene.world).lives:
        yield f"#{event.ticket} was opened by ourselves"


def _facts(scene: Scene, event: events.PositionFacts) -> Iterator[str]:
    held = _held(scene, event.ticket)
    if held is None:
        yield f"there was no position #{event.ticket}"
    elif (event.symbol, event.lots, event.side.sign) != (held.symbol, exact(held.volume), held.sign):
        yield f"says {event.symbol} {event.side} {event.lots}, true is {held}"


@checks(events.SecondCopyTrades)
def _copy(scene: Scene, event: events.SecondCopyTrades) -> Iterator[str]:
    theirs = {deal.position_id for deal in scene.world.truth.deals() if deal.ticket in scene.world.foreign}
    if event.ticket not in theirs:
        yield f"#{event.ticket} is no other program's, those are {sorted(theirs)}"


@checks(events.SecondCopyOver)
def _copy_over(scene: Scene, event: events.SecondCopyOver) -> Iterator[str]:
    if event.actor is None:
        yield "nobody has said so"
    yield from scene.says()


@checks(events.PositionShared)
def _shared(scene: Scene, event: events.PositionShared) -> Iterator[str]:
    yield from _facts(scene, event)
    if not scene.world.foreign:
        yield "nobody else has traded"


@checks(events.PositionUnshared)
def _unshared(scene: Scene, event: events.PositionUnshared) -> Iterator[str]:
    yield from scene.says(symbol=event.symbol)


@checks(events.PositionMissing)
def _position_missing(scene: Scene, event: events.PositionMissing) -> Iterator[str]:
    hidden = not any(one.ticket == event.ticket for one in scene.world.notes.looks[-1].positions)
    if not hidden:
        yield f"#{event.ticket} was shown at the last look"


@checks(events.PositionFound)
def _position_found(scene: Scene, event: events.PositionFound) -> Iterator[str]:
    if event.is_open != (_held(scene, event.ticket) is not None):
        yield f"says open={event.is_open}, true is {scene.then.positions}"


@checks(events.TradingLocked)
def _locked(scene: Scene, event: events.TradingLocked) -> Iterator[str]:
    terms = scene.then.terms
    true = {
        TradeLock.ALGO_BUTTON: not terms.algo_button,
        TradeLock.READ_ONLY: not terms.trade_allowed,
        TradeLock.BROKER_FORBIDS: not terms.trade_expert,
    }
    if not true[event.lock]:
        yield f"says {event.lock}, true is {terms}"
    if event.open_positions != len(scene.then.positions):
        yield f"says {event.open_positions} positions, were {len(scene.then.positions)}"


@checks(events.TradingUnlocked)
def _unlocked(scene: Scene, event: events.TradingUnlocked) -> Iterator[str]:
    terms = scene.then.terms
    if not (terms.algo_button and terms.trade_allowed and terms.trade_expert):
        yield f"says unlocked after {event.locked_s} s, true is {terms}"
    locked = [one for one in scene.world.told if isinstance(one.event, events.TradingLocked)]
    if not locked or abs((scene.told.at - locked[-1].at).total_seconds() - event.locked_s) > 15:
        yield f"says locked for {event.locked_s} s, was told {locked[-1:]}"
