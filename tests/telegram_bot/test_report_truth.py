from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot_service.domain.acts import ActKind
from bot_service.domain.findings import (
    Books,
    BotLine,
    CheckIn,
    DayReport,
    Finding,
    Intervention,
    MarketCondition,
    Mood,
    Progress,
    Score,
    Severity,
    Tally,
)
from bot_service.domain.market import TradeMode
from bot_service.domain.trading import ExitCause
from bot_service.i18n import LANGUAGES, Translator
from bot_service.mentor.choice import STEP_CODES
from bot_service.mentor.codes import CLOSING_CODES, FIELD_KINDS, OBSERVATION_CODES
from bot_service.mentor.lessons import LESSON_CODES
from bot_service.mentor.numerals import Numeral, numbers_in
from bot_service.services.views import AccountTag
from bot_service.telegram_bot.render import render, split, units
from bot_service.telegram_bot.render.finding_words import CLOSINGS
from bot_service.telegram_bot.render.lesson_words import LESSONS
from bot_service.telegram_bot.render.message import CAPTION_LIMIT, TEXT_LIMIT
from bot_service.telegram_bot.render.report import ReportsView, ReportView
from bot_service.telegram_bot.render.step_words import STEPS
from tests.telegram_bot.report_truth import untrue

NOON = datetime(2026, 3, 3, 5, 0, tzinfo=UTC)
TAG = AccountTag(TradeMode.REAL, 12_345_678, "Utama")
ZONES = ["Asia/Jakarta", "America/New_York", "Pacific/Kiritimati", "Pacific/Marquesas"]
# Odd figures: one that came from nowhere would hardly be among them.
SAMPLES = {
    "money": "-1283.47",
    "r": "-3.71",
    "percent": "47.93",
    "count": "83",
    "factor": "2.63",
    "duration": "97261",
    "ticket": "770031",
    "name": "Gold",
    "mood": "anxious",
    "strategy": "MA_CROSSOVER",
}


def sample(code: str, severity: Severity = Severity.WARN) -> Finding:
    numbers = {name: SAMPLES[FIELD_KINDS[name]] for name in OBSERVATION_CODES[code]}
    return Finding(code, severity, numbers, ("#881",), 9)


def report(**changes) -> DayReport:
    made = DayReport(
        account_id=1, day=date(2026, 3, 3), finished=True, currency="USD", trades=13, wins=6, losses=5,
        net=Decimal("-412.59"), costs=Decimal("-31.07"), r=Decimal("-2.63"), r_trades=11,
        expectancy_r=Decimal("-0.239"), zeros=2, best=Decimal("88.17"), worst=Decimal("-163.29"),
        bots=(
            BotLine(1, "EUR pagi", 8, Decimal("61.23"), Decimal("0.77")),
            BotLine(None, "", 5, Decimal("-473.82"), None),
        ),
        exits={ExitCause.STOP_LOSS: 7, ExitCause.SIGNAL: 6},
        books=Books(Decimal("9417.36"), Decimal("-412.59"), Decimal(250), Decimal("9254.77")),
        moods=(CheckIn(NOON, Mood.CALM),), notes=("tutup 3 posisi di 1.05",),
        observation=sample("plain_day", Severity.FACT), closing="closing_loss",
        month=Tally(19, 7, Decimal("3.57"), 9, Decimal("-6.83"), 1), score=Score(17, 23),
        progress=(Progress(7, 41, 19, Decimal("77.31"), Decimal("1.93"), Decimal("71.6")),),
        market=(MarketCondition("XAUUSD", True, Decimal("1.67")),),
        step="step_keep", earlier_step="step_note", lesson="disciplined_loss",
    )  # fmt: skip
    return replace(made, **changes)


def act(kind: ActKind = ActKind.CLOSE, **changes) -> Intervention:
    made = Intervention(
        NOON, kind, Decimal("0.43"), Decimal("-0.97"), "EURUSD", 1, 55_123, ExitCause.STOP_LOSS,
        NOON + timedelta(hours=26, minutes=7),
    )  # fmt: skip
    return replace(made, **changes)


