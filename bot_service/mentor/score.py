"""The discipline of a day: of all opportunities to break a rule, how many were kept.

An opportunity is an occasion of a promise, a trade or open position that could be without a stop loss, one
whose risk could be above the limit, and a limit that held the entries. What only makes things safer (stop,
close, reduce, panic) is no opportunity and never lowers the score.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from bot_service.domain.findings import Score
from bot_service.domain.promises import PromiseMark
from bot_service.mentor.day import DayFacts
from bot_service.mentor.past import decisions
from bot_service.mentor.thresholds import RISK_LIMIT_TOLERANCE

NO_GUARD = frozenset({"", "own_stop", "reentry"})
"""What a start may lift that is no limit of the account."""


def discipline(day: DayFacts) -> Score | None:
    """Return what was kept of the day's opportunities, None without any."""
    kept = [*_promises(day), *_stops(day), *_limits(day), *_guards(day)]
    return Score(sum(kept), len(kept)) if kept else None


def points(score: Score) -> Decimal:
    """Return a score as 0 to 100."""
    return Decimal(100) * score.kept / score.opportunities


def mean_points(scores: Iterable[Score | None]) -> Decimal | None:
    """Return the mean of the days that have a score, None where no day has one."""
    known = [points(score) for score in scores if score is not None]
    return sum(known, Decimal(0)) / len(known) if known else None


def breaks_a_rule(day: DayFacts) -> bool:
    """Tell whether a promise was broken or a limit of the account lifted."""
    return not all((*_promises(day), *_guards(day)))


def _promises(day: DayFacts) -> list[bool]:
    return [occasion.mark is PromiseMark.KEPT for occasion in day.occasions]


def _stops(day: DayFacts) -> list[bool]:
    closed = [trade.r is not None for trade in day.trades if trade.bot_id is not None]
    return closed + [position.stop_loss is not None for position in day.open_positions]


def _limits(day: DayFacts) -> list[bool]:
    limit = day.risk_limit_percent
    if limit is None:
        return []
    risks = [position.risk_percent for position in day.open_positions]
    opening = None if day.books is None else day.books.opening
    if opening is not None and opening > 0:
        planned = (trade.planned_risk for trade in day.trades)
        risks += [risk * 100 / opening for risk in planned if risk is not None]
    return [risk <= limit * RISK_LIMIT_TOLERANCE for risk in risks if risk is not None]


def _guards(day: DayFacts) -> list[bool]:
    lifted = sum(act.lifted not in NO_GUARD for act in decisions(day.acts))
    return [False] * lifted + [True] * max(0, len(day.guards_held) - lifted)
