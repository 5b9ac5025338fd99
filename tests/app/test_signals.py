"""`bot-service signals`, run as a person or a script runs it."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from bot_service.domain.kinds import NYSE
from bot_service.domain.strategy import SymbolKind, SymbolProfile
from bot_service.strategies import evaluate, find, words

COUNT = 600


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(3)
    close = (1.1 * np.exp(np.cumsum(rng.normal(0, 0.001, COUNT)))).round(5)
    opened = np.concatenate(([1.1], close[:-1]))
    times = pd.date_range("2025-03-03", periods=COUNT, freq="h").strftime("%Y-%m-%d %H:%M:%S")
    return pd.DataFrame(
        {
            "time": times,
            "open": opened,
            "high": np.maximum(opened, close) + 0.0005,
            "low": np.minimum(opened, close) - 0.0005,
            "close": close,
            "volume": rng.integers(1, 900, COUNT),
        }
    )


@pytest.fixture
def bars_file(tmp_path, table):
    path = tmp_path / "bars.csv"
    table.to_csv(path, index=False)
    return path


def call(cwd, *args, **environment):
    command = [sys.executable, "-m", "bot_service", "signals", *map(str, args)]
    env = {"PATH": "", "PYTHONPATH": ":".join(sys.path), **environment}
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=env, check=False)


def rows(done):
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_there_is_one_element_per_bar_with_its_time_and_close(tmp_path, bars_file, table):
    found = rows(call(tmp_path, "--strategy", "MA_CROSSOVER", "--file", bars_file, "--json"))
    assert [row["time"] for row in found] == [text.replace(" ", "T") for text in table["time"]]
    assert [row["price"] for row in found] == list(table["close"])
    assert {row["signal"] for row in found} == {"BUY", "SELL", "HOLD"}
    assert all(list(row) == ["time", "signal", "price"] for row in found)


def test_the_signals_are_those_of_the_strategy(tmp_path, bars_file, table):
    bars = table.drop(columns="time").astype(float)
    bars.index = pd.DatetimeIndex(pd.to_datetime(table["time"])).tz_localize("UTC")
    strategy = find("MA_CROSSOVER")
    expected = words(
        evaluate(strategy, bars, {"fast_period": 5, "slow_period": 9}, SymbolProfile(SymbolKind.FOREX))
    )
    chosen = ("--param", "fast_period=5", "--param", "slow_period=9")
    found = rows(call(tmp_path, "--strategy", "ma_crossover", "--file", bars_file, *chosen))
    assert [row["signal"] for row in found] == [signal.value for signal in expected]


def test_a_gzipped_file_gives_the_same(tmp_path, bars_file):
    packed = tmp_path / "bars.csv.gz"
    packed.write_bytes(gzip.compress(bars_file.read_bytes()))
    plain = call(tmp_path, "--strategy", "RSI_CROSSOVER", "--file", bars_file)
    assert rows(call(tmp_path, "--strategy", "RSI_CROSSOVER", "--file", packed)) == rows(plain)


def test_a_known_symbol_brings_its_market_and_any_other_name_is_accepted(tmp_path, bars_file):
    hybrid = ("--strategy", "QUANTUMBOTX_HYBRID", "--file", bars_file, "--symbol")
    bitcoin, unknown, forex = (
        rows(call(tmp_path, *hybrid, name)) for name in ("btcusd", "USDCOIN", "EURUSD")
    )
    assert bitcoin != unknown
    assert unknown == forex


def test_times_are_the_brokers_clock_so_the_exchange_is_open_at_its_own_hours(tmp_path, bars_file):
    asked = ("--strategy", "INDEX_MOMENTUM", "--file", bars_file, "--symbol", "US500")
    found = rows(call(tmp_path, *asked, "--param", "gap_fade_mode=on"))
    hours = {int(row["time"][11:13]) for row in found if row["signal"] != "HOLD"}
    # New York + 7 h: bars that open from 9:30 to 16:00 there open from 17 to 22 on the server.
    assert hours
    assert hours <= set(range(NYSE.opens.hour + 8, NYSE.closes.hour + 7))


def test_a_bar_without_a_price_is_held(tmp_path, table):
    broken = table.copy()
    broken.loc[300, ["open", "high", "low", "close"]] = np.nan
    path = tmp_path / "hole.csv"
    broken.to_csv(path, index=False)
    found = rows(call(tmp_path, "--strategy", "TURTLE_BREAKOUT", "--file", path))
    assert found[300] == {"time": found[300]["time"], "signal": "HOLD", "price": None}


@pytest.mark.parametrize(
    "wrong",
    [
        ("--strategy", "NO_SUCH"),
        ("--strategy", "MA_CROSSOVER", "--param", "fast_period=60"),
        ("--strategy", "MA_CROSSOVER", "--param", "no_such=1"),
        ("--strategy", "MA_CROSSOVER", "--param", "fast_period"),
        ("--strategy", "INDEX_MOMENTUM", "--param", "session_filter=perhaps"),
    ],
)
def test_what_was_typed_wrong_is_a_usage_error_and_leaves_stdout_clean(tmp_path, bars_file, wrong):
    done = call(tmp_path, *wrong, "--file", bars_file)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "text",
    ["", "time,open\n2025-01-01,1\n", "time,open,high,low,close\n2025-01-02,1,1,1,1\n2025-01-01,1,1,1,1\n"],
)
def test_a_file_without_bars_is_refused(tmp_path, text):
    path = tmp_path / "bad.csv"
    path.write_text(text)
    done = call(tmp_path, "--strategy", "MA_CROSSOVER", "--file", path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


def test_a_strategy_of_the_own_folder_is_found(tmp_path, bars_file, example_folder):
    done = call(
        tmp_path, "--strategy", "RISING_CLOSES", "--file", bars_file, STRATEGIES_DIR=str(example_folder)
    )
    assert {row["signal"] for row in rows(done)} == {"BUY", "SELL", "HOLD"}
