from __future__ import annotations

from datetime import UTC, datetime

import pytest

FLAT = (1.1, 1.1, 1.1, 1.1)
DOWN = (1.1, 1.1, 1.098, 1.0985)
UP = (1.1, 1.102, 1.1, 1.1015)
DAY = 86_400


@pytest.fixture
def wait(desk_of):
    """Place a pending order on EURUSD."""

    def place(desk, kind, price, **fields):
        request = {"action": 5, "symbol": "EURUSD", "volume": 0.1, "type": kind, "price": price}
        return desk.terminal.order_send(request | {"type_filling": 2} | fields)

    return place


def history(desk, ticket):
    (order,) = desk.terminal.history_orders_get(ticket=ticket)
    return order


def entries(desk):
    return [deal for deal in desk.deals() if deal.type in {0, 1} and deal.entry == 0]


def test_a_placed_order_waits_with_all_that_was_asked_for(terminal, desk, wait):
    ask = terminal.symbol_info_tick("EURUSD").ask
    price, now = round(ask - 0.01, 5), terminal.symbol_info_tick("EURUSD").time
    levels = {"sl": round(price - 0.01, 5), "tp": round(price + 0.01, 5)}
    done = wait(desk, 2, price, magic=9, comment="ref", type_time=2, expiration=now + 600, **levels)
    assert (done.retcode, done.deal, done.volume, done.price) == (10009, 0, 0.1, price)
    (order,) = terminal.orders_get()
    assert (order.ticket, order.type, order.state, order.magic) == (done.order, 2, 1, 9)
    assert (order.volume_initial, order.volume_current, order.price_open) == (0.1, 0.1, price)
    assert (order.sl, order.tp, order.price_current) == (levels["sl"], levels["tp"], ask)
    assert (order.type_time, order.time_expiration, order.position_id) == (2, now + 600, 0)
    assert terminal.orders_total() == 1
    assert terminal.orders_get(symbol="USDJPY") == ()
    assert terminal.orders_get(ticket=done.order) == terminal.orders_get(group="EUR*") == (order,)
    assert terminal.history_orders_get(ticket=done.order) == ()
    assert terminal.symbol_select("EURUSD", False) is False
    assert terminal.account_info().margin == 0.0


@pytest.mark.parametrize(
    ("kind", "price", "bar", "filled"),
    [
        (2, 1.099, DOWN, 1.099),  # buy limit: the ask comes down to it
        (3, 1.101, UP, 1.101),
        (4, 1.101, UP, 1.101),
        (5, 1.099, DOWN, 1.099),
        (2, 1.097, DOWN, None),
        (4, 1.103, UP, None),
        (3, 1.1021, UP, None),  # one point above the highest bid
        (4, 1.10203, UP, None),  # one point above the highest ask
        (4, 1.10202, UP, 1.10202),
        (5, 1.09799, DOWN, None),
    ],
)
def test_an_order_fills_when_its_side_of_the_quote_reaches_it(replay, wait, clock, kind, price, bar, filled):
    desk = replay([FLAT, bar, (bar[3],) * 4])
    ticket = wait(desk, kind, price, magic=4, comment="mine").order
    clock.step(minutes=3)
    if filled is None:
        assert [order.ticket for order in desk.terminal.orders_get()] == [ticket]
        return
    (deal,) = entries(desk)
    worse = 1 if kind in {4, 5} else -1  # stops fill at the first price beyond, limits at or better
    assert 0 <= worse * (1, -1)[kind % 2] * (deal.price - filled) < 0.0002
    assert (deal.order, deal.position_id, deal.magic, deal.comment, deal.reason) == (
        ticket,
        ticket,
        4,
        "mine",
        3,
    )
    (held,) = desk.terminal.positions_get()
    assert (held.ticket, held.type, held.volume) == (ticket, kind % 2, 0.1)
    assert (history(desk, ticket).state, history(desk, ticket).position_id) == (4, ticket)
    assert desk.terminal.orders_get() == ()


def test_a_stop_gaps_and_a_limit_gains(replay, wait, clock):
    desk = replay([FLAT, None, (1.105, 1.105, 1.105, 1.105)])
    stop, limit = wait(desk, 4, 1.101).order, wait(desk, 3, 1.101).order
    clock.step(minutes=3)
    prices = {deal.order: deal.price for deal in entries(desk)}
    assert prices == {stop: 1.10502, limit: 1.105}


