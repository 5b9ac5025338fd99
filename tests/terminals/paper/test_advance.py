from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

FLAT = (1.1, 1.1, 1.1, 1.1)


def reasons(desk):
    return [deal.reason for deal in desk.deals() if deal.entry == 1]


def exits(desk):
    return [deal for deal in desk.deals() if deal.entry == 1]


def test_a_stop_fills_at_the_first_price_at_or_below_it(replay, clock):
    desk = replay([FLAT, (1.1, 1.1, 1.098, 1.0985)])
    ticket = desk.open(sl=1.099, magic=5, comment="mine").order
    clock.step(minutes=2)
    (gone,) = exits(desk)
    assert (gone.reason, gone.comment, gone.magic, gone.position_id) == (4, "[sl 1.09900]", 5, ticket)
    assert 1.0989 < gone.price <= 1.099
    assert gone.profit == pytest.approx((gone.price - 1.10002) * 10_000, abs=0.005)
    order = desk.terminal.history_orders_get(ticket=gone.order)[0]
    assert (order.reason, order.type, order.position_id) == (4, 1, ticket)


def test_a_target_fills_at_its_level_or_better(replay, clock):
    desk = replay([FLAT, (1.1, 1.102, 1.1, 1.101)])
    desk.open(tp=1.1011)
    clock.step(minutes=2)
    (gone,) = exits(desk)
    assert (gone.reason, gone.comment) == (5, "[tp 1.10110]")
    assert gone.price >= 1.1011


def test_a_short_is_stopped_by_the_ask(replay, clock):
    desk = replay([FLAT, (1.1, 1.10098, 1.1, 1.1), (1.1, 1.10099, 1.1, 1.1), FLAT])
    desk.open(side=1, sl=1.10101)
    clock.step(minutes=2)
    assert reasons(desk) == []
    clock.step(minutes=1)
    (gone,) = exits(desk)
    assert (gone.reason, gone.price) == (4, 1.10101)


def test_a_short_reaches_its_target_when_the_ask_does(replay, clock):
    desk = replay([FLAT, (1.1, 1.1, 1.099, 1.1), FLAT])
    desk.open(side=1, tp=1.09902)
    clock.step(minutes=3)
    (gone,) = exits(desk)
    assert (gone.reason, gone.price) == (5, 1.09902)


def test_a_gap_over_the_stop_fills_at_the_first_price_after_it(replay, clock):
    desk = replay([FLAT, None, None, (1.095, 1.096, 1.094, 1.0955)])
    desk.open(sl=1.099)
    clock.step(minutes=4)
    assert exits(desk)[0].price == 1.095


def test_in_a_long_jump_the_stop_comes_before_the_target_of_the_same_bar(replay, clock):
    rows = [FLAT, (1.1, 1.103, 1.097, 1.1)]
    desk = replay(rows)
    desk.open(sl=1.098, tp=1.102)
    desk.open(side=1, sl=1.102, tp=1.098)
    clock.step(minutes=2)
    assert reasons(desk) == [4, 4]


def test_in_small_steps_the_path_decides(replay, clock):
    desk = replay([FLAT, (1.1, 1.103, 1.097, 1.099)])  # a falling bar: first its high, then its low
    desk.open(sl=1.098, tp=1.102)
    for _ in range(120):
        clock.step(seconds=1)
        desk.terminal.positions_total()
    assert reasons(desk) == [5]


def test_stops_of_several_symbols_happen_in_the_order_of_time(replay, write_history, clock):
    write_history([(1.3,) * 4, (1.3,) * 4, (1.3, 1.3, 1.29, 1.3)], symbol="GBPUSD", quiet=1.3)
    desk = replay([FLAT, FLAT, FLAT, (1.1, 1.1, 1.09, 1.1), (1.1, 1.11, 1.1, 1.1)])
    desk.open(sl=1.095)
    desk.open("GBPUSD", sl=1.295)
    desk.open(tp=1.105, sl=1.05)
    clock.step(minutes=10)
    assert [deal.symbol for deal in exits(desk)] == ["GBPUSD", "EURUSD", "EURUSD"]
    times = [deal.time for deal in exits(desk)]
    assert times == sorted(times)
    assert len(set(times)) == 3


def test_only_ticks_after_the_opening_can_trigger(replay, clock):
    desk = replay([(1.1, 1.1, 1.09, 1.1), FLAT])
    clock.step(seconds=45)  # the low is past
    desk.open(sl=1.095)
    clock.step(minutes=2)
    assert reasons(desk) == []


