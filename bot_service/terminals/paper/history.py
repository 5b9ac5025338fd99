"""A market replayed from files of bars."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from .bars import Bars, Row
from .rates import SECONDS, TIMEFRAMES
from .server_clock import DAY, to_utc

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from .specs import SymbolSpec

WARM_UP_BARS: Final = 1000
_NAME: Final = re.compile(r"(?P<symbol>[A-Z0-9]+)_(?P<timeframe>MN1|[MHDW]\d+)(?!\d).*\.csv(\.gz)?")
_COLUMNS: Final = ["time", "open", "high", "low", "close", "volume"]


def find_files(directory: Path, known: Mapping[str, SymbolSpec]) -> dict[str, tuple[int, Path]]:
    """Return per known symbol the length of a row in seconds and its file.

    Raises:
        ValueError: if no file fits or a symbol has several.
    """
    found: dict[str, tuple[int, Path]] = {}
    for path in sorted(directory.iterdir()):
        match = _NAME.fullmatch(path.name)
        if match is None or match["symbol"] not in known:
            continue
        seconds = SECONDS.get(TIMEFRAMES.get(match["timeframe"], 0), 0)
        if not 0 < seconds <= DAY:
            message = f"{path.name}: bars from M1 to D1 can be replayed"
            raise ValueError(message)
        if match["symbol"] in found:
            message = f"two files for {match['symbol']}: {found[match['symbol']][1].name}, {path.name}"
            raise ValueError(message)
        found[match["symbol"]] = (seconds, path)
    if not found:
        message = f"{directory}: no file <SYMBOL>_<TIMEFRAME>*.csv[.gz] of a known symbol"
        raise ValueError(message)
    return {name: found[name] for name in known if name in found}


def read_bars(path: Path) -> Bars:
    """Return a file's rows unchanged, with times as server labels; nobody may write into them.

    Raises:
        ValueError: if columns are missing or times don't rise.
    """
    state = path.stat()
    return _read(path, state.st_mtime_ns, state.st_size)


# A back-test opens the same folder several times, and reading takes longer than a month of replay.
@lru_cache(maxsize=16)
def _read(path: Path, _changed: int, _size: int) -> Bars:
    # As text first: float() gives the nearest number whatever version of pandas reads the file.
    frame = pd.read_csv(path, usecols=_COLUMNS, dtype=str)
    time = pd.to_datetime(frame["time"]).to_numpy("datetime64[s]").astype(np.int64)
    if len(time) <= WARM_UP_BARS or (np.diff(time) <= 0).any():
        message = f"{path.name}: more than {WARM_UP_BARS} rows with rising times are needed"
        raise ValueError(message)
    prices = (frame[name].to_numpy(object).astype(np.float64) for name in _COLUMNS[1:5])
    return Bars._make((time, *prices, frame["volume"].to_numpy(object).astype(np.float64).astype(np.int64)))


class HistoryFeed:
    """Replay the rows of one directory; a session is open exactly where a row exists."""

    def __init__(self, directory: Path, known: Mapping[str, SymbolSpec]) -> None:
        files = find_files(directory, known)
        self._directory = directory
        self._known = known
        self._seconds = {name: seconds for name, (seconds, _) in files.items()}
        self._bars = {name: read_bars(path) for name, (_, path) in files.items()}

    @property
    def names(self) -> tuple[str, ...]:
        """Return the symbols that have a file."""
        return tuple(self._bars)

    @property
    def identity(self) -> dict[str, str]:
        """Return the directory and what its rows cover."""
        spans = (f"{name}:{len(bars.time)}:{bars.time[0]}" for name, bars in self._bars.items())
        return {"feed": "history", "history": str(self._directory.resolve()), "rows": " ".join(spans)}

    @property
    def starts_at(self) -> int:
        """Return the label at which the replay begins: 1,000 bars after the latest first row."""
        latest = max(self._bars, key=lambda name: int(self._bars[name].time[0]))
        return int(self._bars[latest].time[WARM_UP_BARS])

    def seconds(self, symbol: str) -> int:
        """Return the length of the file's rows."""
        return self._seconds[symbol]

    def first(self, symbol: str) -> int:
        """Return the label of the first row."""
        return int(self._bars[symbol].time[0])

    def ends_at(self) -> int | None:
        """Return the end of the last row of all files."""
        return max(int(bars.time[-1]) + self._seconds[name] for name, bars in self._bars.items())

    def span(self, symbol: str, lo: int, hi: int) -> Bars:
        """Return the rows that open in [lo, hi)."""
        return self._bars[symbol].between(lo, hi)

    def hours(self, symbol: str, lo: int, hi: int) -> Bars | None:
        """Return None: rows must do."""
        del symbol, lo, hi
        return None

    def last_row(self, symbol: str, label: int) -> Row | None:
        """Return the newest row that has begun."""
        bars = self._bars[symbol]
        index = int(bars.time.searchsorted(label, "right")) - 1
        if index < 0:
            return None
        return bars.row(index, self._seconds[symbol], self._known[symbol].digits)

    def next_row(self, symbol: str, label: int) -> int | None:
        """Return when the first row at or after a label opens."""
        bars = self._bars[symbol]
        index = int(bars.time.searchsorted(label))
        return int(bars.time[index]) if index < len(bars.time) else None


def start_of(feed: HistoryFeed) -> datetime:
    """Return the moment at which a replay begins."""
    return to_utc(feed.starts_at * 1000)
