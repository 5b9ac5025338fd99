from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_service.domain.learned_sessions import learn
from bot_service.domain.sessions import Week

M5 = timedelta(minutes=5)
HOUR = timedelta(hours=1)
NEW_YORK = ZoneInfo("America/New_York")
FOREX = Week("America/New_York", ((4 * 1440 + 17 * 60, 6 * 1440 + 17 * 60),))


def bars(start, days, is_open, step=M5):
    """Return the opens of all bars in an open market."""
    times = pd.date_range(start, periods=int(timedelta(days=days) / step), freq=step, tz=UTC)
    return times[[is_open(at) for at in times]]


def forex_open(at):
    local = at.tz_convert(NEW_YORK)
    minutes = local.day_of_week * 1440 + local.hour * 60 + local.minute
    return not FOREX.closed[0][0] <= minutes < FOREX.closed[0][1]


def test_a_weekend_is_learned_from_three_weeks_of_bars():
    assert learn(bars("2026-01-05", 21, forex_open), M5) == FOREX


def test_a_week_learned_over_a_clock_change_is_sharp():
    # New York moved its clocks on 8 March 2026, Europe on the 29th: a broker follows one of them.
    assert learn(bars("2026-02-23", 28, forex_open), M5) == FOREX


def test_a_broker_with_european_clocks_is_seen_as_such():
    def is_open(at):
        local = at.tz_convert("Europe/Berlin")
        return local.day_of_week < 5 and 8 <= local.hour < 22

    week = learn(bars("2026-03-16", 28, is_open), M5)
    assert week.zone == "Europe/Berlin"
    assert week.closed[0] == (22 * 60, 32 * 60)
    assert learn(bars("2026-03-16", 28, is_open, HOUR), HOUR) == week


def test_the_zone_of_the_home_exchange_wins_where_all_fit():
    week = learn(bars("2026-06-01", 21, forex_open), M5, ("Europe/Berlin", "America/New_York"))
    assert week.zone == "Europe/Berlin"


def test_a_market_that_never_closes_has_no_closings():
    week = learn(bars("2026-01-05", 21, lambda _: True), M5)
    assert week.closed == ()
    session = week.session(datetime(2026, 2, 7, 3, tzinfo=UTC))
    assert (session.before, session.after) == (None, None)


def test_a_daily_break_is_learned_and_a_short_hole_in_the_bars_is_not():
    def is_open(at):
        return not (at.hour == 22 or (at.hour == 23 and at.minute < 10 and at.day_of_week == 2))

    week = learn(bars("2026-06-01", 21, is_open), M5, ("UTC",))
    assert (22 * 60, 23 * 60) in week.closed
    assert len(week.closed) == 7
    assert sum(ends - begins for begins, ends in week.closed) == 7 * 60 + 10


def test_one_holiday_is_no_session():
    def is_open(at):
        return forex_open(at) and not (at.month == 1 and at.day == 14)

    assert learn(bars("2026-01-05", 21, is_open), M5) == FOREX


@pytest.mark.parametrize("days", [0, 1, 13])
def test_too_short_a_history_teaches_nothing(days):
    assert learn(bars("2026-01-05", days, forex_open), M5) is None


def test_a_dead_symbol_teaches_nothing():
    times = pd.date_range("2026-01-05", periods=4, freq="7D", tz=UTC)
    assert learn(times, M5) is None


def test_friday_evening_and_sunday_evening_move_with_new_yorks_clock():
    winter = FOREX.closing_at(datetime(2026, 2, 7, 12, tzinfo=UTC))
    summer = FOREX.closing_at(datetime(2026, 7, 4, 12, tzinfo=UTC))
    assert (winter.begins.hour, winter.ends.hour) == (22, 22)
    assert (summer.begins.hour, summer.ends.hour) == (21, 21)
    changing = FOREX.closing_at(datetime(2026, 3, 7, 12, tzinfo=UTC))
    assert (changing.begins.hour, changing.ends.hour) == (22, 21)
    assert changing.length == timedelta(hours=47)


MOMENTS = st.integers(0, 6 * 366 * 86_400).map(
    lambda s: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=s)
)
SPANS = st.lists(
    st.integers(0, 7 * 288 - 1).flatmap(lambda begin: st.tuples(st.just(begin), st.integers(3, 600))),
    max_size=1,
)


@given(at=MOMENTS, spans=SPANS, zone=st.sampled_from(["America/New_York", "Europe/Berlin", "UTC"]))
def test_every_moment_is_closed_or_lies_between_two_closings(at, spans, zone):
    week = Week(zone, tuple((5 * begin, 5 * (begin + length)) for begin, length in spans))
    closing = week.closing_at(at)
    if closing is not None:
        assert closing.begins <= at < closing.ends
        assert week.closing_at(closing.ends) is None
        return
    session = week.session(at)
    assert (session.before is None) == (session.after is None) == (not spans)
    if spans:
        assert session.before.ends <= at < session.after.begins
        assert session.after.begins - session.before.ends < timedelta(days=8)
