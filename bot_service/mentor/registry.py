"""Find the detectors: one file each in `mentor/detectors`; a new file is all a new detector needs."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import date
from functools import cache
from typing import Protocol, cast

from bot_service.domain.findings import Finding, Severity, Unproved
from bot_service.domain.plugins import modules
from bot_service.mentor import detectors
from bot_service.mentor.day import DayFacts, History
from bot_service.mentor.past import Past, recent, together
from bot_service.mentor.thresholds import PATTERN_WEEKDAY

NOTHING_ELSE = "plain_day"
_ORDER = tuple(reversed(Severity))
_NONE: frozenset[str] = frozenset()


class Named(Protocol):
    """A module of `mentor/detectors`: `CODE` names its finding, `FIELDS` the numbers of it.

    `RANK` orders them: of all that find something the smallest rank is shown. It may also have `WATCH = True`
    when its facts are worth an eye though they warn of nothing; `STEP`, the code of the step that answers
    it; `INSTEAD_OF`, the codes that it says better, so that they aren't said as well.
    """

    CODE: str
    RANK: int
    FIELDS: tuple[str, ...]


class Detector(Named, Protocol):
    """A detector that looks at one day."""

    def detect(self, day: DayFacts, history: History) -> Finding | None:
        """Return what the day shows, None if it does not show this."""


class PatternDetector(Named, Protocol):
    """A detector that weighs everything that is known, once a week."""

    def weigh(self, past: Past) -> Finding | None:
        """Return the pattern, None unless it is proved."""

    def unproved(self, past: Past) -> Unproved | None:
        """Return how much is known so far, None where there is nothing of the kind."""


@cache
def all_detectors() -> tuple[Named, ...]:
    """Return all detectors, the most important first."""
    found = [cast("Named", module) for module in modules(detectors.__name__, detectors.__path__)]
    return tuple(sorted(found, key=lambda detector: (detector.RANK, detector.CODE)))


@cache
def daily_detectors() -> tuple[Detector, ...]:
    """Return those that look at one day."""
    return tuple(cast("Detector", one) for one in all_detectors() if hasattr(one, "detect"))


@cache
def pattern_detectors() -> tuple[PatternDetector, ...]:
    """Return those that look for a pattern in everything that is known."""
    return tuple(cast("PatternDetector", one) for one in all_detectors() if hasattr(one, "weigh"))


@cache
def detector_of(code: str) -> Named:
    """Return the detector with a code.

    Raises:
        KeyError: no detector has it (any more).
    """
    return {one.CODE: one for one in all_detectors()}[code]


def looks_for_patterns(day: date) -> bool:
    """Tell whether the patterns are looked for on a trading day: once a week.

    Every further look would be a further chance to take luck for a pattern.
    """
    return day.weekday() == PATTERN_WEEKDAY


def observe(day: DayFacts, history: History) -> Finding:
    """Return the one observation of the day: what the most important detector with a finding says.

    The last detector (`plain_day`) always finds something.
    """
    known = recent(day, history)
    found = (detector.detect(day, known) for detector in daily_detectors())
    return next(finding for finding in found if finding is not None)


def findings(day: DayFacts, history: History, muted: AbstractSet[str] = _NONE) -> tuple[Finding, ...]:
    """Return everything that the day shows, by severity and then by rank; patterns on their day of the week.

    `muted` are codes that the person does not want, or has called untrue.
    """
    known = recent(day, history)
    found = [one.detect(day, known) for one in daily_detectors() if one.CODE not in muted]
    told = _without_repeats([finding for finding in found if finding is not None])
    if looks_for_patterns(day.day):
        told.extend(patterns(day, history, muted))
    return in_order(told)


def patterns(day: DayFacts, history: History, muted: AbstractSet[str] = _NONE) -> tuple[Finding, ...]:
    """Return the patterns that are proved at the end of a day; to be looked for once a week."""
    past = together(day, history)
    found = (one.weigh(past) for one in pattern_detectors() if one.CODE not in muted)
    return in_order(finding for finding in found if finding is not None)


def unproved(day: DayFacts, history: History) -> tuple[Unproved, ...]:
    """Return the patterns of which something is known but nothing proved, for people who ask."""
    past = together(day, history)
    found = (one.unproved(past) for one in pattern_detectors() if one.weigh(past) is None)
    return tuple(item for item in found if item is not None)


def in_order(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings the most severe first, and those of one severity by rank."""
    return tuple(sorted(found, key=_place))


def _without_repeats(found: list[Finding]) -> list[Finding]:
    better = {code for one in found for code in getattr(detector_of(one.code), "INSTEAD_OF", ())}
    # "Nothing stands out" is only true alone.
    plain = {NOTHING_ELSE} if len(found) > 1 else set()
    return [one for one in found if one.code not in better | plain]


def _place(finding: Finding) -> tuple[int, int]:
    return _ORDER.index(finding.severity), detector_of(finding.code).RANK
