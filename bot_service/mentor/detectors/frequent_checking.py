"""`looks` look-ups within the hour from `clock`; his own busiest hours (one in ten) have `usual`.

It fires at 20 look-ups within an hour and three times the own 90th percentile of the hours that have any. Not
within half an hour of a critical alert, not in the first three weeks of an account; presses that renew a
message are no look-ups. A fact, no diagnosis.

Sources: no journal measures it; thresholds are own.
"""

from __future__ import annotations

import math
from collections import Counter
from datetime import datetime, timedelta

from bot_service.domain.acts import ActKind
from bot_service.domain.findings import Finding, Severity
from bot_service.mentor.day import DayFacts, History
from bot_service.mentor.past import local
from bot_service.mentor.raises import near
from bot_service.mentor.thresholds import (
    AROUND_ALERT,
    CHECKING_ACCOUNT_AGE,
    CHECKING_AN_HOUR,
    CHECKING_FACTOR,
    CHECKING_PERCENTILE,
)

CODE = "frequent_checking"
RANK = 36
FIELDS = ("looks", "clock", "usual")
WATCH = True
STEP = "step_fewer_looks"

_HOUR = timedelta(hours=1)


def detect(day: DayFacts, history: History) -> Finding | None:
    """Return the busiest hour of looking, when it is far above his own."""
    looks = [act.at for act in day.acts if act.kind is ActKind.LOOK and not act.refresh]
    if len(looks) < CHECKING_AN_HOUR or not history.looks:
        return None
    since = history.account_since
    if since is None or looks[0] - since < CHECKING_ACCOUNT_AGE:
        return None
    calm = [at for at in looks if not near(at, day.critical_alert_times, AROUND_ALERT)]
    usual = _usual(history)
    within = _busiest_hour(calm)
    if len(within) < max(CHECKING_AN_HOUR, CHECKING_FACTOR * usual):
        return None
    evidence = tuple(f"{local(history.account, at):%H:%M}" for at in within)
    numbers = {"looks": str(len(within)), "clock": evidence[0], "usual": str(usual)}
    return Finding(CODE, Severity.FACT, numbers, evidence, len(within))


def _busiest_hour(looks: list[datetime]) -> list[datetime]:
    hours = ([at for at in looks[place:] if at - begin < _HOUR] for place, begin in enumerate(looks))
    return max(hours, key=len, default=[])


def _usual(history: History) -> int:
    counts = sorted(Counter(at.replace(minute=0, second=0, microsecond=0) for at in history.looks).values())
    place = math.ceil(len(counts) * CHECKING_PERCENTILE / 100) - 1
    return counts[place]
