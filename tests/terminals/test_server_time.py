from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_service.domain.market import Timeframe
from bot_service.scheduling.clocks import StepClock
from bot_service.terminals.paper import PaperTerminal
from bot_service.terminals.server_time import ServerTime, rule_offset
from bot_service.terminals.terminal import Mt5Terminal

WINTER = datetime(2026, 1, 14, 10, 0, 30, tzinfo=UTC)
SUMMER = datetime(2026, 7, 15, 10, 0, 30, tzinfo=UTC)


def seen(server, offset_h, now, age_s=0.5):
    label = now.timestamp() + offset_h * 3600 - age_s
    server.observe(label, now)


def test_without_a_fresh_tick_new_york_plus_seven_hours_counts():
    server = ServerTime()

    assert server.offset(WINTER) == timedelta(hours=2)
    assert server.offset(SUMMER) == timedelta(hours=3)
    assert not server.sure


def test_a_tick_that_fits_the_rule_makes_sure_and_the_rule_goes_on_over_the_clock_change():
    server = ServerTime()
    seen(server, 2, WINTER)

    assert server.sure
    assert server.offset(SUMMER) == timedelta(hours=3)


def test_a_tick_from_the_future_proves_a_larger_offset_at_once():
    server = ServerTime()
    seen(server, 3, WINTER)

    assert server.offset(WINTER) == timedelta(hours=3)
    assert server.offset(SUMMER) == timedelta(hours=3)
    assert server.sure


@pytest.mark.parametrize("age_h", [1, 2, 0.25, 49])
def test_an_old_tick_never_lowers_the_offset(age_h):
    server = ServerTime()
    for minute in range(3):
        now = WINTER + timedelta(minutes=minute)
        server.observe(WINTER.timestamp() + (2 - age_h) * 3600, now)

    assert server.offset(WINTER) == timedelta(hours=2)
    assert not server.sure


def test_a_tick_that_just_arrived_lowers_the_offset():
    server = ServerTime()
    seen(server, 0, WINTER)
    assert server.offset(WINTER) == timedelta(hours=2)

    seen(server, 0, WINTER + timedelta(seconds=3))

    assert server.offset(WINTER) == timedelta(0)
    assert server.sure


def test_milliseconds_that_a_symbol_record_lacks_are_no_movement():
    server = ServerTime()
    old = WINTER.timestamp() - 1800
    server.observe(float(int(old)), WINTER)
    server.observe(int(old) + 0.9, WINTER + timedelta(seconds=3))

    assert server.offset(WINTER) == timedelta(hours=2)


def test_a_tick_far_from_a_quarter_hour_teaches_nothing():
    server = ServerTime()
    seen(server, 3, WINTER, age_s=300)

    assert server.offset(WINTER) == timedelta(hours=2)


def test_half_and_quarter_hours_are_possible():
    server = ServerTime()
    seen(server, 5.75, WINTER)

    assert server.offset(WINTER) == timedelta(hours=5, minutes=45)


def test_nonsense_labels_are_not_believed():
    server = ServerTime()
    seen(server, 40, WINTER)

    assert server.offset(WINTER) == timedelta(hours=2)


def test_a_fixed_server_stays_fixed_until_fresh_ticks_say_otherwise():
    server = ServerTime()
    seen(server, 3, WINTER)
    seen(server, 2, WINTER + timedelta(hours=5))
    assert server.offset(WINTER) == timedelta(hours=3)

    seen(server, 2, WINTER + timedelta(hours=5, seconds=3))

    assert server.offset(SUMMER) == timedelta(hours=3)
    assert server.offset(WINTER) == timedelta(hours=2)


@pytest.mark.parametrize(
    ("moment", "hours"),
    [
        (datetime(2026, 3, 8, 6, 59, 59, tzinfo=UTC), 2),
        (datetime(2026, 3, 8, 7, 0, tzinfo=UTC), 3),
        (datetime(2026, 11, 1, 5, 59, 59, tzinfo=UTC), 3),
        (datetime(2026, 11, 1, 6, 0, tzinfo=UTC), 2),
    ],
)
def test_the_rule_follows_new_yorks_clock_change(moment, hours):
    assert rule_offset(moment) == timedelta(hours=hours)
    label = ServerTime().to_label(moment)
    assert label == int(moment.timestamp()) + hours * 3600


@given(st.integers(1_420_000_000, 1_890_000_000))
def test_a_label_comes_back_as_its_moment_except_in_the_hour_that_comes_twice(epoch):
    moment = datetime.fromtimestamp(epoch, UTC)
    server = ServerTime()
    back = server.to_utc(server.to_label(moment))

    assert back in (moment, moment + timedelta(hours=1))
    if back != moment:
        assert (moment.month, moment.hour) == (11, 5)


def test_the_hour_that_comes_twice_is_read_as_the_later_one_so_that_no_bar_looks_finished_early():
    server = ServerTime()
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    second = first + timedelta(hours=1)

    assert server.to_label(first) == server.to_label(second)
    assert server.to_utc(server.to_label(first)) == second


@pytest.mark.parametrize("month", [1, 3, 7, 11])
def test_bars_over_a_clock_change_get_the_times_that_single_labels_get(month):
    server = ServerTime()
    begin = datetime(2026, month, 1, tzinfo=UTC)
    moments = [begin + timedelta(hours=4 * step) for step in range(200)]
    labels = np.array([server.to_label(moment) for moment in moments], dtype="<i8")

    index = server.index(labels)

    assert str(index.tz) == "UTC"
    assert list(index) == [server.to_utc(float(label)) for label in labels]


