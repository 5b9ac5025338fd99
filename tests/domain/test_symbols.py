from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_service.domain.errors import SymbolRefused
from bot_service.domain.market import SymbolTerms
from bot_service.domain.symbols import (
    MAJORS,
    Affix,
    choose,
    contradicts,
    core_of,
    is_variant,
    learned_affix,
    offers,
    pinned_of,
    search,
)

PLAIN = (*MAJORS, "XAUUSD", "XAUEUR", "BTCUSD", "BTCUSDT", "US30", "US300", "US500")
SIZES = {"XAU": Decimal(100), "BTC": Decimal(1), "US3": Decimal(1), "US5": Decimal(1)}


def terms(name, core=None, **changes):
    core = core or core_of(name)
    pair = core[:6] if core[:3] not in ("US3", "US5") else "USDUSD"
    fields = {
        "contract_size": SIZES.get(core[:3], Decimal(100_000)),
        "digits": 2,
        "currency_base": pair[:3],
        "currency_profit": pair[3:6],
    }
    return SymbolTerms(name, **(fields | changes))


def listing(*symbols):
    made = [terms(item) if isinstance(item, str) else item for item in symbols]
    return {symbol.name: symbol for symbol in made}


def account(prefix="", suffix="", names=PLAIN):
    return listing(*(terms(f"{prefix}{name}{suffix}", name) for name in names))


def chosen(asked, listed, **pinned):
    return choose(asked, listed, pinned)


def outcome(asked, listed):
    try:
        return chosen(asked, listed), ()
    except SymbolRefused as refused:
        return None, refused.candidates


@pytest.fixture
def refusal():
    def refuse(asked, listed, **pinned):
        with pytest.raises(SymbolRefused) as caught:
            choose(asked, listed, pinned)
        return caught.value.reason, tuple(one.name for one in caught.value.candidates)

    return refuse


letters = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=4)
marks = st.sampled_from(["", ".", "#", "_", "-", "+"])
suffixes = st.one_of(
    st.just(""), st.builds(str.__add__, marks, letters), st.sampled_from([".", "#", "-ECN", ".PRO"])
)
prefixes = st.one_of(st.just(""), letters, st.sampled_from(["#", ".", "FX."]))


@given(prefixes, suffixes, st.sampled_from(PLAIN))
def test_what_most_majors_carry_is_written_around_every_name(prefix, suffix, asked):
    listed = account(prefix, suffix)
    assert learned_affix(listed.values()) == Affix(prefix, suffix)
    assert chosen(asked, listed) == f"{prefix}{asked}{suffix}"


@given(
    st.lists(st.tuples(prefixes, suffixes, st.sampled_from(PLAIN), st.booleans()), max_size=25),
    st.sampled_from(PLAIN),
)
def test_whatever_an_account_lists_a_name_is_that_market_or_nothing(found, asked):
    listed = listing(*(terms(f"{p}{name}{s}", name, tradable=live) for p, s, name, live in found))
    name, candidates = outcome(asked, listed)
    assert all(one.tradable and not contradicts(asked, one) for one in candidates)
    assert len(candidates) <= 6
    if name is not None:
        assert listed[name].tradable
        assert is_variant(name, asked)
        assert (name, asked) in {(f"{p}{core}{s}", core) for p, s, core, _ in found}


@given(st.sampled_from(PLAIN), st.sampled_from(["T", "0", "00", "X", "USD", "1"]))
def test_a_longer_name_is_never_taken_even_where_every_major_carries_its_end(asked, end):
    listed = account("", end, names=[*MAJORS, asked])
    with pytest.raises(SymbolRefused):
        chosen(asked, listed)


@pytest.mark.parametrize(
    ("asked", "trap"), [("XAUUSD", "XAUEUR"), ("US30", "US300"), ("BTCUSD", "BTCUSDT"), ("EURUSD", "XAUUSD")]
)
@pytest.mark.parametrize("suffix", ["", "m", ".pro"])
def test_no_trap_is_taken_where_the_asked_name_is_missing(refusal, asked, trap, suffix):
    rest = [name for name in (*MAJORS[1:], trap) if name != asked]
    listed = account("", suffix, names=rest)
    reason, names = refusal(asked, listed)
    assert reason == "unknown"
    assert set(names) <= {f"BTCUSDT{suffix}"}


def test_two_suffixes_on_the_same_majors_are_no_rule(refusal):
    both = account("", "m", MAJORS) | account("", "c", MAJORS)
    assert learned_affix(both.values()) is None
    assert refusal("EURUSD", both) == ("unknown", ("EURUSDc", "EURUSDm"))


def test_majors_that_can_not_be_traded_teach_nothing():
    grey = {name: terms(name, tradable=False) for name in MAJORS}
    assert learned_affix((grey | account("", "m", MAJORS[:2])).values()) == Affix("", "m")


def test_one_major_is_too_few_to_learn_from():
    assert learned_affix([terms("EURUSDm")]) is None


