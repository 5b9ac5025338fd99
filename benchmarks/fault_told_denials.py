"""Entries that the service holds back against the account, the contract and the quotes of that moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fault_account import Account
from fault_books import HANDS
from fault_scene import Scene, checks

from bot_service.domain import events
from bot_service.domain.risk import DenialReason
from bot_service.terminals.paper import constants as c

Denial = Callable[[Scene, events.EntryDenied, dict[str, float]], Iterator[str]]


@checks(events.EntryDenied)
def _denied(scene: Scene, event: events.EntryDenied) -> Iterator[str]:
    numbers = {name: float(text) for name, text in event.numbers.items() if _is_number(text)}
    check = REASONS.get(event.reason)
    if check is None:
        yield f"nothing here can check the reason {event.reason} {event.numbers}"
    else:
        yield from check(scene, event, numbers)
    yield from scene.says(symbol=event.symbol, side=event.side.upper(), bot=event.name)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _too_near(scene: Scene, event: events.EntryDenied, numbers: dict[str, float]) -> Iterator[str]:
    if numbers["distance"] > max(numbers["needed"], 0):
        yield f"{numbers} is not too near"
    yield from _wide(scene, event, numbers)


def _wide(scene: Scene, event: events.EntryDenied, numbers: dict[str, float]) -> Iterator[str]:
    spec, usual = scene.world.truth.spec(event.symbol), scene.world.usual_spreads[event.symbol]
    if spec is None or spec.spread < 3 * usual:
        yield f"{numbers}: the spread is {spec and spec.spread}, usual is {usual}"
    if "percent" in numbers and numbers["percent"] <= numbers["cap_percent"]:
        yield f"{numbers} is within the limit"


def _not_tradable(scene: Scene, event: events.EntryDenied, _numbers: dict[str, float]) -> Iterator[str]:
    spec, terms = scene.world.truth.spec(event.symbol), scene.then.terms
    tradable = spec is not None and spec.trade_mode == c.SYMBOL_TRADE_MODE_FULL
    if tradable and terms.trade_allowed and terms.trade_expert and terms.algo_button:
        yield "symbol and account are open for trading"


def _reentry(scene: Scene, event: events.EntryDenied, _numbers: dict[str, float]) -> Iterator[str]:
    lives = [life for life in Account(scene.world).lives.values() if life.bot_id == event.bot_id]
    ended = [life for life in lives if life.outs and not life.open_lots]
    last = ended[-1] if ended else None
    by_hand = last is not None and last.outs[-1].reason in HANDS | {c.DEAL_REASON_SO}
    if not by_hand or (last.ins[0].type == c.DEAL_TYPE_BUY) != (event.side.sign > 0):
        yield f"nobody has closed such a position by hand: {last}"


def _moved(scene: Scene, event: events.EntryDenied, numbers: dict[str, float]) -> Iterator[str]:
    asked, now = numbers["asked_price"], numbers["price_now"]
    if event.side.sign * (now - asked) <= 0 or numbers["dearer"] <= numbers["allowed"]:
        yield f"{numbers} is no worse, or within the limit"
    true = abs(scene.world.truth.profit(event.symbol, event.side.sign, 1.0, asked, now))
    if numbers["dearer"] > true + 0.01:
        yield f"{numbers}: a whole lot would cost {true:.2f} more"


REASONS: dict[str, Denial] = {
    DenialReason.STOP_TOO_NEAR: _too_near,
    DenialReason.SPREAD_WIDE: _wide,
    DenialReason.SPREAD_UNUSUAL: _wide,
    DenialReason.NOT_TRADABLE: _not_tradable,
    DenialReason.REENTRY: _reentry,
    DenialReason.PRICE_MOVED: _moved,
}
