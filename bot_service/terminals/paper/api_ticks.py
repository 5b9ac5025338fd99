"""Ticks of the past and the depth of market in the shape of the official package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from . import constants as c
from .api_market import MarketApi, flags_of
from .arguments import Failure, invalid, label, whole
from .base import call
from .records import BookInfo

if TYPE_CHECKING:
    from .specs import SymbolSpec

TICKS_DTYPE: Final = np.dtype(
    [
        ("time", "<i8"),
        ("bid", "<f8"),
        ("ask", "<f8"),
        ("last", "<f8"),
        ("volume", "<u8"),
        ("time_msc", "<i8"),
        ("flags", "<u4"),
        ("volume_real", "<f8"),
    ]
)
MAX_TICKS: Final = 200_000
_ROWS_AT_ONCE: Final = 500
_KINDS: Final = frozenset((c.COPY_TICKS_ALL, c.COPY_TICKS_INFO, c.COPY_TICKS_TRADE))
_LOTS_PER_LEVEL: Final = 5.0


class TicksApi(MarketApi):
    """Answer about single ticks; there is one in every second of an open session."""

    @call(None)
    def copy_ticks_from(self, symbol: Any, date_from: Any, count: Any, flags: Any, /) -> Any:
        """Return up to `count` ticks from a date on."""
        begin, wanted = label("date_from", date_from), whole("count", count)
        if wanted <= 0:
            raise invalid("count")
        return self._ticks(self._known(symbol), begin, self._market.now, min(wanted, MAX_TICKS), flags)

    @call(None)
    def copy_ticks_range(self, symbol: Any, date_from: Any, date_to: Any, flags: Any, /) -> Any:
        """Return the ticks between two dates, both included."""
        begin, end = label("date_from", date_from), label("date_to", date_to)
        return self._ticks(self._known(symbol), begin, min(end, self._market.now), MAX_TICKS, flags)

    @call(failure=False)
    def market_book_add(self, symbol: Any, /) -> Any:
        """Subscribe to the depth of market; not every symbol has one."""
        spec = self._known(symbol)
        if not spec.book_levels:
            raise Failure(c.RES_E_NOT_FOUND, "Terminal: Not found")
        self._books.add(spec.name)
        return True

    @call(failure=False)
    def market_book_release(self, symbol: Any, /) -> Any:
        """Cancel a subscription to the depth of market."""
        name = self._known(symbol).name
        if name not in self._books:
            raise Failure(c.RES_E_NOT_FOUND, "Terminal: Not found")
        self._books.discard(name)
        return True

    @call(None)
    def market_book_get(self, symbol: Any, /) -> Any:
        """Return the depth of market, best offers in the middle; empty before the first tick."""
        spec = self._known(symbol)
        if spec.name not in self._books:
            raise Failure(c.RES_E_NOT_FOUND, "Terminal: Not found")
        quote = self._market.quote(spec.name)
        if not quote.time:
            return ()
        levels = range(spec.book_levels)
        sells = [self._level(spec, c.BOOK_TYPE_SELL, quote.ask, at) for at in reversed(levels)]
        return (*sells, *(self._level(spec, c.BOOK_TYPE_BUY, quote.bid, -at) for at in levels))

    def _level(self, spec: SymbolSpec, kind: int, price: float, steps: int) -> BookInfo:
        lots = (spec.depth or _LOTS_PER_LEVEL) * (1 + abs(steps))
        return BookInfo(kind, round(price + steps * spec.step, spec.digits), int(lots), lots)

    def _ticks(self, spec: SymbolSpec, begin: int, until: int, count: int, flags: Any) -> np.ndarray:
        kind = whole("flags", flags)
        if kind not in _KINDS:
            raise Failure(c.RES_E_INVALID_PARAMS, "Invalid params")
        if kind == c.COPY_TICKS_TRADE and not spec.by_exchange:
            until = begin - 1
        times, bids = self._seconds(spec, begin, until, count)
        ticks = np.zeros(len(times), dtype=TICKS_DTYPE)
        ticks["time"], ticks["time_msc"] = times, times * 1000
        ticks["bid"] = bids
        ticks["ask"] = np.round(bids + self._market.spread(spec.name), spec.digits)
        ticks["last"] = bids if spec.by_exchange else 0.0
        ticks["flags"] = flags_of(spec)
        return ticks

    def _seconds(self, spec: SymbolSpec, begin: int, until: int, count: int) -> tuple[Any, Any]:
        feed, length = self._market.feed, self._market.feed.seconds(spec.name)
        at = max(begin, feed.first(spec.name)) // length * length
        times, bids, found = [np.zeros(0, dtype=np.int64)], [np.zeros(0)], 0
        while at <= until and found < count:
            reach = min(at + _ROWS_AT_ONCE * length, until + 1)
            opens = feed.span(spec.name, at, reach).time
            for row_time in opens:
                row = feed.last_row(spec.name, int(row_time))
                if row is None or found >= count:
                    break
                seconds = np.arange(row.time, row.time + row.seconds)
                seen = (seconds >= begin) & (seconds <= until)
                times.append(seconds[seen])
                bids.append(row.prices()[seen])
                found += int(seen.sum())
            at = reach if reach > until else reach // length * length
        return np.concatenate(times)[:count], np.concatenate(bids)[:count]
