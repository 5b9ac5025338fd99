from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot_service.terminals import paper

SYMBOLS = st.sampled_from(list(paper.SPECS))
STEP = st.one_of(
    st.tuples(
        st.just("open"),
        SYMBOLS,
        st.integers(0, 1),
        st.integers(1, 300),
        st.sampled_from([0, 0, 30, 300, 3000]),
        st.sampled_from([0, 0, 50, 500]),
    ),
    st.tuples(st.just("close"), st.integers(0, 20), st.sampled_from([0.3, 0.5, 1.0, 1.0, 1.5])),
    st.tuples(st.just("stops"), st.integers(0, 20), st.integers(-400, 400), st.integers(-400, 400)),
    st.tuples(st.just("time"), st.sampled_from([1, 7, 60, 1800, 20_000, 90_000, 300_000])),
    st.tuples(
        st.just("raw"),
        st.dictionaries(
            st.sampled_from(
                ["action", "symbol", "volume", "type", "sl", "tp", "position", "type_filling", "price"]
            ),
            st.one_of(st.integers(-2, 12), st.floats(), st.sampled_from(["EURUSD", "XAUUSD", ""])),
        ),
    ),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=3, max_size=25))
def test_whatever_is_done_the_books_balance(clock, desk_of, steps):
    clock = type(clock)(clock.now)  # each example begins at the same moment
    terminal = paper.PaperTerminal(clock=clock, seed=3)
    assert terminal.initialize()
    desk = desk_of(terminal)
    for step in steps:
        perform(desk, clock, step)
        check_books(desk)
    terminal.close_book()


def perform(desk, clock, step):
    terminal = desk.terminal
    match step:
        case ("time", seconds):
            clock.now += timedelta(seconds=seconds)
        case ("open", symbol, side, units, sl, tp):
            info = terminal.symbol_info(symbol)
            sign = 1 - 2 * side
            volume = round(units * info.volume_step, 2)
            levels = {
                name: round(info.bid + direction * sign * points * info.spread * info.point, info.digits)
                for name, points, direction in (("sl", sl, -1), ("tp", tp, 1))
                if points
            }
            desk.open(symbol, volume, side, **levels)
        case ("close", index, share):
            held = terminal.positions_get()
            if held:
                chosen = held[index % len(held)]
                desk.close(chosen.ticket, volume=round(chosen.volume * share, 2) or chosen.volume)
        case ("stops", index, sl, tp):
            held = terminal.positions_get()
            if held:
                chosen = held[index % len(held)]
                info = terminal.symbol_info(chosen.symbol)
                unit = info.spread * info.point
                desk.stops(
                    chosen.ticket,
                    sl=round(info.bid + sl * unit, info.digits),
                    tp=round(info.bid + tp * unit, info.digits),
                )
        case ("raw", request):
            terminal.order_check(request)
            terminal.order_send(request)


def check_books(desk):
    terminal = desk.terminal
    info, held, deals = terminal.account_info(), terminal.positions_get(), desk.deals()
    total = sum(deal.profit + deal.commission + deal.swap + deal.fee for deal in deals)
    assert info.balance == pytest.approx(total, abs=1e-4)
    floating = sum(position.profit for position in held)
    swap = sum(position.swap for position in held)
    assert info.profit == pytest.approx(floating, abs=1e-6)
    assert info.equity == pytest.approx(info.balance + floating + swap, abs=0.01)
    assert info.margin_free == pytest.approx(info.equity - info.margin, abs=0.01)
    if info.margin:
        assert info.margin_level > info.margin_so_so
    volumes = {}
    for deal in deals:
        if deal.type in {0, 1}:
            sign = 1 if deal.entry == 0 else -1
            volumes[deal.position_id] = round(volumes.get(deal.position_id, 0) + sign * deal.volume, 8)
    left = {ticket: volume for ticket, volume in volumes.items() if volume}
    assert left == {position.ticket: position.volume for position in held}
    assert all(volume >= 0 for volume in volumes.values())
    for position in held:
        assert position.price_current == terminal.symbol_info_tick(position.symbol)[1 + position.type]