def test_years_of_bars_are_read_season_by_season():
    server = ServerTime()
    labels = np.array([server.to_label(WINTER), server.to_label(SUMMER)], dtype="<i8")

    assert list(server.index(labels)) == [WINTER, SUMMER]


@pytest.mark.parametrize("offset_h", [-5, 0, 2, 3, 5.5])
def test_the_terminal_learns_the_servers_offset_from_its_ticks(make, offset_h):
    clock = make.clock(WINTER)
    terminal = make.terminal(make.api(clock, offset_h), clock=clock)
    terminal.connect()
    clock.advance(seconds=3)

    assert terminal.server_offset() == timedelta(hours=offset_h)
    assert terminal.tick("EURUSD").time == clock.now() - timedelta(milliseconds=500)


def test_a_market_that_sleeps_at_connect_is_measured_when_it_wakes(make):
    clock = make.clock(WINTER)
    api = make.api(clock, 0)
    api.age_s = 3 * 3600 + 7
    terminal = make.terminal(api, clock=clock)
    terminal.connect()
    assert terminal.server_offset() == timedelta(hours=2)

    api.age_s = 0.5
    terminal.account()
    clock.advance(seconds=3)
    terminal.account()

    assert terminal.server_offset() == timedelta(0)


def test_a_forming_bar_is_not_taken_for_closed_while_the_offset_is_only_a_rule(make):
    # The server keeps UTC; by the rule its forming bar would look two hours old.
    clock = make.clock(WINTER)
    terminal = make.terminal(make.api(clock, 0), clock=clock)
    terminal.connect()

    bars = terminal.closed_bars("EURUSD", Timeframe.H1, 5)

    labels_hour = [(moment + timedelta(hours=2)).hour for moment in bars.index]
    assert labels_hour == [5, 6, 7, 8, 9]


@pytest.mark.parametrize(("wrong_s", "doubtful"), [(0, False), (61, True), (-61, False), (20, True)])
def test_a_clock_that_is_ahead_is_noticed_by_ticks_that_just_arrived(wrong_s, doubtful):
    server = ServerTime()
    for step in range(5):
        true = WINTER + timedelta(seconds=10 * step)
        server.observe(true.timestamp() + 2 * 3600 - 0.5, true + timedelta(seconds=wrong_s))
    assert server.doubtful is doubtful


def test_old_ticks_of_a_quiet_market_say_nothing_about_the_clock():
    server = ServerTime()
    for step in range(40):
        now = WINTER + timedelta(seconds=10 * step)
        quiet = WINTER + timedelta(seconds=50 * (step // 5))
        server.observe(quiet.timestamp() + 2 * 3600, now)
    assert not server.doubtful


def test_a_bar_is_not_closed_before_its_time_by_a_clock_that_jumps_ahead():
    true, wrong = StepClock(WINTER), StepClock(WINTER)
    terminal = Mt5Terminal(PaperTerminal(clock=true.now, start=WINTER), clock=wrong)
    terminal.connect()
    for step in range(20):
        true.advance(timedelta(seconds=7))
        wrong.advance(timedelta(seconds=68 if step == 3 else 7))
        terminal.server_offset()
        newest = terminal.closed_bars("EURUSD", Timeframe.M1, 3).index[-1]
        assert newest + timedelta(minutes=1) <= true.now()


def test_an_offset_that_was_measured_before_a_restart_counts_until_a_tick_tells_better():
    server = ServerTime()
    server.recall(timedelta(hours=3), WINTER)

    assert server.offset(WINTER) == timedelta(hours=3)
    assert not server.sure
    seen(server, 2, SUMMER)
    seen(server, 2, SUMMER + timedelta(seconds=5))
    assert server.offset(SUMMER) == timedelta(hours=2)


@pytest.mark.parametrize(("stored_at", "now"), [(WINTER, SUMMER), (SUMMER, WINTER)])
def test_an_offset_by_the_rule_follows_the_clock_change_that_came_while_the_service_was_down(stored_at, now):
    server = ServerTime()
    server.recall(rule_offset(stored_at), stored_at)

    assert server.offset(now) == rule_offset(now) != rule_offset(stored_at)


def test_what_a_tick_has_proved_is_not_overwritten_by_what_was_stored():
    server = ServerTime()
    seen(server, 2, WINTER)
    server.recall(timedelta(hours=5), WINTER)

    assert server.offset(WINTER) == timedelta(hours=2)


def test_a_terminal_that_starts_at_a_weekend_keeps_its_servers_offset(make):
    clock = make.clock(WINTER)
    api = make.api(clock, 0)
    api.age_s = 40 * 3600
    terminal = make.terminal(api, clock=clock)
    terminal.recall_offset(timedelta(0), WINTER - timedelta(days=2))
    terminal.connect()
    clock.advance(seconds=3)

    assert terminal.server_offset() == timedelta(0)


def test_a_clock_that_jumps_between_two_looks_closes_no_bar_early():
    true, wrong = StepClock(WINTER), StepClock(WINTER)
    terminal = Mt5Terminal(PaperTerminal(clock=true.now, start=WINTER), clock=wrong)
    terminal.connect()
    for clock in (true, wrong):
        clock.advance(timedelta(seconds=7))
    terminal.server_offset()
    wrong.advance(timedelta(seconds=61))
    newest = terminal.closed_bars("EURUSD", Timeframe.M1, 3).index[-1]
    assert newest + timedelta(minutes=1) <= true.now()
