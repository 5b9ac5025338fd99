from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot_service.domain.acts import Act, ActKind
from bot_service.domain.findings import Books, Score
from bot_service.domain.promises import PromiseMark, PromiseOccasion
from bot_service.domain.trading import Side
from bot_service.mentor.day import OpenPosition
from bot_service.mentor.score import discipline, mean_points, points

NOON = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
OPENED_WITH = Books(Decimal(1000), Decimal(0), Decimal(0), Decimal(1000))
SAFE = (ActKind.STOP, ActKind.PAUSE, ActKind.CLOSE, ActKind.PANIC, ActKind.DELETE)


def position(stop="1.1", risk=None):
    level = None if stop is None else Decimal(stop)
    percent = None if risk is None else Decimal(risk)
    return OpenPosition(7, 1, "EURUSD", Side.BUY, Decimal("0.1"), level, risk_percent=percent)


def occasion(mark):
    return PromiseOccasion(1, NOON, mark)


def test_a_day_without_an_opportunity_has_no_score(facts):
    assert discipline(facts()) is None


def test_each_trade_and_open_position_is_an_opportunity_for_a_stop(trade, facts):
    day = facts(trade("5", "10"), trade("5"), open_positions=(position(), position(None)))
    assert discipline(day) == Score(kept=2, opportunities=4)


def test_a_trade_by_hand_without_a_plan_is_no_opportunity(trade, facts):
    assert discipline(facts(trade("5", bot=None))) is None


def test_promises_count_as_they_went(facts):
    day = facts(occasions=(occasion(PromiseMark.KEPT), occasion(PromiseMark.BROKEN)))
    assert discipline(day) == Score(1, 2)


@pytest.mark.parametrize(("risk", "kept"), [("2.00", 1), ("2.10", 1), ("2.11", 0)])
def test_a_position_keeps_the_limit_up_to_a_step_of_its_lot(facts, risk, kept):
    day = facts(open_positions=(position(risk=risk),), risk_limit_percent=Decimal(2))
    assert discipline(day) == Score(1 + kept, 2)


def test_a_trades_planned_risk_is_held_against_the_limit(trade, facts):
    day = facts(trade("5", "30"), books=OPENED_WITH, risk_limit_percent=Decimal(2))
    assert discipline(day) == Score(1, 2)


def test_a_limit_that_held_was_kept_unless_it_was_lifted(facts):
    lifted = Act(NOON, ActKind.START, bot_id=1, lifted="daily_loss")
    assert discipline(facts(guards_held=(NOON, NOON))) == Score(2, 2)
    assert discipline(facts(guards_held=(NOON, NOON), acts=(lifted,))) == Score(1, 2)
    assert discipline(facts(acts=(lifted,))) == Score(0, 1)


@pytest.mark.parametrize("kind", SAFE)
def test_acts_in_the_safe_direction_never_lower_the_score(trade, facts, kind):
    day = facts(trade("-9", "10"), acts=(Act(NOON, kind, bot_id=1),))
    assert discipline(day) == discipline(facts(trade("-9", "10")))


def test_points_are_a_share_of_a_hundred_and_their_mean_leaves_days_without_out():
    assert points(Score(3, 4)) == 75
    assert mean_points([Score(3, 4), None, Score(1, 4)]) == 50
    assert mean_points([None]) is None
