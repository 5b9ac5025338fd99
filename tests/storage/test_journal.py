from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot_service.domain.findings import Books, BotLine, CheckIn, DayReport, Finding, Mood, Severity
from bot_service.domain.market import AccountIdentity, TradeMode
from bot_service.domain.strategy import Analysis, Reason, Signal
from bot_service.domain.trading import ExitCause


@pytest.fixture
def report(account, make):
    return DayReport(
        account_id=account.id,
        day=make.noon.date(),
        finished=True,
        currency="USD",
        trades=2,
        wins=1,
        losses=1,
        net=Decimal("-1.10"),
        costs=Decimal("-1.40"),
        r=Decimal("-0.110"),
        r_trades=2,
        expectancy_r=None,
        bots=(BotLine(1, "Kijang", 1, Decimal("-1.10"), None), BotLine(None, "", 1, Decimal(0), None)),
        exits={ExitCause.STOP_LOSS: 1, ExitCause.BY_HAND: 1},
        books=Books(Decimal(100), Decimal("-1.10"), Decimal(0), Decimal("98.90")),
        moods=(CheckIn(make.noon, Mood.GREEDY, before_close=True),),
        notes=("sabar",),
        best=Decimal("9.00"),
        worst=Decimal("-10.10"),
        observation=Finding("quiet_day", Severity.PRAISE, {"n": "2"}, ("#70",), 2),
        closing="calm",
        equity_curve=((make.noon, Decimal("98.90")),),
    )


def test_check_ins_of_a_span_come_oldest_first(database, account, make):
    early, late = (
        CheckIn(make.noon, Mood.CALM, before_close=True),
        CheckIn(make.noon + timedelta(hours=1), Mood.TIRED),
    )
    with database.write() as uow:
        uow.journal.add_check_in(5, account.id, late)
        uow.journal.add_check_in(5, account.id, early)
        assert uow.journal.check_ins(account.id, early.at, late.at) == (early,)
        assert uow.journal.check_ins(account.id, early.at, late.at + timedelta(1)) == (early, late)
        assert uow.journal.check_ins(account.id + 1, early.at, late.at) == ()


def test_a_correction_changes_the_persons_newest_check_in_only(database, account, make):
    hours = [make.noon + timedelta(hours=hour) for hour in range(3)]
    with database.write() as uow:
        uow.journal.add_check_in(5, account.id, CheckIn(hours[1], Mood.CALM, before_close=True))
        uow.journal.add_check_in(5, account.id, CheckIn(hours[0], Mood.CALM))
        uow.journal.add_check_in(6, account.id, CheckIn(hours[2], Mood.CALM))
        corrected = uow.journal.correct_check_in(5, hours[0], Mood.ANXIOUS, hours[2])
        found = uow.journal.check_ins(account.id, hours[0], hours[2] + timedelta(1))
    assert [check.mood for check in found] == [Mood.CALM, Mood.ANXIOUS, Mood.CALM]
    assert found[1].before_close
    assert corrected == found[1]


def test_an_old_check_in_is_not_corrected(database, account, make):
    with database.write() as uow:
        uow.journal.add_check_in(5, account.id, CheckIn(make.noon, Mood.CALM))
        later = make.noon + timedelta(hours=1)
        assert uow.journal.correct_check_in(5, later, Mood.BORED, later) is None
        assert uow.journal.newest_check_in(5).mood is Mood.CALM
        assert uow.journal.newest_check_in(6) is None


def test_a_mood_of_several_accounts_is_corrected_on_all(database, account, make):
    with database.write() as uow:
        identity = AccountIdentity("Other", 9, TradeMode.DEMO)
        other = uow.accounts.add(make.account(identity=identity, magic_block=813))
        for one in (account, other):
            uow.journal.add_check_in(5, one.id, CheckIn(make.noon, Mood.CALM))
        uow.journal.correct_check_in(5, make.noon, Mood.TIRED, make.noon)
        until = make.noon + timedelta(seconds=1)
        found = [uow.journal.check_ins(one.id, make.noon, until)[0].mood for one in (account, other)]
    assert found == [Mood.TIRED, Mood.TIRED]


def test_the_check_in_behind_a_message_is_found_by_its_own_person_only(database, account, make):
    check_in = CheckIn(make.noon, Mood.CALM)
    with database.write() as uow:
        uow.journal.add_check_in(5, account.id, check_in)
        uow.journal.shown_as(5, make.noon, 77)
        assert uow.journal.check_in_of(5, 77) == check_in
        assert uow.journal.check_in_of(5, 78) is None
        assert uow.journal.check_in_of(6, 77) is None


