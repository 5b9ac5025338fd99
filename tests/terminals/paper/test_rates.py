from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from bot_service.terminals.paper.rates import RATES_DTYPE, SECONDS, TIMEFRAMES

MINUTES = {name: value for name, value in TIMEFRAMES.items() if name not in {"W1", "MN1"}}


def as_frame(rates):
    frame = pd.DataFrame(rates)
    frame.index = pd.to_datetime(frame["time"], unit="s")
    return frame


@pytest.mark.parametrize("name", TIMEFRAMES)
def test_every_timeframe_gives_bars_with_the_packages_dtype(terminal, name):
    rates = terminal.copy_rates_from_pos("EURUSD", TIMEFRAMES[name], 0, 60)
    assert len(rates) == 60
    assert rates.dtype == RATES_DTYPE
    assert rates.dtype.itemsize == 60
    assert (np.diff(rates["time"]) > 0).all()
    assert (rates["high"] >= np.maximum(rates["open"], rates["close"])).all()
    assert (rates["low"] <= np.minimum(rates["open"], rates["close"])).all()
    assert rates["close"][-1] == terminal.symbol_info_tick("EURUSD").bid


@pytest.mark.parametrize("name", [name for name in MINUTES if name != "M1"])
def test_higher_timeframes_are_the_minutes_put_together(terminal, name):
    length = SECONDS[TIMEFRAMES[name]] // 60
    higher = terminal.copy_rates_from_pos("XAUUSD", TIMEFRAMES[name], 0, 4)
    minutes = as_frame(terminal.copy_rates_from_pos("XAUUSD", 1, 0, 5 * length))
    rules = {"open": "first", "high": "max", "low": "min", "close": "last", "tick_volume": "sum"}
    expected = minutes.groupby(minutes["time"] // (length * 60) * (length * 60)).agg(rules).tail(4)
    assert list(higher["time"]) == list(expected.index)
    for column in rules:
        assert list(higher[column]) == list(expected[column]), column


def test_weeks_begin_on_sunday_and_months_on_the_first(terminal):
    weeks = as_frame(terminal.copy_rates_from_pos("EURUSD", TIMEFRAMES["W1"], 0, 10))
    assert set(weeks.index.day_of_week) == {6}
    months = as_frame(terminal.copy_rates_from_pos("EURUSD", TIMEFRAMES["MN1"], 0, 10))
    assert set(months.index.day) == {1}
    days = as_frame(terminal.copy_rates_from_pos("EURUSD", TIMEFRAMES["D1"], 0, 100))
    may = days[days.index.month == 5]
    assert months.loc["2025-05-01", "high"] == may["high"].max()
    assert months.loc["2025-05-01", "close"] == may["close"].iloc[-1]


def test_index_0_is_the_forming_bar_and_shows_what_has_been_seen(terminal, clock):
    clock.now = datetime(2025, 6, 4, 8, 0, tzinfo=UTC)
    seen = []
    for _ in range(60):
        seen.append(terminal.symbol_info_tick("EURUSD").bid)
        bar = terminal.copy_rates_from_pos("EURUSD", 1, 0, 1)[0]
        assert bar["time"] % 60 == 0
        assert (bar["open"], bar["close"]) == (seen[0], seen[-1])
        assert (bar["high"], bar["low"]) == (max(seen), min(seen))
        clock.step(seconds=1)
    closed = terminal.copy_rates_from_pos("EURUSD", 1, 1, 1)[0]
    assert tuple(closed)[1:5] == (seen[0], max(seen), min(seen), seen[-1])


def test_a_closed_bar_never_changes(terminal, clock):
    before = terminal.copy_rates_from_pos("BTCUSD", TIMEFRAMES["M15"], 1, 300)
    clock.step(days=3, seconds=17)
    after = terminal.copy_rates_range(
        "BTCUSD", TIMEFRAMES["M15"], int(before["time"][0]), int(before["time"][-1])
    )
    assert (before == after).all()


def test_a_start_position_counts_back_from_the_forming_bar(terminal):
    everything = terminal.copy_rates_from_pos("EURUSD", 1, 0, 20)
    assert (terminal.copy_rates_from_pos("EURUSD", 1, 5, 10) == everything[5:15]).all()


def test_a_range_includes_both_ends(terminal):
    bars = terminal.copy_rates_from_pos("EURUSD", TIMEFRAMES["H4"], 0, 10)
    begin, end = int(bars["time"][2]), int(bars["time"][5])
    assert (terminal.copy_rates_range("EURUSD", TIMEFRAMES["H4"], begin, end) == bars[2:6]).all()
    dates = (datetime.fromtimestamp(at, UTC) for at in (begin + 1, end - 1))
    assert list(terminal.copy_rates_range("EURUSD", TIMEFRAMES["H4"], *dates)["time"]) == list(
        bars["time"][3:5]
    )
    assert len(terminal.copy_rates_range("EURUSD", 1, end + 1, end + 2)) == 0
    assert len(terminal.copy_rates_range("EURUSD", 1, end, begin)) == 0


@pytest.mark.parametrize("name", ["M1", "M5", "H1", "D1", "MN1"])
def test_bars_from_a_date_end_there(terminal, name):
    bars = terminal.copy_rates_from_pos("EURUSD", TIMEFRAMES[name], 0, 40)
    at = int(bars["time"][30])
    assert (terminal.copy_rates_from("EURUSD", TIMEFRAMES[name], at, 10) == bars[21:31]).all()
    future = datetime(2026, 1, 1, tzinfo=UTC)
    assert (terminal.copy_rates_from("EURUSD", TIMEFRAMES[name], future, 10) == bars[-10:]).all()


@pytest.mark.parametrize("arguments", [(7, 0, 1), (1, -1, 1), (1, 0, 0), ("M1", 0, 1), (1, 0, 1.5)])
def test_bad_arguments_give_none(terminal, arguments):
    assert terminal.copy_rates_from_pos("EURUSD", *arguments) is None
    assert terminal.last_error()[0] == -2


def test_no_more_bars_than_the_terminal_keeps(terminal):
    assert len(terminal.copy_rates_from_pos("EURUSD", 1, 0, 150_000)) == 100_000
    assert len(terminal.copy_rates_range("EURUSD", 1, 0, 2**31 - 1)) == 100_000


@pytest.mark.parametrize("weekday", range(7))
def test_enough_history_lies_before_any_weekday(make_terminal, clock, weekday):
    clock.now += timedelta(days=weekday)
    terminal = make_terminal()
    for symbol in ("EURUSD", "XAUUSD", "BTCUSD", "US500"):
        assert len(terminal.copy_rates_from_pos(symbol, 1, 0, 5001)) == 5001
        assert len(terminal.copy_rates_from_pos(symbol, TIMEFRAMES["H1"], 0, 1001)) == 1001