def test_a_price_seen_before_the_opening_is_no_trigger_but_the_same_price_later_is(replay, clock):
    desk = replay([(1.1, 1.103, 1.1, 1.1005), (1.1005,) * 4])
    clock.step(seconds=45)  # the price was below the stop, rose to its high, and falls again
    opened = desk.open(sl=1.101)
    clock.step(minutes=1)
    (gone,) = exits(desk)
    assert gone.price <= 1.101
    assert gone.time > desk.terminal.history_deals_get(position=opened.order)[0].time


def test_the_account_is_stopped_out_biggest_loss_first(replay, clock):
    desk = replay([FLAT, (1.1, 1.1, 1.07, 1.07), *[(1.07,) * 4] * 2])
    desk.open(volume=4.0)
    small = desk.open(volume=0.01).order
    clock.step(minutes=4)
    (gone,) = exits(desk)
    assert (gone.reason, gone.volume) == (6, 4.0)
    assert gone.comment.startswith("so: ")
    info = desk.terminal.account_info()
    assert info.margin_level > 20
    # Closed when the level was reached, not at the bar's end: some of the margin is left.
    assert 0 < info.balance < 1500
    assert [held.ticket for held in desk.terminal.positions_get()] == [small]


def test_a_covered_account_is_not_stopped_out_by_movement(replay, clock):
    desk = replay([FLAT, (1.1, 1.1, 1.05, 1.05), (1.05, 1.15, 1.05, 1.1)])
    desk.open(volume=5.0)
    desk.open(volume=5.0, side=1)
    clock.step(minutes=3)
    assert reasons(desk) == []


def test_swaps_are_charged_at_server_midnight_and_paid_at_the_close(terminal, desk, clock):
    clock.now = datetime(2025, 6, 3, 12, tzinfo=UTC)  # Tuesday: behind the terminal's own time, so it waits
    clock.now = datetime(2025, 6, 4, 20, 59, tzinfo=UTC)  # a minute before the end of Wednesday
    ticket = desk.open(volume=1.0).order
    clock.step(minutes=2)
    assert terminal.positions_get()[0].swap == -21.6
    info = terminal.account_info()
    assert info.equity == pytest.approx(info.balance + info.profit - 21.6)
    clock.step(days=1)
    assert terminal.positions_get()[0].swap == -28.8
    clock.step(days=4)  # Friday night, a free weekend, Monday night
    assert terminal.positions_get()[0].swap == -43.2
    desk.close(ticket, volume=0.25)
    assert terminal.positions_get()[0].swap == -32.4
    desk.close(ticket)
    assert [deal.swap for deal in exits(desk)] == [-10.8, -32.4]


def test_time_never_goes_back(terminal, clock):
    tick = terminal.symbol_info_tick("EURUSD")
    clock.step(hours=-5)
    assert terminal.symbol_info_tick("EURUSD") == tick


def test_one_jump_and_many_steps_end_at_the_same_market(make_terminal, clock, desk_of):
    jumping, stepping = desk_of(make_terminal()), desk_of(make_terminal())
    for desk in (jumping, stepping):
        bid = desk.terminal.symbol_info_tick("EURUSD").bid
        desk.open(sl=round(bid - 0.0008, 5))
        desk.open(side=1, sl=round(bid + 0.0008, 5))
    for _ in range(6 * 60):
        clock.step(seconds=60)
        stepping.terminal.positions_total()
    assert len(exits(stepping)) >= 1
    assert [deal[:15] for deal in exits(jumping)] == [deal[:15] for deal in exits(stepping)]
    assert jumping.terminal.account_info() == stepping.terminal.account_info()


def test_a_year_without_positions_passes_at_once(terminal, clock):
    clock.now += timedelta(days=365)
    assert terminal.account_info().balance == 10_000


def test_a_terminal_cut_off_from_its_broker_learns_afterwards_what_happened(replay, clock):
    desk = replay([FLAT, (1.1, 1.1, 1.098, 1.0985), FLAT])
    desk.open(sl=1.099)
    desk.terminal.change_conditions(connected=False)
    tick = desk.terminal.symbol_info_tick("EURUSD")
    clock.step(minutes=2)
    assert desk.terminal.symbol_info_tick("EURUSD") == tick
    assert len(desk.terminal.positions_get()) == 1
    assert desk.open().retcode == 10031
    desk.terminal.change_conditions(connected=True)
    (gone,) = exits(desk)
    assert gone.reason == 4
    assert tick.time < gone.time < desk.terminal.symbol_info_tick("EURUSD").time
