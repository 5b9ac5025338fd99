from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_service.domain.bots import BotSettings, SizingMethod
from bot_service.domain.errors import AmbiguousNumber, InvalidValue, UnknownStrategy
from bot_service.domain.market import Timeframe
from bot_service.services.drafts import changes, raises_risk, settings_from_words

D = Decimal
LEAST = {"symbol": "EURUSD", "strategy": "MA_CROSSOVER"}


@pytest.fixture
def base():
    words = {**LEAST, "timeframe": "H1", "risk": "1", "interval": "60"}
    return replace(settings_from_words(words, None), broker_symbol="EURUSDm")


def refusal(words, base=None):
    with pytest.raises(InvalidValue) as caught:
        settings_from_words(words if base else {**LEAST, **words}, base)
    return caught.value


def test_symbol_and_strategy_are_enough():
    assert settings_from_words(LEAST, None) == BotSettings(
        name="EURUSD MA_CROSSOVER H1",
        symbol="EURUSD",
        broker_symbol="",
        strategy="MA_CROSSOVER",
        timeframe=Timeframe.H1,
        sizing=SizingMethod.RISK_PERCENT,
        size=D(1),
        stop_atr=D(2),
        take_profit_atr=D(4),
        check_interval_s=None,
        parameters={"fast_period": 20, "slow_period": 50},
    )


def test_the_words_of_both_languages_mean_the_same():
    english = {
        "name": "Gold",
        "symbol": "XAUUSD",
        "strategy": "rsi_crossover",
        "tf": "m15",
        "risk": "0.5",
        "stop": "1.5",
        "tp": "3",
        "interval": "30",
        "rsi_period": "10",
    }
    indonesian = {
        "Nama": "Gold",
        "SIMBOL": "xauusd",
        "strategi": "RSI_CROSSOVER",
        "timeframe": "M15",
        "risiko": "0,5%",
        "sl": "1,5",
        "take_profit": "3",
        "interval": "30",
        "rsi-period": "10",
    }
    settings = settings_from_words(english, None)
    assert settings == settings_from_words(indonesian, None)
    assert (settings.size, settings.stop_atr, settings.check_interval_s) == (D("0.5"), D("1.5"), 30)
    assert settings.parameters["rsi_period"] == 10


def test_capitals_of_a_brokers_name_are_kept():
    assert settings_from_words({**LEAST, "symbol": "EURUSDm"}, None).symbol == "EURUSDm"


@pytest.mark.parametrize("missing", ["symbol", "strategy"])
def test_a_bot_needs_a_symbol_and_a_strategy(missing):
    with pytest.raises(InvalidValue) as caught:
        settings_from_words({name: text for name, text in LEAST.items() if name != missing}, None)
    assert (caught.value.field, caught.value.reason) == (missing, "missing")


def test_an_unknown_field_is_answered_with_the_nearest():
    error = refusal({"risko": "1"})
    assert (error.field, error.reason) == ("risko", "unknown_field")
    assert "risiko" in error.allowed.split(", ")


def test_a_parameter_of_another_strategy_is_unknown():
    assert refusal({"rsi_period": "14"}).reason == "unknown_field"


def test_an_unknown_strategy_is_answered_with_the_nearest():
    with pytest.raises(UnknownStrategy) as caught:
        settings_from_words({**LEAST, "strategy": "MA_CROSOVER"}, None)
    assert caught.value.nearest[0] == "MA_CROSSOVER"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("risk", "0"),
        ("risk", "0.009"),
        ("risk", "5.01"),
        ("risk", "-1"),
        ("lot", "0"),
        ("lot", "-0.1"),
        ("lot", "5%"),
        ("stop_atr", "0.4"),
        ("stop_atr", "10.1"),
        ("stop_atr", "2%"),
        ("take_profit_atr", "0.4"),
        ("take_profit_atr", "21"),
        ("interval", "0"),
        ("interval", "3601"),
        ("interval", "1.5"),
        ("timeframe", "H2"),
        ("symbol", ""),
        ("symbol", "A" * 32),
        ("symbol", "EUR\nUSD"),
        ("name", " "),
        ("name", "n" * 65),
        ("fast_period", "1"),
        ("fast_period", "20.5"),
        ("fast_period", "60"),
        ("fast_period", "satu"),
    ],
)
def test_values_out_of_bounds_are_refused_by_field(field, text):
    assert refusal({field: text}).field == field


@pytest.mark.parametrize("field", ["risk", "lot", "stop_atr", "take_profit_atr", "interval", "slow_period"])
def test_a_number_with_two_readings_is_asked_back(field):
    with pytest.raises(AmbiguousNumber):
        settings_from_words({**LEAST, field: "1.000"}, None)


