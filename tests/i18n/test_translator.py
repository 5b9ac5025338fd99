from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_service.i18n import Html, Translator

EN, ID = Translator("en"), Translator("id")
NOON = datetime(2026, 3, 3, 12, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Asia/Jakarta", "19:05 WIB"),
        ("Asia/Pontianak", "19:05 WIB"),
        ("Asia/Makassar", "20:05 WITA"),
        ("Asia/Jayapura", "21:05 WIT"),
        ("Europe/Berlin", "13:05 UTC+01:00"),
        ("UTC", "12:05 UTC"),
    ],
)
@pytest.mark.parametrize("language", ["en", "id"])
def test_the_time_of_day_looks_the_same_in_both_languages(zone, shown, language):
    assert Translator(language, zone).clock(NOON) == shown


@pytest.mark.parametrize(
    ("amount", "currency", "english", "indonesian"),
    [
        ("1234.5", "USD", "$1,234.50", "$1.234,50"),
        ("-1234.5", "USD", "-$1,234.50", "-$1.234,50"),
        ("152300000", "IDR", "Rp152,300,000", "Rp152.300.000"),
        ("1234.6", "JPY", "1,235 JPY", "1.235 JPY"),
        ("12.345", "CHF", "12.34 CHF", "12,34 CHF"),
        ("1250", "USC", "1,250.00 USC (≈ $12.50)", "1.250,00 USC (≈ $12,50)"),
        ("-0.001", "USD", "$0.00", "$0,00"),
    ],
)
def test_money_has_its_currency(amount, currency, english, indonesian):
    assert EN.money(Decimal(amount), currency) == english
    assert ID.money(Decimal(amount), currency) == indonesian


def test_results_carry_their_sign_and_zero_has_none():
    assert EN.money(Decimal(5), "USD", sign=True) == "+$5.00"
    assert EN.money(Decimal(-5), "USD", sign=True) == "-$5.00"
    assert EN.money(Decimal("0.004"), "USD", sign=True) == "$0.00"


def test_millions_of_rupiah_are_short_in_tables():
    assert ID.short_money(Decimal(152_300_000), "IDR") == "Rp152,3 jt"
    assert ID.short_money(Decimal(-2_000_000), "IDR", sign=True) == "-Rp2,0 jt"


def test_prices_look_as_in_the_terminal():
    assert ID.price(Decimal("2345.60")) == "2345.60"


def test_lots_percent_and_r():
    assert ID.lots(Decimal("0.01")) == "0,01 lot"
    assert ID.percent(Decimal("0.50")) == "0,5%"
    assert EN.percent(Decimal(200)) == "200%"
    assert ID.r(Decimal("2.1")) == "+2,1R"


@given(st.decimals(-(10**9), 10**9, places=2))
def test_a_shown_number_reads_back_as_itself(value):
    assert Decimal(EN.number(value, 2).replace(",", "")) == value
    assert Decimal(ID.number(value, 2).replace(".", "").replace(",", ".")) == value


@pytest.mark.parametrize(
    ("seconds", "english", "indonesian"),
    [
        (0, "0 s", "0 dtk"),
        (59, "59 s", "59 dtk"),
        (61, "1 min 1 s", "1 mnt 1 dtk"),
        (7500, "2 h 5 min", "2 jam 5 mnt"),
        (86_400, "1 d", "1 hari"),
    ],
)
def test_a_length_of_time_has_its_two_largest_units(seconds, english, indonesian):
    assert EN.duration(seconds) == english
    assert ID.duration(seconds) == indonesian


def test_days_are_written_day_first():
    assert EN.day(date(2026, 11, 8)) == "8 Nov"
    assert ID.long_day(date(2026, 3, 3)) == "Selasa, 3 Maret 2026"


def test_fields_are_escaped_once_and_html_is_left_alone():
    assert EN.html("<b>{a}</b> {b}", a="<x>&", b=Html("<i>y</i>")) == "<b>&lt;x&gt;&amp;</b> <i>y</i>"
    assert EN.text("{a}", a="<x>") == "<x>"


def test_counts_choose_their_form():
    one, many = "⏹ <b>{n} bot stopped</b>", "⏹ <b>{n} bots stopped</b>"
    assert "1 bot stopped" in EN.plural(one, many, n=1)
    assert "2 bots stopped" in EN.plural(one, many, n=2)
    assert "2 bot berhenti" in ID.plural(one, many, n=2)


def test_an_amount_is_never_parted_from_its_word_or_sign():
    sentence = "If all of them enter and every SL is hit: {dot} ≈ {loss} (can be more with a gap or slippage)"
    assert "≈\u00a0$5" in EN.html(sentence, dot="", loss="$5")
    assert "floating\u00a0+$5" in EN.text("floating {amount}", amount="+$5")
