"""A made-up market: the same seed gives the same bars, whatever is asked first.

Prices hang on anchors, one per block of 16 days, that walk from one fixed origin. Inside a block the
minutes are a bridge from anchor to anchor, drawn from (seed, symbol, block) alone. So no bar depends on
how far back or in what order history was asked for, nor on when the terminal was started.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final
from zlib import crc32

import numpy as np

from .bars import Bars, join, merge
from .server_clock import DAY, WEEK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from .bars import Floats, Ints, Row
    from .specs import SymbolSpec

MINUTE: Final = 60
HOUR: Final = 3600
BLOCK: Final = 16 * DAY
_MINUTES: Final = BLOCK // MINUTE
_HOURS: Final = BLOCK // HOUR
_FIRST_BLOCK: Final = 1005  # 10 January 2014
_BLOCKS: Final = 900
_MONDAY: Final = 3 * DAY  # label 0 is a Thursday
_KEPT_BLOCKS: Final = 3
_PULL: Final = 0.97  # of an anchor towards the symbol's usual price
_QUIET, _WILD = 0.82, 2.6
_TREND_SHARE: Final = 0.22  # of two-hour legs that rise, and as many that fall
_WEEKEND_SHARE: Final = 0.15


def open_seconds(spec: SymbolSpec, labels: Ints) -> NDArray[np.bool_]:
    """Tell for each label whether the symbol's session is open."""
    of_week = (labels + _MONDAY) % WEEK
    is_open = np.zeros(len(labels), dtype=np.bool_)
    for begin, end in spec.sessions:
        is_open |= (of_week >= begin) & (of_week < end)
    return is_open


