from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_service.i18n import LANGUAGES, Translator
from bot_service.mentor.numerals import NotANumber, Numeral, numbers_in, spelled, written

MONEY = st.decimals(-9_999_999, 9_999_999, places=2)


def only(text: str, language: str) -> Numeral:
    (found,) = numbers_in(text, language)
    return found


@given(MONEY, st.sampled_from(LANGUAGES), st.sampled_from(["$", "Rp", "€", "£"]))
def test_money_is_read_as_the_translator_writes_it(amount, language, sign):
    currency = {"$": "USD", "Rp": "IDR", "€": "EUR", "£": "GBP"}[sign]
    digits = 0 if currency == "IDR" else 2
    text = f"… {Translator(language).money(amount, currency, sign=True)}, …"
    assert only(text, language) == Numeral(round(amount, digits) + 0, sign)


@given(st.decimals(-99, 99, places=2), st.sampled_from(LANGUAGES))
def test_r_percent_and_counts_are_read_as_the_translator_writes_them(value, language):
    t = Translator(language)
    assert only(f"({t.r(value)})", language) == Numeral(value + 0, "R")
    assert only(f"{t.percent(value, 2)}.", language) == Numeral(value + 0, "%")
    assert only(f"{t.number(abs(value))} trade", language) == Numeral(abs(value), "")


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("jam 06:30 WIB", "id", [Numeral(Decimal(390), ":")]),
        ("#190, #7", "id", [Numeral(Decimal(190), "#"), Numeral(Decimal(7), "#")]),
        ("1,4x biasanya", "id", [Numeral(Decimal("1.4"), "x")]),
        ("1.4× its usual", "en", [Numeral(Decimal("1.4"), "x")]),  # noqa: RUF001
        ("−5 R", "en", [Numeral(Decimal(-5), "R")]),  # noqa: RUF001
        ("1.000.000 dan 1.000,5", "id", [Numeral(Decimal(1_000_000)), Numeral(Decimal("1000.5"))]),
        ("Tiga trade, dua belas lot", "id", [Numeral(Decimal(3)), Numeral(Decimal(12))]),
        ("twenty-three of two hundred and five", "en", [23, 200, 5]),
        ("seratus dua puluh tiga ribu lima puluh satu", "id", [123_051]),
        ("seribu, sejuta, sebelas, nol", "id", [1000, 1_000_000, 11, 0]),
        ("one million two hundred thousand", "en", [1_200_000]),
        ("tiga lima", "id", [3, 5]),
        ("three losses in an Indonesian text: dua", "en", [3, 2]),
        ("no number here, sungguh", "id", []),
    ],
)
def test_numbers_are_found_in_every_spelling(text, language, found):
    wanted = [item if isinstance(item, Numeral) else Numeral(Decimal(item)) for item in found]
    assert list(numbers_in(text, language)) == wanted


@pytest.mark.parametrize(
    ("word", "language"),
    [("1.05", "id"), ("1,05", "en"), ("1.00.0", "id"), ("1.2345", "id"), ("10,000.5", "id")],
)
def test_the_other_languages_separators_are_no_number(word, language):
    with pytest.raises(NotANumber):
        written(word, language)


@given(st.integers(0, 999_999))
def test_every_spelled_number_has_its_value(value):
    assert spelled(in_indonesian(value).split()) == (len(in_indonesian(value).split()), value)


def in_indonesian(value: int) -> str:
    small = [
        "nol",
        "satu",
        "dua",
        "tiga",
        "empat",
        "lima",
        "enam",
        "tujuh",
        "delapan",
        "sembilan",
        "sepuluh",
        "sebelas",
    ]
    if value < 12:
        return small[value]
    if value < 20:
        return f"{small[value - 10]} belas"
    for size, name, single in ((1000, "ribu", "seribu"), (100, "ratus", "seratus"), (10, "puluh", "")):
        if value >= size:
            many, rest = divmod(value, size)
            head = single if many == 1 and single else f"{in_indonesian(many)} {name}"
            return head if not rest else f"{head} {in_indonesian(rest)}"
    raise AssertionError(value)
