from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest

from bot_service.domain.market import Timeframe
from bot_service.domain.strategy import Signal
from bot_service.services.backtest import Replay, weekend_ahead


def week(duration, zone="America/New_York"):
    times = pd.date_range("2025-03-03", "2025-03-11", freq=duration, tz=zone, inclusive="left")
    return times.tz_convert("UTC")


def hours(flags, duration):
    closed = (flags.index[flags] + duration).tz_convert("America/New_York")
    return closed.strftime("%a %H:%M").tolist()


def test_the_last_look_of_an_hour_chart_is_at_fridays_four_o_clock():
    hour = timedelta(hours=1)
    found = hours(weekend_ahead(week("h"), hour), hour)
    assert found[0] == "Fri 16:00"
    assert "Sat 12:00" in found
    assert "Fri 15:00" not in found
    assert found[-1] == "Sun 16:00"


@pytest.mark.parametrize(
    ("freq", "first"), [("min", "Fri 16:45"), ("15min", "Fri 16:45"), ("30min", "Fri 16:30")]
)
def test_shorter_charts_leave_a_quarter_before_the_close(freq, first):
    duration = pd.Timedelta(freq if freq[0].isdigit() else f"1{freq}").to_pytimedelta()
    assert hours(weekend_ahead(week(freq), duration), duration)[0] == first


def test_a_days_chart_leaves_at_thursdays_close():
    # The server's day ends at 17:00 in New York.
    times = pd.date_range("2025-03-02 17:00", periods=8, freq="D", tz="America/New_York")
    day = timedelta(days=1)
    assert hours(weekend_ahead(times.tz_convert("UTC"), day), day) == ["Thu 17:00", "Fri 17:00", "Sat 17:00"]


def test_a_weekend_ends_positions_once_and_opens_none():
    times = week("h")
    said = pd.Series([Signal.BUY] * len(times), index=times)
    never = pd.Series(data=False, index=times)
    bars = pd.DataFrame({"close": 1.0}, index=times)
    flat = Replay(bars, said, never, never, pd.Series(1.0, index=times)).flat_on_weekends(Timeframe.H1)
    ahead = weekend_ahead(times, timedelta(hours=1))
    assert set(flat.said[ahead]) == {Signal.HOLD}
    assert set(flat.said[~ahead]) == {Signal.BUY}
    assert int(flat.exit_long.sum()) == int(flat.exit_short.sum()) == 1
    assert flat.exit_long[ahead].iloc[0]