def test_notes_are_found_by_a_word_newest_first_and_only_ones_own(database, account, make):
    with database.write() as uow:
        texts = ("Sabar dulu", "tutup 100% karena NFP", "sabar lagi")
        for hour, text in enumerate(texts):
            uow.journal.add_note(5, account.id, make.noon + timedelta(hours=hour), text)
        uow.journal.add_note(6, account.id, make.noon, "sabar juga")
        total, found = uow.journal.notes_of(5, "SABAR")
        assert (total, [note.text for note in found]) == (2, ["sabar lagi", "Sabar dulu"])
        assert uow.journal.notes_of(5, "0%")[0] == 1
        assert uow.journal.notes_of(5, "_")[0] == 0
        assert [note.text for note in uow.journal.notes_of(5, offset=1, limit=1)[1]] == [texts[1]]
        until = make.noon + timedelta(hours=1)
        assert [note.text for note in uow.journal.own_notes(5, make.noon, until)] == [texts[0]]


def test_notes_keep_every_character(database, account, make):
    text = "rugi <b>lagi</b> 😤\n'; DROP TABLE note; --"
    with database.write() as uow:
        uow.journal.add_note(5, account.id, make.noon, text)
        uow.journal.add_note(5, account.id, make.noon - timedelta(hours=1), "pagi")
        assert uow.journal.notes(account.id, make.noon - timedelta(days=1), make.noon) == ("pagi",)
        until = make.noon + timedelta(seconds=1)
        assert uow.journal.notes(account.id, make.noon - timedelta(days=1), until) == ("pagi", text)


def test_a_report_comes_back_exactly(database, account, report, make):
    with database.write() as uow:
        uow.journal.save_report(report, make.noon)
        uow.commit()
    with database.read() as uow:
        stored = uow.journal.report(account.id, report.day)
        assert uow.journal.report(account.id, report.day + timedelta(days=1)) is None
    assert stored == report
    assert str(stored.r) == "-0.110"
    assert stored.bots[0].name == "Kijang"


def test_a_report_of_a_day_is_new_once_and_then_updated(database, account, report, make):
    with database.write() as uow:
        assert uow.journal.save_report(report, make.noon)
        assert not uow.journal.save_report(replace(report, notes=("baru",)), make.noon)
        assert uow.journal.report(account.id, report.day).notes == ("baru",)


def test_the_report_of_the_finished_day_is_new_after_one_so_far(database, account, report, make):
    with database.write() as uow:
        uow.journal.save_report(replace(report, finished=False), make.noon)
        assert uow.journal.reported_days(account.id) == ()
        assert uow.journal.save_report(report, make.noon)
        assert uow.journal.reported_days(account.id) == (report.day,)


def test_reported_days_come_oldest_first(database, account, report, make):
    before = replace(report, day=report.day - timedelta(days=1))
    with database.write() as uow:
        uow.journal.save_report(report, make.noon)
        uow.journal.save_report(before, make.noon)
        assert uow.journal.reported_days(account.id) == (before.day, report.day)


def test_only_the_newest_analysis_of_a_bot_is_kept(database, new_bot, make):
    bot = new_bot()
    first = Analysis(
        bar_time=make.noon,
        price=1.1,
        signal=Signal.BUY,
        exit_long=False,
        exit_short=True,
        long_reasons=(Reason("rsi_below", 29.876543210123456, 30.0, passed=True),),
        short_reasons=(Reason("rsi_above", None, 70.0, passed=False),),
    )
    second = replace(first, bar_time=make.noon + timedelta(minutes=5), signal=Signal.HOLD, note="flat")
    with database.write() as uow:
        assert uow.journal.analysis(bot.id) is None
        uow.journal.save_analysis(bot.id, first)
        assert uow.journal.analysis(bot.id) == first
        uow.journal.save_analysis(bot.id, second)
        assert uow.journal.analysis(bot.id) == second


def test_reports_of_a_span_are_those_of_finished_days_oldest_first(database, account, make, report):
    days = [report.day + timedelta(days=ahead) for ahead in range(4)]
    with database.write() as uow:
        for day in reversed(days):
            uow.journal.save_report(replace(report, day=day, finished=day != days[1]), make.noon)
        found = uow.journal.reports(account.id, days[0], days[3])
        assert [item.day for item in found] == [days[0], days[2]]
        assert uow.journal.reports(account.id + 1, days[0], days[3]) == ()
