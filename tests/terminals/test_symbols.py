from __future__ import annotations

import pytest

from bot_service.domain.errors import SymbolRefused


@pytest.fixture
def refusal(terminal):
    def refuse(asked):
        with pytest.raises(SymbolRefused) as caught:
            terminal.resolve(asked)
        return caught.value.reason, caught.value.candidates

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
    terminal = make.terminal(api, clock=clock, pinned={"XAUUSD": "XAUUSDm", "EURUSD": "XAUUSDm"})

    assert terminal.resolve("xauusd").symbol == "XAUUSDm"
    assert terminal.resolve("EURUSD").symbol == "XAUUSDm"


def test_a_pinned_name_that_is_gone_is_refused_and_not_replaced(api, clock, make):
    terminal = make.terminal(api, clock=clock, pinned={"EURUSD": "EURUSD.old"})

    with pytest.raises(SymbolRefused) as caught:
        terminal.resolve("EURUSD")
    assert caught.value.reason == "unknown"


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
    assert terminal.symbols("usd") == ("EURUSD", "XAUUSDm")
    assert terminal.symbols("zzz") == ()


def test_a_symbol_is_put_into_the_market_watch_once_per_connection(terminal, api):
    terminal.tick("XAUUSDm")
    terminal.tick("XAUUSDm")
    assert api.names().count("symbol_select") == 1

    terminal.connect()
    terminal.tick("XAUUSDm")
    assert api.names().count("symbol_select") == 2
