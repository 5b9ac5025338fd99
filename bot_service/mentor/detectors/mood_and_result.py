"""Days that began `mood` made `mean_r` on average (`days` days), all others `others_r` (`others`).

It warns when one mood is proved to come with worse days, and with losses. Only moods that were told before
the day's first close count: a mood told later may be the result's, not the other way round. It tells what
comes together, not why.

Sources: emotion against result as in myTradr, where percentages stand without a test.
"""

from __future__ import annotations

from datetime import date

from bot_service.domain.findings import Finding, Severity, Unproved
from bot_service.mentor.cells import hundredths
from bot_service.mentor.moods import morning_moods
from bot_service.mentor.past import Past, newest
from bot_service.mentor.proof import Cell, lowest
from bot_service.mentor.thresholds import MOOD_BUCKET_MIN, MOOD_DAYS_MIN

CODE = "mood_and_result"
RANK = 23
FIELDS = ("mood", "days", "mean_r", "others", "others_r")
STEP = "step_mood"


def weigh(past: Past) -> Finding | None:
    """Return the mood that is proved to come with losing days."""
    days = _rated(past)
    found = lowest([Cell(mood, r) for _, mood, r in days], least=MOOD_BUCKET_MIN, total=MOOD_DAYS_MIN)
    if found is None or found.mean_inside >= 0:
        return None
    numbers = {
        "mood": found.bucket,
        "days": str(found.inside),
        "mean_r": hundredths(found.mean_inside),
        "others": str(found.outside),
        "others_r": hundredths(found.mean_outside),
    }
    evidence = newest([f"{day:%d/%m} {hundredths(r)}R" for day, mood, r in days if mood == found.bucket])
    return Finding(CODE, Severity.WARN, numbers, evidence, len(days))


def unproved(past: Past) -> Unproved | None:
    """Return how many days with a mood and a result are known so far."""
    days = len(_rated(past))
    return Unproved(CODE, days, MOOD_DAYS_MIN) if days else None


def _rated(past: Past) -> list[tuple[date, str, float]]:
    sums: dict[date, float] = {}
    for day, _, r in past.rated:
        sums[day] = sums.get(day, 0.0) + r
    return [(day, said.mood, sums[day]) for day, said in morning_moods(past).items() if day in sums]
