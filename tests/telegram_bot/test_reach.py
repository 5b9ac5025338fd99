from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot_service.telegram_bot.reach import NOTHING, News, Reach

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_a_conflict_of_less_than_a_minute_is_no_second_copy():
    reach = Reach(None, NOON)
    assert [reach.refused(after(second)) for second in range(0, 60, 5)] == [NOTHING] * 12
    assert reach.looked(after(61)) == NOTHING
    assert reach.looked(after(200)) == NOTHING


def test_a_conflict_that_lasts_a_minute_is_told_with_its_beginning():
    reach = Reach(None, NOON)
    for second in range(0, 60, 5):
        reach.refused(after(second))
    assert reach.refused(after(60)) == News(rival_since=NOON)


def test_good_looks_between_two_conflicts_prove_nothing():
    reach = Reach(None, NOON)
    for second in range(0, 60, 20):
        assert reach.refused(after(second)) == NOTHING
        assert reach.looked(after(second + 10)) == NOTHING
    assert reach.refused(after(60)) == News(rival_since=NOON)


def test_a_conflict_is_over_when_a_minute_of_looks_met_none():
    reach = Reach(None, NOON)
    for second in range(0, 65, 5):
        reach.refused(after(second))
    assert reach.looked(after(120)) == NOTHING
    assert reach.looked(after(121)) == News(rival_gone=True)
    assert reach.looked(after(122)) == NOTHING


def test_a_conflict_that_an_earlier_run_had_told_ends_too():
    reach = Reach(after(-600), NOON)
    assert reach.looked(after(10)) == NOTHING
    assert reach.looked(after(61)) == News(rival_gone=True)


def test_two_short_conflicts_far_apart_are_not_one_long_one():
    reach = Reach(None, NOON)
    reach.refused(NOON)
    reach.looked(after(70))
    assert reach.refused(after(75)) == NOTHING


def test_the_return_of_telegram_is_told_once_with_its_length():
    reach = Reach(None, NOON)
    reach.failed(NOON)
    reach.failed(after(30))
    assert reach.is_down
    assert reach.looked(after(90)) == News(away=timedelta(seconds=90))
    assert not reach.is_down
    assert reach.looked(after(100)) == NOTHING


def test_a_refusal_is_an_answer_too():
    reach = Reach(None, NOON)
    reach.failed(NOON)
    assert reach.refused(after(90)) == News(away=timedelta(seconds=90))
