from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from shutil import copy

import numpy as np
import pandas as pd
import pytest

from bot_service.app.backtest import replay_settings
from bot_service.app.tester import ProcessBackTester, paper_name
from bot_service.app.tester_child import BROKEN, Workshop, answer, thinned, write_bars
from bot_service.domain.backtests import BackTestOrder, BackTestStopped, BackTestTrouble
from bot_service.domain.bots import BotSettings, SizingMethod
from bot_service.domain.errors import BackTestRunning, UnknownStrategy
from bot_service.domain.market import Timeframe
from bot_service.domain.quotes import RiskLimits
from bot_service.terminals.paper import SPECS
from bot_service.terminals.paper.history import HistoryFeed
from bot_service.terminals.paper.server_clock import to_utc

HOUR = timedelta(hours=1)
WAIT_S = 60.0
NOW = datetime(2025, 10, 20, tzinfo=UTC)


def settings(strategy="MA_CROSSOVER", symbol="EURUSD.r", timeframe=Timeframe.H1):
    return BotSettings(
        name="Crosser",
        symbol=symbol,
        broker_symbol=symbol,
        strategy=strategy,
        timeframe=timeframe,
        sizing=SizingMethod.FIXED_LOT,
        size=Decimal("0.01"),
    )


def made_bars(count=2000, end=NOW, step=HOUR, first=1.1):
    """Return bars without weekends off, up to a moment."""
    rng = np.random.default_rng(5)
    close = (first * np.exp(np.cumsum(rng.normal(0, 0.001, count)))).round(5)
    opened = np.concatenate(([first], close[:-1]))
    times = pd.date_range(end=end - step, periods=count, freq=step, name="time")
    high, low = np.maximum(opened, close) + 0.0005, np.minimum(opened, close) - 0.0005
    return pd.DataFrame(
        {"open": opened, "high": high.round(5), "low": low.round(5), "close": close, "volume": 9.0},
        index=times,
    )


def workshop(history=None, strategies_dir=None):
    return Workshop(history, strategies_dir, RiskLimits())


def order(bars, days=30, **changes):
    return BackTestOrder(settings(**changes), NOW - timedelta(days=days), NOW, bars)


def until(condition):
    end = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_the_child_gives_what_a_replay_here_gives_and_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    bars = made_bars()
    report = ProcessBackTester(workshop()).run(order(bars, symbol="EURUSD.r"))
    assert list(tmp_path.iterdir()) == []
    write_bars(tmp_path, "EURUSD", Timeframe.H1, bars)
    own = replay_settings(settings(symbol="EURUSD"), tmp_path, NOW - timedelta(days=30), NOW)
    assert (report.holding, report.flat) == (own.holding, own.flat)
    assert report.holding.trades > 5
    assert (report.symbol, report.since, report.until) == ("EURUSD", NOW - timedelta(days=30), NOW)
    assert report.bars == 30 * 24
    ends = report.start_balance + report.holding.net
    assert abs(report.curve[-1][1] - ends) < Decimal("0.02")


def test_files_of_the_paper_market_are_read_up_to_the_markets_now_only(history):
    asked = BackTestOrder(
        settings(symbol="EURUSD"), datetime(2025, 2, 1, tzinfo=UTC), datetime(2025, 3, 28, tzinfo=UTC), None
    )
    tester = ProcessBackTester(workshop(history))
    assert tester.reads_files
    report = tester.run(asked)
    assert report.until == asked.until
    assert report.holding.trades > 0


def test_bars_before_the_market_began_are_too_few(history):
    asked = BackTestOrder(
        settings(symbol="EURUSD"), datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC), None
    )
    with pytest.raises(BackTestStopped) as stopped:
        ProcessBackTester(workshop(history)).run(asked)
    assert stopped.value.trouble is BackTestTrouble.TOO_FEW_BARS


def test_own_strategies_are_found_in_the_child(tmp_path, example_folder):
    copy(example_folder / "three_rising_closes.py", tmp_path)
    asked = order(made_bars(), strategy="RISING_CLOSES")
    assert ProcessBackTester(workshop(None, tmp_path)).run(asked).holding.trades > 5
    with pytest.raises(UnknownStrategy):
        ProcessBackTester(workshop()).run(asked)


def test_a_time_limit_ends_the_child_and_the_place_is_free_again():
    tester = ProcessBackTester(workshop(), limit_s=0.05)
    with pytest.raises(BackTestStopped) as stopped:
        tester.run(order(made_bars()))
    assert stopped.value.trouble is BackTestTrouble.TOO_LONG
    assert (tester.busy, tester.pid) == (False, None)


