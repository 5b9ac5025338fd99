from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_service.domain.alert_kinds import kind_of, wants
from bot_service.domain.alert_settings import ESSENTIAL, AlertKind, AlertSettings, Sound
from bot_service.domain.errors import InvalidValue
from bot_service.domain.events import EVENTS, BotFlat, Level, LinkLost

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
ZONES = ("Asia/Jakarta", "Asia/Jayapura", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC")
MINUTES = st.integers(0, 1439).map(lambda minute: time(minute // 60, minute % 60))
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
# The hours around the change of clocks are where a rule in hours breaks.
CHANGES = st.sampled_from(
    [
        datetime(2026, 3, 29, 1, tzinfo=UTC),
        datetime(2026, 10, 25, 1, tzinfo=UTC),
        datetime(2026, 3, 8, 7, tzinfo=UTC),
        datetime(2026, 11, 1, 6, tzinfo=UTC),
    ]
)
AROUND_CHANGES = st.builds(
    lambda change, minutes: change + timedelta(minutes=minutes), CHANGES, st.integers(-300, 300)
)


def minute_of(at: time) -> int:
    return at.hour * 60 + at.minute


@given(MINUTES, MINUTES, st.one_of(MOMENTS, AROUND_CHANGES), st.sampled_from(ZONES))
def test_it_is_quiet_exactly_when_the_members_clock_shows_a_quiet_minute(begins, ends, at, zone):
    if begins == ends:
        return
    settings = AlertSettings().with_quiet(begins, ends)
    first, last = minute_of(begins), minute_of(ends)
    quiet_minutes = {(first + step) % 1440 for step in range((last - first) % 1440)}
    shown = at.astimezone(ZoneInfo(zone))
    assert settings.is_quiet(at, zone) is (shown.hour * 60 + shown.minute in quiet_minutes)


@given(MINUTES, MINUTES, MOMENTS, st.sampled_from(ZONES))
def test_hours_and_their_opposite_share_the_day_between_them(begins, ends, at, zone):
    if begins == ends:
        return
    quiet = AlertSettings().with_quiet(begins, ends).is_quiet(at, zone)
    assert AlertSettings().with_quiet(ends, begins).is_quiet(at, zone) is not quiet


@given(st.one_of(MOMENTS, AROUND_CHANGES), MINUTES, MINUTES, st.sampled_from(ZONES))
def test_critical_alerts_break_through_quiet_hours_and_a_mute(at, begins, ends, zone):
    if begins == ends:
        return
    settings = AlertSettings(quiet_begins=begins, quiet_ends=ends, muted_until=at + timedelta(hours=1))
    assert settings.rings(AlertKind.LINK, at, zone, critical=True)
    assert not settings.rings(AlertKind.TRADES, at, zone, critical=False)


def test_a_mute_ends_by_itself():
    settings = AlertSettings(muted_until=NOON)
    assert settings.is_muted(NOON - timedelta(seconds=1))
    assert settings.rings(AlertKind.TRADES, NOON, "UTC", critical=False)


@pytest.mark.parametrize("kind", AlertKind)
def test_what_tells_of_danger_can_be_silent_but_never_off(kind):
    silent = AlertSettings().with_sound(kind, Sound.SILENT)
    assert silent.sound(kind) is Sound.SILENT
    if kind in ESSENTIAL:
        with pytest.raises(InvalidValue, match="essential"):
            silent.with_sound(kind, Sound.OFF)
    else:
        assert silent.with_sound(kind, Sound.OFF).sound(kind) is Sound.OFF
    assert silent.with_sound(kind, Sound.ON) == AlertSettings()


def test_every_critical_event_is_of_a_kind_that_cannot_be_switched_off():
    for event in EVENTS.values():
        if event.level is Level.CRITICAL:
            assert kind_of(object.__new__(event)) in ESSENTIAL, event.code


def test_nobody_misses_a_critical_event_whatever_is_stored():
    everything_off = AlertSettings(off=tuple(AlertKind))
    lost = LinkLost(happened_at=NOON, account_id=1, cause="timeout", waiting_bots=1)
    assert wants(everything_off, lost)
    assert not wants(everything_off, BotFlat(happened_at=NOON, name="Gold"))


def test_hours_that_begin_when_they_end_are_refused():
    with pytest.raises(InvalidValue):
        AlertSettings().with_quiet(time(22), time(22))


@given(st.one_of(MOMENTS, AROUND_CHANGES), MINUTES, st.sampled_from(ZONES))
def test_the_first_minute_is_quiet_and_the_last_one_is_not(at, other, zone):
    moment = at.replace(second=0, microsecond=0)
    shown = moment.astimezone(ZoneInfo(zone)).time()
    if other == shown:
        return
    assert AlertSettings().with_quiet(shown, other).is_quiet(moment, zone)
    assert not AlertSettings().with_quiet(other, shown).is_quiet(moment, zone)
