"""The numbers of a list of closed trades."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Performance:
    """The usual numbers; money in account currency, percents 0 to 100, None where there is nothing to divide.

    `max_drawdown` is the largest fall of equity below an earlier peak, seen at bar closes, and
    `max_drawdown_percent` its largest share of that peak; `exposure` the percent of bars with a position.
    """

    net: Decimal
    trades: int
    wins: int
    win_rate: float | None
    profit_factor: float | None
    expectancy_r: float | None
    max_drawdown: Decimal
    max_drawdown_percent: float
    exposure: float
