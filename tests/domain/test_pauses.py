from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot_service.domain import codec
from bot_service.domain.pauses import Active, PauseCause, PauseHours, Plan

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ZONES = st.sampled_from(["Asia/Jakarta", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe"])
MOMENTS = st.integers(0, 6 * 366 * 86_400).map(
    lambda s: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=s)
)
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0))


def active(plan, bot_id=1, wall=NOON, market=NOON, account_id=1):
    return plan.active(account_id, bot_id, wall, market)


def test_a_timer_holds_its_bots_until_its_moment():
    plan = Plan().with_timer(NOON + HOUR, [2, 1, 2])
    assert active(plan) == Active(PauseCause.TIMER, NOON + HOUR)
    assert active(plan, bot_id=3) is None
    assert active(plan, wall=NOON + HOUR) is None


def test_a_timer_without_ids_holds_every_bot():
    assert active(Plan().with_timer(NOON + HOUR, []), bot_id=77) is not None


def test_a_new_timer_of_the_same_bots_takes_the_place_of_the_old_one():
    plan = Plan().with_timer(NOON + 5 * HOUR, []).with_timer(NOON + HOUR, []).with_timer(NOON + HOUR, [1])
    assert [item.until for item in plan.timers] == [NOON + HOUR, NOON + HOUR]
    assert len({item.id for item in plan.timers}) == 2


def test_a_timer_runs_on_the_wall_and_days_run_on_the_market():
    plan = Plan().with_timer(NOON + HOUR, []).with_days(date(2026, 3, 5), date(2026, 3, 5), "UTC")
    assert active(plan, market=NOON + 9 * HOUR).cause is PauseCause.TIMER
    assert active(plan, wall=NOON + 9 * HOUR, market=NOON + 48 * HOUR).cause is PauseCause.DAY


def test_pause_days_begin_and_end_at_midnight_of_their_zone():
    plan = Plan().with_days(date(2026, 12, 24), date(2026, 12, 25), "Asia/Jakarta", "Natal")
    begins, ends = plan.days[0].span
    assert begins == datetime(2026, 12, 23, 17, tzinfo=UTC)
    assert ends == datetime(2026, 12, 25, 17, tzinfo=UTC)
    assert active(plan, market=begins) == Active(PauseCause.DAY, ends, "Natal")
    assert active(plan, market=begins - timedelta(seconds=1)) is None
    assert active(plan, market=ends) is None


def test_days_and_hours_of_one_account_leave_the_others_alone():
    plan = Plan().with_days(date(2026, 3, 3), date(2026, 3, 3), "UTC", account_id=2)
    plan = plan.with_hours(time(11), time(13), "UTC", account_id=2)
    assert active(plan) is None
    assert active(plan, account_id=2).cause is PauseCause.DAY


def test_the_same_days_and_hours_are_kept_once():
    plan = Plan()
    for _ in range(2):
        plan = plan.with_days(date(2026, 3, 3), date(2026, 3, 3), "UTC").with_hours(time(1), time(2), "UTC")
    assert (len(plan.days), len(plan.hours)) == (1, 1)
    assert plan.without(plan.days[0].id, plan.hours[0].id).empty


def test_a_plan_survives_its_storage():
    plan = Plan().with_timer(NOON, [1]).with_hours(time(23, 30), time(5), "Asia/Jakarta")
    plan = plan.with_days(date(2026, 3, 3), date(2026, 3, 4), "UTC", "Nyepi", 1)
    assert codec.read(Plan, codec.written(plan)) == plan


@given(begins=TIMES, ends=TIMES, zone=ZONES, at=MOMENTS)
def test_daily_hours_hold_exactly_while_the_wall_clock_is_inside_them(begins, ends, zone, at):
    if begins == ends:
        return
    span = PauseHours(1, begins, ends, zone).span_at(at)
    local = at.astimezone(ZoneInfo(zone))
    if span is not None:
        assert span[0] <= at < span[1]
        assert span[1] - span[0] <= timedelta(hours=25)
    change = (at - 26 * HOUR).astimezone(ZoneInfo(zone)).utcoffset() != local.utcoffset()
    if change or (at + 26 * HOUR).astimezone(ZoneInfo(zone)).utcoffset() != local.utcoffset():
        return  # an hour that comes twice or never has no single answer
    now = local.time()
    inside = begins <= now < ends if begins < ends else now >= begins or now < ends
    assert (span is not None) == inside


@given(day=st.dates(date(2024, 1, 1), date(2030, 1, 1)), length=st.integers(0, 20), zone=ZONES)
def test_pause_days_cover_exactly_their_dates(day, length, zone):
    last = day + timedelta(days=length)
    begins, ends = Plan().with_days(day, last, zone).days[0].span
    inside, outside = timedelta(seconds=1), timedelta(seconds=-1)
    assert (begins + inside).astimezone(ZoneInfo(zone)).date() == day
    assert (begins + outside).astimezone(ZoneInfo(zone)).date() == day - timedelta(days=1)
    assert (ends - inside).astimezone(ZoneInfo(zone)).date() == last
