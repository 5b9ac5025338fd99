from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot_service.domain.bots import SizingMethod
from bot_service.domain.market import TradeLock
from bot_service.domain.risk import DenialReason, Denied, RiskLimits, Sized, decide, stops
from bot_service.domain.trading import Side

LIMITS = RiskLimits()
D = Decimal

money = st.decimals(min_value=1, max_value=10_000_000, places=2)
percents = st.decimals(min_value=D("0.01"), max_value=5, places=2)
distances = st.integers(3, 20_000)
commissions = st.decimals(min_value=0, max_value=20, places=2)
steps = st.sampled_from([D("0.01"), D("0.1"), D("1"), D("0.001")])


def refused(result, reason):
    assert isinstance(result, Denied)
    assert result.reason is reason
    return result.numbers


# Sizing


def test_the_lots_lose_the_asked_share_with_spread_and_commission(make_settings, make_quote):
    sized = decide(make_settings(1), make_quote(distance=193, commission=7), LIMITS)
    assert sized == Sized(
        lots=D("0.50"),
        stop_loss=D("1.09809"),
        take_profit=D("1.10388"),
        planned_risk=D("100.00"),
        risk_percent=D(1),
        margin=D("550.00"),
        entry=D("1.10002"),
        worst_price=D("1.10021"),
    )


def test_lots_are_floored_to_the_step(make_settings, make_quote):
    assert decide(make_settings(1), make_quote(distance=194), LIMITS).lots == D("0.49")


def test_the_base_is_the_smaller_of_balance_and_equity_without_credit(
    make_settings, make_quote, make_account
):
    account = make_account(balance=10_000, equity=6_000, credit=1_000)
    sized = decide(make_settings(1), make_quote(distance=93, account=account), LIMITS)
    assert sized.planned_risk == D(50)


def test_a_small_account_is_denied_with_what_the_minimum_lot_would_risk(
    make_settings, make_quote, make_account
):
    quote = make_quote(distance=493, account=make_account(200))
    numbers = refused(decide(make_settings(1), quote, LIMITS), DenialReason.BELOW_MINIMUM_LOT)
    assert D(numbers["lots"]) == D("0.004")
    assert D(numbers["minimum"]) == D("0.01")
    assert D(numbers["risk"]) == 5
    assert D(numbers["percent"]) == D("2.5")


def test_fixed_lots_below_the_minimum_are_not_raised(make_settings, make_quote):
    settings = make_settings("0.005", SizingMethod.FIXED_LOT)
    refused(decide(settings, make_quote(), LIMITS), DenialReason.BELOW_MINIMUM_LOT)


def test_fixed_lots_are_taken_as_chosen(make_settings, make_quote):
    sized = decide(make_settings("0.10", SizingMethod.FIXED_LOT), make_quote(), LIMITS)
    assert sized.lots == D("0.1")
    assert sized.planned_risk == D("10.70")


def test_fixed_lots_between_two_steps_are_denied_not_changed(make_settings, make_quote):
    settings = make_settings("0.015", SizingMethod.FIXED_LOT)
    numbers = refused(decide(settings, make_quote(), LIMITS), DenialReason.INVALID_LOT)
    assert D(numbers["nearest"]) == D("0.01")


def test_fixed_lots_above_the_maximum_are_denied(make_settings, make_quote, make_account):
    quote = make_quote(account=make_account(10_000_000))
    refused(decide(make_settings(60, SizingMethod.FIXED_LOT), quote, LIMITS), DenialReason.ABOVE_MAXIMUM_LOT)


def test_risk_sizing_stops_at_the_maximum_lot(make_settings, make_quote, make_account):
    quote = make_quote(account=make_account(10_000_000))
    sized = decide(make_settings(1), quote, LIMITS)
    assert sized.lots == 50
    assert sized.planned_risk == 50 * 107


@pytest.mark.parametrize(("sizing", "size"), [(SizingMethod.RISK_PERCENT, 3), (SizingMethod.FIXED_LOT, 2)])
def test_no_method_passes_the_cap_of_a_trade(make_settings, make_quote, sizing, size):
    numbers = refused(decide(make_settings(size, sizing), make_quote(), LIMITS), DenialReason.RISK_ABOVE_CAP)
    assert D(numbers["risk"]) > 200
    assert D(numbers["cap_percent"]) == 2


