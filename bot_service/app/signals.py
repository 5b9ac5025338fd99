"""`bot-service signals`: what a strategy says about every bar of a file."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from bot_service.domain.bots import ParameterValue
from bot_service.domain.kinds import symbol_profile
from bot_service.domain.market import Bars
from bot_service.domain.strategy import Strategy, SymbolKind, SymbolProfile
from bot_service.services.drafts import parameters_from_words
from bot_service.strategies import evaluate, find, words
from bot_service.terminals.paper import SPECS
from bot_service.terminals.server_time import ServerTime

COLUMNS = ("open", "high", "low", "close", "volume")
TIME_FORMAT = "%Y-%m-%dT%H:%M:%S"


@dataclass(frozen=True)
class BarsFile:
    """The bars of a file in UTC, with their times as the file writes them."""

    bars: Bars
    labels: list[str]


def run_signals(strategy: str, path: Path, symbol: str | None, given: Mapping[str, str]) -> int:
    """Write one JSON list of time, signal and price of every bar to stdout.

    Raises:
        UserError: the strategy, a parameter or its value is unknown.
        ValueError: the file holds no bars.
        OSError: the file can't be read.
    """
    found = find(strategy)
    parameters = parameters_from_words(found, given)
    file = read_bars(path)
    sys.stdout.write(json.dumps(_rows(found, parameters, file, profile_of(symbol))) + "\n")
    return 0


def read_bars(path: Path) -> BarsFile:
    """Return the bars of a CSV file whose times are the broker's server clock (New York + 7 h).

    Raises:
        ValueError: a column is missing, a time can't be read, or times don't rise.
        OSError: the file can't be read.
    """
    table = pd.read_csv(path)
    table.columns = table.columns.str.strip().str.lower()
    if "volume" not in table and "tick_volume" in table:
        table = table.rename(columns={"tick_volume": "volume"})
    missing = [name for name in ("time", *COLUMNS[:4]) if name not in table]
    if missing:
        raise ValueError(f"{path}: no column {', '.join(missing)}")
    times = pd.DatetimeIndex(pd.to_datetime(table["time"]))
    if not times.is_monotonic_increasing or times.hasnans:
        raise ValueError(f"{path}: the times don't rise")
    bars = table.reindex(columns=list(COLUMNS)).astype(float)
    bars.index = pd.DatetimeIndex(_utc(times), name="time")
    return BarsFile(bars, list(times.strftime(TIME_FORMAT)))


def profile_of(symbol: str | None) -> SymbolProfile:
    """Return the properties of a known symbol; a name that nobody knows has none."""
    spec = SPECS.get((symbol or "").strip().upper())
    return SymbolProfile(SymbolKind.OTHER) if spec is None else symbol_profile(spec)


def _utc(times: pd.DatetimeIndex) -> pd.DatetimeIndex:
    if times.tz is not None:
        return times.tz_convert("UTC")
    if times.empty:
        return times.tz_localize("UTC")
    return ServerTime().index(times.to_numpy("datetime64[s]").astype(np.int64))


def _rows(
    strategy: type[Strategy],
    parameters: Mapping[str, ParameterValue],
    file: BarsFile,
    profile: SymbolProfile,
) -> list[dict[str, object]]:
    said = words(evaluate(strategy, file.bars, parameters, profile))
    return [
        {"time": label, "signal": signal.value, "price": price if math.isfinite(price) else None}
        for label, signal, price in zip(file.labels, said, file.bars["close"], strict=True)
    ]
