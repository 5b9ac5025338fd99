"""`count` acts lifted what had stopped the trading: `limits` a limit, `stops` his own stop after a loss.

It fires on an act that lifts a guard, and on a start that lifts, in the same trading day, a stop of just that
bot which he had made within an hour after a loss. Maintenance is none of it: a start after an edit, after a
stop of all bots or after a reboot lifts nothing (`services/acts` tells them apart).

Sources: the cooling-off rules of prop firms (two losses, then half an hour; the daily limit, then tomorrow).
"""

from __future__ import annotations

from bot_service.domain.acts import Act, ActKind
from bot_service.domain.findings import Finding, Severity
from bot_service.mentor.day import DayFacts, History
from bot_service.mentor.past import day_of, decisions, told
from bot_service.mentor.raises import Losses
from bot_service.mentor.score import NO_GUARD

CODE = "guard_overridden"
RANK = 24
FIELDS = ("count", "limits", "stops")
WATCH = True
STEP = "step_guard"

_OWN_STOP = "own_stop"


def detect(day: DayFacts, history: History) -> Finding | None:
    """Return the acts of the day that lifted a limit, or his own stop after a loss."""
    limits = decisions(act for act in day.acts if act.lifted not in NO_GUARD)
    starts = [act for act in day.acts if act.lifted == _OWN_STOP]
    stops = decisions(act for act in starts if _lifts_a_stop_after_a_loss(act, day, history))
    lifted = sorted((*limits, *stops), key=lambda act: act.at)
    if not lifted:
        return None
    numbers = {"count": str(len(lifted)), "limits": str(len(limits)), "stops": str(len(stops))}
    evidence = tuple(f"{told(act, history.account)} ({act.lifted})" for act in lifted)
    return Finding(CODE, Severity.FACT, numbers, evidence, len(lifted))


def _lifts_a_stop_after_a_loss(start: Act, day: DayFacts, history: History) -> bool:
    own = [act for act in day.acts if act.kind is ActKind.STOP and act.bot_id == start.bot_id]
    earlier = [act for act in own if act.at < start.at]
    if not earlier:
        return False
    trades = (*history.trades[-50:], *day.trades)
    losses = Losses(trades, [day_of(history.account, trade.closed_at) for trade in trades])
    return losses.before(earlier[-1]) is not None