def said(made: DayReport, t: Translator) -> str:
    return render(ReportView(TAG, made), t).text


def all_true(made: DayReport, language: str, zone: str = "Asia/Jakarta") -> str:
    t = Translator(language, zone)
    text = said(made, t)
    assert untrue(text, made, t) == []
    assert "{" not in text
    assert all(units(part) <= TEXT_LIMIT for part in split(text))
    assert units(render(ReportView(TAG, made), t).headline) <= CAPTION_LIMIT
    return text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", OBSERVATION_CODES)
@pytest.mark.parametrize("severity", Severity)
def test_every_finding_says_only_numbers_that_it_holds(code, severity, language):
    all_true(report(findings=(sample(code, severity),)), language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", OBSERVATION_CODES)
def test_every_finding_says_all_that_it_counts(code, language):
    """A number that a detector brings and no sentence shows would be a claim without its evidence."""
    finding = sample(code, Severity.PRAISE)
    text = all_true(report(findings=(finding,)), language)
    sentence = next((line for line in text.split("\n") if line.startswith("1. ")), "")
    values = {numeral.value for numeral in numbers_in(sentence.removeprefix("1. "), language)}
    for name, number in finding.numbers.items():
        if FIELD_KINDS[name] in ("money", "r", "percent", "factor"):
            digits = {"money": 2, "r": 2, "percent": 1, "factor": 1}[FIELD_KINDS[name]]
            assert abs(round(Decimal(number), digits)) in {abs(value) for value in values}, name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ActKind)
