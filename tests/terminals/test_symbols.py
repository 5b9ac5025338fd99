from __future__ import annotations

from decimal import Decimal

import pytest

from bot_service.domain.errors import SymbolRefused
from bot_service.terminals.paper import PROFILES, PaperTerminal
from bot_service.terminals.terminal import Mt5Terminal

GOLD = {
    "exness_standard": None,
    "exness_pro": "XAUUSD",
    "exness_cent": "XAUUSDc",
    "xm_standard": None,
    "xm_ultra_low": None,
    "ftmo": "XAUUSD",
    "axi_pro": None,
    "iux_standard": "XAUUSD.iux",
    "justmarkets_cent": "XAUUSD.c",
    "fbs": "XAUUSD",
    "futures_house": "XAUUSD.i",
}
ONE_TAP = {
    "exness_standard": "XAUUSDm",
    "xm_standard": "GOLD",
    "xm_ultra_low": "GOLD#",
    "axi_pro": "XAUUSD.pro",
}


@pytest.fixture
def account_at(clock):
    """Return the terminal of a paper account at a broker."""
    opened = []

    def open_account(name, **pinned):
        api = PaperTerminal(clock=clock.now, profile=PROFILES[name]())
        opened.append(api)
        terminal = Mt5Terminal(api, clock=clock, pinned=pinned)
        terminal.connect()
        return terminal

    yield open_account
    for api in opened:
        api.close_book()


@pytest.fixture
def refusal(terminal):
    def refuse(asked):
        with pytest.raises(SymbolRefused) as caught:
            terminal.resolve(asked)
        return caught.value.reason, tuple(one.name for one in caught.value.candidates)

    return refuse


def test_the_exact_name_is_found(terminal):
    assert terminal.resolve("EURUSD").symbol == "EURUSD"


@pytest.mark.parametrize("asked", ["eurusd", "EurUsd", " EURUSD "])
def test_case_and_blanks_do_not_matter(terminal, asked):
    assert terminal.resolve(asked).symbol == "EURUSD"


def test_a_longer_name_is_a_candidate_and_never_an_answer(refusal):
    assert refusal("XAUUSD") == ("unknown", ("XAUUSDm",))


@pytest.mark.parametrize("asked", ["USD", "URUS", "AUUSDm", "", " "])
def test_a_part_of_a_name_finds_nothing(refusal, asked):
    assert refusal(asked) == ("unknown", ())


def test_at_most_six_candidates_are_offered_shortest_first(refusal, api, make):
    for suffix in "abcdefgh":
        api.info[f"GOLD.{suffix}"] = make.symbol(f"GOLD.{suffix}")
    api.info["GOLD#"] = make.symbol("GOLD#")

    reason, candidates = refusal("gold")

    assert reason == "unknown"
    assert candidates == ("GOLD#", "GOLD.a", "GOLD.b", "GOLD.c", "GOLD.d", "GOLD.e")


def test_names_that_differ_only_in_case_are_asked_back(refusal, api, make):
    api.info["Gold"] = make.symbol("Gold")
    api.info["GOLD"] = make.symbol("GOLD")

    assert refusal("gold") == ("ambiguous", ("GOLD", "Gold"))


@pytest.mark.parametrize("mode", [0, 1, 2, 3])
def test_a_symbol_that_can_not_be_traded_in_full_is_refused(refusal, api, make, mode):
    api.info["EURUSD"] = make.symbol("EURUSD", trade_mode=mode)
    api.info["EURUSDm"] = make.symbol("EURUSDm")

    assert refusal("EURUSD") == ("not_tradable", ("EURUSDm",))


def test_a_pinned_name_wins(api, clock, make):
    terminal = make.terminal(api, clock=clock, pinned={"GOLD": "XAUUSDm", "EURUSD": "XAUUSDm"})

    assert terminal.resolve("gold").symbol == "XAUUSDm"
    with pytest.raises(SymbolRefused) as caught:
        terminal.resolve("EURUSD")
    assert caught.value.reason == "other_market"


