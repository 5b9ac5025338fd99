from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest


def synthetic(seed, count=1500, decimals=5):
    """Return bars with quiet and busy stretches and a changing trend, rounded as a broker quotes them."""
    rng = np.random.default_rng(seed)
    busy = np.repeat(rng.uniform(0.0003, 0.003, count // 100 + 1), 100)[:count]
    drift = np.repeat(rng.normal(0, 0.0002, count // 75 + 1), 75)[:count]
    close = 1.1 * np.exp(np.cumsum(rng.normal(drift, busy)))
    opened = np.concatenate(([1.1], close[:-1]))
    high = np.maximum(opened, close) * (1 + rng.uniform(0, 0.001, count))
    low = np.minimum(opened, close) * (1 - rng.uniform(0, 0.001, count))
    volume = rng.integers(1, 900, count).astype(float)
    index = pd.date_range("2025-01-06", periods=count, freq="h", tz="UTC", name="time")
    prices = {"open": opened, "high": high, "low": low, "close": close}
    rounded = {name: values.round(decimals) for name, values in prices.items()}
    return pd.DataFrame({**rounded, "volume": volume}, index=index)


@pytest.fixture(scope="session", name="synthetic")
def synthetic_():
    return synthetic


@pytest.fixture(scope="session")
def market():
    return synthetic(1)


@pytest.fixture(scope="session")
def real_bars():
    """Read a symbol's newest 3,000 real bars; where there are none the test is skipped, in CI it fails."""

    def read(symbol):
        path = Path(os.environ.get("BARS_DIR", "../shared/data")) / f"{symbol}_H1.csv.gz"
        if not path.exists():
            reason = f"no real bars of {symbol} in {path.parent}"
            if os.environ.get("REQUIRE_REAL_BARS"):
                pytest.fail(reason)
            pytest.skip(reason)
        bars = pd.read_csv(path, parse_dates=["time"], index_col="time").tail(3000)
        bars.index = bars.index.tz_localize("UTC")
        return bars.astype(float)

    return read
