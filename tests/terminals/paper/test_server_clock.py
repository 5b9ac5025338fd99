from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot_service.terminals.paper.server_clock import server_msc, server_seconds, to_utc, weekday


@pytest.mark.parametrize(
    ("utc", "hours_ahead"),
    [
        (datetime(2025, 1, 15, 12, tzinfo=UTC), 2),
        (datetime(2025, 7, 15, 12, tzinfo=UTC), 3),
        (datetime(2025, 3, 9, 6, 59, tzinfo=UTC), 2),
        (datetime(2025, 3, 9, 7, 0, tzinfo=UTC), 3),
        (datetime(2025, 11, 2, 5, 59, tzinfo=UTC), 3),
        (datetime(2025, 11, 2, 6, 0, tzinfo=UTC), 2),
    ],
)
def test_the_server_is_seven_hours_ahead_of_new_york(utc, hours_ahead):
    assert server_seconds(utc) - utc.timestamp() == hours_ahead * 3600


@pytest.mark.parametrize("day", [datetime(2025, 1, 15, 12, 30, tzinfo=UTC), datetime(2025, 8, 1, tzinfo=UTC)])
def test_a_label_leads_back_to_its_moment(day):
    assert to_utc(server_msc(day)) == day


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        server_msc(datetime(2025, 1, 1))  # noqa: DTZ001 - the refused case


def test_weekdays_count_from_sunday():
    assert weekday(server_seconds(datetime(2025, 6, 4, 8, tzinfo=UTC))) == 3


def test_new_york_midnight_of_trading_is_server_midnight(terminal, clock):
    clock.now = datetime(2025, 6, 4, 21, 0, tzinfo=UTC)  # 17:00 in New York
    assert terminal.symbol_info_tick("EURUSD").time % 86_400 == 0


def test_market_time_stands_still_while_the_server_clock_repeats_an_hour(make_terminal, clock):
    clock.now = datetime(2025, 11, 2, 5, 59, 59, tzinfo=UTC)
    terminal = make_terminal()
    before = terminal.symbol_info_tick("BTCUSD")
    clock.step(seconds=2)
    assert terminal.symbol_info_tick("BTCUSD") == before
    clock.step(hours=1)
    assert terminal.symbol_info_tick("BTCUSD").time > before.time
