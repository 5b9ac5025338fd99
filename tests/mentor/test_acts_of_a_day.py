"""What a person did in a day besides answering losses: exits, bustle, looking, hopping, promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot_service.domain.acts import ActKind
from bot_service.domain.findings import Intervention, Severity
from bot_service.domain.promises import PromiseMark, PromiseOccasion

NOON = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def exit_at(minute, actual, rule, kind=ActKind.CLOSE, **more):
    at = NOON + minute * MINUTE
    return Intervention(at, kind, Decimal(actual), Decimal(rule), position_id=500 + minute, **more)


def test_exits_by_hand_are_judged_both_ways(facts, history, find):
    today = (exit_at(0, "0.4", "-1"), exit_at(5, "0.2", "2"), exit_at(6, "1", "1"))
    settled = (exit_at(-2000, "0.5", "1.5"),)
    found = find("exit_by_hand", facts(interventions=today, settled=settled), history())
    assert found.severity is Severity.FACT
    assert found.numbers == {
        "count": "4",
        "helped": "1",
        "helped_r": "1.40",
        "hurt": "2",
        "hurt_r": "-2.80",
        "difference_r": "-1.40",
    }
    assert found.evidence == ("#-1500 -1.00R", "#500 1.40R", "#505 -1.80R", "#506 0.00R")


@pytest.mark.parametrize(
    "excuse",
    [
        {"act": {"near_close": True}},
        {"act": {"kind": ActKind.PANIC}},
        {"one": {"pending": True}},
        {"one": {"kind": ActKind.PAUSE}},
    ],
    ids=["before a close", "panic", "still open", "a pause is no exit"],
)
def test_excused_and_open_exits_are_not_judged(facts, history, act, find, excuse):
    done = replace(act(ActKind.CLOSE, position_id=500), **excuse.get("act", {}))
    one = replace(exit_at(0, "0.4", "-1"), **excuse.get("one", {}))
    day = facts(interventions=(one,), acts=(done,))
    assert find("exit_by_hand", day, history()) is None


def test_an_order_to_close_excuses_the_exit_that_it_led_to(facts, history, act, find):
    ordered = replace(act(ActKind.CLOSE, -90, position_id=500), near_close=True)
    moved = act(ActKind.MOVE_STOP, -5, position_id=500)
    assert (
        find("exit_by_hand", facts(interventions=(exit_at(0, "1", "0"),), acts=(ordered, moved)), history())
        is None
    )
    later = replace(ordered, at=NOON + MINUTE)
    assert find("exit_by_hand", facts(interventions=(exit_at(0, "1", "0"),), acts=(later,)), history())


def starts(act, count, minutes_apart=20, day=0, **more):
    kind = more.pop("kind", ActKind.START)
    return tuple(act(kind, day * 1440 + at * minutes_apart, **more) for at in range(count))


def usual_days(act, *counts):
    days = range(-len(counts), 0)
    return tuple(one for day, count in zip(days, counts, strict=True) for one in starts(act, count, day=day))


def stop_before(start):
    return replace(start, kind=ActKind.STOP, at=start.at - 10 * MINUTE)


CALM = (2, 3, 1, 2, 0, 3, 2, 1, 2, 4, 2, 1, 3, 2, 2, 1)


def test_far_more_changes_than_usual_are_a_busy_human(facts, history, act, find):
    acts = usual_days(act, *CALM)
    since = NOON - len(CALM) * DAY
    found = find("busy_human", facts(acts=starts(act, 12)), history(acts=acts, account_since=since))
    assert found.severity is Severity.FACT
    assert found.numbers == {"changes": "12", "usual": "2", "days": "16"}
    assert len(found.evidence) == 12


@pytest.mark.parametrize(
    ("counts", "today"),
    [
        ((*CALM[:8],), 12),
        (CALM, 5),
        ((1, 0, 9, 0, 2, 0, 12, 0, 1, 0, 10, 0, 1, 0, 2, 1), 12),
        ((6, 7, 5, 6, 6, 7, 5, 6, 6, 6, 5, 7, 6, 6, 6, 6), 12),
    ],
    ids=["too few days known", "few changes", "his days scatter as much", "not twice the median"],
)
def test_a_day_within_his_own_scatter_is_not_busy(facts, history, act, find, counts, today):
    past = history(acts=usual_days(act, *counts), account_since=NOON - len(counts) * DAY)
    assert find("busy_human", facts(acts=starts(act, today)), past) is None


def test_what_one_press_starts_and_what_makes_bots_slower_is_no_bustle(facts, history, act, find):
    past = history(acts=usual_days(act, *CALM), account_since=NOON - len(CALM) * DAY)
    at_once = tuple(act(ActKind.START, 0, bot_id=bot) for bot in range(30))
    longer = starts(act, 12, kind=ActKind.EDIT, changes={"timeframe": ("M5", "H1")})
    restarts = (one for start in starts(act, 12) for one in (stop_before(start), start))
    shorter = starts(act, 12, kind=ActKind.EDIT, changes={"timeframe": ("H1", "M5")})
    assert find("busy_human", facts(acts=at_once), past) is None
    assert find("busy_human", facts(acts=longer), past) is None
    assert find("busy_human", facts(acts=tuple(restarts)), past) is None
    assert find("busy_human", facts(acts=shorter), past) is not None


def looks(act, count, refresh=False):
    return tuple(act(ActKind.LOOK, at, command="status", refresh=refresh) for at in range(count))


SOME_LOOKS = tuple(NOON - day * DAY + at * MINUTE for day in range(1, 20) for at in range(day % 6 + 1))


def test_looking_far_more_often_than_ever_is_a_fact(facts, history, act, find):
    found = find("frequent_checking", facts(acts=looks(act, 25)), history(looks=SOME_LOOKS))
    assert (found.severity, found.numbers) == (
        Severity.FACT,
        {"looks": "25", "clock": "12:00", "usual": "6"},
    )


@pytest.mark.parametrize(
    ("day", "past"),
    [
        ({"count": 19}, {}),
        ({"count": 25, "refresh": True}, {}),
        ({"count": 25, "alert": 40}, {}),
        ({"count": 25}, {"since": 20}),
        ({"count": 25}, {"usual": 9}),
    ],
    ids=["fewer than 20", "refreshing", "a critical alert", "first weeks", "his own usual"],
)
def test_looking_is_left_alone_where_it_is_no_wonder(facts, history, act, find, day, past):
    alerts = (NOON + day["alert"] * MINUTE,) if "alert" in day else ()
    acts = looks(act, day["count"], refresh=day.get("refresh", False))
    usual = tuple(NOON - DAY + at * MINUTE for at in range(past["usual"])) if "usual" in past else SOME_LOOKS
    since = NOON - past.get("since", 400) * DAY
    known = history(looks=usual, account_since=since)
    assert find("frequent_checking", facts(acts=acts, critical_alert_times=alerts), known) is None


def hop(act, minute, to, **more):
    return act(ActKind.EDIT, minute, changes={"strategy": ("x", to)}, command="edit_bot", **more)


def test_a_third_strategy_within_five_days_is_hopping(trade, facts, history, act, find):
    earlier = (hop(act, -3 * 1440, "A"), hop(act, -1440, "B"))
    trades = (trade("1", minute=-2 * 1440), trade("1", minute=-2 * 1440 + 5), trade("1", minute=-30))
    day = facts(acts=(hop(act, 0, "C"),))
    found = find("strategy_hopping", day, replace(history(acts=earlier), trades=trades))
    assert found.severity is Severity.FACT
    assert found.numbers == {"bot": "EUR pagi", "changes": "3", "days": "5", "per_version": "2 + 1"}
    assert found.evidence == ("15/11 12:00 edit_bot A", "17/11 12:00 edit_bot B", "18/11 12:00 edit_bot C")


@pytest.mark.parametrize(
    "other",
    [
        {"first": -5 * 1440 - 1},
        {"demo": True},
        {"since": 13},
        {"tested": True},
        {"bot": 2},
    ],
    ids=["over six days", "demo", "first 14 days", "back-tested", "another bot"],
)
def test_trying_out_is_no_hopping(facts, history, act, trade, find, other):
    first = hop(act, other.get("first", -3 * 1440), "A", bot_id=other.get("bot", 1))
    tests = (act(ActKind.BACKTEST, -60),) if "tested" in other else ()
    acts = (first, hop(act, -1440, "B"), *tests)
    past = history(
        acts=acts,
        demo=other.get("demo", False),
        account_since=NOON - other.get("since", 400) * DAY,
    )
    trades = (trade("1", minute=-2000), trade("1", minute=-30))
    assert find("strategy_hopping", facts(acts=(hop(act, 0, "C"),)), replace(past, trades=trades)) is None


def occasion(mark):
    return PromiseOccasion(1, NOON, mark, "edit_bot", "day_r=-2.3")


def test_a_kept_promise_is_praised_whatever_the_money(trade, facts, history, find):
    day = facts(trade("-50", "10"), occasions=(occasion(PromiseMark.KEPT),))
    found = find("kept_promise", day, history())
    assert (found.severity, found.numbers) == (Severity.PRAISE, {"count": "1"})
    assert found.evidence == ("12:00 edit_bot day_r=-2.3",)
    assert find("broken_promise", day, history()) is None


def test_a_broken_promise_warns_and_silences_the_praise(trade, facts, history, find):
    day = facts(trade("500", "10"), occasions=(occasion(PromiseMark.KEPT), occasion(PromiseMark.BROKEN)))
    found = find("broken_promise", day, history())
    assert (found.severity, found.numbers) == (Severity.WARN, {"count": "1", "tested": "2"})
    assert find("kept_promise", day, history()) is None


def test_a_losing_day_with_a_broken_rule_is_not_praised(trade, facts, history, act, find):
    inside = trade("-9", "10")
    assert find("disciplined_loss", facts(inside), history()).severity is Severity.PRAISE
    assert find("disciplined_loss", facts(inside, occasions=(occasion(PromiseMark.BROKEN),))) is None
    lifted = act(ActKind.START, lifted="daily_loss")
    assert find("disciplined_loss", facts(inside, acts=(lifted,)), history()) is None
