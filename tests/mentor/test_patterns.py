"""The patterns: found where they are planted, silent where luck or a good reason would do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest

from bot_service.domain.acts import ActKind
from bot_service.domain.findings import CheckIn, Intervention, Mood, Severity
from bot_service.domain.trading import ExitCause

NOON = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
DAYS = 120
DAY_MINUTES = 1440
HAND = ExitCause.BY_HAND


@pytest.fixture
def bots(trade):
    """Return months of bots' trades, six a day; `tilt` may change a result by (day, hour, random numbers)."""

    def made(tilt=lambda *_: 0.0, seed=1, **fields):
        rng = Random(seed)
        trades = []
        for day in range(-DAYS, 0):
            for hour in (-5, -2, 1, 4, 7, 9):
                minute = day * DAY_MINUTES + hour * 60 + rng.randrange(60)
                r = rng.choice((-1.0, -1.0, -1.0, 1.6, 1.6)) + tilt(day, hour, rng)
                more = {name: value(day, hour) for name, value in fields.items()}
                trades.append(trade(f"{10 * r:.2f}", "10", minute=minute, **more))
        return trades

    return made


def by_bucket(**which):
    """Return what tilts the results of some trades."""
    return lambda day, hour, _rng: -0.7 if all(test(day, hour) for test in which.values()) else 0.1


def test_hours_that_lose_are_found(facts, history, bots, weigh):
    trades = bots(by_bucket(hour=lambda _day, hour: hour == 9))
    found = weigh("time_of_day", facts(), history(*trades))
    assert found.severity is Severity.WARN
    assert found.numbers["hours"] == "20:00-24:00"
    assert found.numbers["trades"] == "120"
    assert Decimal(found.numbers["mean_r"]) < Decimal(found.numbers["others_r"])
    assert len(found.evidence) == 12


def test_a_symbol_and_a_strategy_that_lose_are_found(facts, history, bots, weigh):
    def symbol(_day, hour):
        return "XAUUSD" if hour in (1, 4) else "EURUSD"

    trades = bots(
        by_bucket(gold=lambda day, hour: symbol(day, hour) == "XAUUSD"), symbol=symbol, strategy=symbol
    )
    assert weigh("symbol", facts(), history(*trades)).numbers["symbol"] == "XAUUSD"
    assert weigh("strategy", facts(), history(*trades)).numbers["strategy"] == "XAUUSD"
    assert weigh("time_of_day", facts(), history(*bots())) is None


BUCKETS = ("time_of_day", "symbol", "strategy")


@pytest.mark.parametrize("code", BUCKETS)
def test_a_bots_own_geometry_is_no_pattern(facts, history, trade, weigh, code):
    rng = Random(7)
    trades = []
    for place in range(900):
        rare = place % 3 == 0
        # Many small wins against few large ones: the same mean, a very different share of wins.
        r = rng.choice((0.5, 0.5, -1.0)) if rare else rng.choice((-1.0, -1.0, 2.0))
        name = "GBPUSD" if rare else "EURUSD"
        minute = -place * 190 - (0 if rare else 500)
        trades.append(trade(f"{10 * r:.2f}", "10", minute=minute, symbol=name, strategy=name))
    assert weigh(code, facts(), history(*trades)) is None


@pytest.mark.parametrize("code", BUCKETS)
def test_a_bucket_that_is_worse_but_earns_is_no_warning(facts, history, bots, weigh, code):
    trades = bots(
        lambda _day, hour, _rng: 0.3 if hour == 9 else 1.6,
        symbol=lambda _day, hour: f"S{hour == 9}",
        strategy=lambda _day, hour: f"S{hour == 9}",
    )
    assert weigh(code, facts(), history(*trades)) is None


def test_honest_traders_show_no_bucket(facts, history, bots, weigh):
    names = {"symbol": lambda day, hour: f"S{hour % 3}", "strategy": lambda day, hour: f"S{hour % 4}"}
    for seed in range(12):
        past = history(*bots(seed=seed, **names))
        assert [weigh(code, facts(), past) for code in BUCKETS] == [None, None, None]


