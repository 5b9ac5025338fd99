from __future__ import annotations

import inspect
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot_service.domain.entering import Entry, GateRules
from bot_service.domain.gates import all_gates, refusal
from bot_service.domain.pauses import Active, PauseCause
from bot_service.domain.risk import DenialReason
from bot_service.domain.sessions import Closing, Session
from bot_service.domain.strategy import SymbolKind
from bot_service.domain.trading import Side

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
RULES = GateRules()
CALM = Entry(Side.BUY, SymbolKind.FOREX, NOON, Decimal("1.0"), Decimal(10), Decimal("0.8"))


def between(opened, closes, closed_for=timedelta(hours=48)):
    return Session(
        Closing(opened - closed_for, opened) if opened else None,
        Closing(closes, closes + closed_for) if closes else None,
    )


def reason(entry, rules=RULES):
    denied = refusal(entry, rules)
    return None if denied is None else denied.reason


def test_nothing_holds_an_entry_of_a_calm_market():
    assert reason(CALM) is None


def test_what_nobody_knows_holds_nothing():
    assert reason(replace(CALM, usual_spread=None, session=None)) is None


@pytest.mark.parametrize(
    ("spread", "held"), [("2.0", None), ("2.01", DenialReason.SPREAD_WIDE), ("9", DenialReason.SPREAD_WIDE)]
)
def test_the_spread_may_be_a_fifth_of_the_stops_distance(spread, held):
    assert reason(replace(CALM, spread=Decimal(spread), usual_spread=None)) is held


def test_a_stop_without_distance_never_lets_an_entry_pass():
    assert reason(replace(CALM, stop_distance=Decimal(0))) is DenialReason.SPREAD_WIDE


@pytest.mark.parametrize(("usual", "held"), [("0.34", None), ("0.33", DenialReason.SPREAD_UNUSUAL)])
def test_the_spread_may_be_three_times_its_usual_size(usual, held):
    assert reason(replace(CALM, usual_spread=Decimal(usual))) is held


def test_after_a_weekend_the_spread_must_be_normal_again():
    monday = replace(CALM, usual_spread=Decimal("0.6"), session=between(NOON - 30 * MINUTE, None))
    assert reason(monday) is DenialReason.SPREAD_AFTER_CLOSE
    assert reason(replace(monday, at=NOON + 31 * MINUTE)) is None
    assert reason(replace(monday, usual_spread=Decimal("0.7"))) is None


@pytest.mark.parametrize(
    ("after_opening", "held"), [(0, DenialReason.JUST_OPENED), (9, DenialReason.JUST_OPENED), (10, None)]
)
def test_the_first_ten_minutes_of_a_session_get_no_entry(after_opening, held):
    assert reason(replace(CALM, session=between(NOON - after_opening * MINUTE, None, HOUR))) is held


def test_what_the_opening_holds_may_be_looked_at_again_when_it_is_calm():
    denied = refusal(replace(CALM, session=between(NOON, None, HOUR)), RULES)
    assert denied.again_at == NOON + 10 * MINUTE


@pytest.mark.parametrize(("before_close", "held"), [(10, DenialReason.ABOUT_TO_CLOSE), (11, None)])
def test_the_last_ten_minutes_of_a_session_get_no_entry(before_close, held):
    assert reason(replace(CALM, session=between(None, NOON + before_close * MINUTE, HOUR))) is held


@pytest.mark.parametrize(
    ("kind", "held"),
    [
        (SymbolKind.FOREX, DenialReason.LONG_CLOSE_AHEAD),
        (SymbolKind.METAL, DenialReason.LONG_CLOSE_AHEAD),
        (SymbolKind.CRYPTO, None),
        (SymbolKind.INDEX, None),
    ],
)
def test_two_hours_before_a_long_close_forex_and_metals_get_no_entry(kind, held):
    assert reason(replace(CALM, kind=kind, session=between(None, NOON + 2 * HOUR))) is held


def test_a_short_break_ahead_is_no_long_close():
    assert reason(replace(CALM, session=between(None, NOON + HOUR, HOUR))) is None
    assert reason(replace(CALM, session=between(None, NOON + 2 * HOUR + MINUTE))) is None


def test_no_time_before_a_close_switches_that_gate_off():
    rules = replace(RULES, ahead=timedelta(0), edge=timedelta(0))
    assert reason(replace(CALM, session=between(NOON, NOON + MINUTE, HOUR)), rules) is None


def test_after_a_close_by_hand_only_that_direction_waits():
    assert reason(replace(CALM, off_first=Side.BUY)) is DenialReason.REENTRY
    assert reason(replace(CALM, off_first=Side.SELL)) is None


@pytest.mark.parametrize("cause", PauseCause)
def test_every_pause_holds_entries_and_says_until_when(cause):
    denied = refusal(replace(CALM, pause=Active(cause, NOON + HOUR, "Natal")), RULES)
    assert denied.reason in {DenialReason.PAUSED, DenialReason.PAUSE_DAY, DenialReason.PAUSE_HOURS}
    assert denied.numbers == {"until": (NOON + HOUR).isoformat(), "name": "Natal"}


def test_what_a_person_wants_is_said_before_what_the_market_does():
    both = replace(CALM, spread=Decimal(9), pause=Active(PauseCause.TIMER, NOON + HOUR))
    assert reason(both) is DenialReason.PAUSED


def test_every_gate_has_its_place_and_asks_nobody():
    orders = [gate.order for gate in all_gates().values()]
    assert len(orders) >= 5
    assert orders == sorted(set(orders))
    for gate in all_gates().values():
        assert list(inspect.signature(gate.refusal).parameters) == ["entry", "rules"]
