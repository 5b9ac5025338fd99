from __future__ import annotations

import pytest

FLAT = (1.1, 1.1, 1.1, 1.1)


@pytest.fixture
def netting(terminal, desk):
    terminal.change_conditions(margin_mode=0)
    return desk


def trades(desk):
    return [deal for deal in desk.deals() if deal.type in {0, 1}]


# --- netting and exchange accounts


def test_a_second_buy_adds_to_the_position_and_its_levels_replace_the_first(netting, clock):
    first = netting.open(volume=0.1, sl=0.9, magic=1)
    clock.step(minutes=20)
    second = netting.open(volume=0.3, tp=2.0, magic=2)
    (held,) = netting.terminal.positions_get()
    mean = (first.price * 0.1 + second.price * 0.3) / 0.4
    assert (held.ticket, held.identifier, held.volume) == (first.order, first.order, 0.4)
    assert held.price_open == round(mean, 8)
    assert (held.sl, held.tp, held.magic) == (0.0, 2.0, 1)
    assert [deal.position_id for deal in trades(netting)] == [first.order] * 2
    assert [deal.entry for deal in trades(netting)] == [0, 0]


def test_the_other_side_reduces_and_keeps_the_levels(netting, clock):
    opened = netting.open(volume=0.3, sl=0.9, tp=2.0)
    clock.step(minutes=20)
    closed = netting.open(volume=0.1, side=1)
    (held,) = netting.terminal.positions_get()
    assert (held.volume, held.sl, held.tp, held.price_open) == (0.2, 0.9, 2.0, opened.price)
    deal = trades(netting)[-1]
    assert (deal.entry, deal.position_id) == (1, opened.order)
    assert deal.profit == netting.terminal.order_calc_profit(0, "EURUSD", 0.1, opened.price, closed.price)
    netting.open(volume=0.2, side=1)
    assert netting.terminal.positions_get() == ()


def test_a_larger_opposite_order_reverses_the_position(netting, clock):
    opened = netting.open(volume=0.2, sl=0.9)
    clock.step(minutes=20)
    turned = netting.open(volume=0.5, side=1, sl=2.0)
    (held,) = netting.terminal.positions_get()
    assert (held.type, held.volume, held.price_open, held.sl) == (1, 0.3, turned.price, 2.0)
    assert (held.ticket, held.identifier) == (turned.order, opened.order)
    deal = trades(netting)[-1]
    assert (deal.entry, deal.volume, deal.position_id) == (2, 0.5, opened.order)
    assert deal.profit == netting.terminal.order_calc_profit(0, "EURUSD", 0.2, opened.price, turned.price)
    assert len(netting.terminal.history_deals_get(position=opened.order)) == 2
    assert netting.stops(turned.order, sl=1.9).retcode == 10009
    netting.open(volume=0.3)
    assert netting.terminal.positions_get() == ()


def test_stops_are_set_by_symbol_on_a_netting_account(netting):
    netting.open()
    change = {"action": 6, "symbol": "EURUSD", "sl": 0.9}
    assert netting.terminal.order_send(change).retcode == 10009
    assert netting.terminal.positions_get()[0].sl == 0.9
    assert netting.terminal.order_send(change | {"symbol": "USDJPY"}).retcode == 10036


def test_reducing_needs_no_money_but_reversing_does(netting):
    netting.open(volume=4.0)
    assert netting.open(volume=4.0).retcode == 10009
    assert netting.open(volume=4.0).retcode == 10019
    assert netting.open(volume=8.0, side=1).retcode == 10009
    netting.open(volume=8.0)
    assert netting.open(volume=30.0, side=1).retcode == 10019


def test_margin_of_a_netting_account_is_that_of_what_is_left(netting):
    price = netting.open(volume=0.5).price
    netting.open(volume=0.2, side=1)
    wanted = netting.terminal.order_calc_margin(0, "EURUSD", 0.3, price)
    assert netting.terminal.account_info().margin == pytest.approx(wanted, abs=0.02)


def test_close_by_is_for_hedging_accounts(netting, terminal):
    ticket = netting.open().order
    assert terminal.order_send({"action": 10, "position": ticket, "position_by": 5}).retcode == 10035
    assert terminal.account_info().margin_mode == 0


# --- close by