def test_a_stop_limit_becomes_a_limit_with_the_same_ticket(replay, wait, clock):
    desk = replay([FLAT, (1.1, 1.102, 1.1, 1.102), (1.102, 1.102, 1.1, 1.1)])
    ticket = wait(desk, 6, 1.1015, stoplimit=1.1005, tp=1.103).order
    clock.step(seconds=119)
    (order,) = desk.terminal.orders_get()
    assert (order.ticket, order.type, order.price_open, order.price_stoplimit) == (ticket, 2, 1.1005, 0.0)
    clock.step(minutes=1)
    (held,) = desk.terminal.positions_get()
    assert (held.ticket, held.tp) == (ticket, 1.103)
    assert held.price_open <= 1.1005


def test_the_stop_of_a_filled_order_is_watched_in_the_same_stretch_of_time(replay, wait, clock):
    desk = replay([FLAT, DOWN, (1.0985, 1.0985, 1.096, 1.096), FLAT])
    ticket = wait(desk, 2, 1.0995, sl=1.097, tp=1.2).order
    clock.step(minutes=4)
    opened, closed = (deal for deal in desk.deals() if deal.type in {0, 1})
    assert (opened.order, closed.position_id, closed.reason) == (ticket, ticket, 4)
    assert opened.time < closed.time
    assert closed.price == pytest.approx(1.097, abs=1e-4)


def test_a_price_before_the_fill_never_triggers_the_stop(replay, wait, clock):
    desk = replay([FLAT, (1.1, 1.104, 1.095, 1.103), (1.103,) * 4])  # down first, then up
    wait(desk, 4, 1.1035, sl=1.099)
    clock.step(minutes=3)
    assert [deal.entry for deal in desk.deals()] == [0, 0]
    assert len(desk.terminal.positions_get()) == 1


def test_an_order_without_money_is_rejected_into_history(replay, wait, clock):
    desk = replay([FLAT, DOWN, FLAT])
    ticket = wait(desk, 2, 1.099, volume=20.0).order
    assert ticket
    clock.step(minutes=3)
    assert (history(desk, ticket).state, history(desk, ticket).volume_current) == (5, 20.0)
    assert desk.terminal.positions_get() == ()
    assert desk.terminal.account_info().balance == 10_000


def test_a_removed_order_is_cancelled(terminal, desk, wait):
    ticket = wait(desk, 2, 1.0).order
    assert terminal.order_send({"action": 8, "order": ticket}).retcode == 10009
    assert (history(desk, ticket).state, terminal.orders_get()) == (2, ())
    assert terminal.order_send({"action": 8, "order": ticket}).retcode == 10013


def test_a_modified_order_keeps_volume_and_comment(terminal, desk, wait):
    ticket = wait(desk, 2, 1.0, sl=0.9, comment="kept").order
    change = {"action": 7, "order": ticket, "price": 1.01, "tp": 1.2, "volume": 5.0, "comment": "other"}
    assert terminal.order_send(change).retcode == 10009
    (order,) = terminal.orders_get()
    assert (order.price_open, order.sl, order.tp, order.volume_current) == (1.01, 0.0, 1.2, 0.1)
    assert order.comment == "kept"
    assert terminal.order_send(change).retcode == 10025
    assert terminal.order_send(change | {"order": 5}).retcode == 10013
    assert terminal.order_send(change | {"price": 9.0}).retcode == 10015
    assert terminal.order_send(change | {"tp": 0.5}).retcode == 10016
    terminal.change_symbol("EURUSD", freeze_level=50_000)
    assert terminal.order_send(change | {"price": 1.02}).retcode == 10029
    assert terminal.order_send({"action": 8, "order": ticket}).retcode == 10029


@pytest.mark.parametrize(
    ("fields", "lives"),
    [
        ({}, 10 * DAY),
        ({"type_time": 1}, 13 * 3600),  # until midnight; the example begins at 11:00 of the server
        ({"type_time": 2, "expiration": 1200}, 1200),
        ({"type_time": 3, "expiration": DAY}, DAY + 13 * 3600),
    ],
)
def test_orders_live_as_long_as_they_were_told(terminal, desk, wait, clock, fields, lives):
    now = terminal.symbol_info_tick("EURUSD").time
    if "expiration" in fields:
        fields = fields | {"expiration": now + fields["expiration"]}
    ticket = wait(desk, 2, 0.5, **fields).order
    clock.step(seconds=min(lives, 9 * DAY) - 1)
    assert terminal.orders_total() == 1
    clock.step(seconds=1)
    assert terminal.orders_total() == (1 if lives > 9 * DAY else 0)
    if lives <= 9 * DAY:
        assert (history(desk, ticket).state, history(desk, ticket).time_done) == (6, now + lives)


@pytest.mark.parametrize(("mode", "orders", "sl"), [(0, 1, 0.5), (1, 0, 0.0), (2, 0, 0.5)])
def test_a_symbols_daily_mode_ends_orders_and_stops(terminal, desk, wait, clock, mode, orders, sl):
    wait(desk, 2, 0.5)
    desk.open(sl=0.5)
    terminal.change_symbol("EURUSD", order_gtc_mode=mode)
    clock.step(days=1)
    assert terminal.orders_total() == orders
    assert terminal.positions_get()[0].sl == sl


