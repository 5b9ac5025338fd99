"""On days that began `mood` he stepped in `mean_acts` times (`days` days), on all others `others_acts`.

It warns when one mood is proved to come with more acts by hand. Only moods that were told before the day's
first close count, and only acts after them. Acts in the safe direction (stop, pause, panic, tighter limits,
less risk) are none, nor what was announced or planned.

Sources: tags before a trade (TradeAlign, TradeOnyx); the proof over nine moods is own.
"""

from __future__ import annotations

from bot_service.domain.acts import Act, ActKind
from bot_service.domain.findings import Finding, Severity, Unproved
from bot_service.mentor.cells import hundredths
from bot_service.mentor.moods import morning_moods
from bot_service.mentor.past import Past, days_of, decisions, newest
from bot_service.mentor.proof import Cell, lowest
from bot_service.mentor.thresholds import ACTS_FACTOR, MOOD_BUCKET_MIN, MOOD_DAYS_MIN

CODE = "mood_and_acts"
RANK = 21
FIELDS = ("mood", "days", "mean_acts", "others", "others_acts")
STEP = "step_mood"

_STEPS_IN = frozenset(
    {
        ActKind.START,
        ActKind.CREATE,
        ActKind.EDIT,
        ActKind.CLOSE,
        ActKind.MOVE_STOP,
        ActKind.REMOVE_STOP,
        ActKind.MOVE_TARGET,
    }
)


def weigh(past: Past) -> Finding | None:
    """Return the mood that is proved to come with more acts."""
    # More acts are a lower value: `lowest` looks for what is proved to lie below.
    found = lowest(_cells(past), least=MOOD_BUCKET_MIN, total=MOOD_DAYS_MIN)
    if found is None or found.mean_inside > ACTS_FACTOR * found.mean_outside:
        return None
    numbers = {
        "mood": found.bucket,
        "days": str(found.inside),
        "mean_acts": hundredths(-found.mean_inside),
        "others": str(found.outside),
        "others_acts": hundredths(-found.mean_outside),
    }
    days = [day for day, said in morning_moods(past).items() if said.mood == found.bucket]
    evidence = newest([f"{day:%d/%m}" for day in days])
    return Finding(CODE, Severity.WARN, numbers, evidence, found.inside + found.outside)


def unproved(past: Past) -> Unproved | None:
    """Return how many days with a mood are known so far."""
    days = len(morning_moods(past))
    return Unproved(CODE, days, MOOD_DAYS_MIN) if days else None


def _cells(past: Past) -> list[Cell]:
    moods = morning_moods(past)
    counts = dict.fromkeys(moods, 0)
    acts = _steps_in(past)
    days = days_of(past.account, [act.at for act in acts])
    for day, act in zip(days, acts, strict=True):
        if day in moods and act.at > moods[day].at:
            counts[day] += 1
    return [Cell(moods[day].mood, -float(count)) for day, count in counts.items()]


def _steps_in(past: Past) -> tuple[Act, ...]:
    return decisions(act for act in past.acts if act.kind in _STEPS_IN and not (act.planned or _eases(act)))


def _eases(act: Act) -> bool:
    return act.risk_before is not None and act.risk_after is not None and act.risk_after < act.risk_before
