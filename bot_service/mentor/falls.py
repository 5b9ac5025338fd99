"""The deepest fall of a day's result from its best point."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bot_service.domain.trading import ClosedTrade
from bot_service.mentor.day import ZERO


def deepest_fall(trades: Sequence[ClosedTrade]) -> tuple[Decimal, tuple[ClosedTrade, ...]]:
    """Return how far the sum of closed trades fell from its best point, and the trades it fell with."""
    result = peak = deepest = ZERO
    peak_at = 0
    during: tuple[ClosedTrade, ...] = ()
    for at, trade in enumerate(trades, start=1):
        result += trade.net
        if result > peak:
            peak, peak_at = result, at
        if peak - result > deepest:
            deepest, during = peak - result, tuple(trades[peak_at:at])
    return deepest, during