class SyntheticFeed:
    """Draw one market of minutes from a seed."""

    def __init__(self, specs: Mapping[str, SymbolSpec], *, seed: int, sessions: bool) -> None:
        self._specs = specs
        self._seed = seed
        self._sessions = sessions
        self._anchors = {name: self._walk(spec) for name, spec in specs.items()}
        self._minutes: OrderedDict[tuple[str, int], Bars] = OrderedDict()
        self._hours: dict[tuple[str, int], Bars] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Return all symbols."""
        return tuple(self._specs)

    @property
    def identity(self) -> dict[str, str]:
        """Return seed and sessions, which define the market."""
        return {"feed": "synthetic", "seed": str(self._seed), "sessions": str(self._sessions)}

    def seconds(self, symbol: str) -> int:
        """Return 60: rows are minutes."""
        del symbol
        return MINUTE

    def first(self, symbol: str) -> int:
        """Return the label of the first minute."""
        del symbol
        return _FIRST_BLOCK * BLOCK

    def ends_at(self) -> int | None:
        """Return None: this market goes on."""
        return None

    def span(self, symbol: str, lo: int, hi: int) -> Bars:
        """Return the minutes that open in [lo, hi)."""
        blocks = range(*self._block_range(lo, hi))
        return join([self._block(symbol, k).between(lo, hi) for k in blocks])

    def hours(self, symbol: str, lo: int, hi: int) -> Bars | None:
        """Return the hours that open in [lo, hi)."""
        blocks = range(*self._block_range(lo, hi))
        return join([self._block_hours(symbol, k).between(lo, hi) for k in blocks])

    def last_row(self, symbol: str, label: int) -> Row | None:
        """Return the newest minute that has begun."""
        for k in range(label // BLOCK, _FIRST_BLOCK - 1, -1):
            bars = self._block(symbol, k)
            index = int(bars.time.searchsorted(label, "right")) - 1
            if index >= 0:
                return bars.row(index, MINUTE, self._specs[symbol].digits)
        return None

    def next_row(self, symbol: str, label: int) -> int | None:
        """Return the first open minute at or after a label."""
        start = -(-label // MINUTE) * MINUTE
        bars = self.span(symbol, start, start + WEEK)
        return int(bars.time[0]) if len(bars.time) else None

    def _block_range(self, lo: int, hi: int) -> tuple[int, int]:
        first = max(lo // BLOCK, _FIRST_BLOCK)
        return first, max(-(-hi // BLOCK), first + 1)

    def _random(self, spec: SymbolSpec, block: int) -> np.random.RandomState:
        key = [self._seed & 0xFFFFFFFF, self._seed >> 32 & 0xFFFFFFFF, crc32(spec.name.encode()), block]
        # The legacy generator's stream is frozen for ever: a data directory outlives NumPy's versions.
        return np.random.RandomState(key)

    def _walk(self, spec: SymbolSpec) -> Floats:
        shocks = self._random(spec, 0).standard_normal(_BLOCKS + 1)
        step = spec.minute_move / spec.base_price * _MINUTES**0.5
        anchors = np.empty(_BLOCKS + 1)
        anchors[0] = step * shocks[0]
        for k in range(_BLOCKS):
            anchors[k + 1] = _PULL * anchors[k] + step * shocks[k + 1]
        return anchors

    def _block(self, symbol: str, block: int) -> Bars:
        key = (symbol, block)
        if key in self._minutes:
            self._minutes.move_to_end(key)
            return self._minutes[key]
        bars = self._draw(self._specs[symbol], block)
        self._minutes[key] = bars
        self._hours.setdefault(key, merge(bars, bars.time // HOUR * HOUR))
        if len(self._minutes) > _KEPT_BLOCKS * len(self._specs):
            self._minutes.popitem(last=False)
        return bars

    def _block_hours(self, symbol: str, block: int) -> Bars:
        if (symbol, block) not in self._hours:
            self._block(symbol, block)
        return self._hours[symbol, block]

    def _draw(self, spec: SymbolSpec, block: int) -> Bars:
        random = self._random(spec, block)
        time = np.arange(_MINUTES, dtype=np.int64) * MINUTE + block * BLOCK
        is_open = open_seconds(spec, time)
        move = self._volatility(spec, random, time, is_open) * (spec.minute_move / spec.base_price)
        path = self._path(spec, random, move, block)
        wick_up, wick_down = random.standard_exponential((2, _MINUTES))
        edge = spec.base_price * np.exp(path)
        begin, end = edge[:-1], edge[1:]
        high = np.maximum(begin, end) * (1.0 + move * (0.2 + 0.25 * wick_up))
        low = np.minimum(begin, end) * (1.0 - move * (0.2 + 0.25 * wick_down))
        liveliness = move * spec.base_price / spec.minute_move
        volume = (5 + 40 * liveliness * (0.7 + 0.3 * wick_up)).astype(np.int64)
        prices = (np.round(column, spec.digits) for column in (begin, high, low, end))
        bars = Bars._make((time, *prices, volume))
        return Bars._make(column[is_open] for column in bars) if self._sessions else bars

    def _volatility(
        self, spec: SymbolSpec, random: np.random.RandomState, time: Ints, is_open: NDArray[np.bool_]
    ) -> Floats:
        shocks = random.standard_normal(_HOURS) * 0.13
        regime = np.empty(_HOURS)
        state = shocks[0] * 3
        for hour in range(_HOURS):
            state = 0.94 * state + shocks[hour]
            regime[hour] = state
        hour_of_day = time[:: HOUR // MINUTE] % DAY // HOUR
        begin, end = spec.busy_hours
        busy = (hour_of_day >= begin) & (hour_of_day < end)
        hourly = np.clip(np.exp(regime) * np.where(busy, 1.3, 0.9), _QUIET, _WILD)
        minutes = np.repeat(hourly, HOUR // MINUTE)
        return np.where(is_open, minutes, minutes * _WEEKEND_SHARE) if self._sessions else minutes

    def _path(self, spec: SymbolSpec, random: np.random.RandomState, move: Floats, block: int) -> Floats:
        """Return log prices at the minutes' edges: trends, ranges, and the next anchor at the end."""
        legs = _MINUTES // 120
        kind, strength = random.random_sample((2, legs))
        drift = np.where(kind < _TREND_SHARE, 1.0, np.where(kind > 1 - _TREND_SHARE, -1.0, 0.0)) * (
            0.03 + 0.07 * strength
        )
        is_range = np.repeat(drift == 0.0, 120)
        shock = random.standard_normal(_MINUTES)
        echo = np.r_[0.0, shock[:-1]]
        steps = move * (np.where(is_range, shock - 0.2 * echo, shock) + np.repeat(drift, 120))
        anchors = self._anchors[spec.name]
        begin, end = anchors[block - _FIRST_BLOCK], anchors[block - _FIRST_BLOCK + 1]
        weight = move * move
        steps += (end - begin - steps.sum()) * weight / weight.sum()
        path: Floats = np.r_[begin, begin + np.cumsum(steps)]
        path[-1] = end
        return path
