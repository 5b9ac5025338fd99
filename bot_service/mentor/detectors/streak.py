"""The last `length` trades lost (`streak_net`); at his `win_percent` that is common: `chance_percent`.

It fires like `losing_streak`, when there are enough own trades to say how likely it is: the chance of a run
of this length or longer within `stretch` independent trades at his own share of losses. It says nothing about
the next trade.

Sources: recursion over the length of the present run (Feller 1968, XIII.7).
"""

from __future__ import annotations

from decimal import Decimal
from itertools import takewhile

from bot_service.domain.findings import Finding, Severity
from bot_service.mentor.day import DayFacts, History, rounded, text, tickets, total
from bot_service.mentor.statistics import run_chance
from bot_service.mentor.thresholds import LOSING_STREAK, OWN_STATISTICS_MIN, STRETCH_TRADES

CODE = "streak"
RANK = 109
FIELDS = ("length", "streak_net", "win_percent", "chance_percent", "stretch")
INSTEAD_OF = ("losing_streak",)


def detect(day: DayFacts, history: History) -> Finding | None:
    """Return the run of losses that the day ends with, and how usual it is."""
    if not day.trades:
        return None
    trades = history.trades + day.trades
    run = tuple(takewhile(lambda trade: trade.net < 0, reversed(trades)))[::-1]
    if len(run) < LOSING_STREAK or len(trades) < OWN_STATISTICS_MIN:
        return None
    lost = sum(trade.net < 0 for trade in trades) / len(trades)
    chance = run_chance(len(run), STRETCH_TRADES, lost)
    numbers = {
        "length": str(len(run)),
        "streak_net": text(total(run)),
        "win_percent": rounded(Decimal(100 * sum(trade.net > 0 for trade in trades)) / len(trades)),
        "chance_percent": rounded(max(Decimal("0.1"), Decimal(str(100 * chance)))),
        "stretch": str(STRETCH_TRADES),
    }
    return Finding(CODE, Severity.FACT, numbers, tickets(run), len(trades))
