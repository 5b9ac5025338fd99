from __future__ import annotations

import pytest


def test_an_opening_fills_at_the_ask_and_leaves_order_deal_and_position(terminal, desk):
    tick = terminal.symbol_info_tick("EURUSD")
    sl, tp = round(tick.bid - 0.005, 5), round(tick.bid + 0.005, 5)
    done = desk.open(volume=0.2, sl=sl, tp=tp, magic=2**64 - 1, comment="ref-1", type_filling=1)
    assert (done.retcode, done.comment, done.volume, done.price) == (10009, "Request executed", 0.2, tick.ask)
    assert (done.bid, done.ask, done.request.comment) == (tick.bid, tick.ask, "ref-1")
    position = terminal.positions_get(ticket=done.order)[0]
    assert position.ticket == position.identifier == done.order
    assert (position.type, position.volume, position.price_open, position.sl, position.tp) == (
        0,
        0.2,
        tick.ask,
        sl,
        tp,
    )
    assert (position.price_current, position.magic, position.reason) == (tick.bid, 2**64 - 1, 3)
    order = terminal.history_orders_get(ticket=done.order)[0]
    assert (order.state, order.type, order.position_id, order.sl, order.tp) == (4, 0, done.order, sl, tp)
    assert (order.volume_initial, order.volume_current, order.type_filling) == (0.2, 0.0, 1)
    deal = terminal.history_deals_get(position=done.order)[0]
    assert (deal.ticket, deal.order, deal.entry, deal.reason) == (done.deal, done.order, 0, 3)
    assert (deal.price, deal.volume, deal.commission, deal.profit) == (tick.ask, 0.2, -0.7, 0.0)
    assert (deal.magic, deal.comment) == (2**64 - 1, "ref-1")


def test_a_sell_fills_at_the_bid_and_is_closed_at_the_ask(terminal, desk, clock):
    sold = desk.open("USDJPY", side=1)
    assert sold.price == terminal.symbol_info_tick("USDJPY").bid
    clock.step(minutes=30)
    closed = desk.close(sold.order)
    assert closed.price == terminal.symbol_info_tick("USDJPY").ask
    entry, leave = terminal.history_deals_get(position=sold.order)
    assert leave.profit == terminal.order_calc_profit(1, "USDJPY", 0.1, sold.price, closed.price)
    assert (entry.type, leave.type, leave.entry, leave.order) == (1, 0, 1, closed.order)


def test_a_partial_close_keeps_the_ticket_and_levels(terminal, desk, clock):
    tick = terminal.symbol_info_tick("EURUSD")
    ticket = desk.open(volume=0.3, sl=round(tick.bid - 0.01, 5)).order
    clock.step(seconds=90)
    assert desk.close(ticket, volume=0.1).retcode == 10009
    left = terminal.positions_get(ticket=ticket)[0]
    assert (left.volume, left.sl) == (0.2, round(tick.bid - 0.01, 5))
    assert left.time_update > left.time
    assert desk.close(ticket, volume=0.3).retcode == 10038
    desk.close(ticket)
    assert terminal.positions_get() == ()
    assert [deal.volume for deal in terminal.history_deals_get(position=ticket)] == [0.3, 0.1, 0.2]


def test_levels_are_moved_together_and_an_omitted_one_is_removed(terminal, desk):
    tick = terminal.symbol_info_tick("EURUSD")
    ticket = desk.open(sl=round(tick.bid - 0.01, 5)).order
    tp = round(tick.bid + 0.01, 5)
    moved = desk.stops(ticket, tp=tp, symbol="EURUSD")
    assert (moved.retcode, moved.deal, moved.order) == (10009, 0, 0)
    held = terminal.positions_get(ticket=ticket)[0]
    assert (held.sl, held.tp) == (0.0, tp)
    assert len(desk.deals()) == 2


def test_without_a_position_the_opposite_side_opens_a_second_position(terminal, desk):
    desk.open()
    desk.open(side=1)
    assert [held.type for held in terminal.positions_get()] == [0, 1]
    assert terminal.account_info().margin == pytest.approx(0.1 * 50_000 * 1.14 / 100, rel=0.1)


def test_the_account_begins_with_a_deposit(terminal, desk):
    deposit = desk.deals()[0]
    assert (deposit.type, deposit.profit, deposit.symbol) == (2, 10_000.0, "")
    info = terminal.account_info()
    assert (info.balance, info.equity, info.margin_free, info.margin_level) == (10_000, 10_000, 10_000, 0)
    assert (info.leverage, info.currency, info.margin_mode, info.trade_mode) == (100, "USD", 2, 0)


def test_a_check_tells_what_would_come_and_changes_nothing(terminal, desk):
    ask = terminal.symbol_info_tick("EURUSD").ask
    answer = terminal.order_check({"action": 1, "symbol": "EURUSD", "volume": 1.0, "type": 0, "price": ask})
    margin = terminal.order_calc_margin(0, "EURUSD", 1.0, ask)
    assert (answer.retcode, answer.comment) == (0, "Done")
    assert (answer.margin, answer.margin_free) == (margin, 10_000 - margin)
    assert answer.margin_level == pytest.approx(10_000 / margin * 100, abs=0.01)
    assert terminal.positions_get() == ()
    refused = terminal.order_check({"action": 1, "symbol": "EURUSD", "volume": 0.001})
    assert (refused.retcode, refused.comment) == (10014, "Invalid volume")
    assert terminal.order_check({"action": 1, "symbol": "EURUSD", "volume": 1}) is None


def test_request_ids_rise(desk):
    assert [desk.open().request_id, desk.open(volume=99.0).request_id] == [1, 2]
