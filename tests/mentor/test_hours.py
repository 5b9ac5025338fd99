from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot_service.mentor.hours import last_due_day, next_report_at, report_due

ZONES = ["Asia/Jakarta", "Asia/Makassar", "America/New_York", "Europe/London"]
SPRING = date(2026, 3, 8)  # New York loses an hour at 2:00
AUTUMN = date(2026, 11, 1)  # and gets it back
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31)) | st.sampled_from(
    [SPRING, AUTUMN, SPRING - timedelta(1), AUTUMN - timedelta(1), date(2026, 3, 29), date(2026, 10, 25)]
)
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 7 * 365 * 86400 * 1000).map(lambda ms: BEGIN + timedelta(milliseconds=ms))


@given(st.sampled_from(ZONES), DAYS, st.integers(0, 23))
def test_trading_days_touch_and_never_overlap(new_account, zone, day, ends):
    account = new_account(zone, day_ends=ends)
    start, end = account.day_bounds(day)
    assert timedelta(hours=23) <= end - start <= timedelta(hours=25)
    assert account.day_bounds(day + timedelta(1))[0] == end
    assert account.trading_day(start) == day
    assert account.trading_day(end - timedelta(microseconds=1)) == day
    assert account.trading_day(end) == day + timedelta(1)


@given(st.sampled_from(ZONES), MOMENTS, st.integers(0, 23))
def test_every_moment_lies_in_exactly_one_trading_day(new_account, zone, at, ends):
    account = new_account(zone, day_ends=ends)
    day = account.trading_day(at)
    around = [day + timedelta(ahead) for ahead in (-1, 0, 1)]
    holding = [item for item in around if account.day_bounds(item)[0] <= at < account.day_bounds(item)[1]]
    assert holding == [day]


@given(st.sampled_from(ZONES), DAYS, st.integers(0, 23), st.times().map(lambda at: f"{at:%H:%M}"))
@example("America/New_York", SPRING - timedelta(1), 1, "02:30")
def test_a_report_is_due_within_a_day_after_its_day_has_ended(new_account, zone, day, ends, hour):
    account = new_account(zone, day_ends=ends, report_at=hour)
    _, end = account.day_bounds(day)
    due = report_due(account, day)
    assert end <= due <= end + timedelta(hours=26)
    assert report_due(account, day + timedelta(1)) > due
    assert last_due_day(account, due) == day
    assert last_due_day(account, due - timedelta(microseconds=1)) == day - timedelta(1)
    assert next_report_at(account, due - timedelta(microseconds=1)) == due
    assert next_report_at(account, due) == report_due(account, day + timedelta(1))


@pytest.mark.parametrize(
    ("zone", "due"),
    [
        ("Asia/Jakarta", datetime(2026, 11, 18, 23, 30, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 11, 19, 11, 30, tzinfo=UTC)),
    ],
)
def test_the_report_comes_at_half_past_six_in_the_accounts_zone(new_account, zone, due):
    assert report_due(new_account(zone), date(2026, 11, 18)) == due


@given(
    st.sampled_from(ZONES),
    DAYS,
    st.lists(st.tuples(st.integers(0, 23), st.sampled_from(ZONES), st.integers(0, 3)), max_size=3),
    st.integers(-3 * 86400, 9 * 86400),
)
def test_a_moment_lies_in_one_day_whatever_was_changed(new_account, zone, day, changes, seconds):
    account, present = new_account(zone), day
    for ends, other, ahead in changes:
        present += timedelta(ahead)
        before = [account.day_bounds(present - timedelta(back)) for back in range(4)]
        account = account.with_day(ends, other, present)
        assert [account.day_bounds(present - timedelta(back)) for back in range(4)] == before
    at = account.day_bounds(day)[0] + timedelta(seconds=seconds)
    found = account.trading_day(at)
    holding = [
        item
        for item in (found + timedelta(ahead) for ahead in range(-3, 4))
        if account.day_bounds(item)[0] <= at < account.day_bounds(item)[1]
    ]
    assert holding == [found]
    assert account.day_bounds(found)[1] == account.day_bounds(found + timedelta(1))[0]
