"""Every indicator against its definition, written out with plain loops."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pandas_ta_classic
import pytest

from bot_service.domain import indicators

COUNT = 700
TIMES = pd.date_range("2025-01-06", periods=COUNT, freq="h", tz="UTC")


@pytest.fixture(scope="module")
def bars():
    rng = np.random.default_rng(7)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.002, COUNT)))
    opened = np.concatenate(([100.0], close[:-1]))
    high = np.maximum(opened, close) + rng.uniform(0, 0.2, COUNT)
    low = np.minimum(opened, close) - rng.uniform(0, 0.2, COUNT)
    volume = rng.integers(1, 500, COUNT).astype(float)
    return pd.DataFrame(
        {"open": opened, "high": high, "low": low, "close": close, "volume": volume}, index=TIMES
    )


def recursive_mean(values, length, alpha):
    """Seed with the plain mean of the first `length` numbers, then move by alpha."""
    result = np.full(len(values), np.nan)
    first = int(np.flatnonzero(~np.isnan(values))[0])
    seed = first + length - 1
    result[seed] = values[first : seed + 1].mean()
    for place in range(seed + 1, len(values)):
        result[place] = result[place - 1] + alpha * (values[place] - result[place - 1])
    return result


def normalised_mean(values, alpha):
    """Weigh all numbers so far by powers of 1 - alpha and divide by the sum of the weights."""
    weights = (1 - alpha) ** np.arange(len(values))[::-1]
    return float((values * weights).sum() / weights.sum())


def wilder(values, length):
    return recursive_mean(values, length, 1 / length)


def ranges(bars):
    high, low, close = (bars[name].to_numpy() for name in ("high", "low", "close"))
    result = np.full(len(bars), np.nan)
    for place in range(1, len(bars)):
        before = close[place - 1]
        result[place] = max(high[place] - low[place], abs(high[place] - before), abs(before - low[place]))
    return result


def strength(close, length):
    moves = np.diff(close, prepend=np.nan)
    gains, losses = np.where(moves < 0, 0, moves), np.where(moves > 0, 0, -moves)
    up, down = wilder(gains, length), wilder(losses, length)
    return 100 * up / (up + down)


def directional(bars, length):
    rise, fall = np.diff(bars["high"], prepend=np.nan), -np.diff(bars["low"], prepend=np.nan)
    plus = np.where((rise > fall) & (rise > 0), rise, 0.0)
    minus = np.where((fall > rise) & (fall > 0), fall, 0.0)
    plus[0] = minus[0] = np.nan
    average = wilder(ranges(bars), length)
    up, down = 100 * wilder(plus, length) / average, 100 * wilder(minus, length) / average
    return wilder(100 * abs(up - down) / (up + down), length)


def same(result, expected, rel=1e-9):
    assert list(result.index) == list(TIMES)
    np.testing.assert_allclose(result.to_numpy(), expected, rtol=rel, atol=1e-8)


@pytest.mark.parametrize("length", [2, 14, 50])
def test_sma_is_the_plain_mean(bars, length):
    close = bars["close"].to_numpy()
    expected = [
        close[place - length + 1 : place + 1].mean() if place >= length - 1 else np.nan
        for place in range(COUNT)
    ]
    same(indicators.sma(bars["close"], length), expected)


@pytest.mark.parametrize("length", [2, 14, 50])
def test_ema_moves_by_two_over_length_plus_one(bars, length):
    same(
        indicators.ema(bars["close"], length),
        recursive_mean(bars["close"].to_numpy(), length, 2 / (length + 1)),
    )


@pytest.mark.parametrize("length", [2, 14, 50])
def test_rma_moves_by_one_over_length(bars, length):
    same(indicators.rma(bars["close"], length), wilder(bars["close"].to_numpy(), length))


def test_rma_forgets_how_it_was_seeded_after_twenty_lengths(bars):
    moves = bars["close"].diff().abs()
    numbers = moves.to_numpy()[1:]
    for place in (280, 400, COUNT - 1):
        weighted = normalised_mean(numbers[:place], 1 / 14)
        assert indicators.rma(moves, 14).iloc[place] == pytest.approx(weighted, rel=1e-7)


@pytest.mark.parametrize("length", [2, 14])
def test_rsi_compares_average_gains_and_losses(bars, length):
    same(indicators.rsi(bars["close"], length), strength(bars["close"].to_numpy(), length))


def test_true_range_reaches_to_the_close_before(bars):
    same(indicators.true_range(bars), ranges(bars))


def test_atr_is_wilders_mean_of_the_true_range(bars):
    same(indicators.atr(bars, 14), wilder(ranges(bars), 14))


def test_adx_is_the_smoothed_directional_index(bars):
    same(indicators.adx(bars, 14), directional(bars, 14))


def test_bands_use_the_populations_deviation(bars):
    close = bars["close"].to_numpy()
    lower, middle, upper = indicators.bollinger(bars["close"], 20, 2.25)
    for place in (19, 100, COUNT - 1):
        window = close[place - 19 : place + 1]
        assert middle.iloc[place] == pytest.approx(window.mean())
        assert upper.iloc[place] == pytest.approx(window.mean() + 2.25 * window.std(ddof=0))
        assert lower.iloc[place] == pytest.approx(window.mean() - 2.25 * window.std(ddof=0))
    assert lower.iloc[:19].isna().all()


def test_one_bar_without_range_does_not_touch_the_other_bars(bars):
    before = indicators.atr(bars)
    still = bars.copy()
    still.iloc[-1, still.columns.get_indexer(["open", "high", "low", "close"])] = bars["close"].iloc[-2]
    pd.testing.assert_series_equal(indicators.atr(still).iloc[:-1], before.iloc[:-1])


EVERYTHING = {
    "sma": lambda bars: [indicators.sma(bars["close"], 20)],
    "ema": lambda bars: [indicators.ema(bars["close"], 20)],
    "rma": lambda bars: [indicators.rma(bars["close"], 20)],
    "rsi": lambda bars: [indicators.rsi(bars["close"], 20)],
    "atr": lambda bars: [indicators.atr(bars, 20)],
    "adx": lambda bars: [indicators.adx(bars, 20)],
    "bollinger": lambda bars: indicators.bollinger(bars["close"], 20, 2.0),
    "bandwidth": lambda bars: [indicators.bandwidth(bars["close"], 20, 2.0)],
    "macd": lambda bars: indicators.macd(bars["close"], 12, 20, 9),
    "donchian": lambda bars: indicators.donchian(bars, 20),
    "stochastic": lambda bars: indicators.stochastic(bars, 20, 3, 3),
    "variation": lambda bars: [indicators.variation(bars["close"], 20)],
    "volume_ratio": lambda bars: [indicators.volume_ratio(bars["volume"], 20)],
}


@pytest.mark.parametrize("name", EVERYTHING)
@pytest.mark.parametrize("count", [0, 1, 2, 19])
def test_short_input_gives_missing_values_on_the_same_bars(bars, name, count):
    for result in EVERYTHING[name](bars.iloc[:count]):
        assert list(result.index) == list(TIMES[:count])
        assert result.isna().all()


@pytest.mark.parametrize("name", EVERYTHING)
@pytest.mark.parametrize("hole", [np.nan, np.inf, -np.inf])
def test_a_hole_makes_every_value_that_looks_back_on_it_missing(bars, name, hole):
    broken = bars.copy()
    broken.iloc[300] = hole
    for result, whole in zip(EVERYTHING[name](broken), EVERYTHING[name](bars), strict=True):
        assert result.iloc[300:320].isna().all()
        assert result.iloc[400:].notna().all()
        pd.testing.assert_series_equal(result.iloc[:300], whole.iloc[:300])


@pytest.mark.parametrize("name", EVERYTHING)
def test_the_input_is_left_as_it_was(bars, name):
    before = bars.copy(deep=True)
    EVERYTHING[name](bars)
    pd.testing.assert_frame_equal(bars, before)


def test_a_flat_market_has_no_strength_and_no_range(bars):
    flat = bars.copy()
    flat[:] = 100.0
    assert indicators.rsi(flat["close"], 14).isna().all()
    assert indicators.adx(flat).isna().all()
    assert indicators.atr(flat).dropna().eq(0).all()
    assert indicators.latest_atr(flat) is None


def test_while_the_price_stands_the_rsi_stands_exactly(bars):
    close = bars["close"].copy()
    close.iloc[300:] = close.iloc[299]
    assert len(set(indicators.rsi(close, 14).iloc[300:])) == 1


def test_the_latest_atr_needs_no_more_than_its_warm_up(bars):
    whole = indicators.atr(bars).iloc[-1]
    assert indicators.latest_atr(bars) == pytest.approx(whole, rel=1e-7)
    assert indicators.latest_atr(bars.tail(indicators.ATR_WARMUP)) == pytest.approx(whole, rel=1e-7)
    assert indicators.latest_atr(bars.iloc[:14]) is None
    assert indicators.latest_atr(bars.iloc[:15]) is not None


def test_the_library_is_not_loaded_until_something_is_computed():
    code = (
        "import sys; from bot_service.strategies import all_strategies; all_strategies();"
        "sys.exit('pandas_ta_classic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- what breakouts, clouds, oscillators and gates are made of


def extremes(bars, length):
    high, low = bars["high"].to_numpy(), bars["low"].to_numpy()
    lowest, highest = np.full(len(bars), np.nan), np.full(len(bars), np.nan)
    for place in range(length - 1, len(bars)):
        lowest[place] = min(low[place - length + 1 : place + 1])
        highest[place] = max(high[place - length + 1 : place + 1])
    return lowest, highest


def plain_mean(values, length):
    return np.array(
        [
            values[place - length + 1 : place + 1].mean() if place >= length - 1 else np.nan
            for place in range(len(values))
        ]
    )


@pytest.mark.parametrize("lengths", [(12, 26, 9), (3, 10, 16)])
def test_macd_is_the_difference_of_two_means_and_its_own_mean(bars, lengths):
    fast, slow, signal = lengths
    close = bars["close"].to_numpy()
    line = recursive_mean(close, fast, 2 / (fast + 1)) - recursive_mean(close, slow, 2 / (slow + 1))
    average = recursive_mean(line, signal, 2 / (signal + 1))
    for result, expected in zip(
        indicators.macd(bars["close"], fast, slow, signal), (line, average, line - average), strict=True
    ):
        same(result, expected)


def test_the_librarys_own_macd_agrees_once_both_have_forgotten_their_seeds(bars):
    # It seeds the fast mean later; ours is used, because it does not swap lengths behind one's back.
    theirs = pandas_ta_classic.macd(bars["close"], fast=12, slow=26, signal=9).iloc[:, 0]
    ours, _, _ = indicators.macd(bars["close"], 12, 26, 9)
    np.testing.assert_allclose(ours.iloc[300:], theirs.iloc[300:], rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("length", [2, 20, 125])
def test_donchian_is_the_extremes_with_this_bar_included(bars, length):
    for result, expected in zip(indicators.donchian(bars, length), extremes(bars, length), strict=True):
        same(result, expected)


@pytest.mark.parametrize("lengths", [(14, 3, 3), (5, 4, 1)])
def test_the_stochastic_is_the_place_of_the_close_in_the_range(bars, lengths):
    k, d, smooth = lengths
    lowest, highest = extremes(bars, k)
    place = 100 * (bars["close"].to_numpy() - lowest) / (highest - lowest)
    slow = plain_mean(place, smooth)
    fast_line, slow_line = indicators.stochastic(bars, k, d, smooth)
    same(fast_line, slow)
    same(slow_line, plain_mean(slow, d))


def test_the_stochastic_has_no_place_in_a_range_of_nothing(bars):
    still = bars.copy()
    still.iloc[300:330, still.columns.get_indexer(["open", "high", "low", "close"])] = bars["close"].iloc[299]
    line, _ = indicators.stochastic(still, 14, 3, 3)
    assert line.iloc[314:330].isna().all()
    before, _ = indicators.stochastic(bars, 14, 3, 3)
    pd.testing.assert_series_equal(line.iloc[:300], before.iloc[:300])


def test_the_cloud_over_a_bar_is_what_was_drawn_ahead_of_it(bars):
    def middle(length):
        lowest, highest = extremes(bars, length)
        return (lowest + highest) / 2

    def ahead(values, count):
        return np.concatenate((np.full(count, np.nan), values[:-count]))

    expected = (middle(9), middle(26), ahead((middle(9) + middle(26)) / 2, 25), ahead(middle(52), 25))
    for result, numbers in zip(indicators.ichimoku(bars, 9, 26, 52, 26), expected, strict=True):
        same(result, numbers)


def test_the_cloud_needs_no_bar_of_the_future(bars):
    whole = indicators.ichimoku(bars, 9, 26, 52, 26)
    for result, line in zip(indicators.ichimoku(bars.iloc[:400], 9, 26, 52, 26), whole, strict=True):
        pd.testing.assert_series_equal(result, line.iloc[:400])
        assert np.isfinite(result.iloc[-1])


def test_variation_is_the_sample_deviation_in_units_of_the_mean(bars):
    close = bars["close"].to_numpy()
    expected = np.full(COUNT, np.nan)
    for place in range(23, COUNT):
        window = close[place - 23 : place + 1]
        expected[place] = np.sqrt(((window - window.mean()) ** 2).sum() / 23) / window.mean()
    same(indicators.variation(bars["close"], 24), expected, rel=1e-7)


def test_bandwidth_is_the_bands_distance_in_percent_of_the_middle(bars):
    close = bars["close"].to_numpy()
    width = indicators.bandwidth(bars["close"], 20, 2.0)
    for place in (19, 200, COUNT - 1):
        window = close[place - 19 : place + 1]
        assert width.iloc[place] == pytest.approx(100 * 4 * window.std() / window.mean(), abs=1e-8)
    assert width.iloc[:19].isna().all()


def test_the_volume_ratio_counts_the_bar_itself(bars):
    volume = bars["volume"].to_numpy()
    same(indicators.volume_ratio(bars["volume"], 20), volume / plain_mean(volume, 20))


def test_without_any_volume_there_is_no_ratio(bars):
    assert indicators.volume_ratio(bars["volume"] * 0, 20).isna().all()


def test_a_change_is_a_fraction_of_the_value_before(bars):
    close = bars["close"].to_numpy()
    same(indicators.change(bars["close"]), np.concatenate(([np.nan], close[1:] / close[:-1] - 1)))


@pytest.mark.parametrize("length", [2, 14, 50])
def test_what_a_recursive_mean_keeps_of_its_seed_after_the_warm_up_is_below_a_millionth(length):
    values = pd.Series(np.random.default_rng(5).normal(100, 5, 30 * length + 50))
    for mean, warmup in (
        (indicators.ema, indicators.exponential_warmup(length)),
        (indicators.rma, indicators.recursive_warmup(length)),
    ):
        late = mean(values.iloc[-warmup:], length).iloc[-1]
        assert late == pytest.approx(mean(values, length).iloc[-1], rel=1e-6)


def test_the_adx_forgets_its_seed_too(bars):
    for place in (500, 600, COUNT):
        late = indicators.adx(bars.iloc[place - indicators.adx_warmup(14) : place], 14).iloc[-1]
        assert late == pytest.approx(indicators.adx(bars, 14).iloc[place - 1], rel=1e-6)
