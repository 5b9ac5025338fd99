from datetime import UTC, datetime, time, timedelta

import pytest

from bot_service.domain.errors import InvalidValue
from bot_service.domain.journal import Objection, quiet_codes
from bot_service.domain.mentor_wishes import USUAL_WISHES, MentorWishes

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def test_by_the_clock_it_is_asked_at_most_twice_a_day():
    assert USUAL_WISHES.with_hours((time(21), time(7), time(7))).hours == (time(7), time(21))
    assert USUAL_WISHES.with_hours(()).hours == ()
    with pytest.raises(InvalidValue):
        USUAL_WISHES.with_hours((time(7), time(12), time(21)))


def test_nothing_is_asked_without_hours_and_events():
    assert USUAL_WISHES.asks
    assert MentorWishes(hours=(), after_events=True).asks
    assert not MentorWishes(hours=(), after_events=False).asks


def test_a_rest_ends_by_itself():
    resting = MentorWishes(rest_until=NOON)
    assert resting.rests_at(NOON - DAY)
    assert not resting.rests_at(NOON)
    assert not USUAL_WISHES.rests_at(NOON)


def test_a_detector_is_muted_and_speaks_again():
    muted = USUAL_WISHES.with_muted("busy_day", muted=True).with_muted("busy_day", muted=True)
    assert muted.muted == ("busy_day",)
    assert muted.with_muted("busy_day", muted=False).muted == ()


def test_what_was_called_untrue_keeps_still_for_two_weeks():
    day = NOON.date()
    objection = Objection(5, 1, day, "busy_day", NOON)
    assert quiet_codes((objection,), day - DAY) == frozenset()
    assert quiet_codes((objection,), day) == quiet_codes((objection,), day + 13 * DAY) == {"busy_day"}
    assert quiet_codes((objection,), day + 14 * DAY) == frozenset()