def raise_acts(act, count, minute_of, planned=False):
    minutes = [-day * DAY_MINUTES + minute_of(day) for day in range(count, 0, -1)]
    edit = ActKind.EDIT
    up = [act(edit, at, risk_before="1", risk_after="2", planned=planned) for at in minutes]
    down = [act(edit, at + 600, risk_before="2", risk_after="1") for at in minutes]
    return sorted(up + down, key=lambda one: one.at)


@pytest.fixture
def losing_at(trade):
    """Return one loss a day at a changing time of day, and wins at others."""

    def made():
        lost = [trade("-10", "10", minute=-day * DAY_MINUTES + at_of(day)) for day in range(1, 41)]
        won = [trade("10", "10", minute=-day * DAY_MINUTES + at_of(day) - 240) for day in range(1, 41)]
        return lost + won

    return made


def at_of(day):
    return 60 * (day * 5 % 7)


def test_raising_the_risk_after_losses_again_and_again_is_proved(facts, history, act, losing_at, weigh):
    acts = raise_acts(act, 12, lambda day: at_of(day) + 15)
    found = weigh("risk_after_loss_pattern", facts(), history(*losing_at(), acts=tuple(acts)))
    assert found.severity is Severity.WARN
    assert (found.numbers["acts"], found.numbers["after"], found.numbers["within"]) == ("12", "12", "60")
    assert int(found.numbers["usual"]) <= 3
    assert found.evidence[-2:] == ("17/11 17:15 edit", "#-1040")


@pytest.mark.parametrize(
    ("count", "minute_of", "planned"),
    [
        (7, lambda day: at_of(day) + 15, False),
        (20, lambda _day: 30, False),
        (12, lambda day: at_of(day) + 15, True),
        (12, lambda day: at_of(day) - 15, False),
    ],
    ids=["too few", "always at the same hour", "planned", "before the losses"],
)
def test_other_raises_prove_nothing(facts, history, act, losing_at, weigh, count, minute_of, planned):
    acts = raise_acts(act, count, minute_of, planned=planned)
    past = history(*losing_at(), acts=tuple(acts))
    assert weigh("risk_after_loss_pattern", facts(), past) is None


def test_who_answers_the_alerts_of_all_closes_answers_losses_too(facts, history, act, trade, weigh):
    # One close a day at a changing hour, a win as often as a loss, and an act soon after each.
    nets = ("-10", "10")
    closes = [trade(nets[day % 2], "10", minute=-day * DAY_MINUTES + at_of(day)) for day in range(1, 41)]
    acts = tuple(raise_acts(act, 40, lambda day: at_of(day) + 15))
    assert weigh("risk_after_loss_pattern", facts(), history(*closes, acts=acts)) is None


def test_with_losses_all_day_long_acts_after_one_prove_nothing(facts, history, act, trade, weigh):
    # A loss every 80 minutes: three of four moments lie within an hour after one.
    trades = [trade("-10", "10", minute=-at * 80) for at in range(1, 900)]
    acts = tuple(raise_acts(act, 30, lambda day: day * 53 % 600))
    assert weigh("risk_after_loss_pattern", facts(), history(*trades, acts=acts)) is None


def test_many_bots_raised_at_once_are_one_decision(facts, history, act, losing_at, weigh):
    acts = [
        replace(one, bot_id=bot, at=one.at + timedelta(minutes=bot))
        for one in raise_acts(act, 3, lambda day: at_of(day) + 15)
        for bot in range(5)
    ]
    assert weigh("risk_after_loss_pattern", facts(), history(*losing_at(), acts=tuple(acts))) is None


def exits(differences, kind=ActKind.CLOSE):
    return tuple(
        Intervention(
            NOON - timedelta(days=len(differences) - place),
            kind,
            Decimal(0),
            Decimal(str(-difference)),
            position_id=place,
        )
        for place, difference in enumerate(differences)
    )


def test_exits_that_hurt_are_a_warning_and_those_that_help_a_fact(facts, history, weigh):
    hurt = [-1.4, 0.6, -1.1, -0.8, -0.5, 0.9, -1.3, -0.7, -1.0, -0.9] * 3
    worse = weigh("exit_by_hand_pattern", facts(), history(interventions=exits(hurt)))
    assert (worse.severity, worse.numbers["count"]) == (Severity.WARN, "30")
    assert (worse.numbers["helped"], worse.numbers["hurt"]) == ("6", "24")
    assert (worse.numbers["helped_r"], worse.numbers["difference_r"]) == ("4.50", "-18.60")
    better = weigh("exit_by_hand_pattern", facts(), history(interventions=exits([-one for one in hurt])))
    assert (better.severity, better.numbers["difference_r"]) == (Severity.FACT, "18.60")


