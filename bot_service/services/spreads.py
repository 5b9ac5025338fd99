"""The usual spread of a symbol, from quotes that the watch sees once a minute."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from statistics import median

from bot_service.domain.market import Tick
from bot_service.ports import UnitOfWork

SAMPLES = 60
"""An hour of an open market: over a weekend Friday's last hour is the usual one."""
FEWEST = 10


@dataclass(frozen=True)
class Sample:
    """A quote's spread at a moment (market time)."""

    at: datetime
    spread: Decimal


@dataclass(frozen=True)
class Samples:
    """The newest samples of a symbol, oldest first, and its newest quote."""

    samples: tuple[Sample, ...] = ()
    at: datetime | None = None
    bid: Decimal = Decimal(0)
    ask: Decimal = Decimal(0)

    def usual(self, before: datetime | None = None) -> Decimal | None:
        """Return the median spread, with `before` of the samples before a moment; None: too few."""
        known = [item.spread for item in self.samples if before is None or item.at < before]
        return median(known) if len(known) >= FEWEST else None


def note(uow: UnitOfWork, account_id: int, tick: Tick) -> None:
    """Add a quote to its symbol's samples."""
    known = samples(uow, account_id, tick.symbol)
    kept = (*known.samples, Sample(tick.time, tick.spread))[-SAMPLES:]
    rows = [[int(item.at.timestamp()), f"{item.spread:f}"] for item in kept]
    stored = {"at": tick.time.isoformat(), "bid": f"{tick.bid:f}", "ask": f"{tick.ask:f}", "rows": rows}
    uow.set_value(_key(account_id, tick.symbol), json.dumps(stored))


def samples(uow: UnitOfWork, account_id: int, symbol: str) -> Samples:
    """Return what is known of a symbol's spread."""
    stored = uow.get_value(_key(account_id, symbol))
    if not stored:
        return Samples()
    found = json.loads(stored)
    rows = _rows(found["rows"])
    return Samples(rows, datetime.fromisoformat(found["at"]), Decimal(found["bid"]), Decimal(found["ask"]))


def _rows(rows: Sequence[tuple[int, str]]) -> tuple[Sample, ...]:
    return tuple(Sample(datetime.fromtimestamp(at, UTC), Decimal(spread)) for at, spread in rows)


def _key(account_id: int, symbol: str) -> str:
    return f"spreads:{account_id}:{symbol}"
