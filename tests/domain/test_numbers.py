from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_service.domain.errors import AmbiguousNumber, InvalidValue
from bot_service.domain.numbers import parse_number, spelled


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.5", "0.5"),
        ("0,5", "0.5"),
        ("0,01", "0.01"),
        ("0.500", "0.5"),
        ("0,500", "0.5"),
        (".5", "0.5"),
        (",500", "0.5"),
        ("1000", "1000"),
        ("1.0000", "1"),
        ("1.000,50", "1000.50"),
        ("1,000.50", "1000.50"),
        ("1.000,500", "1000.5"),
        ("12.345.678,9", "12345678.9"),
        ("1.000.000", "1000000"),
        ("1,000,000", "1000000"),
        ("-0,5", "-0.5"),
        ("+2", "2"),
        (" 1,5 % ", "1.5"),
        ("2%", "2"),
    ],
)
def test_comma_and_dot_are_both_decimal_points(text, value):
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "small", "large"),
    [
        ("1.000", "1", "1000"),
        ("1,000", "1", "1000"),
        ("12.345", "12.345", "12345"),
        ("1234.567", "1234.567", "1234567"),
        ("-2,500", "-2.5", "-2500"),
        ("01.000", "1", "1000"),
        ("1.250%", "1.25", "1250"),
    ],
)
def test_three_digits_after_one_separator_are_asked_back_with_both_readings(text, small, large):
    with pytest.raises(AmbiguousNumber) as caught:
        parse_number(text)
    assert (caught.value.small, caught.value.large) == (Decimal(small), Decimal(large))


NOT_ASCII = [
    "\N{ARABIC-INDIC DIGIT ONE}",
    "\N{FULLWIDTH DIGIT ONE}",
    "\N{SUPERSCRIPT TWO}",
    "\N{MINUS SIGN}1",
]
REFUSED = [
    *("", " ", "%", "1%%", "1e5", "1E5", "--1", "+-1", "1.2.3", "1.2,3", "1,2.3", "1.", "1,", ".", "-"),
    *("1 000", "1_000", "nan", "inf", "Infinity", "0x10", "1/2", "0.1 lot", "1..5", "1,000.000.000"),
    *("1.00.000", "0.000,5", "0.000.000", "1.0000,5", "1\n2", "9" * 25, "satu"),
    *NOT_ASCII,
]


@pytest.mark.parametrize("text", REFUSED)
def test_everything_else_is_refused(text):
    with pytest.raises(InvalidValue) as caught:
        parse_number(text, "lot")
    assert caught.value.field == "lot"


def group(whole, separator):
    return f"{int(whole):,}".replace(",", separator)


@given(
    whole=st.integers(0, 10**9),
    decimals=st.text("0123456789", max_size=6),
    point=st.sampled_from(".,"),
    grouped=st.booleans(),
    sign=st.sampled_from(["", "-", "+"]),
    tail=st.sampled_from(["", "%", " %", " "]),
)
def test_every_spelling_gives_its_value_or_a_question_never_another_number(
    whole, decimals, point, grouped, sign, tail
):
    separator = "," if point == "." else "."
    head = group(whole, separator) if grouped else str(whole)
    text = f"{sign}{head}{point + decimals if decimals else ''}{tail}"
    meant = Decimal(f"{sign}{whole}.{decimals or '0'}")
    try:
        readings = [parse_number(text)]
    except AmbiguousNumber as question:
        readings = [question.small, question.large]
    assert meant in readings


@given(st.text(max_size=12) | st.text("0123456789.,+-% eE", max_size=12))
def test_no_text_at_all_breaks_the_reader(text):
    try:
        value = parse_number(text)
    except (AmbiguousNumber, InvalidValue):
        return
    digits = "".join(letter for letter in text if letter in "0123456789").lstrip("0")
    assert f"{abs(value):f}".replace(".", "").lstrip("0").startswith(digits)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=4))
def test_a_spelled_value_is_read_as_itself(value):
    assert parse_number(spelled(value)) == value


@pytest.mark.parametrize("value", ["1.000", "-12.345", "0.500", "1E+3", "2", "0"])
def test_a_spelled_value_is_never_asked_about(value):
    assert parse_number(spelled(Decimal(value))) == Decimal(value)
