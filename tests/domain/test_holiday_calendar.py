from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_service.domain.holiday_calendar import estimates, known, upcoming


def named(text, today=date(2026, 11, 20), language="id"):
    return next(item for item in upcoming(today, language) if text in item.name)


def test_idul_fitri_is_one_offer_of_two_days_and_an_estimate():
    feast = named("Idul Fitri")
    assert (feast.last - feast.first, feast.estimated) == (timedelta(days=1), True)
    assert "perkiraan" not in feast.name


def test_ramadan_lasts_until_the_feast_and_is_an_estimate():
    fast, feast = named("Ramadan"), named("Idul Fitri")
    assert fast.last == feast.first - timedelta(days=1)
    assert 28 <= (fast.last - fast.first).days <= 29
    assert fast.estimated


def test_a_fixed_holiday_is_no_estimate():
    christmas = named("Natal")
    assert (christmas.first, christmas.estimated) == (date(2026, 12, 25), False)
    assert estimates(christmas.first, christmas.first, "id") == ()


def test_names_come_in_the_readers_language():
    assert known(date(2026, 12, 25), date(2026, 12, 25), "en").name == "Christmas Day"
    assert known(date(2026, 12, 25), date(2026, 12, 25), "id").name == "Hari Raya Natal"
    assert known(date(2026, 12, 24), date(2026, 12, 24), "id") is None


def test_days_around_an_estimate_are_estimates_too():
    feast = named("Idul Fitri")
    found = estimates(feast.first - timedelta(days=40), feast.last, "en")
    assert {item.name for item in found} == {"Ramadan", "Eid al-Fitr"}


@pytest.mark.parametrize("language", ["id", "en"])
@given(today=st.dates(date(2025, 1, 1), date(2040, 12, 31)))
def test_every_year_has_its_offers_in_order(language, today):
    found = upcoming(today, language)
    assert 12 <= len(found) <= 22
    assert [item.first for item in found] == sorted(item.first for item in found)
    assert all(today <= item.last for item in found)
    assert any(item.name == "Ramadan" for item in found)
