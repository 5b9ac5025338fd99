from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_service.domain.market import MarginMode, Timeframe, TradeMode
from bot_service.domain.trading import DealEntry, DealKind, Side
from bot_service.terminals.mapping import TIMEFRAMES, decimal_of, money_of, price_of, prices_of


@given(st.decimals(Decimal("-1e9"), Decimal("1e9"), places=8, allow_nan=False))
def test_a_decimal_survives_the_float_that_carried_it(value):
    if len(value.as_tuple().digits) <= 15:
        assert decimal_of(float(value)) == value


def test_float_noise_is_rounded_away():
    assert decimal_of(0.1 + 0.2) == Decimal("0.3")
    assert money_of(1000.30000000001, 2) == Decimal("1000.30")
    assert str(money_of(-0.0, 2)) in {"0.00", "-0.00"}
    assert str(price_of(1.1, 5)) == "1.10000"
    assert str(decimal_of(50.0)) == "50"


def test_infinities_are_refused():
    with pytest.raises(ValueError, match="inf"):
        decimal_of(float("inf"))


def test_every_timeframe_has_the_packages_number():
    assert set(TIMEFRAMES) == set(Timeframe)
    assert TIMEFRAMES[Timeframe.D1] == 16408
    assert TIMEFRAMES[Timeframe.H4] == 16388


def test_an_account_without_margin_has_no_margin_level(terminal, api, make):
    assert terminal.account().margin_level is None

    api.script["account_info"] = make.account(margin=108.1, margin_level=925.34321)
    assert terminal.account().margin_level == Decimal("925.34")


@pytest.mark.parametrize("blocked", ["trade_allowed", "trade_expert"])
def test_an_account_that_may_not_trade_says_so(terminal, api, make, blocked):
    assert terminal.account().trade_allowed

    api.script["account_info"] = make.account(**{blocked: False})
    assert not terminal.account().trade_allowed


def test_the_algo_button_counts_as_permission(terminal, api, make):
    api.script["terminal_info"] = type(make.account())(connected=True, trade_allowed=False)
    assert not terminal.account().trade_allowed


@pytest.mark.parametrize(("code", "mode"), [(0, TradeMode.DEMO), (1, TradeMode.CONTEST), (2, TradeMode.REAL)])
def test_the_trade_mode_tells_what_money_it_is(terminal, api, make, code, mode):
    api.script["account_info"] = make.account(trade_mode=code)
    assert terminal.identity().trade_mode is mode


def test_paper_accounts_call_themselves_paper(api, clock, make):
    assert make.terminal(api, clock=clock, trade_mode_override=make.paper).identity().trade_mode == "paper"


def test_margin_modes_are_words(terminal, api, make):
    api.script["account_info"] = make.account(margin_mode=0)
    assert terminal.account().margin_mode is MarginMode.NETTING


def test_a_position_without_stops_has_none(terminal, api, clock, make):
    label = api.label(clock.now() - timedelta(minutes=5))
    api.script["positions_get"] = (
        type(make.account())(
            ticket=11, identifier=10, symbol="EURUSD", type=1, volume=0.3, price_open=1.0812345678,
            price_current=1.08, sl=0.0, tp=1.07, profit=30.004999, swap=-1.0, magic=5000001,
            comment="r1", time=int(label), time_msc=round(label * 1000),
        ),
    )  # fmt: skip

    (position,) = terminal.positions()

    assert position.stop_loss is None
    assert position.take_profit == Decimal("1.07")
    assert position.side is Side.SELL
    assert position.lots == Decimal("0.3")
    assert position.price_open == Decimal("1.08123457")
    assert position.profit == Decimal("30.00")
    assert position.opened_at == clock.now() - timedelta(minutes=5)


def test_deals_come_oldest_first_once_each_in_utc(terminal, api, clock, make):
    early, late = (api.label(clock.now() - timedelta(minutes=m)) for m in (30, 5))
    api.script["history_deals_get"] = (
        make.deal(3, late, entry=1, reason=4, profit=-10.0, type=1),
        make.deal(1, early),
        make.deal(1, early),
        make.deal(2, early, type=2, profit=1000.0, symbol="", reason=0),
    )

    deals = terminal.deals(clock.now() - timedelta(hours=1))

    assert [deal.ticket for deal in deals] == [1, 2, 3]
    assert deals[0].time == clock.now().replace(second=30) - timedelta(minutes=30)
    assert [deal.kind for deal in deals] == [DealKind.TRADE, DealKind.BALANCE, DealKind.TRADE]
    assert deals[2].entry is DealEntry.OUT
    assert deals[2].reason == "sl"
    assert deals[2].net == Decimal("-10.35")


@pytest.mark.parametrize(
    ("code", "word"),
    list(enumerate(["client", "mobile", "web", "expert", "sl", "tp", "so", "rollover", "vmargin", "split"])),
)
def test_deal_reasons_are_words(terminal, api, make, code, word):
    api.script["history_deals_get"] = (make.deal(1, 1772000000, reason=code),)
    assert terminal.deals_of(900)[0].reason == word


@pytest.mark.parametrize(
    ("code", "kind"),
    [(0, DealKind.TRADE), (1, DealKind.TRADE), (2, DealKind.BALANCE), (3, DealKind.CREDIT)]
    + [(code, DealKind.OTHER) for code in range(4, 18)],
)
def test_account_operations_are_no_trades(terminal, api, make, code, kind):
    api.script["history_deals_get"] = (make.deal(1, 1772000000, type=code),)
    assert terminal.deals_of(900)[0].kind is kind


def test_deals_are_asked_for_with_server_labels_until_a_day_ahead(terminal, api, clock):
    since = clock.now() - timedelta(hours=6)
    terminal.deals(since)

    (dates,) = [args for name, args, _ in api.calls if name == "history_deals_get"]
    assert dates == (
        int(api.label(since - timedelta(hours=1))),
        int(api.label(clock.now() + timedelta(days=1))),
    )


def test_deals_since_the_beginning_of_time_can_be_asked_for(terminal, api):
    terminal.deals(datetime.min.replace(tzinfo=UTC))

    (dates,) = [args for name, args, _ in api.calls if name == "history_deals_get"]
    assert 0 <= dates[0] < dates[1]
    assert dates[0] < datetime(1972, 1, 1, tzinfo=UTC).timestamp()


def test_a_position_is_looked_up_by_its_identifier_alone(terminal, api):
    terminal.deals_of(900)
    assert ("history_deals_get", (), {"position": 900}) in api.calls


def test_profit_and_margin_are_money(terminal):
    one = Decimal(1)
    assert terminal.profit(Side.BUY, "EURUSD", one, one, Decimal("1.1")) in {
        Decimal("12.34"),
        Decimal("12.35"),
    }
    assert terminal.margin(Side.SELL, "EURUSD", one, one) == Decimal("108.02")


def test_a_symbol_without_a_tick_size_uses_its_point(terminal, api, make):
    api.info["EURUSD"] = make.symbol("EURUSD", trade_tick_size=0.0)
    assert terminal.instrument("EURUSD").tick_size == Decimal("0.00001")


def test_prices_that_stand_together_have_equally_many_places():
    assert [str(price) for price in prices_of(1.08421, 1.0203, 0.0)] == ["1.08421", "1.02030", "0.00000"]
    assert [str(price) for price in prices_of(151.0, 150.0, 0.0)] == ["151", "150", "0"]
