"""He made `changes` changes that push (new bots, starts, shorter timeframes); usually it is `usual` a day.

It fires above twice the own median of the `days` days before, where his own scatter makes a day like this
so rare that a year of daily looks hardly brings one by luck. What one press starts at once is one change, a
restart is none; what bots traded is no change either (`busy_day` counts it, neutrally).

Sources: a multiple of the own median (TradeOnyx, overtrading); the proof is an own design.
"""

from __future__ import annotations

from datetime import timedelta
from statistics import median_low

from bot_service.domain.findings import Finding, Severity
from bot_service.mentor.changes import pushes, pushes_by_day
from bot_service.mentor.day import DayFacts, History
from bot_service.mentor.past import day_of, told
from bot_service.mentor.statistics import crowded_chance
from bot_service.mentor.thresholds import (
    BUSY_HUMAN_CHANCE,
    BUSY_HUMAN_FACTOR,
    BUSY_HUMAN_MIN,
    BUSY_HUMAN_MIN_DAYS,
    HISTORY_DAYS,
)

CODE = "busy_human"
RANK = 28
FIELDS = ("changes", "usual", "days")
WATCH = True
STEP = "step_fewer_changes"


def detect(day: DayFacts, history: History) -> Finding | None:
    """Return that a person changed far more than he usually does."""
    made = pushes(day.acts)
    if len(made) < BUSY_HUMAN_MIN:
        return None
    earlier = _earlier(day, history)
    if len(earlier) < BUSY_HUMAN_MIN_DAYS:
        return None
    usual = median_low(earlier)
    if len(made) <= BUSY_HUMAN_FACTOR * usual or not _crowded(len(made), _plain(earlier)):
        return None
    numbers = {"changes": str(len(made)), "usual": str(usual), "days": str(len(earlier))}
    evidence = tuple(told(act, history.account) for act in made)
    return Finding(CODE, Severity.FACT, numbers, evidence, len(earlier))


def _plain(counts: tuple[int, ...]) -> tuple[int, ...]:
    # Days that were such days themselves, from the busiest on, are not his usual.
    ordered = sorted(counts)
    while len(ordered) > BUSY_HUMAN_MIN_DAYS and _crowded(ordered[-1], tuple(ordered[:-1])):
        ordered.pop()
    return tuple(ordered)


def _crowded(count: int, others: tuple[int, ...]) -> bool:
    return crowded_chance(count, others) < BUSY_HUMAN_CHANCE


def _earlier(day: DayFacts, history: History) -> tuple[int, ...]:
    if history.account_since is None:
        return ()
    since = day_of(history.account, history.account_since)
    first = max(since, day.day - timedelta(days=HISTORY_DAYS))
    return pushes_by_day(history.acts, history.account, first, day.day - timedelta(days=1))