@pytest.mark.parametrize(
    ("kind", "offset", "fields", "code"),
    [
        (2, 10, {}, 10015),
        (2, -10, {}, 10009),
        (3, -10, {}, 10015),
        (4, -10, {}, 10015),
        (5, 10, {}, 10015),
        (5, -10, {}, 10009),
        (4, 0, {}, 10015),
        (6, 100, {"stoplimit": 50}, 10009),
        (6, 100, {"stoplimit": 150}, 10015),
        (6, 100, {}, 10015),
        (7, -100, {"stoplimit": -50}, 10009),
        (7, -100, {"stoplimit": -150}, 10015),
        (2, -100, {"sl": -90}, 10016),
        (2, -100, {"sl": -110, "tp": -90}, 10009),
        (3, 100, {"sl": 90}, 10016),
        (6, 100, {"stoplimit": 50, "sl": 60}, 10016),
        (6, 100, {"stoplimit": 50, "sl": 40}, 10009),
    ],
)
def test_prices_must_lie_on_their_side(terminal, desk, wait, kind, offset, fields, code):
    tick = terminal.symbol_info_tick("EURUSD")
    fair = tick.bid if kind % 2 else tick.ask
    levels = {name: round(fair + points * 1e-5, 5) for name, points in fields.items()}
    assert wait(desk, kind, round(fair + offset * 1e-5, 5), **levels).retcode == code


def test_the_first_reason_in_the_servers_order_counts_for_pendings_too(terminal, desk, wait):
    terminal.change_conditions(limit_orders=1)
    terminal.change_symbol("EURUSD", volume_limit=1.0, order_mode=127 - 2, margin_pending=1.0)
    wrong = {"symbol": "NONE", "type_filling": 9, "volume": 0.0, "sl": 9.0, "type_time": 9}
    for repaired, code in (
        ({}, 10013),
        ({"symbol": "EURUSD"}, 10035),
        ({}, 10035),
        ({}, 10030),
        ({"type_filling": 2}, 10014),
        ({"volume": 30.0}, 10015),
        ({"price": 1.0}, 10016),
        ({"sl": 0.0}, 10022),
        ({"type_time": 0}, 10019),
        ({"volume": 1.1}, 10034),
        ({"volume": 0.5}, 10009),
        ({"volume": 0.1}, 10033),
    ):
        if code == 10030:
            terminal.change_symbol("EURUSD", order_mode=127)
        wrong |= repaired
        assert wait(desk, 2, **({"price": 9.0} | wrong)).retcode == code
    for conditions, code in (
        ({"trade_allowed": False}, 10017),
        ({"trade_expert": False}, 10026),
        ({"algo_button": False}, 10027),
        ({"connected": False}, 10031),
    ):
        terminal.change_conditions(**conditions)
        assert wait(desk, 2, **({"price": 9.0} | wrong)).retcode == code


def test_a_closed_session_refuses_orders_changes_and_removals(make_terminal, desk_of, wait, clock):
    desk = desk_of(make_terminal(sessions=True))
    ticket = wait(desk, 2, 1.0).order
    clock.now = datetime(2025, 6, 7, 12, tzinfo=UTC)  # Saturday
    assert wait(desk, 2, 1.0).retcode == 10018
    change = {"action": 7, "order": ticket, "price": 1.01}
    assert desk.terminal.order_send(change).retcode == 10018
    assert desk.terminal.order_send({"action": 8, "order": ticket}).retcode == 10018


@pytest.mark.parametrize(
    ("filling", "mask", "kind", "code"),
    [
        (3, 4, 2, 10009),
        (3, 3, 2, 10030),
        (3, 4, 4, 10030),
        (2, 0, 4, 10009),
        (0, 1, 2, 10009),
        (1, 1, 2, 10030),
    ],
)
def test_filling_modes_of_pending_orders(terminal, desk, wait, filling, mask, kind, code):
    terminal.change_symbol("EURUSD", filling_mode=mask)
    price = 1.0 if kind == 2 else 1.5
    assert wait(desk, kind, price, type_filling=filling).retcode == code


def test_waiting_orders_survive_the_process(tmp_path, make_terminal, desk_of, wait, clock):
    first = desk_of(make_terminal(data_dir=tmp_path))
    ticket = wait(first, 2, 1.0, magic=2**64 - 1, sl=0.9).order
    before = first.terminal.orders_get()
    first.terminal.close_book()
    again = make_terminal(data_dir=tmp_path)
    assert again.orders_get() == before
    assert again.order_send({"action": 8, "order": ticket}).retcode == 10009