def test_exactly_the_cap_is_allowed(make_settings, make_quote):
    sized = decide(make_settings(1, SizingMethod.FIXED_LOT), make_quote(distance=193), LIMITS)
    assert sized.risk_percent == 2


# Doubts


@pytest.mark.parametrize("loss", [94, 106, 0, -100, 1000])
def test_a_loss_that_the_tick_value_does_not_explain_is_doubted(make_settings, make_quote, loss):
    quote = make_quote(distance=100, loss_per_lot=D(loss))
    numbers = refused(decide(make_settings(1), quote, LIMITS), DenialReason.TICK_VALUE_DOUBTFUL)
    assert D(numbers["expected"]) == 100


@pytest.mark.parametrize("loss", [95, 105])
def test_five_percent_apart_is_still_believed(make_settings, make_quote, loss):
    assert isinstance(decide(make_settings(1), make_quote(loss_per_lot=D(loss)), LIMITS), Sized)


def test_a_tick_without_value_is_doubted(make_settings, make_quote, eurusd):
    quote = make_quote(instrument=replace(eurusd, tick_value=D(0)))
    refused(decide(make_settings(1), quote, LIMITS), DenialReason.TICK_VALUE_DOUBTFUL)


def test_a_symbol_that_may_not_be_traded_is_denied(make_settings, make_quote, make_account, eurusd):
    closed = make_quote(instrument=replace(eurusd, tradable=False))
    refused(decide(make_settings(1), closed, LIMITS), DenialReason.NOT_TRADABLE)
    disabled = make_quote(account=make_account(trade_lock=TradeLock.READ_ONLY))
    refused(decide(make_settings(1), disabled, LIMITS), DenialReason.NOT_TRADABLE)


@pytest.mark.parametrize(("balance", "equity", "credit"), [(0, 0, 0), (-5, -5, 0), (1_000, 500, 500)])
def test_without_own_money_nothing_is_traded(
    make_settings, make_quote, make_account, balance, equity, credit
):
    quote = make_quote(account=make_account(balance, equity, credit))
    refused(decide(make_settings(1), quote, LIMITS), DenialReason.NO_MONEY)


def test_a_quote_that_ran_past_its_stop_is_denied(make_settings, make_quote, tick):
    gone = replace(tick, bid=tick.bid - D("0.01"))
    refused(decide(make_settings(1), make_quote(tick=gone), LIMITS), DenialReason.STOP_TOO_NEAR)


# Margin


def test_more_margin_than_is_free_is_denied_with_both_numbers(make_settings, make_quote):
    numbers = refused(
        decide(make_settings(1), make_quote(margin=20_000), LIMITS), DenialReason.NOT_ENOUGH_MARGIN
    )
    assert D(numbers["free"]) == 10_000
    assert D(numbers["needed"]) == D("0.93") * 20_000


def test_a_margin_level_below_the_limit_after_the_trade_is_denied(make_settings, make_quote, make_account):
    settings = make_settings("0.5", SizingMethod.FIXED_LOT)
    fits = make_quote(account=make_account(10_000, margin=D("2783.33")), margin=1_100)
    assert isinstance(decide(settings, fits, LIMITS), Sized)
    numbers = refused(
        decide(settings, make_quote(account=make_account(10_000, margin=2_784), margin=1_100), LIMITS),
        DenialReason.MARGIN_LEVEL_LOW,
    )
    assert D(numbers["level"]) < 300


def test_a_symbol_without_margin_can_be_traded(make_settings, make_quote):
    assert decide(make_settings(1), make_quote(margin=0), LIMITS).margin == 0


# Money and lots, whatever the numbers are


