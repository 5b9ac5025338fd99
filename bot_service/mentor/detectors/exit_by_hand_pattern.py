"""Of `count` exits by hand `helped` helped and `hurt` hurt: `difference_r` in all against the rule.

It is spoken of when the sum of the differences is proved to be no luck, either way: a warning where they
hurt, a fact where they help. Weighed are days, not acts, for several exits of a day share one market.

Sources: sign test by flipping (Fisher 1935), own design of the ledger.
"""

from __future__ import annotations

import numpy as np

from bot_service.domain.findings import Finding, Intervention, Severity, Unproved
from bot_service.mentor.day import rounded
from bot_service.mentor.ledger_view import EXIT_FIELDS, exit_numbers, judged
from bot_service.mentor.past import Past, day_of, newest
from bot_service.mentor.proof import HALF_DRAWS, holds_in_newer_half, proved
from bot_service.mentor.statistics import Floats, lower_than_zero_chance
from bot_service.mentor.thresholds import LEDGER_DAYS_MIN, LEDGER_MIN

CODE = "exit_by_hand_pattern"
RANK = 16
FIELDS = EXIT_FIELDS
STEP = "step_let_rule"


def weigh(past: Past) -> Finding | None:
    """Return the pattern when it is proved, either way."""
    found = judged(past.interventions, past.acts)
    sums = _by_day(found, past)
    if len(found) < LEDGER_MIN or sums.size < LEDGER_DAYS_MIN:
        return None
    hurts = float(sums.sum()) < 0
    if not _is_proved(sums if hurts else -sums):
        return None
    evidence = [f"#{one.position_id} {rounded(one.difference_r)}R" for one in found]
    return Finding(
        CODE, Severity.WARN if hurts else Severity.FACT, exit_numbers(found), newest(evidence), len(found)
    )


def unproved(past: Past) -> Unproved | None:
    """Return how many exits are judged so far."""
    count = len(judged(past.interventions, past.acts))
    return Unproved(CODE, count, LEDGER_MIN) if count else None


def _by_day(found: tuple[Intervention, ...], past: Past) -> Floats:
    sums: dict[object, float] = {}
    for one in found:
        day = day_of(past.account, one.at)
        sums[day] = sums.get(day, 0.0) + float(one.difference_r)
    return np.array(list(sums.values()))


def _is_proved(sums: Floats) -> bool:
    # Both ways were looked at, so each has half of the level.
    if not proved(2 * lower_than_zero_chance(sums)):
        return False
    return holds_in_newer_half(lower_than_zero_chance(sums[sums.size // 2 :], HALF_DRAWS))
