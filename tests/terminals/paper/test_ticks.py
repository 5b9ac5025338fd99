from __future__ import annotations

import numpy as np
import pytest


def test_ticks_have_the_packages_columns(terminal):
    ticks = terminal.copy_ticks_from("EURUSD", 0, 1, -1)
    assert ticks.dtype.itemsize == 60
    assert ticks.dtype.names == ("time", "bid", "ask", "last", "volume", "time_msc", "flags", "volume_real")


def test_past_ticks_are_the_ticks_that_were_seen(terminal, clock):
    seen = []
    for _ in range(150):
        clock.step(seconds=1)
        seen.append(terminal.symbol_info_tick("EURUSD"))
    ticks = terminal.copy_ticks_range("EURUSD", seen[0].time, seen[-1].time, terminal.COPY_TICKS_ALL)
    assert list(ticks["time"]) == [tick.time for tick in seen]
    assert list(ticks["bid"]) == [tick.bid for tick in seen]
    assert list(ticks["ask"]) == [tick.ask for tick in seen]
    assert set(ticks["flags"]) == {6}
    assert (ticks["time_msc"] == ticks["time"] * 1000).all()
    few = terminal.copy_ticks_from("EURUSD", seen[30].time, 70, terminal.COPY_TICKS_INFO)
    assert (few == ticks[30:100]).all()


def test_ticks_of_the_future_are_not_known(terminal):
    now = terminal.symbol_info_tick("EURUSD").time
    ticks = terminal.copy_ticks_from("EURUSD", now - 4, 1000, -1)
    assert list(ticks["time"]) == list(range(now - 4, now + 1))
    assert len(terminal.copy_ticks_from("EURUSD", now + 5, 10, -1)) == 0
    assert len(terminal.copy_ticks_range("EURUSD", now, now - 5, -1)) == 0


def test_nobody_trades_a_currency_on_an_exchange(terminal):
    now = terminal.symbol_info_tick("EURUSD").time
    assert len(terminal.copy_ticks_from("EURUSD", now - 9, 5, terminal.COPY_TICKS_TRADE)) == 0
    terminal.change_symbol("EURUSD", calc_mode=33, tick_value=1.0)
    traded = terminal.copy_ticks_from("EURUSD", now - 9, 5, terminal.COPY_TICKS_TRADE)
    assert (traded["last"] == traded["bid"]).all()
    assert set(traded["flags"]) == {14}


def test_closed_hours_have_no_ticks(make_terminal, clock):
    terminal = make_terminal(sessions=True)
    now = terminal.symbol_info_tick("US500").time
    midnight = now // 86_400 * 86_400  # the index sleeps for the first hour of the server's day
    ticks = terminal.copy_ticks_range("US500", midnight - 60, midnight + 3660, -1)
    assert sorted(set(ticks["time"] // 60 - midnight // 60)) == [-1, 60, 61]
    assert np.all(np.diff(ticks["time"]) > 0)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("NONE", 0, 5, -1), -4), (("EURUSD", 0, 0, -1), -2), (("EURUSD", 0, 5, 3), -2), ((5, 0, 5, -1), -2)],
)
def test_bad_arguments_are_refused(terminal, arguments, code):
    assert terminal.copy_ticks_from(*arguments) is None
    assert terminal.last_error()[0] == code


def test_a_market_book_is_given_while_it_is_subscribed(terminal):
    assert terminal.market_book_get("EURUSD") is None
    assert terminal.last_error()[0] == -4
    assert terminal.market_book_release("EURUSD") is False
    assert terminal.market_book_add("EURUSD") is True
    book, tick = terminal.market_book_get("EURUSD"), terminal.symbol_info_tick("EURUSD")
    assert [row.type for row in book] == [1] * 5 + [2] * 5
    prices = [row.price for row in book]
    assert prices == sorted(prices, reverse=True)
    assert (prices[4], prices[5]) == (tick.ask, tick.bid)
    assert all(row.volume == int(row.volume_dbl) > 0 for row in book)
    assert terminal.symbol_info("EURUSD").ticks_bookdepth == 5
    assert terminal.market_book_release("EURUSD") is True
    assert terminal.market_book_get("EURUSD") is None


def test_not_every_symbol_has_a_market_book(terminal):
    terminal.change_symbol("EURUSD", book_levels=0)
    assert terminal.market_book_add("EURUSD") is False
    assert terminal.market_book_add("NONE") is False
