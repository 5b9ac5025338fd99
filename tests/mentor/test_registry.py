"""What of all findings is told, in which order, and which one step answers them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot_service.domain.acts import ActKind
from bot_service.domain.findings import Books, CheckIn, Finding, Intervention, Mood, Severity, Unproved
from bot_service.domain.trading import ExitCause, Side
from bot_service.mentor.choice import STEP_CODES, step_code, to_watch, went_well
from bot_service.mentor.day import DayFacts, History, OpenPosition
from bot_service.mentor.past import recent
from bot_service.mentor.registry import (
    all_detectors,
    daily_detectors,
    findings,
    looks_for_patterns,
    pattern_detectors,
    patterns,
    unproved,
)

NOON = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
FRIDAY = date(2026, 11, 20)
BARE = OpenPosition(7, 1, "EURUSD", Side.BUY, Decimal("0.1"), None)


def finding(code, severity):
    return Finding(code, severity)


def codes(found):
    return [one.code for one in found]


def losing_exits(count=30):
    return tuple(
        Intervention(NOON - timedelta(days=day), ActKind.CLOSE, Decimal(-1), Decimal(0), position_id=day)
        for day in range(count, 0, -1)
    )


def test_each_detector_looks_at_a_day_or_weighs_the_past():
    assert {*codes_of(daily_detectors())} | {*codes_of(pattern_detectors())} == {*codes_of(all_detectors())}
    assert not {*codes_of(daily_detectors())} & {*codes_of(pattern_detectors())}
    assert len(pattern_detectors()) >= 9


def codes_of(detectors):
    return [one.CODE for one in detectors]


def test_findings_come_by_severity_and_then_by_rank(trade, facts):
    day = facts(
        trade("-99", "10", cause=ExitCause.STOP_OUT),
        trade("5", minute=1),
        open_positions=(BARE,),
    )
    found = findings(day, History())
    assert codes(found) == ["stop_out", "missing_stop", "loss_beyond_plan", "unplanned_trades"]
    assert [one.severity for one in found][:3] == [Severity.CRITICAL, Severity.WARN, Severity.FACT]


def test_what_is_muted_or_called_untrue_is_not_said(facts):
    day = facts(open_positions=(BARE,))
    assert "missing_stop" in codes(findings(day, History()))
    assert "missing_stop" not in codes(findings(day, History(), {"missing_stop"}))


def test_nothing_stands_out_is_said_alone_or_not_at_all(trade, facts):
    assert codes(findings(facts(trade("1", "10")), History())) == ["plain_day"]
    assert "plain_day" not in codes(findings(facts(trade("1")), History()))


def test_what_one_finding_says_better_is_not_repeated(trade, facts):
    by_hand = trade("5", "10", cause=ExitCause.BY_HAND)
    judged = Intervention(NOON, ActKind.CLOSE, Decimal(1), Decimal(2), position_id=100)
    assert "closed_by_hand" in codes(findings(facts(by_hand), History()))
    both = codes(findings(facts(by_hand, interventions=(judged,)), History()))
    assert "exit_by_hand" in both
    assert "closed_by_hand" not in both


def test_a_streak_is_told_with_its_chance_once_the_own_statistics_are_known(trade, facts):
    run = [trade("-1", "10", minute=at) for at in range(4)]
    known = History(tuple(trade("1", "10", minute=at - 500) for at in range(26)))
    assert "losing_streak" in codes(findings(facts(*run), History()))
    found = {one.code: one for one in findings(facts(*run), known)}
    assert "losing_streak" not in found
    assert found["streak"].numbers == {
        "length": "4",
        "streak_net": "-4",
        "win_percent": "86.67",
        "chance_percent": "1.56",
        "stretch": "60",
    }


def test_a_deep_fall_is_told_with_its_chance_once_the_own_statistics_are_known(trade, facts):
    books = Books(Decimal(100), Decimal(-3), Decimal(0), Decimal(97))
    day = facts(*[trade("-1", "1", minute=at) for at in range(3)], books=books)
    known = History(tuple(trade("1" if at % 2 else "-1", "1", minute=at - 500) for at in range(40)))
    assert "drawdown_day" in codes(findings(day, History()))
    found = {one.code: one for one in findings(day, known)}
    assert "drawdown_day" not in found
    assert found["drawdown_chance"].numbers["drawdown_percent"] == "3.00"
    assert Decimal(found["drawdown_chance"].numbers["chance_percent"]) == pytest.approx(
        Decimal("12.5"), abs=3
    )


def test_patterns_are_looked_for_once_a_week(facts):
    past = History(interventions=losing_exits())
    week = [date(2026, 11, 16) + timedelta(days=day) for day in range(7)]
    told = [day for day in week if "exit_by_hand_pattern" in codes(findings(facts(day=day), past))]
    assert told == [FRIDAY]
    assert [day for day in week if looks_for_patterns(day)] == [FRIDAY]


def test_daily_comparisons_look_back_as_far_on_every_day(trade, history):
    old, new = trade("1", "10", minute=-31 * 1440), trade("1", "10", minute=-29 * 1440)
    day = DayFacts(1, date(2026, 11, 18), finished=True, currency="USD", trades=())
    long = replace(history(old, new), per_day=(1, 1))
    assert recent(day, long).trades == (new,)
    assert recent(day, long).per_day == (1,)
    assert recent(day, history(new)) == history(new)
    assert recent(day, History((old, new), (1, 1))).trades == (old, new)


def test_muted_patterns_are_not_said_either(facts):
    past = History(interventions=losing_exits())
    assert codes(patterns(facts(), past)) == ["exit_by_hand_pattern"]
    assert patterns(facts(), past, {"exit_by_hand_pattern"}) == ()


def test_what_is_not_proved_yet_is_told_to_those_who_ask(facts):
    few = History(interventions=losing_exits(5))
    assert unproved(facts(), few) == (Unproved("exit_by_hand_pattern", 5, 20),)
    assert unproved(facts(), History()) == ()
    assert unproved(facts(), History(interventions=losing_exits())) == ()


def test_at_most_two_praises_and_three_things_to_watch():
    praises = [finding(code, Severity.PRAISE) for code in ("quiet_day", "kept_promise", "disciplined_loss")]
    assert codes(went_well(praises)) == ["kept_promise", "disciplined_loss"]
    watched = [
        finding("busy_human", Severity.FACT),
        finding("guard_overridden", Severity.FACT),
        finding("missing_stop", Severity.WARN),
        finding("stop_out", Severity.CRITICAL),
        finding("busy_day", Severity.FACT),
    ]
    assert codes(to_watch(watched)) == ["stop_out", "missing_stop", "guard_overridden"]
    assert went_well(watched) == ()


def test_neutral_facts_are_not_watched():
    neutral = [finding(code, Severity.FACT) for code in ("busy_day", "streak", "plain_day", "exit_by_hand")]
    assert to_watch(neutral) == ()


def test_the_step_answers_what_matters_most(facts):
    found = [finding("busy_human", Severity.FACT), finding("missing_stop", Severity.WARN)]
    assert step_code(facts(), found) == "step_stop_loss"
    assert step_code(facts(), found, {"step_stop_loss"}) == "step_fewer_changes"


def test_without_anything_to_watch_the_step_is_a_small_habit(trade, facts):
    said = CheckIn(NOON, Mood.CALM, before_close=True)
    assert step_code(facts(), []) == "step_check_in"
    assert step_code(facts(check_ins=(said,)), []) == "step_keep"
    by_hand = trade("1", "10", cause=ExitCause.BY_HAND)
    assert step_code(facts(by_hand, check_ins=(said,)), []) == "step_note"
    assert step_code(facts(), [], {"step_check_in"}) == "step_keep"


def test_every_step_that_a_detector_names_exists_and_every_step_is_named():
    named = {one.STEP for one in all_detectors() if hasattr(one, "STEP")}
    assert named <= set(STEP_CODES)
    assert set(STEP_CODES) - named == {"step_check_in", "step_note", "step_keep"}


def test_what_is_watched_has_a_step():
    for one in all_detectors():
        assert hasattr(one, "STEP") or not getattr(one, "WATCH", False)