@pytest.mark.parametrize(
    "changes",
    [
        {}, {"approximate": True}, {"pending": True}, {"rule_cause": None}, {"rule_at": None},
        {"actual_r": Decimal("-0.97")}, {"actual_r": Decimal("-2.11")}, {"position_id": None, "trades": 3},
        {"rule_cause": ExitCause.OTHER}, {"symbol": ""},
    ],
)  # fmt: skip
def test_every_intervention_says_only_what_the_ledger_holds(kind, changes, language):
    all_true(
        report(interventions=(act(kind, **changes),), settled=(act(kind, position_id=55_124),)), language
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("zone", ZONES)
def test_times_are_those_of_the_readers_zone(language, zone):
    finding = replace(sample("guard_overridden"), evidence=("#881", NOON.isoformat(), "/start 3"))
    all_true(report(findings=(finding,), interventions=(act(position_id=None),)), language, zone)


@pytest.mark.parametrize("table", [STEPS, LESSONS, CLOSINGS])
@pytest.mark.parametrize("language", LANGUAGES)
def test_steps_lessons_and_closings_hold_no_figures(table, language):
    t = Translator(language)
    for code, sentence in table.items():
        told = t.text(sentence).replace("MT5", "")
        assert not any(sign.isdigit() for sign in told), code


def test_every_code_that_can_be_told_was_walked():
    assert set(STEPS) == set(STEP_CODES)
    assert set(CLOSINGS) == set(CLOSING_CODES)
    assert set(LESSONS) == set(LESSON_CODES)
    assert {FIELD_KINDS[name] for names in OBSERVATION_CODES.values() for name in names} <= set(SAMPLES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("codes", "name"),
    [
        (STEP_CODES, "step"),
        (STEP_CODES, "earlier_step"),
        (CLOSING_CODES, "closing"),
        (sorted(LESSON_CODES), "lesson"),
    ],
)
def test_every_step_lesson_and_closing_line_stands_in_a_true_report(codes, name, language):
    for code in codes:
        all_true(report(**{name: code}), language)


def test_the_walk_sees_a_number_that_came_from_nowhere():
    t = Translator("id")
    made = report()
    text = said(made, t)
    for wrong in ("$412,60", "-2,64R", "47%", "14 trade", "tiga belas ribu", "#12"):
        assert untrue(f"{text}\n{wrong}", made, t), wrong
    assert untrue(text.replace("-$412,59", "$412,59", 1), made, t) == [Numeral(Decimal("412.59"), "$")]


CENTS = st.integers(-5_000_000, 5_000_000).map(lambda cents: Decimal(cents) / 100)
SMALL_R = st.integers(-900, 900).map(lambda r: Decimal(r) / 100)
COUNT = st.integers(0, 40)


@st.composite
def any_report(draw) -> DayReport:
    """Draw a report of any shape: with much, little or nothing in it."""
    wins, losses, zeros = draw(COUNT), draw(COUNT), draw(st.integers(0, 3))
    trades = wins + losses + zeros
    codes = draw(st.lists(st.sampled_from(sorted(OBSERVATION_CODES)), max_size=9, unique=True))
    currency = draw(st.sampled_from(["USD", "IDR", "USC", "JPY", "EUR"]))
    findings = tuple(sample(code, draw(st.sampled_from(list(Severity)))) for code in codes)
    acts = tuple(
        act(draw(st.sampled_from(list(ActKind))), actual_r=draw(SMALL_R), rule_r=draw(SMALL_R))
        for _ in range(draw(st.integers(0, 7)))
    )
    bots = tuple(
        BotLine(draw(st.sampled_from([None, 1])), f"Bot {letter}", draw(COUNT), draw(CENTS), draw(SMALL_R))
        for letter in "ABCDEFGHIJKLMNOP"[: draw(st.integers(0, 16))]
    )
    return report(
        finished=draw(st.booleans()),
        currency=currency,
        trades=trades,
        wins=wins,
        losses=losses,
        zeros=zeros,
        net=draw(CENTS),
        costs=draw(CENTS),
        r=draw(st.none() | SMALL_R),
        r_trades=min(trades, draw(COUNT)),
        expectancy_r=draw(st.none() | SMALL_R),
        best=draw(st.none() | CENTS),
        worst=draw(st.none() | CENTS),
        books=draw(st.none() | st.builds(Books, CENTS, CENTS, CENTS, CENTS, CENTS)),
        bots=bots,
        findings=findings,
        interventions=acts,
        score=draw(st.none() | st.just(Score(0, 0)) | st.just(Score(3, 7))),
        notes=("catatan",) * draw(st.integers(0, 6)),
        lesson=draw(st.sampled_from(["", "disciplined_loss", "no_such_code"])),
        step=draw(st.sampled_from(["", "step_keep", "no_such_step"])),
        earlier_step=draw(st.sampled_from(["", "step_note", "no_such_step"])),
    )


@given(made=any_report(), language=st.sampled_from(LANGUAGES), zone=st.sampled_from(ZONES))
@settings(max_examples=150, deadline=None)
def test_a_report_of_any_shape_is_rendered_and_true(made, language, zone):
    all_true(made, language, zone)


@given(parts=st.lists(any_report(), min_size=2, max_size=4), language=st.sampled_from(LANGUAGES))
@settings(max_examples=30, deadline=None)
def test_several_accounts_stand_in_one_message_with_their_own_numbers(parts, language):
    t = Translator(language)
    views = tuple(ReportView(TAG, replace(made, account_id=place)) for place, made in enumerate(parts, 1))
    message = render(ReportsView(views), t)
    for view in views:
        assert f"{view.report.day.day}" in message.text
    labels = [button.label for row in message.keyboard for button in row if button.data.startswith("do:why")]
    assert labels == [f"❓{place}" for place in range(1, len(labels) + 1)]
    assert all(units(part) <= TEXT_LIMIT for part in split(message.text))


def test_the_walked_report_leaves_no_field_out():
    """Whoever adds a field to the report adds it here, or says that no sentence shows it."""
    unseen = {"account_id", "equity_curve", "opened", "line", "settled"}
    walked = report(findings=(sample("stop_out"),), interventions=(act(),))
    empty = {item.name for item in fields(DayReport) if not getattr(walked, item.name)}
    assert empty <= unseen
