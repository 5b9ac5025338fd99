from __future__ import annotations

import pytest

FLAT = (1.1, 1.1, 1.1, 1.1)


def trades(desk):
    return [deal for deal in desk.deals() if deal.type in {0, 1}]


# --- swaps


@pytest.mark.parametrize(
    ("mode", "long", "amount"),
    [
        (0, -5.0, 0.0),
        (1, -7.2, -7.2),
        (2, -5.0, -5.0 * 1.1),  # euros
        (3, -5.0, -5.0 * 1.1),
        (4, -5.0, -5.0),
        (5, -3.6, -3.6 / 36_000 * 110_000),
        (6, -3.6, -3.6 / 36_000 * 110_002),
    ],
)
def test_each_swap_mode_charges_by_its_formula(replay, clock, mode, long, amount):
    desk = replay([FLAT] * 3, begin="2025-06-03 07:18:00")  # 1,000 minutes later it is 23:58
    desk.terminal.change_symbol("EURUSD", swap_mode=mode, swap_long=long)
    desk.open(volume=1.0)
    clock.step(minutes=2)
    assert desk.terminal.positions_get()[0].swap == pytest.approx(amount, abs=0.006)


@pytest.mark.parametrize("mode", [7, 8])
@pytest.mark.parametrize("side", [0, 1])
def test_a_position_is_opened_again_at_a_shifted_price(replay, clock, mode, side):
    desk = replay([FLAT] * 3, begin="2025-06-03 07:18:00")
    desk.terminal.change_symbol("EURUSD", swap_mode=mode, swap_long=-7.0, swap_short=-3.0)
    opened = desk.open(volume=1.0, side=side, magic=8)
    clock.step(minutes=2)
    (held,) = desk.terminal.positions_get()
    base = 1.10002 if side and mode == 7 else 1.1
    assert held.price_open == pytest.approx(base + (-0.00003 if side else 0.00007), abs=1e-9)
    assert held.identifier == opened.order != held.ticket
    _, out, again = trades(desk)
    assert (out.entry, again.entry, out.reason, again.reason) == (1, 0, 7, 7)
    assert (out.position_id, again.position_id, again.magic) == (opened.order, opened.order, 8)
    assert (out.commission, again.commission, held.swap) == (0.0, 0.0, 0.0)
    assert desk.close(held.ticket).retcode == 10009


def test_the_triple_day_counts_for_opening_again_too(replay, clock):
    desk = replay([FLAT] * 3, begin="2025-06-04 07:18:00")  # Wednesday
    desk.terminal.change_symbol("EURUSD", swap_mode=7, swap_long=-7.0)
    desk.open()
    clock.step(minutes=2)
    assert desk.terminal.positions_get()[0].price_open == pytest.approx(1.10021, abs=1e-9)


# --- calculation modes


@pytest.mark.parametrize(
    ("fields", "margin"),
    [
        ({"calc_mode": 0}, 2 * 10.0 * 100 / 100),  # gold is a currency here: ounces times price
        ({"calc_mode": 5}, 2 * 1000.0),
        ({"calc_mode": 2}, 2 * 1000.0),
        ({"calc_mode": 4}, 2 * 10.0),
        ({"calc_mode": 3, "tick_value": 5.0, "tick_size": 0.5}, 2 * 1000.0 * 10),
        ({"calc_mode": 1, "margin_initial": 70.0, "tick_value": 1.0}, 140.0),
        ({"calc_mode": 33, "margin_initial": 70.0, "tick_value": 1.0}, 140.0),
        ({"calc_mode": 32}, 2 * 1000.0),
        ({"calc_mode": 37, "face_value": 500.0}, 2 * 100 * 5.0 * 10),
        ({"calc_mode": 64}, 0.0),
        ({"calc_mode": 0, "margin_initial": 33.0}, 66.0),
        ({"calc_mode": 4, "margin_rate": 0.5}, 10.0),
    ],
)
def test_margin_by_calculation_mode(terminal, fields, margin):
    usual = {"contract_size": 100.0, "currency_margin": "USD", "currency_base": "USD"}
    usual |= {"calc_mode": 4}
    if fields["calc_mode"] in {0, 5}:
        usual |= {"currency_margin": "XAU", "currency_base": "XAU"}
    if "margin_initial" in fields:
        usual["currency_margin"] = "USD"
    terminal.change_symbol("XAUUSD", **(usual | fields))
    assert terminal.order_calc_margin(0, "XAUUSD", 2.0, 10.0) == pytest.approx(margin)


@pytest.mark.parametrize(
    ("fields", "profit"),
    [
        ({"calc_mode": 0}, 2 * 100 * 0.5),
        ({"calc_mode": 2}, 2 * 100 * 0.5),
        ({"calc_mode": 32}, 2 * 100 * 0.5),
        ({"calc_mode": 33, "tick_size": 0.1, "tick_value": 3.0}, 2 * 5 * 3.0),
        ({"calc_mode": 1, "tick_size": 0.25, "tick_value": 3.0}, 2 * 2 * 3.0),
        ({"calc_mode": 37, "face_value": 1000.0}, 2 * 100 * 10 * 0.5),
        ({"calc_mode": 64}, 0.0),
    ],
)
def test_profit_by_calculation_mode(terminal, fields, profit):
    terminal.change_symbol("XAUUSD", **fields)
    assert terminal.order_calc_profit(0, "XAUUSD", 2.0, 10.0, 10.5) == pytest.approx(profit)
    assert terminal.order_calc_profit(1, "XAUUSD", 2.0, 10.0, 10.5) == pytest.approx(-profit)


def test_an_exchange_symbol_is_watched_by_its_last_price(replay, clock):
    desk = replay([FLAT, (1.1, 1.10098, 1.1, 1.1), FLAT])
    desk.terminal.change_symbol("EURUSD", calc_mode=33, tick_value=1.0, margin_initial=50.0)
    assert desk.terminal.symbol_info_tick("EURUSD").last == 1.1
    desk.open(side=1, sl=1.101)
    clock.step(minutes=3)
    assert len(desk.terminal.positions_get()) == 1  # the ask was there, the last price was not


def test_collateral_counts_as_an_asset_only(terminal, desk):
    terminal.change_symbol("US500", calc_mode=64, liquidity_rate=0.5)
    desk.open("US500", volume=2.0)
    info = terminal.account_info()
    assert info.assets == pytest.approx(terminal.symbol_info_tick("US500").bid, abs=0.01)
    assert (info.profit, info.margin) == (0.0, 0.0)


def test_covered_volume_may_be_margined_by_its_larger_leg(terminal, desk):
    desk.open(volume=0.3)
    terminal.change_symbol("EURUSD", margin_hedged_use_leg=True)
    before = terminal.account_info().margin
    desk.open(volume=0.2, side=1)
    assert terminal.account_info().margin == before
    terminal.change_symbol("EURUSD", margin_hedged_use_leg=False, margin_hedged_size=0.0)
    assert terminal.account_info().margin == pytest.approx(before / 3, abs=0.01)