def test_one_runs_at_a_time_and_cancelling_ends_its_process():
    tester, seen = ProcessBackTester(workshop()), []

    def work():
        try:
            tester.run(order(made_bars(15_000, step=timedelta(minutes=1)), timeframe=Timeframe.M1))
        except BackTestStopped as error:
            seen.append(error.trouble)

    running = threading.Thread(target=work)
    running.start()
    until(lambda: tester.pid is not None)
    process = tester._process
    assert tester.busy
    with pytest.raises(BackTestRunning):
        tester.run(order(made_bars()))
    tester.cancel()
    running.join(WAIT_S)
    assert seen == [BackTestTrouble.INTERRUPTED]
    assert not process.is_alive()
    assert tester.run(order(made_bars())).bars == 30 * 24


def test_a_child_that_dies_is_a_broken_back_test_and_no_endless_wait():
    tester, seen = ProcessBackTester(workshop()), []

    def work():
        try:
            tester.run(order(made_bars()))
        except BackTestStopped as error:
            seen.append(error.trouble)

    running = threading.Thread(target=work)
    running.start()
    until(lambda: tester.pid is not None)
    tester._process.kill()
    running.join(WAIT_S)
    assert seen == [BackTestTrouble.BROKEN]


def test_whatever_breaks_in_the_child_becomes_an_answer(tmp_path):
    kind, told = answer(workshop(), order(None), tmp_path)
    assert kind == BROKEN
    assert "ValueError" in told


@pytest.mark.parametrize("end", [datetime(2025, 11, 20, tzinfo=UTC), datetime(2025, 4, 20, tzinfo=UTC)])
def test_bars_keep_their_moments_through_the_file_but_for_the_hour_that_comes_twice(tmp_path, end):
    bars = made_bars(1500, end)
    write_bars(tmp_path, "BTCUSD", Timeframe.H1, bars)
    (path,) = tmp_path.iterdir()
    feed = HistoryFeed(tmp_path, SPECS)
    assert path.name == "BTCUSD_H1.csv"
    span = feed.span("BTCUSD", 0, 2**40)
    moments = [to_utc(int(label) * 1000) for label in span.time]
    lost = set(bars.index) - set(moments)
    assert len(lost) <= 1
    assert set(moments) <= set(bars.index)
    kept = bars.loc[pd.DatetimeIndex(moments)]
    assert list(kept["close"]) == list(span.close)


def test_days_of_a_broker_with_another_clock_become_whole_days(tmp_path):
    bars = made_bars(1100, step=timedelta(days=1))
    write_bars(tmp_path, "EURUSD", Timeframe.D1, bars)
    labels = pd.to_datetime(pd.read_csv(tmp_path / "EURUSD_D1.csv")["time"])
    assert (labels == labels.dt.floor("D")).all()
    assert len(labels) == 1100


def test_bars_with_holes_are_left_out(tmp_path):
    bars = made_bars(1100)
    bars.iloc[3, 1] = np.nan
    bars.iloc[5, 4] = np.nan
    write_bars(tmp_path, "EURUSD", Timeframe.H1, bars)
    table = pd.read_csv(tmp_path / "EURUSD_H1.csv")
    assert len(table) == 1099
    assert table["volume"].min() == 0


@pytest.mark.parametrize(
    ("symbol", "name"),
    [
        ("EURUSD", "EURUSD"),
        ("eurusd", "EURUSD"),
        ("XAUUSDm", "XAUUSD"),
        ("BTCUSD.r", "BTCUSD"),
        ("XAUUSD#", "XAUUSD"),
        ("US5000", None),
        ("NZDUSD", None),
        ("EURUSDJPY2", None),
    ],
)
def test_a_brokers_name_is_matched_only_with_a_usual_suffix(symbol, name):
    assert paper_name(symbol) == name
    assert ProcessBackTester(workshop()).knows(symbol) is (name is not None)


def test_a_thinned_curve_keeps_its_ends_its_top_and_its_bottom():
    values = pd.Series(
        np.sin(np.arange(5000) / 300), pd.date_range("2025-01-01", periods=5000, freq="h", tz="UTC")
    )
    points = thinned(values)
    kept = [float(value) for _at, value in points]
    assert len(points) <= 1000
    assert points[0][0] == values.index[0].to_pydatetime()
    assert points[-1][0] == values.index[-1].to_pydatetime()
    assert max(kept) == pytest.approx(values.max(), abs=0.01)
    assert min(kept) == pytest.approx(values.min(), abs=0.01)
    assert thinned(values.iloc[:0]) == ()