def test_risk_and_lot_exclude_each_other():
    assert refusal({"risk": "1", "lot": "0.1"}).reason == "risk_or_lot"


def test_one_field_by_two_names_is_refused():
    assert refusal({"sl": "2", "stop": "3"}).reason == "given_twice"


def test_lots_choose_fixed_sizing():
    settings = settings_from_words({**LEAST, "lot": "0,02"}, None)
    assert (settings.sizing, settings.size) == (SizingMethod.FIXED_LOT, D("0.02"))


def test_zero_means_no_take_profit():
    assert settings_from_words({**LEAST, "tp": "0"}, None).take_profit_atr == 0


# Changing a bot


def test_no_words_change_nothing(base):
    assert settings_from_words({}, base) == base
    assert changes(base, settings_from_words({}, base)) == {}


def test_a_change_keeps_everything_else(base):
    new = settings_from_words({"risiko": "0,5"}, base)
    assert new == replace(base, size=D("0.5"))
    assert changes(base, new) == {"risk": ("1", "0.5")}


def test_a_new_symbol_must_be_resolved_again(base):
    assert settings_from_words({"symbol": "GBPUSD"}, base).broker_symbol == ""
    assert settings_from_words({"symbol": "eurusd"}, base).broker_symbol == "EURUSDm"


def test_a_name_nobody_gave_follows_the_settings(base):
    assert settings_from_words({"tf": "M5"}, base).name == "EURUSD MA_CROSSOVER M5"
    named = settings_from_words({"nama": "  Bot   pagi "}, base)
    assert named.name == "Bot pagi"
    assert settings_from_words({"tf": "M5"}, named).name == "Bot pagi"


def test_parameters_stay_with_their_strategy(base):
    tuned = settings_from_words({"fast_period": "10"}, base)
    assert settings_from_words({"slow_period": "40"}, tuned).parameters == {
        "fast_period": 10,
        "slow_period": 40,
    }
    other = settings_from_words({"strategy": "BOLLINGER_REVERSION", "bb_std": "2,5"}, tuned)
    assert other.parameters == {"bb_length": 20, "bb_std": 2.5, "trend_filter_period": 200}
    difference = changes(tuned, other)
    assert difference["fast_period"] == ("10", "")
    assert difference["bb_std"] == ("", "2.5")


def test_a_shorter_timeframe_shortens_the_interval(base):
    slow = settings_from_words({"interval": "600"}, base)
    assert settings_from_words({"tf": "M5"}, slow).check_interval_s == 300
    assert settings_from_words({"interval": "auto"}, slow).check_interval_s is None


def test_a_change_never_reads_like_an_ambiguous_number(base):
    old, new = changes(base, settings_from_words({"sl": "2.1250"}, base))["stop_atr"]
    assert (old, new) == ("2", "2.1250")
    assert settings_from_words({"sl": new}, base).stop_atr == D("2.125")


FIXED = {"lot": "0.1"}


@pytest.mark.parametrize(
    ("before", "after", "raises"),
    [
        ({}, {"risk": "1.1"}, True),
        ({}, {"risk": "0.9"}, False),
        ({}, {"stop": "5"}, False),
        ({}, {"tf": "D1"}, False),
        ({}, FIXED, True),
        (FIXED, {"risk": "0.5"}, True),
        (FIXED, {"lot": "0.11"}, True),
        (FIXED, {"lot": "0.09"}, False),
        (FIXED, {"stop": "2.5"}, True),
        (FIXED, {"stop": "1.5"}, False),
        (FIXED, {"tf": "H4"}, True),
        (FIXED, {"symbol": "GBPUSD"}, True),
        (FIXED, {"name": "x", "tp": "9", "fast_period": "5"}, False),
    ],
)
def test_what_may_lose_more_is_called_a_raise(base, before, after, raises):
    old = settings_from_words(before, base)
    assert raises_risk(old, settings_from_words(after, old)) is raises


@given(
    st.dictionaries(
        st.sampled_from(["risk", "lot", "sl", "tp", "tf", "interval", "fast_period", "nama"]),
        st.text(max_size=8),
    )
)
def test_whatever_is_typed_gives_settings_or_a_refusal(words):
    try:
        settings = settings_from_words({**LEAST, **words}, None)
    except (AmbiguousNumber, InvalidValue):
        return
    assert settings.size > 0
    assert D("0.5") <= settings.stop_atr <= 10
    assert settings.take_profit_atr == 0 or D("0.5") <= settings.take_profit_atr <= 20