@given(balance=money, percent=percents, distance=distances, commission=commissions, step=steps)
def test_the_risk_is_never_above_the_asked_one_and_the_lots_are_on_the_step(
    make_settings, make_quote, make_account, eurusd, balance, percent, distance, commission, step
):
    instrument = replace(eurusd, volume_step=step, volume_min=step * 2)
    account = make_account(balance)
    quote = make_quote(distance, account, margin=0, commission=commission, instrument=instrument)
    result = decide(make_settings(percent), quote, LIMITS)
    if isinstance(result, Denied):
        allowed = {DenialReason.BELOW_MINIMUM_LOT, DenialReason.RISK_ABOVE_CAP}
        assert result.reason in allowed
        if result.reason is DenialReason.BELOW_MINIMUM_LOT:
            assert (step * 2) * quote.risk_per_lot > account.sizing_base * percent / 100
        else:
            assert percent > LIMITS.trade_cap_percent
        return
    assert result.lots * quote.risk_per_lot <= account.sizing_base * min(percent, D(2)) / 100
    assert result.planned_risk == result.lots * quote.risk_per_lot
    assert result.lots % step == 0
    assert instrument.volume_min <= result.lots <= instrument.volume_max
    # Nor is a whole step given away, unless the maximum stops it.
    more = (result.lots + step) * quote.risk_per_lot
    assert more > account.sizing_base * percent / 100 or result.lots + step > instrument.volume_max


def lots_of(result):
    return result.lots if isinstance(result, Sized) else D(0)


@given(balance=money, more=money, percent=percents, distance=distances, wider=st.integers(0, 5_000))
def test_more_money_never_means_fewer_lots_and_a_wider_stop_never_more(
    make_settings, make_quote, make_account, balance, more, percent, distance, wider
):
    assume(percent <= LIMITS.trade_cap_percent)
    settings = make_settings(percent)
    lots = lots_of(decide(settings, make_quote(distance, make_account(balance), margin=0), LIMITS))
    richer = decide(settings, make_quote(distance, make_account(balance + more), margin=0), LIMITS)
    assert lots_of(richer) >= lots
    further = decide(settings, make_quote(distance + wider, make_account(balance), margin=0), LIMITS)
    assert lots_of(further) <= lots


@given(balance=money, lots=st.decimals(min_value=D("0.001"), max_value=80, places=3), distance=distances)
def test_fixed_lots_are_sent_unchanged_or_not_at_all(
    make_settings, make_quote, make_account, balance, lots, distance
):
    quote = make_quote(distance, make_account(balance))
    result = decide(make_settings(lots, SizingMethod.FIXED_LOT), quote, LIMITS)
    if isinstance(result, Sized):
        assert result.lots == lots
        assert result.planned_risk <= quote.account.sizing_base * 2 / 100
        assert result.margin <= quote.account.free_margin
        assert quote.account.equity * 100 >= 300 * result.margin


@given(
    equity=money,
    used=money,
    margin=st.decimals(min_value=0, max_value=5_000, places=2),
    percent=percents,
)
def test_after_every_allowed_trade_the_margin_level_keeps_its_limit(
    make_settings, make_quote, make_account, equity, used, margin, percent
):
    quote = make_quote(account=make_account(equity, margin=used), margin=margin)
    result = decide(make_settings(percent), quote, LIMITS)
    if isinstance(result, Sized):
        assert quote.account.free_margin >= result.margin
        assert equity * 100 >= 300 * (used + result.margin)


# Stops


def test_a_buy_is_measured_from_the_ask(make_settings, eurusd, tick):
    prices = stops(Side.BUY, tick, 0.0005, make_settings(1), eurusd)
    assert (prices.entry, prices.stop_loss, prices.take_profit) == (
        D("1.10002"),
        D("1.09902"),
        D("1.10202"),
    )


def test_a_sells_stop_lies_one_spread_further_away(make_settings, eurusd, tick):
    prices = stops(Side.SELL, tick, 0.0005, make_settings(1), eurusd)
    assert (prices.entry, prices.stop_loss, prices.take_profit) == (
        D("1.10000"),
        D("1.10102"),
        D("1.09800"),
    )


def test_no_take_profit_is_a_choice(make_settings, eurusd, tick):
    prices = stops(Side.BUY, tick, 0.0005, make_settings(1, take_profit_atr=D(0)), eurusd)
    assert prices.take_profit is None


@pytest.mark.parametrize("atr", [None, 0, -1, float("nan"), float("inf")])
def test_without_a_range_there_is_no_stop(make_settings, eurusd, tick, atr):
    refused(stops(Side.BUY, tick, atr, make_settings(1), eurusd), DenialReason.NO_ATR)


@pytest.mark.parametrize("side", Side)
def test_a_range_larger_than_the_price_is_no_range(make_settings, eurusd, tick, side):
    refused(stops(side, tick, 1.0, make_settings(1), eurusd), DenialReason.NO_ATR)


