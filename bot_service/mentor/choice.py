"""What of the findings is said: what went well, what to watch, and the one step for tomorrow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from bot_service.domain.findings import Finding, Severity
from bot_service.mentor.day import DayFacts
from bot_service.mentor.registry import detector_of, in_order

MOST_WELL = 2
MOST_WATCHED = 3

STEP_KEEP = "step_keep"
STEP_CHECK_IN = "step_check_in"
STEP_NOTE = "step_note"
_ALWAYS = (STEP_CHECK_IN, STEP_NOTE, STEP_KEEP)

STEP_CODES: tuple[str, ...] = (
    "step_books",
    "step_smaller",
    "step_stop_loss",
    "step_within_limit",
    "step_promise",
    "step_wait",
    "step_guard",
    "step_let_rule",
    "step_fewer_changes",
    "step_fewer_looks",
    "step_one_version",
    "step_exit_first",
    "step_hours",
    "step_symbol",
    "step_strategy",
    "step_mood",
    "step_one_side",
    "step_look_at_stop",
    "step_costs",
    *_ALWAYS,
)
"""The steps that there are, one act each that can be done tomorrow."""

_WARNINGS = frozenset({Severity.WARN, Severity.CRITICAL})
_NONE: frozenset[str] = frozenset()


def went_well(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return at most two praises; they are for behaviour, no detector praises money."""
    praises = [finding for finding in findings if finding.severity is Severity.PRAISE]
    return in_order(praises)[:MOST_WELL]


def to_watch(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return at most three warnings and facts worth an eye, the most severe first."""
    worth = [finding for finding in findings if _worth_an_eye(finding)]
    return in_order(worth)[:MOST_WATCHED]


def step_code(day: DayFacts, findings: Sequence[Finding], declined: AbstractSet[str] = _NONE) -> str:
    """Return the code of the one step for tomorrow: the answer to what matters most.

    `declined` are steps of which the person said that they don't fit him; `step_keep` always fits.
    """
    answers = (getattr(detector_of(finding.code), "STEP", "") for finding in to_watch(findings))
    plain = (step for step, open_yet in _plain_steps(day) if open_yet)
    steps = (step for step in (*answers, *plain) if step and step not in declined)
    return next(steps, STEP_KEEP)


def _plain_steps(day: DayFacts) -> tuple[tuple[str, bool], ...]:
    said_before = any(said.before_close for said in day.check_ins)
    return ((STEP_CHECK_IN, not said_before), (STEP_NOTE, bool(day.closed_by_person)), (STEP_KEEP, True))


def _worth_an_eye(finding: Finding) -> bool:
    if finding.severity is Severity.FACT:
        return bool(getattr(detector_of(finding.code), "WATCH", False))
    return finding.severity in _WARNINGS