@pytest.mark.parametrize(
    "differences",
    [[-1.0] * 19, [-1.0, 1.1] * 20, [-1.0] * 20 + [1.0] * 10],
    ids=["too few", "luck", "ended"],
)
def test_exits_that_prove_nothing_are_left_alone(facts, history, weigh, differences):
    past = history(interventions=exits(differences))
    assert weigh("exit_by_hand_pattern", facts(), past) is None


def test_exits_of_few_days_prove_nothing(facts, history, weigh):
    crowded = [
        replace(one, at=NOON - timedelta(days=place % 5)) for place, one in enumerate(exits([-1.0] * 40))
    ]
    assert weigh("exit_by_hand_pattern", facts(), history(interventions=tuple(crowded))) is None


@pytest.fixture
def by_hand(trade):
    """Return months of trades by hand, three a day; `lots` looks at the result before, `held` at its own."""

    def made(lots=lambda _lost, _rng: 0.1, held=lambda _lost, _rng: 60, seed=1, **more):
        rng = Random(seed)
        trades, lost_before = [], False
        for day in range(-80, 0):
            for hour in (0, 3, 6):
                lost = rng.random() < 0.5
                size = Decimal(str(round(lots(lost_before, rng), 2)))
                minute = day * DAY_MINUTES + hour * 60
                one = trade("-10" if lost else "10", minute=minute, bot=None, cause=HAND)
                begun = one.closed_at - timedelta(minutes=held(lost, rng))
                trades.append(replace(one, lots=size, opened_at=begun, **more))
                lost_before = lost
        return trades

    return made


def larger(lost_before, rng):
    return rng.choice((0.1, 0.2)) * (2 if lost_before else 1)


def test_larger_sizes_after_a_loss_are_found(facts, history, by_hand, weigh):
    found = weigh("size_after_loss", facts(), history(*by_hand(lots=larger)))
    assert found.severity is Severity.WARN
    assert Decimal(found.numbers["factor"]) > Decimal("1.25") * Decimal(found.numbers["others_factor"])
    assert int(found.numbers["sizes"]) + int(found.numbers["others"]) == 239


@pytest.mark.parametrize(
    ("lots", "more"),
    [
        (lambda lost, rng: rng.choice((0.1, 0.2)) / (2 if lost else 1), {}),
        (lambda _lost, rng: rng.choice((0.1, 0.2, 0.4)), {}),
        (lambda lost, rng: 0.11 if lost else 0.1, {}),
        (larger, {"bot_id": 1}),
    ],
    ids=["smaller after a loss", "luck", "hardly larger", "a bot's own sizing"],
)
def test_other_sizes_are_left_alone(facts, history, by_hand, weigh, lots, more):
    assert weigh("size_after_loss", facts(), history(*by_hand(lots=lots, **more))) is None


def test_changes_of_a_bots_risk_after_its_losses_are_sizes_chosen_by_hand(facts, history, act, bots, weigh):
    trades = sorted(bots(), key=lambda one: one.closed_at)
    acts = []
    for before in trades[:200]:
        factor = "2" if before.net < 0 else "0.9"
        minute = (before.closed_at - NOON).total_seconds() / 60 + 1
        acts.append(act(ActKind.EDIT, minute, risk_before="1", risk_after=factor))
    found = weigh("size_after_loss", facts(), history(*trades, acts=tuple(acts)))
    assert (found.numbers["factor"], found.numbers["others_factor"]) == ("2.00", "0.90")


def test_losers_held_longer_than_winners_are_found(facts, history, by_hand, weigh):
    trades = by_hand(held=lambda lost, rng: rng.randrange(20, 90) * (3 if lost else 1))
    found = weigh("held_losers", facts(), history(*trades))
    assert found.severity is Severity.WARN
    assert Decimal(found.numbers["factor"]) > 2
    assert int(found.numbers["losers_time"]) > 2 * int(found.numbers["winners_time"])


