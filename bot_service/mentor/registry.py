"""Find the detectors: one file each in `mentor/detectors`; a new file is all a new detector needs."""

from __future__ import annotations

from functools import cache
from typing import Protocol, cast

from bot_service.domain.findings import Finding
from bot_service.domain.plugins import modules
from bot_service.mentor import detectors
from bot_service.mentor.day import DayFacts, History


class Detector(Protocol):
    """A module of `mentor/detectors`.

    `RANK` orders them: of all that find something the smallest rank is shown. `FIELDS` names the numbers of
    its finding, `CODE` the finding.
    """

    CODE: str
    RANK: int
    FIELDS: tuple[str, ...]

    def detect(self, day: DayFacts, history: History) -> Finding | None:
        """Return what the day shows, None if it does not show this."""


@cache
def all_detectors() -> tuple[Detector, ...]:
    """Return all detectors, the most important first."""
    found = [cast("Detector", module) for module in modules(detectors.__name__, detectors.__path__)]
    return tuple(sorted(found, key=lambda detector: (detector.RANK, detector.CODE)))


def observe(day: DayFacts, history: History) -> Finding:
    """Return the one observation of the day: what the most important detector with a finding says.

    The last detector (`plain_day`) always finds something.
    """
    findings = (detector.detect(day, history) for detector in all_detectors())
    return next(finding for finding in findings if finding is not None)
