"""The last opening of a symbol before a moment, asked for by many acts of one span."""

from __future__ import annotations

from bisect import bisect_left
from datetime import datetime

from bot_service.domain.trading import Intent
from bot_service.ports import UnitOfWork


class Openings:
    """Executed openings of an account; between two of them every moment has the same answer."""

    def __init__(self, uow: UnitOfWork, account_id: int, since: datetime, until: datetime) -> None:
        self._uow = uow
        self._account_id = account_id
        self._span = since, until
        self._bars: dict[str, tuple[datetime, ...]] = {}
        self._newest: dict[tuple[str, int], Intent | None] = {}

    def newest(self, symbol: str, at: datetime) -> Intent | None:
        """Return the last executed opening whose bar began before a moment of the span (market time)."""
        if symbol not in self._bars:
            self._bars[symbol] = self._uow.intents.opening_bars(self._account_id, symbol, *self._span)
        key = (symbol, bisect_left(self._bars[symbol], at))
        if key not in self._newest:
            self._newest[key] = self._uow.intents.newest_opening(self._account_id, symbol, at)
        return self._newest[key]
