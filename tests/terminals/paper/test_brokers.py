from __future__ import annotations

import pytest

from bot_service.terminals import paper
from bot_service.terminals.paper import SPECS, brokers, constants

MAJORS = ("EURUSD", "GBPUSD", "USDJPY")


@pytest.fixture
def at(make_terminal):
    """Return a terminal of a broker."""

    def make(name, **options):
        return make_terminal(profile=paper.PROFILES[name](), **options)

    return make


def names(terminal, *, tradable=True):
    return {info.name for info in terminal.symbols_get() if (info.trade_mode == 4) is tradable}


@pytest.mark.parametrize(
    ("broker", "gold", "euro", "index"),
    [
        ("exness_standard", "XAUUSDm", "EURUSDm", "US500m"),
        ("exness_pro", "XAUUSD", "EURUSD", "US500"),
        ("exness_cent", "XAUUSDc", "EURUSDc", None),
        ("xm_standard", "GOLD", "EURUSD", "US500Cash"),
        ("xm_ultra_low", "GOLD#", "EURUSD#", "US500Cash#"),
        ("ftmo", "XAUUSD", "EURUSD", "US500.cash"),
        ("axi_pro", "XAUUSD.pro", "EURUSD.pro", "US500.pro"),
        ("iux_standard", "XAUUSD.iux", "EURUSD.iux", "US500.iux"),
        ("justmarkets_cent", "XAUUSD.c", "EURUSD.c", "US500.c"),
        ("fbs", "XAUUSD", "EURUSD", "US500"),
        ("futures_house", "XAUUSD.i", "EURUSD.i", "US500.i"),
    ],
)
def test_each_broker_has_its_own_names(at, desk_of, broker, gold, euro, index):
    terminal = at(broker)
    assert {gold, euro, *([index] if index else [])} <= names(terminal)
    info = terminal.symbol_info(gold)
    assert (info.name, info.path) == (gold, f"Metals\\{gold}")
    assert info.bid > 1000
    assert terminal.symbols_get(gold)[0].name == gold
    assert len(terminal.copy_rates_from_pos(gold, constants.TIMEFRAME_H1, 0, 50)) == 50
    tick, volume = terminal.symbol_info_tick(gold), info.volume_min
    desk = desk_of(terminal)
    done = desk.open(gold, volume, price=tick.ask)
    assert (done.retcode, done.price) == (10009, tick.ask)
    assert desk.close(done.order, price=tick.bid).retcode == 10009


def test_every_profile_was_looked_at():
    assert len(paper.PROFILES) == 11


def test_a_broker_with_a_suffix_does_not_know_the_plain_name(at, desk_of):
    terminal = at("iux_standard")
    assert terminal.symbol_info("EURUSD") is None
    assert desk_of(terminal).open("EURUSD").retcode == 10013


@pytest.mark.parametrize(
    ("broker", "grey"),
    [
        ("xm_standard", {"GOLD#", "EURUSD#"}),
        ("exness_standard", {"XAUUSD"}),
        ("axi_pro", {"XAUUSD", "XAUUSD.crp", "XAUUSD.m.e"}),
    ],
)
def test_variants_of_other_accounts_are_listed_and_can_not_be_traded(at, desk_of, broker, grey):
    terminal = at(broker)
    assert names(terminal, tradable=False) == grey
    for name in grey:
        assert desk_of(terminal).open(name, 0.01).retcode == 10017


def test_gold_by_another_name_is_another_instrument(at):
    share = at("ftmo").symbol_info("GOLD")
    assert (share.path, share.bid < 100, share.currency_base) == ("Shares\\GOLD", True, "USD")
    cross = at("exness_standard").symbol_info("XAUEURm")
    assert cross.currency_profit == "EUR"
    assert cross.bid == pytest.approx(at("exness_standard").symbol_info("XAUUSDm").bid * 0.9, abs=0.02)


def test_profit_in_a_third_currency_goes_through_its_own_pair(at):
    terminal = at("exness_standard")
    euro = terminal.symbol_info_tick("EURUSDm").bid
    profit = terminal.order_calc_profit(0, "XAUEURm", 1.0, 2600.0, 2601.0)
    assert profit == pytest.approx(100.0 * euro, abs=0.006)


