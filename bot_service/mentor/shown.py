"""What of a report's findings its readers see, and by which number."""

from __future__ import annotations

from bot_service.domain.findings import DayReport, Finding, Severity
from bot_service.mentor.choice import to_watch, went_well
from bot_service.mentor.registry import all_detectors

MOST_FACTS = 2
LEDGER = frozenset({"exit_by_hand"})


def found(report: DayReport) -> tuple[Finding, ...]:
    """Return a report's findings; an older one has its observation only, or some that nobody makes now."""
    known = {detector.CODE for detector in all_detectors()}
    return tuple(item for item in report.findings or (report.observation,) if item.code in known)


def numbered(report: DayReport) -> tuple[Finding, ...]:
    """Return the findings that a report shows, in the order of their numbers: praise, then the rest."""
    findings = found(report)
    return (*went_well(findings), *to_watch(findings))


def beside(report: DayReport) -> tuple[Finding, ...]:
    """Return at most two facts that are told without a number."""
    told = numbered(report)
    facts = (item for item in found(report) if item.severity is Severity.FACT and item not in told)
    # The interventions themselves stand in the report: their sum needs no line beside them.
    listed = LEDGER if report.interventions or report.settled else frozenset()
    return tuple(item for item in facts if item.code not in listed)[:MOST_FACTS]
