from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from bot_service.terminals import paper
from bot_service.terminals.paper.server_clock import DAY, server_seconds
from bot_service.terminals.paper.synthetic import BLOCK, SyntheticFeed

NOW = server_seconds(datetime(2025, 6, 4, 8, tzinfo=UTC))
SYMBOLS = list(paper.SPECS)


def feed(seed=1, *, sessions=False):
    return SyntheticFeed(paper.SPECS, seed=seed, sessions=sessions)


def same(left, right):
    return all((a == b).all() for a, b in zip(left, right, strict=True))


def test_the_order_of_questions_does_not_matter():
    forward, backward = feed(), feed()
    spans = [(NOW - days * DAY, NOW - days * DAY + 3 * DAY) for days in (3, 20, 300, 2000)]
    first = [forward.span("EURUSD", *span) for span in spans]
    last = [backward.span("EURUSD", *span) for span in reversed(spans)]
    assert all(same(a, b) for a, b in zip(first, reversed(last), strict=True))


def test_another_seed_is_another_market():
    assert not same(feed(1).span("EURUSD", NOW, NOW + DAY), feed(2).span("EURUSD", NOW, NOW + DAY))
    feed(-5).span("EURUSD", NOW, NOW + DAY)
    feed(2**40).span("EURUSD", NOW, NOW + DAY)


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_minutes_follow_each_other_without_holes_also_at_block_borders(symbol):
    border = NOW // BLOCK * BLOCK
    bars = feed().span(symbol, border - DAY, border + DAY)
    assert (np.diff(bars.time) == 60).all()
    assert (bars.open[1:] == bars.close[:-1]).all()
    assert (bars.low > 0).all()
    digits = paper.SPECS[symbol].digits
    assert all((column == np.round(column, digits)).all() for column in bars[1:5])
    assert (bars.volume > 0).all()


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_ranges_are_at_least_three_spreads_so_that_bots_may_trade(symbol):
    bars = feed().span(symbol, NOW - 300 * DAY, NOW)
    true_range = np.maximum(bars.high[1:], bars.close[:-1]) - np.minimum(bars.low[1:], bars.close[:-1])
    average = np.convolve(true_range, np.ones(14) / 14, "valid")
    spec = paper.SPECS[symbol]
    assert average.min() >= 3 * spec.spread * spec.point


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_volatility_has_regimes_and_busy_hours(symbol):
    bars = feed().span(symbol, NOW - 200 * DAY, NOW)
    size = bars.high - bars.low
    hourly = size[: len(size) // 60 * 60].reshape(-1, 60).mean(axis=1)
    assert np.percentile(hourly, 95) > 1.5 * np.percentile(hourly, 5)
    hours = bars.time % DAY // 3600
    begin, end = paper.SPECS[symbol].busy_hours
    busy = (hours >= begin) & (hours < end)
    assert size[busy].mean() > 1.15 * size[~busy].mean()


def test_moving_averages_cross_within_an_hour_in_any_week():
    market = feed()
    for week in range(60):
        monday = server_seconds(datetime(2025, 1, 6, 8, tzinfo=UTC) + timedelta(weeks=week))
        assert any(_crosses(market, symbol, monday) for symbol in SYMBOLS[:6]), week


def _crosses(market, symbol, begin):
    close = market.span(symbol, begin - 60 * 60, begin + 60 * 60).close
    fast, slow = (np.convolve(close, np.ones(length) / length, "valid")[-60:] for length in (20, 50))
    return len(set(np.sign(fast - slow))) > 1


def test_with_sessions_nights_and_weekends_are_closed_where_brokers_close(make_terminal, clock):
    terminal = make_terminal(sessions=True)
    saturday = datetime(2025, 6, 7, 12, tzinfo=UTC)
    night = datetime(2025, 6, 4, 21, 30, tzinfo=UTC)  # 00:30 at the server
    is_open = {symbol: terminal.is_open(symbol, saturday) for symbol in SYMBOLS}
    assert [symbol for symbol in SYMBOLS if is_open[symbol]] == ["BTCUSD", "ETHUSD"]
    assert [symbol for symbol in SYMBOLS if not terminal.is_open(symbol, night)] == ["XAUUSD", "US500"]
    assert terminal.next_open("EURUSD", saturday) == datetime(2025, 6, 8, 21, tzinfo=UTC)
    assert terminal.next_open("XAUUSD", saturday) == datetime(2025, 6, 8, 22, tzinfo=UTC)
    assert terminal.next_open("BTCUSD", saturday) == saturday
    clock.now = saturday
    friday_end = server_seconds(datetime(2025, 6, 6, 21, tzinfo=UTC))
    assert terminal.symbol_info_tick("EURUSD").time == friday_end - 1
    assert terminal.copy_rates_from_pos("EURUSD", 1, 0, 1)[0]["time"] == friday_end - 60
    assert terminal.copy_rates_from_pos("EURUSD", 16385, 0, 1)[0]["time"] == friday_end - 3600
    assert len(terminal.copy_rates_from_pos("EURUSD", 1, 0, 5001)) == 5001
    assert len(terminal.copy_rates_from_pos("US500", 16385, 0, 1001)) == 1001


def test_with_sessions_a_weekend_leaves_a_gap(make_terminal):
    bars = feed(sessions=True).span("EURUSD", NOW - 60 * DAY, NOW)
    weekends = np.flatnonzero(np.diff(bars.time) > 60)
    jumps = np.abs(bars.open[weekends + 1] - bars.close[weekends])
    assert len(weekends) >= 8
    assert jumps.max() > 0.0002


def test_without_sessions_every_symbol_is_open_at_all_hours(terminal):
    saturday = datetime(2025, 6, 7, 12, tzinfo=UTC)
    assert all(terminal.is_open(symbol, saturday) for symbol in SYMBOLS)
    assert terminal.next_open("EURUSD", saturday) == saturday
    assert terminal.ends_at is None
