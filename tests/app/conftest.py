from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

FIRST = {"EURUSD": (1.1, 5), "XAUUSD": (2400.0, 2)}


def made_bars(seed, first, digits, count):
    rng = np.random.default_rng(seed)
    # A market of working days: no rows from Friday's midnight to Monday's on the server's clock.
    times = pd.date_range("2025-01-06", periods=count * 2, freq="h")
    times = times[times.day_of_week < 5][:count]
    busy = np.repeat(rng.uniform(0.0006, 0.002, count // 100 + 1), 100)[:count]
    close = (first * np.exp(np.cumsum(rng.normal(0, busy)))).round(digits)
    opened = np.concatenate(([first], close[:-1]))
    return pd.DataFrame(
        {
            "time": times.strftime("%Y-%m-%d %H:%M:%S"),
            "open": opened,
            "high": (np.maximum(opened, close) * (1 + rng.uniform(0, 0.001, count))).round(digits),
            "low": (np.minimum(opened, close) * (1 - rng.uniform(0, 0.001, count))).round(digits),
            "close": close,
            "volume": rng.integers(1, 900, count),
        }
    )


@pytest.fixture(scope="session")
def history(tmp_path_factory):
    """Return a folder with 2,200 made H1 bars of two symbols."""
    folder = tmp_path_factory.mktemp("history")
    for seed, (symbol, (first, digits)) in enumerate(FIRST.items()):
        made_bars(seed, first, digits, 2200).to_csv(folder / f"{symbol}_H1.csv", index=False)
    return folder


@pytest.fixture(scope="session")
def real_history():
    """Return the folder of real bars; where there is none the test is skipped, in CI it fails."""
    folder = Path(os.environ.get("BARS_DIR", "../shared/data"))
    if not list(folder.glob("EURUSD_H1*.csv*")):
        reason = f"no real bars in {folder}"
        if os.environ.get("REQUIRE_REAL_BARS"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture
def example_folder():
    """Return the folder of the example that the docs explain."""
    return Path(__file__).parents[2] / "docs" / "examples"
