"""Of `acts` raises of the risk `after` followed a loss within `within` minutes; by accident it were `usual`.

It is spoken of when his rate after losses is proved to be higher than his own rate otherwise. Luck's share is
counted for each act: how often the same hour of his other days, and his hours of the same day, lie after a
loss; so many losses a day make it high, and a few acts prove nothing. Who answers the alerts of all closes
acts after wins as often, so the last close before the acts must be a loss far more often than closes are.
Acts within an hour of each other are one decision. What is no raise at all: see `mentor/raises.py`.

Sources: exact test of independent events with their own chances (Poisson binomial); the chances are own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from bot_service.domain.acts import Act
from bot_service.domain.findings import Finding, Severity, Unproved
from bot_service.domain.trading import ClosedTrade
from bot_service.mentor.past import Past, day_of, newest, told_with_day
from bot_service.mentor.proof import holds_in_newer_half, proved
from bot_service.mentor.raises import Closes, Losses, active_hours, raises
from bot_service.mentor.statistics import Floats, at_least, many_of_chances
from bot_service.mentor.thresholds import AFTER_LOSS, PROOF_CHANCE, RISK_ACTS_MIN

CODE = "risk_after_loss_pattern"
RANK = 14
FIELDS = ("acts", "after", "usual", "within")
STEP = "step_wait"


def weigh(past: Past) -> Finding | None:
    """Return the pattern when it is proved."""
    acts = _decisions(past)
    if len(acts) < RISK_ACTS_MIN:
        return None
    losses = Losses(past.trades, past.trade_days)
    followed = [losses.before(act) for act in acts]
    chances = _chances(past, acts, losses)
    if not (_is_proved(followed, chances) and _losses_only(past, acts)):
        return None
    lost = [(act, loss) for act, loss in zip(acts, followed, strict=True) if loss is not None]
    evidence = [
        line for act, loss in lost for line in (told_with_day(act, past.account), f"#{loss.position_id}")
    ]
    numbers = {
        "acts": str(len(acts)),
        "after": str(len(lost)),
        "usual": str(round(float(chances.sum()))),
        "within": str(int(AFTER_LOSS.total_seconds() // 60)),
    }
    return Finding(CODE, Severity.WARN, numbers, newest(evidence), len(acts))


def unproved(past: Past) -> Unproved | None:
    """Return how many raises are known so far."""
    acts = _decisions(past)
    return Unproved(CODE, len(acts), RISK_ACTS_MIN) if acts else None


def _decisions(past: Past) -> tuple[Act, ...]:
    found: list[Act] = []
    for act in raises(past.acts, past.operations):
        if not found or act.at - found[-1].at >= AFTER_LOSS:
            found.append(act)
    return tuple(found)


def _chances(past: Past, acts: Sequence[Act], losses: Losses) -> Floats:
    hours = active_hours([*(act.at for act in past.acts), *past.looks])
    known = sorted(set(past.trade_days))
    return np.array([_chance(past, act, losses, known, hours) for act in acts])


def _chance(past: Past, act: Act, losses: Losses, days: Sequence[date], hours: Floats) -> float:
    own = day_of(past.account, act.at)
    offsets = [(other - own).days for other in days if other != own]
    return losses.chance(act, np.array(offsets, dtype=float), hours)


def _is_proved(followed: Sequence[ClosedTrade | None], chances: Floats) -> bool:
    hits = [loss is not None for loss in followed]
    half = len(hits) // 2
    newer = many_of_chances(sum(hits[half:]), chances[half:])
    return proved(many_of_chances(sum(hits), chances)) and holds_in_newer_half(newer)


def _losses_only(past: Past, acts: Sequence[Act]) -> bool:
    closes = Closes(past.trades)
    answered = [lost for act in acts if (lost := closes.last_lost(act)) is not None]
    losing = sum(trade.net < 0 for trade in past.trades) / len(past.trades)
    return at_least(sum(answered), len(answered), losing) < PROOF_CHANCE
