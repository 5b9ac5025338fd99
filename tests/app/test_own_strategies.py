from __future__ import annotations

import logging
from shutil import copy

import numpy as np
import pandas as pd
import pytest

from bot_service import strategies
from bot_service.app.own_strategies import join_own_strategies
from bot_service.domain.errors import InvalidValue, UnknownStrategy
from bot_service.domain.strategy import SymbolKind, SymbolProfile

PROFILE = SymbolProfile(SymbolKind.FOREX)
OWN = 14


@pytest.fixture(autouse=True)
def _forget_afterwards():
    yield
    for strategy in strategies.all_strategies()[OWN:]:
        strategies.leave(strategy)


@pytest.fixture
def folder(tmp_path, example_folder):
    copy(example_folder / "three_rising_closes.py", tmp_path)
    return tmp_path


def market():
    rng = np.random.default_rng(4)
    close = 100 + rng.normal(0, 1, 400).cumsum()
    times = pd.date_range("2025-01-06", periods=400, freq="h", tz="UTC", name="time")
    return pd.DataFrame(
        {"open": close, "high": close + 1, "low": close - 1, "close": close, "volume": 5.0}, index=times
    )


def test_the_example_of_the_docs_is_found_after_the_others_and_says_something(folder):
    assert join_own_strategies(folder) == ()
    assert strategies.all_strategies()[OWN].key == "RISING_CLOSES"
    found = strategies.find("rising_closes")
    said = strategies.words(strategies.evaluate(found, market(), {}, PROFILE))
    assert set(said) == {"BUY", "SELL", "HOLD"}
    with pytest.raises(InvalidValue):
        found.checked({"run": 1})


def test_the_example_buys_after_three_rising_closes_above_the_average(folder):
    join_own_strategies(folder)
    found = strategies.find("RISING_CLOSES")
    bars = market()
    signals = strategies.evaluate(found, bars, {"run": 3, "trend_period": 20}, PROFILE)
    close = bars["close"]
    rose = close.diff() > 0
    expected = rose & rose.shift(1, fill_value=False) & rose.shift(2, fill_value=False)
    expected &= close > close.rolling(20).mean()
    pd.testing.assert_series_equal(signals.enter_long, expected, check_names=False)
    pd.testing.assert_series_equal(signals.exit_long, close.diff() < 0, check_names=False)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("this is no python", "SyntaxError"),
        ("import no_such_module_at_all", "ModuleNotFoundError"),
        ("X = 1", "TypeError"),
        ("raise SystemError('no')", "SystemError"),
    ],
)
def test_a_broken_file_is_reported_and_skipped(folder, caplog, text, reason):
    (folder / "a_broken_one.py").write_text(text)
    with caplog.at_level(logging.ERROR):
        broken = join_own_strategies(folder)
    assert [item.source for item in broken] == [str(folder / "a_broken_one.py")]
    assert broken[0].reason.startswith(reason)
    assert "left out" in caplog.text
    assert strategies.find("RISING_CLOSES")


def test_a_strategy_that_fails_on_bars_is_skipped(folder):
    text = (folder / "three_rising_closes.py").read_text()
    (folder / "fails.py").write_text(
        text.replace("RISING_CLOSES", "FAILS").replace('bars["close"]', 'bars["klose"]')
    )
    assert [item.reason for item in join_own_strategies(folder)] == ["KeyError: 'klose'"]
    with pytest.raises(UnknownStrategy):
        strategies.find("FAILS_")


def test_what_a_strategy_writes_into_its_bars_nobody_else_sees(folder):
    file = folder / "three_rising_closes.py"
    line = 'close, run = bars["close"]'
    spoils = 'bars.loc[:, "volume"] = 0.0\n        bars["close"] = 1.0\n        '
    file.write_text(file.read_text().replace(line, f"{spoils}{line}"))
    join_own_strategies(folder)
    bars = market()
    strategies.evaluate(strategies.find("RISING_CLOSES"), bars, {}, PROFILE)
    pd.testing.assert_frame_equal(bars, market())


def test_a_key_that_is_taken_is_refused_and_the_first_one_stays(folder):
    text = (folder / "three_rising_closes.py").read_text()
    (folder / "z_copy.py").write_text(text.replace("RISING_CLOSES", "MA_CROSSOVER"))
    (broken,) = join_own_strategies(folder)
    assert "MA_CROSSOVER is taken" in broken.reason
    assert strategies.find("MA_CROSSOVER").__module__ == "bot_service.strategies.ma_crossover"


def test_a_folder_that_is_not_there_is_reported(tmp_path):
    (broken,) = join_own_strategies(tmp_path / "nowhere")
    assert "nowhere" in broken.source


def test_no_folder_is_no_fault():
    assert join_own_strategies(None) == ()


def test_files_with_an_underscore_are_helpers_and_not_loaded(folder):
    (folder / "_helper.py").write_text("raise RuntimeError")
    assert join_own_strategies(folder) == ()


def test_a_package_offers_its_strategies_as_entry_points(folder, monkeypatch):
    package = folder / "house_rules-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: house-rules\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text(
        "[bot_service.strategies]\nrising = three_rising_closes:RisingCloses\nbad = no_such_package:X\n"
    )
    monkeypatch.syspath_prepend(str(folder))
    broken = join_own_strategies(None)
    assert [item.source for item in broken] == ["bot_service.strategies: bad"]
    assert strategies.find("RISING_CLOSES").title == "Rising closes"