def test_two_opposite_positions_close_each_other(terminal, desk, clock):
    long = desk.open(volume=0.3)
    clock.step(minutes=30)
    short = desk.open(volume=0.2, side=1)
    before = terminal.account_info().balance
    request = {"action": 10, "position": long.order, "position_by": short.order, "magic": 3}
    done = terminal.order_send(request)
    assert (done.retcode, done.deal) == (10009, 0)
    first, second = trades(desk)[-2:]
    assert (first.entry, second.entry, first.order, second.order) == (3, 3, done.order, done.order)
    assert (first.price, second.price) == (short.price, long.price)
    assert (first.type, second.type, first.volume, second.volume) == (1, 0, 0.2, 0.2)
    profit = terminal.order_calc_profit(0, "EURUSD", 0.2, long.price, short.price)
    assert (first.profit, second.profit, first.commission) == (profit, 0.0, 0.0)
    assert terminal.account_info().balance == pytest.approx(before + profit)
    (held,) = terminal.positions_get()
    assert (held.ticket, held.volume) == (long.order, 0.1)
    (order,) = terminal.history_orders_get(ticket=done.order)
    assert (order.type, order.position_id, order.position_by_id) == (8, long.order, short.order)
    assert str(long.order) in order.comment
    assert str(short.order) in order.comment


def test_close_by_wants_two_opposite_positions_of_one_symbol(terminal, desk):
    first, same = desk.open().order, desk.open().order
    other, yen = desk.open(side=1).order, desk.open("USDJPY", side=1).order

    def by(one, two):
        return terminal.order_send({"action": 10, "position": one, "position_by": two}).retcode

    assert [by(first, same), by(first, yen), by(first, first)] == [10013] * 3
    assert [by(first, 5), by(5, first)] == [10036] * 2
    terminal.change_symbol("EURUSD", order_mode=63)
    assert by(first, other) == 10035
    terminal.change_symbol("EURUSD", order_mode=127)
    terminal.change_conditions(algo_button=False)
    assert by(first, other) == 10027


# --- filling


def test_a_shallow_market_fills_a_part_and_immediate_or_cancel_forgets_the_rest(terminal, desk):
    terminal.change_symbol("EURUSD", depth=0.3)
    assert desk.open(volume=0.5, type_filling=0).retcode == 10006
    done = desk.open(volume=0.5, type_filling=1)
    assert (done.retcode, done.volume) == (10010, 0.3)
    assert terminal.positions_get()[0].volume == 0.3
    assert terminal.orders_get() == ()
    (order,) = terminal.history_orders_get(ticket=done.order)
    assert (order.state, order.volume_initial, order.volume_current) == (3, 0.5, 0.2)


def test_return_goes_on_filling_the_same_order_into_the_same_position(terminal, desk, clock):
    terminal.change_symbol("EURUSD", depth=0.3, exemode=3)
    done = desk.open(volume=0.8, type_filling=2)
    assert (done.retcode, done.volume) == (10010, 0.3)
    (rest,) = terminal.orders_get()
    assert (rest.ticket, rest.state, rest.volume_current, rest.position_id) == (
        done.order,
        3,
        0.5,
        done.order,
    )
    clock.step(seconds=1)
    assert terminal.orders_get()[0].volume_current == 0.2
    clock.step(seconds=5)
    (held,) = terminal.positions_get()
    assert (held.ticket, held.volume) == (done.order, 0.8)
    assert [deal.volume for deal in terminal.history_deals_get(ticket=done.order)] == [0.3, 0.3, 0.2]
    assert terminal.history_orders_get(ticket=done.order)[0].state == 4


def test_a_closing_that_goes_on_may_not_be_doubled(terminal, desk, clock):
    ticket = desk.open(volume=0.8).order
    terminal.change_symbol("EURUSD", depth=0.3, exemode=3)
    assert desk.close(ticket, type_filling=2).retcode == 10010
    assert desk.close(ticket, type_filling=1).retcode == 10039
    clock.step(seconds=5)
    assert terminal.positions_get() == ()
    assert [deal.volume for deal in terminal.history_deals_get(position=ticket)] == [0.8, 0.3, 0.3, 0.2]


def test_commission_and_fee_are_booked_apart(terminal, desk):
    terminal.change_symbol("EURUSD", fee=1.5)
    desk.close(desk.open(volume=2.0).order)
    assert [(deal.commission, deal.fee) for deal in trades(desk)] == [(-7.0, -3.0)] * 2


# --- operations, credit, stop-out