@pytest.mark.parametrize(
    ("factor", "more"),
    [(1, {}), (1.2, {}), (0.3, {}), (3, {"bot_id": 1}), (3, {"cause": ExitCause.STOP_LOSS})],
    ids=["luck", "hardly longer", "shorter", "a bot's geometry", "not closed by hand"],
)
def test_other_holding_times_are_left_alone(facts, history, by_hand, weigh, factor, more):
    trades = by_hand(held=lambda lost, rng: rng.randrange(20, 90) * (factor if lost else 1), **more)
    assert weigh("held_losers", facts(), history(*trades)) is None


def moods(before_close=True):
    """Return one check-in a day at 07:00, every fourth day a frustrated one."""
    said = []
    for place in range(DAYS, 0, -1):
        mood = Mood.FRUSTRATED if place % 4 == 0 else (Mood.CALM, Mood.NEUTRAL)[place % 2]
        at = NOON - timedelta(days=place, hours=5)
        said.append((date(2026, 11, 18) - timedelta(days=place), CheckIn(at, mood, before_close)))
    return tuple(said)


def bad_days(day, _hour, _rng):
    return -0.6 if -day % 4 == 0 else 0.2


def test_a_mood_that_comes_with_losing_days_is_found(facts, history, bots, weigh):
    found = weigh("mood_and_result", facts(), history(*bots(bad_days), check_ins=moods()))
    assert (found.severity, found.numbers["mood"], found.numbers["days"]) == (
        Severity.WARN,
        "frustrated",
        "30",
    )
    assert found.evidence[-1].startswith("14/11 ")


def test_moods_told_after_the_first_close_prove_nothing(facts, history, bots, act, weigh):
    past = history(*bots(bad_days), check_ins=moods(before_close=False), acts=tuple(many_acts(act)))
    assert weigh("mood_and_result", facts(), past) is None
    assert weigh("mood_and_acts", facts(), past) is None


def many_acts(act, kind=ActKind.EDIT, hour=2, **more):
    rng = Random(4)
    for day in range(DAYS, 0, -1):
        for place in range(rng.randrange(3) + (3 if day % 4 == 0 else 0)):
            yield act(kind, -day * DAY_MINUTES + hour * 60 + 20 * place, **more)


def test_a_mood_that_comes_with_many_acts_is_found(facts, history, act, weigh):
    found = weigh("mood_and_acts", facts(), history(acts=tuple(many_acts(act)), check_ins=moods()))
    assert (found.severity, found.numbers["mood"]) == (Severity.WARN, "frustrated")
    assert Decimal(found.numbers["mean_acts"]) > Decimal("1.5") * Decimal(found.numbers["others_acts"])


LESS = {"risk_before": Decimal(1), "risk_after": Decimal("0.5")}
MORE = {"risk_before": Decimal("0.5"), "risk_after": Decimal(1)}


@pytest.mark.parametrize(
    ("kind", "hour", "more"),
    [
        (ActKind.STOP, 2, {}),
        (ActKind.PAUSE, 2, {}),
        (ActKind.PANIC, 2, {}),
        (ActKind.EDIT, -6, {}),
        (ActKind.EDIT, 2, LESS),
        (ActKind.EDIT, 2, {**MORE, "planned": True}),
    ],
    ids=["stopping", "pausing", "panic", "before the check-in", "less risk", "planned"],
)
def test_safe_planned_and_earlier_acts_are_no_stepping_in(facts, history, act, weigh, kind, hour, more):
    past = history(acts=tuple(many_acts(act, kind, hour, **more)), check_ins=moods())
    assert weigh("mood_and_acts", facts(), past) is None


def test_more_risk_is_stepping_in(facts, history, act, weigh):
    past = history(acts=tuple(many_acts(act, **MORE)), check_ins=moods())
    assert weigh("mood_and_acts", facts(), past) is not None


def test_moods_without_a_difference_are_left_alone(facts, history, bots, act, weigh):
    rng = Random(8)
    acts = tuple(
        act(ActKind.EDIT, -day * DAY_MINUTES + 60) for day in range(DAYS, 0, -1) if rng.random() < 0.5
    )
    past = history(*bots(), check_ins=moods(), acts=acts)
    assert weigh("mood_and_result", facts(), past) is None
    assert weigh("mood_and_acts", facts(), past) is None
