"""The day's result fell by `drawdown` (`drawdown_percent`), as `chance_percent` of days with his trades do.

It fires like `drawdown_day`, when there are enough own trades to say how likely it is: days of as many trades
(`trades`) are drawn from his own results, and those counted that fall as deep from their best point.

Sources: resampling of the own results (Efron 1979).
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from bot_service.domain.findings import Finding, Severity
from bot_service.mentor.day import DayFacts, History, rounded, text, tickets
from bot_service.mentor.falls import deepest_fall
from bot_service.mentor.statistics import fall_chance
from bot_service.mentor.thresholds import DRAWDOWN_PERCENT, OWN_STATISTICS_MIN

CODE = "drawdown_chance"
RANK = 69
FIELDS = ("drawdown", "drawdown_percent", "chance_percent", "trades")
INSTEAD_OF = ("drawdown_day",)


def detect(day: DayFacts, history: History) -> Finding | None:
    """Return the deepest fall of the closed trades' result, and how usual it is."""
    if day.books is None or day.books.opening <= 0 or len(history.trades) < OWN_STATISTICS_MIN:
        return None
    fall, during = deepest_fall(day.trades)
    percent = fall * 100 / day.books.opening
    if percent < DRAWDOWN_PERCENT:
        return None
    results = np.array([float(trade.net) for trade in history.trades])
    chance = fall_chance(float(fall), results, len(day.trades))
    numbers = {
        "drawdown": text(fall),
        "drawdown_percent": rounded(percent),
        "chance_percent": rounded(max(Decimal("0.1"), Decimal(str(100 * chance)))),
        "trades": str(len(day.trades)),
    }
    return Finding(CODE, Severity.FACT, numbers, tickets(during), len(history.trades))
