from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot_service.domain.acts import ActKind
from bot_service.domain.findings import Books, Finding, Severity
from bot_service.domain.promises import PromiseMark, PromiseOccasion
from bot_service.domain.trading import ExitCause
from bot_service.mentor.closing import CLOSING_CODES, closing_code

NOON = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
OFF = Books(Decimal(10), Decimal(0), Decimal(0), Decimal(11))


def occasions(*marks):
    return {"occasions": tuple(PromiseOccasion(1, NOON, mark) for mark in marks)}


def test_the_closing_line_follows_the_facts(trade, facts, act):
    lifted = act(ActKind.START, lifted="daily_loss")
    kept, broken = PromiseMark.KEPT, PromiseMark.BROKEN
    expected = {
        "closing_so_far": facts(trade("-99", "10"), finished=False),
        "closing_books": facts(trade("-99", "10"), books=OFF),
        "closing_stop_out": facts(trade("-99", "10", cause=ExitCause.STOP_OUT)),
        "closing_loss_beyond_plan": facts(trade("-15", "10"), trade("500", "10", minute=1)),
        "closing_promise_broken": facts(trade("50", "10"), **occasions(kept, broken)),
        "closing_limit_lifted": facts(trade("50", "10"), acts=(lifted,)),
        "closing_unplanned": facts(trade("5"), trade("5", "10", minute=1)),
        "closing_quiet": facts(opened=1),
        "closing_promise_kept": facts(trade("-5", "10"), **occasions(kept)),
        "closing_by_hand": facts(trade("-5", "10", cause=ExitCause.BY_HAND)),
        "closing_loss_inside_plan": facts(trade("-11", "10"), trade("2", "10", minute=1)),
        "closing_loss": facts(trade("-11.1", "10")),
        "closing_steady": facts(trade("5", "10"), trade("-5", "10", minute=1)),
        "closing_open_plan": facts(trade("50", "10"), trade("-5", minute=1, bot=None)),
    }
    assert {code: closing_code(day) for code, day in expected.items()} == {code: code for code in expected}
    assert set(expected) | {"closing_risk_raised", "closing_by_hand_noted"} == set(CLOSING_CODES)


@pytest.mark.parametrize("code", ["risk_raised_after_loss", "new_bot_after_loss"])
def test_a_day_that_won_with_risk_raised_after_a_loss_is_not_praised(trade, facts, code):
    won = facts(trade("50", "10"))
    assert closing_code(won, [Finding(code, Severity.FACT)]) == "closing_risk_raised"
    assert closing_code(won, [Finding("busy_day", Severity.FACT)]) == "closing_steady"


def test_who_has_written_a_note_is_not_asked_for_one(trade, facts):
    closed = facts(trade("5", "10", cause=ExitCause.BY_HAND))
    assert closing_code(closed, noted=True) == "closing_by_hand_noted"
    assert closing_code(facts(trade("5", "10")), noted=True) == "closing_steady"


def test_a_day_lost_by_hand_trades_alone_is_not_called_inside_a_plan(trade, facts):
    assert closing_code(facts(trade("-5", bot=None))) == "closing_loss"
