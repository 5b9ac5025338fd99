from __future__ import annotations

import pytest

from bot_service.terminals.paper import SPECS, money
from bot_service.terminals.paper.book import Position


def held(symbol="EURUSD", side=0, volume=1.0, price=1.1):
    return Position(1, symbol, side, volume, price, 0.0, 0.0, 0, 0, 0, "", 0.0)


def test_margin_of_the_documents_samples(terminal):
    assert terminal.order_calc_margin(0, "EURUSD", 0.1, 1.09910) == 109.91
    assert terminal.order_calc_margin(0, "USDJPY", 0.1, 108.5) == 100.0


@pytest.mark.parametrize(
    ("symbol", "volume", "price", "margin"),
    [
        ("GBPUSD", 0.5, 1.3, 650.0),
        ("XAUUSD", 0.1, 2900.0, 290.0),
        ("BTCUSD", 0.2, 90_000.0, 180.0),
        ("ETHUSD", 1, 3000, 30.0),
        ("US500", 2.0, 5600.0, 112.0),
    ],
)
def test_margin_per_symbol(terminal, symbol, volume, price, margin):
    assert terminal.order_calc_margin(1, symbol, volume, price) == margin


def test_profit_of_the_documents_sample_is_converted_at_the_closing_price(terminal):
    assert terminal.order_calc_profit(0, "USDJPY", 1.0, 108.183, 108.483) == 276.54
    assert terminal.order_calc_profit(1, "USDJPY", 1.0, 108.179, 107.879) == 278.09


@pytest.mark.parametrize(
    ("symbol", "side", "volume", "opened", "closed", "profit"),
    [
        ("EURUSD", 0, 0.1, 1.1, 1.101, 10.0),
        ("EURUSD", 1, 0.1, 1.1, 1.101, -10.0),
        ("XAUUSD", 0, 0.02, 2900.0, 2905.5, 11.0),
        ("BTCUSD", 1, 0.01, 90_000.0, 89_000.0, 10.0),
        ("US500", 0, 1.0, 5600.0, 5590.0, -10.0),
    ],
)
def test_profit_per_symbol(terminal, symbol, side, volume, opened, closed, profit):
    assert terminal.order_calc_profit(side, symbol, volume, opened, closed) == profit


@pytest.mark.parametrize(
    "arguments",
    [(2, "EURUSD", 0.1, 1.1), (0, "NONE", 0.1, 1.1), (0, "EURUSD", 0.0, 1.1), (0, "EURUSD", 0.1, 0)],
)
def test_a_calculation_without_sense_is_none(terminal, arguments):
    assert terminal.order_calc_margin(*arguments) is None
    assert terminal.last_error()[0] < 0
    assert terminal.order_calc_profit(*arguments, 1.2) is None


@pytest.fixture
def value(terminal):
    return terminal._account.money


def test_covered_volume_needs_half_a_margin(value):
    spec = SPECS["EURUSD"]
    assert value.symbol_margin(spec, [held()]) == 1100.0
    assert value.symbol_margin(spec, [held(), held(side=1)]) == 550.0
    assert value.symbol_margin(spec, [held(volume=2.0), held(side=1, price=1.2)]) == pytest.approx(
        1100.0 + 500 * (2.2 + 1.2) / 3, abs=0.01
    )
    assert value.symbol_margin(spec, []) == 0.0


@pytest.mark.parametrize(
    ("symbol", "side", "day", "amount"),
    [
        ("EURUSD", 0, 1, -7.2),
        ("EURUSD", 0, 3, -21.6),  # Wednesday pays the weekend
        ("EURUSD", 1, 2, 2.9),
        ("EURUSD", 0, 6, 0.0),
        ("EURUSD", 0, 0, 0.0),
        ("XAUUSD", 0, 1, -61.6),
        ("BTCUSD", 0, 5, -126.0),
        ("BTCUSD", 0, 3, -42.0),
        ("USDJPY", 0, 1, 11.6),
    ],
)
def test_swap_of_one_lot_and_night(value, symbol, side, day, amount):
    price = 100.0 if symbol == "USDJPY" else 1.1
    assert value.night_swap(SPECS[symbol], held(symbol, side), price, day) == amount


def test_amounts_are_rounded_half_up(value):
    assert money.cents(0.035) == 0.04
    assert money.cents(-0.035) == -0.04
    assert money.cents(2.675) == 2.68
    assert value.costs(SPECS["EURUSD"], 0.1) == (-0.35, 0.0)
