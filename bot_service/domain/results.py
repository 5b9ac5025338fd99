"""What trades of one currency come to, without prices: sums, shares and the deepest fall between closings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from bot_service.domain.trading import ClosedTrade

ZERO = Decimal(0)


@dataclass(frozen=True)
class Summary:
    """The usual numbers of closed trades; None where there is nothing to divide, percent 0 to 100.

    `max_drawdown` is the deepest fall of the running sum below an earlier peak (or zero), at closings.
    """

    trades: int
    wins: int
    net: Decimal
    win_rate: Decimal | None
    expectancy_r: Decimal | None
    profit_factor: Decimal | None
    max_drawdown: Decimal
    r: Decimal | None


def summarise(trades: Iterable[ClosedTrade]) -> Summary:
    """Return the numbers of trades that all count in the same currency."""
    ordered = sorted(trades, key=lambda trade: (trade.closed_at, trade.position_id))
    nets = [trade.net for trade in ordered]
    multiples = [trade.r for trade in ordered if trade.r is not None]
    won, lost = sum((net for net in nets if net > 0), ZERO), -sum((net for net in nets if net < 0), ZERO)
    wins = sum(net > 0 for net in nets)
    r = sum(multiples, ZERO) if multiples else None
    return Summary(
        trades=len(nets),
        wins=wins,
        net=sum(nets, ZERO),
        win_rate=Decimal(100 * wins) / len(nets) if nets else None,
        expectancy_r=None if r is None else r / len(multiples),
        profit_factor=won / lost if lost else None,
        max_drawdown=deepest_fall(nets),
        r=r,
    )


def deepest_fall(nets: Iterable[Decimal]) -> Decimal:
    """Return how far the running sum ever fell below its highest point so far; it begins at zero."""
    sums = list(accumulate(nets, initial=ZERO))
    peaks = accumulate(sums, max)
    return max(peak - value for peak, value in zip(peaks, sums, strict=True))
