"""The market at one moment: time that only goes forward, quotes, sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from .bars import Feed, Row
    from .specs import SymbolSpec


class Quote(NamedTuple):
    """Hold the newest tick of a symbol; `time` is a server label in seconds."""

    time: int
    bid: float
    ask: float


class Market:
    """Hold the feed, the contracts, the names that are listed and how far time has gone."""

    def __init__(self, feed: Feed, specs: dict[str, SymbolSpec], now_msc: int) -> None:
        self.feed = feed
        self.specs = specs
        self.names = list(specs)
        self.now_msc = now_msc
        self._quotes: dict[str, Quote] = {}
        self._quoted_at = -1

    @property
    def now(self) -> int:
        """Return the label of now in whole seconds: ticks come once a second."""
        return self.now_msc // 1000

    def quote(self, symbol: str) -> Quote:
        """Return the newest tick at now; zeros before the first one."""
        if self._quoted_at != self.now:
            self._quotes, self._quoted_at = {}, self.now
        found = self._quotes.get(symbol)
        if found is None:
            found = self._quotes[symbol] = self._quote(symbol)
        return found

    def spread(self, symbol: str) -> float:
        """Return the distance from bid to ask as a price."""
        spec = self.specs[symbol]
        return spec.spread * spec.point

    def is_open(self, symbol: str, label: int) -> bool:
        """Tell whether the symbol trades at a label."""
        row = self.feed.last_row(symbol, label)
        return row is not None and label < row.time + row.seconds

    def forget_quotes(self) -> None:
        """Drop remembered quotes, after a contract was changed."""
        self._quoted_at = -1

    def _quote(self, symbol: str) -> Quote:
        row: Row | None = self.feed.last_row(symbol, self.now)
        if row is None:
            return Quote(0, 0.0, 0.0)
        bid = row.price(self.now)
        ask = round(bid + self.spread(symbol), self.specs[symbol].digits)
        return Quote(min(self.now, row.time + row.seconds - 1), bid, ask)