def test_a_suffix_of_the_minority_is_not_taken(refusal):
    listed = account("", "m", MAJORS[:5]) | listing("USDCAD.x", "XAUUSD.x")
    assert learned_affix(listed.values()) == Affix("", "m")
    assert refusal("XAUUSD", listed) == ("unknown", ("XAUUSD.x",))


def test_a_look_alike_with_another_contract_size_is_asked_back(refusal):
    listed = account("", "m") | listing(terms("XAUUSDmicro", contract_size=Decimal(1)))
    assert refusal("XAUUSD", listed) == ("ambiguous", ("XAUUSDm", "XAUUSDmicro"))
    assert chosen("XAUUSDmicro", listed) == "XAUUSDmicro"
    assert chosen("XAUUSD", listed, XAUUSD="XAUUSDm") == "XAUUSDm"


def test_a_look_alike_with_the_same_contract_does_not_disturb():
    assert chosen("XAUUSD", account("", "m") | listing("XAUUSD.x")) == "XAUUSDm"


def test_a_symbol_that_says_it_is_another_market_is_refused_whatever_its_name(refusal):
    gold = terms("EURUSDm", currency_base="XAU", contract_size=Decimal(100))
    listed = account("", "m", MAJORS[1:]) | listing(gold)
    assert refusal("EURUSD", listed)[0] == "other_market"
    assert refusal("EURUSDm", listed)[0] == "other_market"


def test_a_pinned_name_wins_but_not_over_what_it_is(refusal):
    listed = account("", "", [*MAJORS, "XAUUSD"]) | listing(terms("GOLD.m", "XAUUSD"))
    assert chosen("xauusd", listed, XAUUSD="GOLD.m") == "GOLD.m"
    assert refusal("EURUSD", listed, EURUSD="GOLD.m")[0] == "other_market"
    assert refusal("XAUUSD", listed, XAUUSD="GOLD.x") == ("pinned_gone", ("XAUUSD", "GOLD.m"))


@pytest.mark.parametrize(
    ("base", "profit", "other"),
    [
        ("XAU", "USD", False),
        ("USD", "USD", False),
        ("", "USD", False),
        ("XAU", "USC", False),
        ("GOLD", "USD", False),
        ("XAU", "EUR", True),
        ("EUR", "USD", True),
    ],
)
def test_gold_is_told_by_its_currencies(base, profit, other):
    assert contradicts("XAUUSD", terms("GOLD", "XAUUSD", currency_base=base, currency_profit=profit)) is other


def test_names_that_are_no_pair_are_not_judged_by_currencies():
    assert not contradicts("US30", terms("US30", currency_profit="EUR"))
    assert not contradicts("GOLD", terms("GOLD", "XAUUSD"))


def test_offers_name_the_same_market_before_longer_names():
    listed = account("", "", MAJORS) | listing("GOLD.a", "GOLD#", "XAUUSD.z", terms("XAUUSDT", "XAUUSD"))
    assert [one.name for one in offers("XAUUSD", listed.values())] == [
        "XAUUSD.z",
        "GOLD#",
        "GOLD.a",
        "XAUUSDT",
    ]


@pytest.mark.parametrize(
    ("gone", "now"), [("GOLD.m", "GOLD.z"), ("EURUSDm", "EURUSD.pro"), ("#US30", "US30.cash")]
)
def test_a_renamed_symbol_finds_its_new_name(gone, now):
    assert [one.name for one in offers(gone, listing(now, "USDJPY").values())] == [now]


def test_indonesian_words_offer_the_market_they_mean():
    assert [one.name for one in offers("emas", listing("GOLD#", "EURUSD").values())] == ["GOLD#"]


def test_people_search_in_names_and_descriptions_and_in_their_own_words():
    listed = listing(
        terms("GOLD#", "XAUUSD", description="Gold vs US Dollar"),
        terms("XAUEURm", "XAUEUR", description="Gold vs Euro"),
        terms("NEM", "EURUSD", description="Newmont gold mining"),
        terms("GOLD", "XAUUSD", tradable=False),
        "EURUSD",
    ).values()
    assert [one.name for one in search("emas", listed)] == ["GOLD#", "NEM", "XAUEURm", "GOLD"]
    assert [one.name for one in search("euro", listed)] == ["XAUEURm"]
    assert search("platinum", listed) == ()


def test_a_pinned_map_is_read_or_refused_with_the_part_that_is_wrong():
    assert pinned_of(" xauusd = GOLD.m ,US30=DJ30,") == {"XAUUSD": "GOLD.m", "US30": "DJ30"}
    assert pinned_of("") == {}
    for text, part in (("XAUUSD:GOLD", "XAUUSD:GOLD"), ("XAUUSD=", "XAUUSD="), ("A=B=C", "A=B=C")):
        with pytest.raises(ValueError, match=f"'{part}', which is not like XAUUSD=GOLD.m"):
            pinned_of(text)
    with pytest.raises(ValueError, match="names XAUUSD twice"):
        pinned_of("XAUUSD=A,xauusd=B")