@pytest.mark.parametrize("side", Side)
def test_a_stop_inside_the_brokers_distance_is_denied_with_both_distances(make_settings, eurusd, tick, side):
    fixed = make_settings("0.1", SizingMethod.FIXED_LOT)
    far = replace(eurusd, stops_level=98)
    assert not isinstance(stops(side, tick, 0.0005, fixed, far), Denied)
    numbers = refused(
        stops(side, tick, 0.0005, fixed, replace(eurusd, stops_level=101)),
        DenialReason.STOP_TOO_NEAR,
    )
    assert D(numbers["needed"]) == D("0.00101")
    assert D(numbers["distance"]) < D("0.00101")


@pytest.mark.parametrize("side", Side)
def test_a_stop_that_is_too_near_is_moved_out_where_the_lots_follow_the_risk(
    make_settings, eurusd, tick, side
):
    wanted = stops(side, tick, 0.0005, make_settings(1), eurusd)
    moved = stops(side, tick, 0.0005, make_settings(1), replace(eurusd, stops_level=120))
    closing = tick.bid if side is Side.BUY else tick.ask
    assert side.sign * (closing - wanted.stop_loss) < D("0.00120")
    assert side.sign * (closing - moved.stop_loss) == D("0.00121")
    assert moved.take_profit == wanted.take_profit


def test_a_stop_moved_out_makes_the_lots_fewer_and_keeps_the_risk(make_settings, make_quote):
    near, far = (decide(make_settings(1), make_quote(distance=one), LIMITS) for one in (93, 193))
    assert (near.lots, far.lots) == (1, D("0.50"))
    assert near.planned_risk == far.planned_risk == 100


def test_a_stop_is_never_moved_out_to_more_than_the_double_distance(make_settings, eurusd, tick):
    numbers = refused(
        stops(Side.BUY, tick, 0.0005, make_settings(1), replace(eurusd, stops_level=300)),
        DenialReason.STOP_TOO_NEAR,
    )
    assert D(numbers["needed"]) == D("0.003")


def test_a_stop_inside_the_freeze_level_counts_as_too_near(make_settings, eurusd, tick):
    frozen = replace(eurusd, freeze_level=101)
    fixed = make_settings("0.1", SizingMethod.FIXED_LOT)
    refused(stops(Side.BUY, tick, 0.0005, fixed, frozen), DenialReason.STOP_TOO_NEAR)


def test_a_buys_stop_above_the_bid_is_denied(make_settings, eurusd, tick):
    wide = replace(tick, ask=tick.bid + D("0.005"))
    refused(stops(Side.BUY, wide, 0.0005, make_settings(1), eurusd), DenialReason.STOP_TOO_NEAR)


@given(
    side=st.sampled_from(Side),
    atr=st.floats(0.00001, 0.2),
    stop=st.decimals(min_value=D("0.5"), max_value=10, places=1),
    target=st.decimals(min_value=D("0.5"), max_value=20, places=1),
    spread=st.integers(0, 500),
    level=st.integers(0, 200),
    tick_size=st.sampled_from([D("0.00001"), D("0.00005"), D("0.001")]),
)
def test_stops_lie_on_ticks_on_their_sides_and_outside_the_brokers_distance(
    make_settings, eurusd, tick, side, atr, stop, target, spread, level, tick_size
):
    instrument = replace(eurusd, stops_level=level, tick_size=tick_size)
    quote = replace(tick, ask=tick.bid + spread * instrument.point)
    settings = make_settings(1, stop_atr=stop, take_profit_atr=target)
    prices = stops(side, quote, atr, settings, instrument)
    if isinstance(prices, Denied):
        assert prices.reason in {DenialReason.NO_ATR, DenialReason.STOP_TOO_NEAR}
        return
    closing = quote.bid if side is Side.BUY else quote.ask
    needed = level * instrument.point
    assert prices.stop_loss % tick_size == prices.take_profit % tick_size == 0
    assert side.sign * (closing - prices.stop_loss) >= needed
    assert side.sign * (prices.take_profit - closing) >= needed
    assert side.sign * (closing - prices.stop_loss) > 0
    assert min(prices.stop_loss, prices.take_profit) > 0