@pytest.mark.parametrize(
    ("kind", "amount"), [(2, 250.5), (2, -50.0), (4, -1.0), (5, 3.0), (6, 10.0), (8, -2.0)]
)
def test_an_operation_changes_the_balance_and_leaves_a_deal(terminal, desk, kind, amount):
    ticket = terminal.operate(kind, amount, "why")
    deal = desk.deals()[-1]
    assert (deal.ticket, deal.type, deal.profit, deal.comment, deal.symbol) == (
        ticket,
        kind,
        amount,
        "why",
        "",
    )
    assert terminal.account_info().balance == 10_000 + amount


def test_credit_is_equity_and_no_balance(tmp_path, make_terminal):
    terminal = make_terminal(data_dir=tmp_path)
    terminal.operate(3, 400.0)
    info = terminal.account_info()
    assert (info.balance, info.credit, info.equity, info.margin_free) == (10_000, 400, 10_400, 10_400)
    terminal.close_book()
    assert make_terminal(data_dir=tmp_path).account_info().credit == 400


def test_a_trade_is_no_operation(terminal):
    with pytest.raises(ValueError, match="no account operation"):
        terminal.operate(0, 5.0)


def test_a_stop_out_first_removes_the_waiting_order_that_blocks_most(replay, clock):
    desk = replay([FLAT, (1.1, 1.1, 1.07, 1.07), *[(1.07,) * 4] * 2])
    terminal = desk.terminal
    terminal.change_symbol("EURUSD", margin_pending=1.0)
    held = desk.open(volume=4.0).order
    waits = {"action": 5, "symbol": "EURUSD", "type": 2, "type_filling": 2}
    small = terminal.order_send(waits | {"volume": 0.5, "price": 0.5}).order
    big = terminal.order_send(waits | {"volume": 3.0, "price": 0.6}).order
    assert terminal.account_info().margin > 4400
    clock.step(minutes=4)
    removed = [order for order in terminal.history_orders_get(0, 2**31 - 1) if order.state == 2]
    assert [order.ticket for order in removed] == [big, small]
    assert [order.reason for order in removed] == [6, 6]
    (closed,) = (deal for deal in desk.deals() if deal.entry == 1)
    assert (closed.position_id, closed.reason) == (held, 6)
    assert removed[-1].time_done <= closed.time


def test_a_stop_out_in_money_looks_at_free_margin(replay, clock):
    desk = replay([FLAT, (1.1, 1.1, 1.08, 1.08), *[(1.08,) * 4] * 2])
    desk.terminal.change_conditions(margin_so_mode=1, margin_so_so=1000.0)
    desk.open(volume=4.0)  # margin 4,400; free 5,600 less 4 a point
    clock.step(minutes=4)
    (closed,) = (deal for deal in desk.deals() if deal.entry == 1)
    assert closed.reason == 6
    assert -5000 < closed.profit < -4580  # the price falls 400 in a second


def test_a_fifo_account_stops_out_the_oldest_of_the_losing_symbol(replay, clock):
    desk = replay([FLAT, (1.1, 1.1, 1.07, 1.07), *[(1.07,) * 4] * 2])
    desk.terminal.change_conditions(fifo_close=True)
    oldest = desk.open(volume=0.5).order
    desk.open(volume=3.5)
    clock.step(minutes=4)
    closed = [deal for deal in desk.deals() if deal.entry == 1]
    assert closed[0].position_id == oldest


def test_the_rest_of_an_order_waits_while_there_are_no_ticks(replay, clock):
    desk = replay([FLAT, None, None, FLAT])
    desk.terminal.change_symbol("EURUSD", depth=0.1, exemode=3)
    clock.step(seconds=59)  # the last tick before the gap
    ticket = desk.open(volume=0.2, type_filling=2).order
    clock.step(seconds=110)
    assert desk.terminal.orders_get()[0].volume_current == 0.1
    clock.step(seconds=30)
    assert desk.terminal.orders_get() == ()
    assert [deal.volume for deal in desk.terminal.history_deals_get(ticket=ticket)] == [0.1, 0.1]


def test_a_stop_that_an_added_order_replaced_on_the_way_is_no_stop_any_more(replay, clock):
    desk = replay([FLAT, (1.1, 1.1, 1.096, 1.096), (1.096,) * 4])
    desk.terminal.change_conditions(margin_mode=0)
    first = desk.open(sl=1.0975).order
    waits = {"action": 5, "symbol": "EURUSD", "volume": 0.1, "type": 2, "type_filling": 2}
    assert desk.terminal.order_send(waits | {"price": 1.099, "sl": 1.09}).retcode == 10009
    clock.step(minutes=3)
    (held,) = desk.terminal.positions_get()
    assert (held.ticket, held.volume, held.sl) == (first, 0.2, 1.09)