def test_a_pinned_name_that_is_gone_is_refused_and_not_replaced(api, clock, make):
    terminal = make.terminal(api, clock=clock, pinned={"EURUSD": "EURUSD.old"})

    with pytest.raises(SymbolRefused) as caught:
        terminal.resolve("EURUSD")
    assert caught.value.reason == "pinned_gone"


@pytest.mark.parametrize("broker", PROFILES)
def test_gold_is_gold_at_every_broker_or_asked_back(account_at, broker):
    terminal = account_at(broker)
    if GOLD[broker] is None:
        with pytest.raises(SymbolRefused) as caught:
            terminal.resolve("XAUUSD")
        assert caught.value.candidates[0].name == ONE_TAP[broker]
        assert terminal.resolve(ONE_TAP[broker]).currency_profit == "USD"
        return
    gold = terminal.resolve("XAUUSD")
    assert (gold.symbol, gold.currency_base, gold.currency_profit) == (GOLD[broker], "XAU", "USD")


@pytest.mark.parametrize("broker", PROFILES)
@pytest.mark.parametrize("pair", ["EURUSD", "GBPUSD", "USDJPY"])
def test_a_pair_is_that_pair_at_every_broker(account_at, broker, pair):
    # XM Ultra Low shows the plain EURUSD of another account type in grey.
    asked = "EURUSD#" if (broker, pair) == ("xm_ultra_low", "EURUSD") else pair
    found = account_at(broker).resolve(asked)
    assert (found.currency_base, found.currency_profit) == (pair[:3], pair[3:])
    assert found.symbol.startswith(pair)
    assert found.tradable


def test_an_index_with_an_ending_of_its_own_is_asked_back_with_its_name(account_at):
    with pytest.raises(SymbolRefused) as caught:
        account_at("ftmo").resolve("US500")
    assert [one.name for one in caught.value.candidates] == ["US500.cash"]


def test_a_pinned_map_makes_gold_of_xm_known(account_at):
    assert account_at("xm_standard", XAUUSD="GOLD").resolve("XAUUSD").symbol == "GOLD"


def test_candidates_say_what_a_lot_of_them_is(account_at):
    with pytest.raises(SymbolRefused) as caught:
        account_at("xm_standard").resolve("XAUUSD")
    gold = caught.value.candidates[0]
    assert (gold.contract_size, gold.digits, gold.currency_profit, gold.description) == (
        Decimal(100),
        2,
        "USD",
        "Gold",
    )


def test_a_broker_symbol_that_vanished_is_gone(terminal):
    with pytest.raises(SymbolRefused) as caught:
        terminal.instrument("GBPUSD")
    assert caught.value.reason == "gone"


def test_a_disabled_symbol_is_refused_but_one_that_only_closes_can_be_read(terminal, api, make):
    with pytest.raises(SymbolRefused) as caught:
        terminal.instrument("XAUUSDz")
    assert caught.value.reason == "not_tradable"

    api.info["EURUSD"] = make.symbol("EURUSD", trade_mode=3)
    assert not terminal.instrument("EURUSD").tradable


def test_people_may_search_for_any_part_of_a_name(terminal):
    assert [one.name for one in terminal.symbols("usd")] == ["EURUSD", "XAUUSDm", "XAUUSDz"]
    assert terminal.symbols("zzz") == ()


def test_the_spread_is_known_of_symbols_with_a_quote(terminal, api, make):
    api.info["GBPUSD"] = make.symbol("GBPUSD", select=False, currency_base="GBP")
    found = {one.name: one.spread for one in terminal.symbols("")}
    assert (found["EURUSD"], found["GBPUSD"]) == (Decimal("0.00020"), None)


def test_a_symbol_is_put_into_the_market_watch_once_per_connection(terminal, api):
    terminal.tick("XAUUSDm")
    terminal.tick("XAUUSDm")
    assert api.names().count("symbol_select") == 1

    terminal.connect()
    terminal.tick("XAUUSDm")
    assert api.names().count("symbol_select") == 2
