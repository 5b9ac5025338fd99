"""Of trades opened and closed by hand the losers were held `losers_time`, the winners `winners_time`.

It warns when losers are proved to be held longer, by half as much again or more (means of the logarithm, told
as minutes). A bot's trades are left out, also those that a person closed: how long they live is made by the
bot's own SL and TP, and `exit_by_hand` replays their rule.

Sources: disposition effect (Odean 1998: 0.148 of gains and 0.098 of losses realised); public code takes a
ratio of means above 1.5 without a test.
"""

from __future__ import annotations

import math

from bot_service.domain.findings import Finding, Severity, Unproved
from bot_service.domain.trading import BY_PERSON, ClosedTrade
from bot_service.mentor.cells import by_day, hundredths
from bot_service.mentor.day import tickets
from bot_service.mentor.past import Past, day_of, newest
from bot_service.mentor.proof import Cell, lowest, observed
from bot_service.mentor.thresholds import BUCKET_MIN, HOLDING_FACTOR, PATTERN_MIN

CODE = "held_losers"
RANK = 19
FIELDS = ("losers", "losers_time", "winners", "winners_time", "factor")
STEP = "step_exit_first"

_LOST, _WON = "lost", "won"
_SHORTEST_S = 60.0


def weigh(past: Past) -> Finding | None:
    """Return the pattern when it is proved."""
    # Longer is lower here: `lowest` looks for what is proved to lie below.
    found = lowest(_cells(past), least=BUCKET_MIN, total=PATTERN_MIN)
    if found is None or found.bucket != _LOST:
        return None
    losers, winners = math.exp(-found.mean_inside), math.exp(-found.mean_outside)
    if losers < HOLDING_FACTOR * winners:
        return None
    numbers = {
        "losers": str(found.inside),
        "losers_time": str(round(losers)),
        "winners": str(found.outside),
        "winners_time": str(round(winners)),
        "factor": hundredths(losers / winners),
    }
    own = [trade for trade in _by_hand(past) if trade.net < 0]
    return Finding(CODE, Severity.WARN, numbers, newest(tickets(own)), found.inside + found.outside)


def unproved(past: Past) -> Unproved | None:
    """Return how many trades were opened and closed by hand so far."""
    cells = _cells(past)
    return Unproved(CODE, observed(cells), PATTERN_MIN) if cells else None


def _by_hand(past: Past) -> list[ClosedTrade]:
    own = (trade for trade in past.trades if trade.bot_id is None and trade.cause in BY_PERSON)
    return [trade for trade in own if trade.net != 0]


def _cells(past: Past) -> list[Cell]:
    return by_day(
        (day_of(past.account, trade.closed_at), _LOST if trade.net < 0 else _WON, -_held(trade))
        for trade in _by_hand(past)
    )


def _held(trade: ClosedTrade) -> float:
    return math.log(max(_SHORTEST_S, (trade.closed_at - trade.opened_at).total_seconds()))