def test_gold_may_have_another_digit(at):
    terminal = at("exness_standard")
    info = terminal.symbol_info("XAUUSDm")
    assert (info.digits, info.point, info.trade_tick_size) == (3, 0.001, 0.001)
    assert info.ask - info.bid == pytest.approx(0.16)


def test_a_cent_account_counts_cents(at, desk_of):
    terminal = at("exness_cent")
    info = terminal.account_info()
    assert (info.currency, info.balance) == ("USC", 100_000.0)
    assert terminal.order_calc_profit(0, "EURUSDc", 1.0, 1.1, 1.101) == 100.0  # one dollar
    assert terminal.order_calc_margin(0, "EURUSDc", 1.0, 1.1) == pytest.approx(1000 * 1.1 / 2000 * 100)
    assert terminal.symbol_info("EURUSDc").trade_tick_value == pytest.approx(1.0)


def test_a_rupiah_account_is_converted_at_the_rate_of_the_house(at, desk_of):
    terminal = at("futures_house")
    info = terminal.account_info()
    assert (info.currency, info.currency_digits, info.balance) == ("IDR", 0, 100_000_000.0)
    assert terminal.order_calc_profit(0, "EURUSD.i", 0.1, 1.1, 1.101) == 140_000.0
    deal = desk_of(terminal).open("EURUSD.i", 0.1)
    (booked,) = terminal.history_deals_get(ticket=deal.order)
    assert booked.commission == -4900.0
    assert terminal.account_info().balance == 100_000_000.0 - 4900.0


def test_an_account_in_euros_is_converted_by_its_own_quote(make_terminal):
    profile = brokers.fbs().with_conditions(currency="EUR")
    terminal = make_terminal(profile=profile)
    euro = terminal.symbol_info_tick("EURUSD").bid
    assert terminal.order_calc_profit(0, "XAUUSD", 1.0, 2900.0, 2901.0) == pytest.approx(
        100 / euro, abs=0.006
    )
    assert terminal.order_calc_profit(0, "XAUEUR", 1.0, 2900.0, 2901.0) == 100.0
    assert terminal.order_calc_margin(0, "EURUSD", 1.0, 1.1) == 1000.0


def test_a_currency_without_a_rate_is_an_error_and_no_exception(make_terminal):
    terminal = make_terminal(profile=brokers.fbs().with_conditions(currency="ZAR"))
    assert terminal.order_calc_profit(0, "EURUSD", 1.0, 1.1, 1.2) is None
    assert terminal.last_error()[0] == -4


def test_instant_accounts_requote(at, desk_of):
    terminal = at("exness_pro")
    ask = terminal.symbol_info_tick("EURUSD").ask
    assert terminal.symbol_info("EURUSD").trade_exemode == 1
    assert desk_of(terminal).open(price=round(ask - 0.001, 5), deviation=5).retcode == 10004


def test_a_broker_replays_histories_under_its_names(at, write_history, clock):
    directory = write_history([(1.1, 1.1, 1.1, 1.1)])
    clock.now = paper.history_start(directory)
    terminal = at("exness_standard", history=directory)
    assert names(terminal) == {"EURUSDm"}
    assert terminal.symbol_info_tick("EURUSDm").bid == 1.1


def test_a_directory_belongs_to_its_broker(tmp_path, at, make_terminal):
    at("fbs", data_dir=tmp_path).close_book()
    at("fbs", data_dir=tmp_path).close_book()
    with pytest.raises(paper.PaperMismatch, match="broker=FBS"):
        make_terminal(data_dir=tmp_path)


def test_without_a_profile_nothing_changes(terminal):
    assert {info.name for info in terminal.symbols_get()} == set(SPECS)
    assert terminal.account_info().currency == "USD"


def test_bars_of_gold_in_euros_are_those_of_gold_at_its_scale(at):
    terminal = at("exness_standard")
    for timeframe in (constants.TIMEFRAME_M1, constants.TIMEFRAME_H1):
        gold, other = (terminal.copy_rates_from_pos(name, timeframe, 0, 9) for name in ("XAUUSDm", "XAUEURm"))
        for column in ("open", "high", "low", "close"):
            assert list(other[column]) == pytest.approx(list(gold[column] * 0.9), abs=0.02)
