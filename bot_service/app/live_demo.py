"""Compare a real terminal with what the service was built on, by trading the smallest lot on a demo account.

Nobody could run the official package while this was written: each fact here was read in its documentation or
its binary. `holds` is True where nothing was promised and the value is only reported.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

DEMO = 0
MAGIC = 987_654_321
DONE, PLACED, UNKNOWN_SYMBOL = 10009, 10008, 10013
BUY, SELL, BUY_LIMIT = 0, 1, 2
DEAL, PENDING, REMOVE = 1, 5, 8
REASON_EXPERT = 3
FULL, MARKET_EXECUTION = 4, 2
FLAG_IOC = 2
LONGEST_COMMENT = 29
COMMENT = "live-demo check"
SETTLE_S = 2.0
SLICE_S = 0.1
HELD = 0.9


class NotDemo(Exception):
    """The account is not a demo account; nothing was sent."""


@dataclass(frozen=True)
class Fact:
    """What was expected, what was seen, and whether the service can rely on it."""

    code: str
    expected: str
    seen: str
    holds: bool

    @property
    def as_expected(self) -> bool:
        """Tell whether exactly the expected was seen; what merely holds may still be worth a look."""
        return self.seen in self.expected.split(" or ")


def observe(api: Any) -> tuple[Fact, ...]:
    """Return all facts; what was opened is closed again.

    Raises:
        NotDemo: real money, or nobody knows whose.
    """
    account = api.account_info()
    if account is None or account.trade_mode != DEMO:
        raise NotDemo
    facts = list(_of_package(api))
    info = _symbol(api)
    if info is None:
        return (
            *facts,
            Fact("open_symbol", "a forex symbol with quotes", "none: market closed?", holds=False),
        )
    facts.extend(_of_requests(api, info))
    facts.extend(_of_trading(api, info))
    facts.extend(_of_pending(api, info))
    return tuple(facts)


def _of_package(api: Any) -> Iterator[Fact]:
    yield _report("terminal_version", str(api.version()), str(api.version()))
    probe: Callable[..., Any] | None = getattr(api, "probe", None)
    if probe is not None:
        yield _same("records_can_be_pickled", "no", "yes" if probe("probe_pickle") else "no")
    yield _same("keyword_on_positional_function", "TypeError", _raised(lambda: api.symbol_info(symbol="X")))
    seen = _raised(lambda: api.copy_rates_from_pos("EURUSD", "H1", 0, 1))
    yield Fact("wrong_argument_type", "SystemError or None", seen, holds=seen in ("SystemError", "None"))


def _of_requests(api: Any, info: Any) -> Iterator[Fact]:
    order = _order(api, info)
    answer = api.order_send({**order, "symbol": "NO-SUCH-SYMBOL"})
    yield _report("unknown_symbol", str(UNKNOWN_SYMBOL), _code(api, answer))
    yield _same("whole_number_volume", "-2", _code(api, api.order_check({**order, "volume": 1})))
    fits = api.order_check({**order, "comment": "c" * LONGEST_COMMENT}) is not None
    longer = api.order_check({**order, "comment": "c" * (LONGEST_COMMENT + 1)}) is not None
    yield _same("comment_of_29_fits_30_not", "True False", f"{fits} {longer}")
    wrong_stop = {**order, "sl": round(order["price"] * 1.5, info.digits)}
    yield _report("check_sees_wrong_stop", "10016", _code(api, api.order_check(wrong_stop)))
    huge = {**order, "volume": float(info.volume_max)}
    yield _report("check_sees_margin", "10019", _code(api, api.order_check(huge)))
    if info.trade_exemode == MARKET_EXECUTION:
        without = api.order_check({**order, "price": 0.0})
        yield _report("price_zero_in_market_mode", "0", _code(api, without))
    probe: Callable[..., Any] | None = getattr(api, "probe", None)
    if probe is not None:
        share = probe("probe_gil", info.name, 50_000) or 0.0
        yield _report("calls_hold_the_gil", "yes", "yes" if share > HELD else f"no ({share:.2f})")


def _of_trading(api: Any, info: Any) -> Iterator[Fact]:
    opened = api.order_send(_order(api, info))
    yield _same("opening", str(DONE), _code(api, opened))
    if opened is None or opened.retcode not in (DONE, PLACED):
        return
    position = _wait(lambda: _ours(api))
    if position is None:
        yield Fact("position", "visible", "not within 2 s", holds=False)
        return
    try:
        yield from _of_position(api, info, position, opened)
    finally:
        closed = _close(api, info, position)
    yield _same("closing", str(DONE), _code(api, closed))
    deals = _wait(lambda: _deals(api, position, 2)) or ()
    yield _same("deal_entries", "0 1", " ".join(str(deal.entry) for deal in deals))
    yield _same("deal_reasons", f"{REASON_EXPERT} {REASON_EXPERT}", " ".join(str(d.reason) for d in deals))
    yield _report("deal_comments", COMMENT, " | ".join(deal.comment for deal in deals))


def _of_position(api: Any, info: Any, position: Any, opened: Any) -> Iterator[Fact]:
    yield _same("identifier_is_order_ticket", str(opened.order), str(position.identifier))
    tick = api.symbol_info_tick(info.name)
    spread = tick.ask - tick.bid
    side = (
        "bid" if abs(position.price_current - tick.bid) <= abs(position.price_current - tick.ask) else "ask"
    )
    yield _report("price_current_of_a_long", "bid", side if spread else "bid")
    both = api.positions_get(symbol="NO-SUCH-SYMBOL", ticket=position.ticket)
    yield _report("ticket_or_symbol_wins", "ticket", "ticket" if both else "symbol")
    _wait(lambda: _deals(api, position, 1))
    rows = api.history_deals_get(ticket=opened.order)
    yield _report("deals_by_order_ticket", "1", "None" if rows is None else str(len(rows)))


def _of_pending(api: Any, info: Any) -> Iterator[Fact]:
    price = round(api.symbol_info_tick(info.name).bid * 0.9, info.digits)
    order = {**_order(api, info), "action": PENDING, "type": BUY_LIMIT, "price": price, "type_filling": 2}
    placed = api.order_send(order)
    yield _report("pending_answers", f"{DONE} or {PLACED}", _code(api, placed))
    if placed is not None and placed.retcode in (DONE, PLACED):
        removed = api.order_send({"action": REMOVE, "order": placed.order})
        yield _same("pending_removed", str(DONE), _code(api, removed))


def _symbol(api: Any) -> Any:
    found = [
        info
        for info in api.symbols_get(group="*EURUSD*,*USDJPY*,*GBPUSD*") or ()
        if info.trade_mode == FULL and api.symbol_select(info.name)
    ]
    quoted = [info for info in found if _moves(api, info.name)]
    return min(quoted, key=lambda info: (len(info.name), info.name), default=None)


def _moves(api: Any, name: str) -> bool:
    tick = api.symbol_info_tick(name)
    if tick is None or not tick.bid:
        return False
    check = api.order_check(_order(api, api.symbol_info(name)))
    return check is not None and check.retcode == 0


def _order(api: Any, info: Any) -> dict[str, Any]:
    filling = 1 if info.filling_mode & FLAG_IOC else 0
    return {
        "action": DEAL,
        "symbol": info.name,
        "volume": float(info.volume_min),
        "type": BUY,
        "price": float(api.symbol_info_tick(info.name).ask),
        "deviation": 20,
        "magic": MAGIC,
        "comment": COMMENT,
        "type_time": 0,
        "type_filling": filling,
    }


def _close(api: Any, info: Any, position: Any) -> Any:
    price = float(api.symbol_info_tick(info.name).bid)
    order = {**_order(api, info), "type": SELL, "position": position.ticket, "price": price}
    return api.order_send({**order, "volume": position.volume})


def _ours(api: Any) -> Any:
    return next((item for item in api.positions_get() or () if item.magic == MAGIC), None)


def _deals(api: Any, position: Any, count: int) -> Any:
    deals = api.history_deals_get(position=position.identifier) or ()
    return deals if len(deals) >= count else None


def _wait(look: Callable[[], Any]) -> Any:
    end = time.monotonic() + SETTLE_S
    while (found := look()) is None and time.monotonic() < end:
        time.sleep(SLICE_S)
    return found


def _code(api: Any, answer: Any) -> str:
    return str(api.last_error()[0]) if answer is None else str(answer.retcode)


def _raised(question: Callable[[], Any]) -> str:
    try:
        return str(question())
    except (TypeError, SystemError) as error:
        return type(error).__name__


def _same(code: str, expected: str, seen: str) -> Fact:
    return Fact(code, expected, seen, holds=expected == seen)


def _report(code: str, expected: str, seen: str) -> Fact:
    return Fact(code, expected, seen, holds=True)
