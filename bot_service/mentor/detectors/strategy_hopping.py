"""Bot `bot` got `changes` new strategies within `days` days; between them it made `per_version` trades.

It fires above two changes of the strategy of one bot in five days, ending in this one. Not on a demo account,
not in an account's first 14 days, and a change after a back-test (a day at most) is no hopping.

Sources: own design and thresholds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from bot_service.domain.acts import Act, ActKind
from bot_service.domain.findings import Finding, Severity
from bot_service.mentor.day import DayFacts, History
from bot_service.mentor.past import told_with_day
from bot_service.mentor.thresholds import HOPPING_ACCOUNT_AGE, HOPPING_CHANGES, HOPPING_SPAN

CODE = "strategy_hopping"
RANK = 32
FIELDS = ("bot", "changes", "days", "per_version")
WATCH = True
STEP = "step_one_version"

_TESTED_BEFORE = timedelta(days=1)


def detect(day: DayFacts, history: History) -> Finding | None:
    """Return the bot whose strategy was changed again and again, the one with the most changes."""
    changed = [act for act in day.acts if _changes_strategy(act)]
    if not changed or history.demo or _young(changed[-1], history):
        return None
    acts = (*history.acts, *day.acts)
    tests = [act for act in acts if act.kind is ActKind.BACKTEST]
    hops = [act for act in acts if _changes_strategy(act) and not _tested(act, tests)]
    runs = [_run(hops, bot_id) for bot_id in sorted({act.bot_id or 0 for act in changed})]
    longest = max(runs, key=len)
    if len(longest) <= HOPPING_CHANGES or longest[-1] not in day.acts:
        return None
    return _finding(longest, day, history)


def _finding(hops: Sequence[Act], day: DayFacts, history: History) -> Finding:
    bot_id = hops[0].bot_id or 0
    opened = [t.opened_at for t in (*history.trades, *day.trades) if t.bot_id == bot_id]
    counts = [sum(first.at <= at < second.at for at in opened) for first, second in pairwise(hops)]
    numbers = {
        "bot": day.names.get(bot_id, f"#{bot_id}"),
        "changes": str(len(hops)),
        "days": str(HOPPING_SPAN.days),
        "per_version": " + ".join(map(str, counts)),
    }
    evidence = tuple(f"{told_with_day(hop, history.account)} {_to(hop)}" for hop in hops)
    return Finding(CODE, Severity.FACT, numbers, evidence, sum(counts))


def _run(hops: Sequence[Act], bot_id: int) -> list[Act]:
    own = [hop for hop in hops if hop.bot_id == bot_id]
    return [hop for hop in own if own[-1].at - hop.at <= HOPPING_SPAN]


def _changes_strategy(act: Act) -> bool:
    return act.kind is ActKind.EDIT and "strategy" in act.changes


def _to(act: Act) -> str:
    return act.changes["strategy"][1]


def _tested(act: Act, tests: Sequence[Act]) -> bool:
    return any(timedelta(0) <= act.at - test.at <= _TESTED_BEFORE for test in tests)


def _young(act: Act, history: History) -> bool:
    return history.account_since is None or act.at - history.account_since < HOPPING_ACCOUNT_AGE
