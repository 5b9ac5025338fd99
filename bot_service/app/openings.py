"""When a market that runs fast has something to do again."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime

from bot_service.app.branches import Branch, openings
from bot_service.ports import Database

SYMBOLS_KEPT_S = 1.0


class Openings:
    """Tell when the first symbol of a running bot opens; `branches` is filled when the house stands."""

    def __init__(self, database: Database) -> None:
        self.branches: Sequence[Branch] = ()
        self._database = database
        self._symbols: dict[int, frozenset[str]] = {}
        self._read = -SYMBOLS_KEPT_S

    def next_open(self, now: datetime) -> datetime | None:
        """Return the next opening after a moment (market time); None where a market is open or unknown."""
        known = openings(self.branches, self._running_symbols(), now)
        return min(known) if known and min(known) > now else None

    def _running_symbols(self) -> dict[int, frozenset[str]]:
        # The market asks many times a second; bots don't start and stop that often.
        now = time.monotonic()
        if now - self._read > SYMBOLS_KEPT_S:
            with self._database.read() as uow:
                running = [bot for bot in uow.bots.all() if bot.running]
            self._symbols = {
                number: frozenset(bot.settings.broker_symbol for bot in running if bot.account_id == number)
                for number in {bot.account_id for bot in running}
            }
            self._read = now
        return self._symbols
