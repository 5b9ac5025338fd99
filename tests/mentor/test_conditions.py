from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pandas as pd
import pytest

from bot_service.mentor.conditions import condition

DAY = date(2026, 11, 18)
HOUR = timedelta(hours=1)


@pytest.fixture
def account(new_account):
    return new_account("Asia/Jakarta")


def hours_of(account, day, days, at, spread):
    """Return bars of hours up to a day's end: `at(hour)` is a bar's middle, `spread(hour)` its height."""
    start, end = account.day_bounds(day)
    first = start - timedelta(days=days)
    count = (end - first) // HOUR
    times = [first + place * HOUR for place in range(count)]
    rows = [(at(n), at(n) + spread(n) / 2, at(n) - spread(n) / 2, at(n), 1.0) for n in range(count)]
    index = pd.DatetimeIndex(times, name="time")
    return pd.DataFrame(rows, index, ["open", "high", "low", "close", "volume"])


def test_a_steady_rise_is_a_trend_of_usual_size(account):
    bars = hours_of(account, DAY, 25, lambda n: 100 + n * 0.1, lambda _: 0.2)
    found = condition("EURUSD", bars, account, DAY)
    assert (found.symbol, found.trending, found.volatility) == ("EURUSD", True, Decimal("1.00"))


def test_up_and_down_is_no_trend(account):
    bars = hours_of(account, DAY, 25, lambda n: 100 + (n % 2) * 0.1, lambda _: 0.2)
    assert condition("EURUSD", bars, account, DAY).trending is False


def test_the_range_is_measured_by_the_median_of_the_days_before(account):
    # Every day spans 1.0; one wild day of 9 does not shift the median; the last day spans 2.5.
    wild, last = 3 * 24, 25 * 24
    bars = hours_of(
        account,
        DAY,
        25,
        lambda n: 100 + n % 2 / 1000,
        lambda n: 9 if n // 24 * 24 == wild else 2.5 if n >= last else 1,
    )
    assert condition("EURUSD", bars, account, DAY).volatility == Decimal("2.50")


def test_bars_after_the_day_change_nothing(account):
    bars = hours_of(account, DAY + timedelta(1), 26, lambda n: 100 + n * 0.1, lambda _: 0.2)
    cut = bars[: len(bars) - 24]
    assert condition("EURUSD", bars, account, DAY) == condition("EURUSD", cut, account, DAY)


@pytest.mark.parametrize("days", [0, 3])
def test_too_short_a_past_tells_nothing(account, days):
    bars = hours_of(account, DAY, days, lambda n: 100 + n * 0.1, lambda _: 0.2)
    assert condition("EURUSD", bars, account, DAY) is None


def test_a_day_without_bars_tells_nothing(account):
    bars = hours_of(account, DAY - timedelta(2), 25, lambda n: 100 + n * 0.1, lambda _: 0.2)
    assert condition("EURUSD", bars, account, DAY) is None
    empty = bars.iloc[:0]
    assert condition("EURUSD", empty, account, DAY) is None
