from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from bot_service.terminals import paper

H1 = 16385


def test_rates_are_the_files_rows_unchanged(replay, clock):
    noise = 1.0524499999999999
    desk = replay([(noise, 1.06, 1.05, 1.0551), (1.0551, 1.0551, 1.0551, 1.0551)])
    clock.step(minutes=1)
    bar = desk.terminal.copy_rates_from_pos("EURUSD", 1, 1, 1)[0]
    assert tuple(bar)[1:6] == (noise, 1.06, 1.05, 1.0551, 10)
    clock.step(seconds=-60)
    assert desk.terminal.symbol_info_tick("EURUSD").bid == 1.0551


def test_orders_are_filled_at_rounded_prices(replay):
    desk = replay([(1.0524499999999999, 1.06, 1.05, 1.0551)])
    assert desk.open(side=1).price == 1.05245
    assert desk.open().price == 1.05247


def test_symbols_without_a_file_do_not_exist_and_lower_timeframes_neither(replay):
    desk = replay([(1.1,) * 4], timeframe="H1", minutes=60)
    terminal = desk.terminal
    assert [info.name for info in terminal.symbols_get()] == ["EURUSD"]
    assert terminal.symbol_info("USDJPY") is None
    assert desk.open("USDJPY").retcode == 10013
    assert terminal.copy_rates_from_pos("EURUSD", 30, 0, 10) is None
    assert terminal.last_error()[0] == -4
    assert len(terminal.copy_rates_from_pos("EURUSD", 16388, 0, 10)) == 10


def test_a_session_is_open_exactly_where_a_row_exists(replay, clock):
    flat = (1.1,) * 4
    desk = replay([flat, None, None, flat])
    start = clock.now
    opens = [desk.terminal.is_open("EURUSD", start + timedelta(minutes=minute)) for minute in range(5)]
    assert opens == [True, False, False, True, False]
    assert desk.terminal.is_open("EURUSD", start + timedelta(seconds=59.9))
    assert desk.terminal.next_open("EURUSD", start + timedelta(minutes=1)) == start + timedelta(minutes=3)
    assert desk.terminal.next_open("EURUSD", start + timedelta(minutes=5)) is None
    assert desk.terminal.ends_at == start + timedelta(minutes=4)
    clock.step(minutes=1)
    assert desk.open().retcode == 10018
    clock.step(minutes=2)
    assert desk.open().retcode == 10009
    clock.step(days=30)
    assert desk.open().retcode == 10018
    assert desk.terminal.symbol_info_tick("EURUSD").bid == 1.1


def test_a_replay_begins_1000_bars_after_the_latest_first_row(write_history):
    write_history([(1.1,) * 4], symbol="GBPUSD", begin="2025-06-02 05:00:00")
    directory = write_history([(1.1,) * 4] * 600, symbol="EURUSD", begin="2025-06-02 00:00:00")
    expected = datetime(2025, 6, 2, 5, tzinfo=UTC) + timedelta(minutes=1000, hours=-3)
    assert paper.history_start(directory) == expected


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("notes.txt", "", "no file"),
        ("EURUSD_W1.csv", "", "from M1 to D1"),
        ("EURUSD_H1.csv", "time,open,high,low,close,volume\n2025-01-01 00:00:00,1,1,1,1,1\n", "rows"),
    ],
)
def test_a_directory_that_cannot_be_replayed_is_refused(tmp_path, name, text, reason):
    (tmp_path / name).write_text(text)
    with pytest.raises(ValueError, match=reason):
        paper.history_start(tmp_path)


def test_two_files_for_one_symbol_are_refused(write_history):
    write_history([(1.1,) * 4])
    directory = write_history([(1.1,) * 4], timeframe="H1", minutes=60)
    with pytest.raises(ValueError, match="two files for EURUSD"):
        paper.history_start(directory)


@pytest.fixture
def synthetic_files(tmp_path, terminal):
    """Write what a broker's export would look like, with two symbols of the synthetic market."""
    for symbol in ("EURUSD", "XAUUSD"):
        bars = pd.DataFrame(terminal.copy_rates_from_pos(symbol, H1, 1, 3000))
        bars["time"] = pd.to_datetime(bars["time"], unit="s").dt.strftime("%Y-%m-%d %H:%M:%S")
        bars = bars.rename(columns={"tick_volume": "volume"})
        with gzip.open(tmp_path / f"{symbol}_H1.csv.gz", "wt") as file:
            bars[["time", "open", "high", "low", "close", "volume"]].to_csv(file, index=False)
    return tmp_path


def test_a_replay_of_synthetic_files_trades_and_balances(synthetic_files, make_terminal, desk_of, clock):
    replay_and_balance(synthetic_files, make_terminal, desk_of, clock)


def test_a_replay_of_real_bars_trades_and_balances(real_bars, make_terminal, desk_of, clock):
    desk = replay_and_balance(real_bars, make_terminal, desk_of, clock)
    names = {info.name for info in desk.terminal.symbols_get()}
    assert names == {"EURUSD", "XAUUSD", "BTCUSD", "US500"}


def test_real_rates_are_the_rows_of_the_file(real_bars, make_terminal, clock):
    clock.now = paper.history_start(real_bars) + timedelta(days=200)
    terminal = make_terminal(history=real_bars)
    for path in sorted(real_bars.glob("*_H1.csv.gz")):
        symbol = path.name.split("_")[0]
        rates = terminal.copy_rates_from_pos(symbol, H1, 1, 500)
        rows = pd.read_csv(path)
        rows.index = pd.to_datetime(rows["time"]).to_numpy("datetime64[s]").astype(np.int64)
        expected = rows.loc[list(rates["time"])]
        for column in ("open", "high", "low", "close"):
            assert list(rates[column]) == list(expected[column])


def replay_and_balance(directory, make_terminal, desk_of, clock):
    clock.now = paper.history_start(directory)
    desk = desk_of(make_terminal(history=directory))
    for hour in range(60):
        for info in desk.terminal.symbols_get():
            bar = desk.terminal.copy_rates_from_pos(info.name, H1, 0, 20)
            distance = round(2 * float((bar["high"] - bar["low"]).mean()) + 20 * info.point, info.digits)
            sign = 1 if hour % 2 else -1
            levels = {
                "sl": round(info.bid - sign * distance, info.digits),
                "tp": round(info.bid + sign * distance, info.digits),
            }
            desk.open(info.name, info.volume_min, 0 if sign > 0 else 1, **levels)
        clock.step(hours=5)
    deals = desk.deals()
    closed = [deal for deal in deals if deal.entry == 1]
    assert {deal.reason for deal in closed} == {4, 5}
    total = sum(deal.profit + deal.commission + deal.swap + deal.fee for deal in deals)
    assert desk.terminal.account_info().balance == pytest.approx(total, abs=0.001)
    return desk
