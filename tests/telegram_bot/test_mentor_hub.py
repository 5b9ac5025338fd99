"""The mentor's screens over the real chat: hub, reports, notes, why, not true, steps, settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot_service.domain.findings import Books, DayReport, Finding, Score, Severity
from bot_service.domain.journal import StepReply
from bot_service.domain.mentor_wishes import USUAL_WISHES
from bot_service.domain.trading import ClosedTrade, ExitCause, Side

OWNER = 1001
DAY = timedelta(days=1)
TICKET = 70_001


@pytest.fixture
def account(world):
    with world.house.database.read() as uow:
        return uow.accounts.all()[0]


@pytest.fixture
def today(world, account):
    return account.trading_day(world.house.market.clock.now())


@pytest.fixture(autouse=True)
def usual(world):
    world.services.chats.set_language(world.actor(), "en")
    yield
    with world.house.database.write() as uow:
        uow.people.set_mentor(OWNER, USUAL_WISHES)
        uow.commit()


@pytest.fixture
def report(world, account, today):
    """Store a written report of yesterday with two findings, its trade, and a step that it asks back."""
    day = today - DAY
    start, _end = account.day_bounds(day)
    trade = ClosedTrade(
        account.id, TICKET, None, "", "EURUSD", Side.BUY, Decimal("0.10"), Decimal("1.1"), Decimal("1.09"),
        start, start + timedelta(hours=2), Decimal(-21), Decimal("-0.7"), Decimal(0), Decimal(0),
        ExitCause.STOP_LOSS, Decimal(10),
    )  # fmt: skip
    praise = Finding("kept_promise", Severity.PRAISE, {"count": "1"}, ("14:02 edit_bot day_r=-2.3",), 1)
    numbers = {
        "count": "1", "ticket": str(TICKET), "worst_r": "-2.17", "net": "-21.70", "planned": "10",
        "limit_r": "-1.5",
    }  # fmt: skip
    beyond = Finding("loss_beyond_plan", Severity.WARN, numbers, (f"#{TICKET}",), 1)
    made = DayReport(
        account_id=account.id, day=day, finished=True, currency="USD", trades=1, wins=0, losses=1,
        net=Decimal("-21.70"), costs=Decimal("-0.70"), r=Decimal("-2.17"), r_trades=1, expectancy_r=None,
        bots=(), exits={ExitCause.STOP_LOSS: 1}, books=Books(Decimal(1000), Decimal("-21.70"), Decimal(0),
        Decimal("978.30")), moods=(), notes=(), best=Decimal("-21.70"), worst=Decimal("-21.70"),
        observation=beyond, closing="closing_loss_beyond_plan", findings=(beyond, praise), score=Score(3, 4),
        step="step_wait", earlier_step="step_note",
    )  # fmt: skip
    with world.house.database.write() as uow:
        uow.books.add_trade(trade)
        for back, score in ((2, Score(2, 2)), (3, Score(1, 1))):
            uow.journal.save_report(replace(made, day=today - back * DAY, score=score), start)
        uow.journal.save_report(made, start)
        uow.commit()
    return made


def where(report, code):
    return f"{report.day.isoformat()} {report.account_id} {code}"


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", ("Last 7 days", "Last step", "Today's step")), ("id", ("7 hari terakhir", "Langkah terakhir"))],
)
def test_the_hub_shows_the_day_the_strip_and_asks_the_step_back(world, talk, report, language, told):
    world.services.chats.set_language(world.actor(), language)
    shown = talk.say("/mentor")
    assert all(item in shown["text"] for item in told)
    assert shown["text"].count("🟩") == 3  # two days and the key
    assert shown["text"].count("🟨") == 2


def test_a_broken_rule_ends_the_streak_and_a_losing_day_does_not(world, talk, report, today):
    assert "in a row" not in talk.say("/mentor")["text"]
    with world.house.database.write() as uow:
        uow.journal.save_report(replace(report, score=Score(4, 4)), world.house.wall.now())
        uow.commit()
    assert "Disciplined days in a row: 3" in talk.say("/mentor")["text"]


@pytest.mark.parametrize("reply", list(StepReply))
def test_the_step_is_answered_by_its_button(world, talk, report, reply):
    shown = talk.say("/mentor")
    if "How did it go?" in shown["text"]:
        noted = talk.press(shown, f"do:step {report.day.isoformat()} {report.account_id} {reply}")
    else:
        noted = talk.say(f"/step {reply}")
    assert "Noted" in noted["text"]
    assert "Next" in noted["text"]
    with world.house.database.read() as uow:
        assert uow.mentor.step_answer(OWNER, report.account_id, report.day).reply is reply
    assert "How did it go?" not in talk.say("/mentor")["text"]


def test_the_list_of_reports_opens_a_day(talk, report, labels, first_button):
    shown = talk.say("/reports")
    assert "-$21.70" in shown["text"]
    assert "(-2.17R)" in shown["text"]
    assert len(labels(shown)) == 4
    assert first_button(shown) == f"do:report {report.day.isoformat()}"


@pytest.mark.parametrize(
    ("language", "told"), [("en", ("Evidence", "closed by stop loss")), ("id", ("Bukti", "ditutup oleh"))]
)
def test_why_shows_the_trade_behind_a_finding(world, talk, report, language, told):
    world.services.chats.set_language(world.actor(), language)
    shown = talk.say("/why 2")
    assert all(item in shown["text"] for item in told)
    assert f"#{TICKET} EURUSD BUY" in shown["text"]
    assert "n=1" in shown["text"]


def test_why_shows_an_act_with_its_time(talk, report):
    assert "14:02 edit_bot day_r=-2.3" in talk.say("/why 1")["text"]


def test_why_without_a_number_lists_and_opens(talk, report, labels):
    shown = talk.say("/why")
    assert "1. " in shown["text"]
    opened = talk.press(shown, f"do:why {where(report, 'loss_beyond_plan')}")
    assert "Why?" in opened["text"]


def test_what_is_not_proved_yet_says_how_much_is_known(world, talk, report, account, today):
    start, _end = account.day_bounds(today - DAY)
    with world.house.database.write() as uow:
        for number in range(8):
            uow.books.add_trade(
                ClosedTrade(
                    account.id, 80_000 + number, None, "MA_CROSSOVER", "EURUSD", Side.BUY, Decimal("0.1"),
                    Decimal(1), Decimal(1), start, start + timedelta(minutes=number + 1), Decimal(-5),
                    Decimal(0), Decimal(0), Decimal(0), ExitCause.BY_HAND, Decimal(10),
                )
            )  # fmt: skip
        uow.commit()
    assert "not enough yet, n=" in talk.say("/why")["text"]
    world.services.chats.set_language(world.actor(), "id")
    assert "belum cukup bukti, n=" in talk.say("/kenapa")["text"]


def test_what_is_called_untrue_keeps_still_until_it_is_taken_back(world, talk, report, account, labels):
    shown = talk.say("/why 2")
    told = talk.press(shown, f"do:not_true {where(report, 'loss_beyond_plan')}")
    assert "wasn't true" in told["text"]
    with world.house.database.read() as uow:
        assert [item.code for item in uow.mentor.objections(OWNER, account.id)] == ["loss_beyond_plan"]
    assert "You said that this isn't true" in talk.say("/why 2")["text"]
    undone = talk.press(told, f"do:not_true {where(report, 'loss_beyond_plan')} undo")
    assert "counts again" in undone["text"]
    with world.house.database.read() as uow:
        assert uow.mentor.objections(OWNER, account.id) == ()


def test_a_detector_is_muted_and_speaks_again(world, talk, report):
    shown = talk.say("/mentor mute")
    assert "Loss beyond its plan: 3" in shown["text"]
    muted = talk.press(shown, "do:mentor mute loss_beyond_plan p1")
    assert "🔇 Loss beyond its plan" in muted["text"]
    assert "You don't want to hear of this" in talk.say("/why 2")["text"]
    spoken = talk.press(muted, "do:mentor unmute loss_beyond_plan p1")
    assert "🔊 Loss beyond its plan" in spoken["text"]


@pytest.mark.parametrize(("language", "told"), [("en", "Not mentioned: "), ("id", "Tidak disebut: ")])
def test_what_is_muted_stands_in_the_settings_of_the_mentor(world, talk, language, told):
    world.services.chats.set_language(world.actor(), language)
    shown = talk.say("/settings mentor")
    assert told not in shown["text"]
    talk.say("/mentor mute loss_beyond_plan")
    muted = talk.say("/settings mentor")
    assert told in muted["text"]
    assert "mentor mute" in str(muted["reply_markup"])
    talk.say("/mentor unmute loss_beyond_plan")
    assert told not in talk.say("/settings mentor")["text"]


def test_a_mute_of_what_does_not_exist_is_refused(talk):
    assert "no such finding" in talk.say("/mentor mute nonsense")["text"]


def test_own_notes_are_found_by_a_word_and_quoted_as_written(world, talk):
    talk.say("/note tutup karena <NFP> & spread")
    talk.say("/note sabar")
    found = talk.say("/notes nfp")
    assert "<NFP> &" in found["text"] or "&lt;NFP&gt; &amp;" in found["text"]
    assert "sabar" not in found["text"]
    assert "Your notes" in talk.press(found, "do:notes")["text"]
    world.add_member(1002, "viewer")
    assert "sabar" not in talk.say("/notes", user_id=1002)["text"]


def test_many_notes_are_paged(world, talk):
    for number in range(9):
        world.services.check_ins.note(world.actor(), f"catatan ke-{number}")
    first = talk.say("/notes ke-")
    assert "page 1 of 2" in first["text"]
    assert "ke-0" in talk.press(first, "do:notes ke- p2")["text"]


def test_feedback_says_what_stands_out_so_far(talk):
    shown = talk.say("/feedback")
    assert "So far today" in shown["text"]
    assert "Last 7 days" in talk.press(shown, "do:mentor")["text"]


def test_the_mentor_speaks_of_people_only_in_private(world, talk):
    for typed in ("/mentor", "/notes"):
        talk.forget()
        talk.write(typed, chat_id=-501)
        assert all("Last 7 days" not in item.get("text", "") for item in talk.silence(0.5))


def test_check_in_hours_are_chosen_and_switched_off(world, talk):
    shown = talk.say("/settings mentor")
    chosen = talk.press(shown, "do:settings checkin 07:00 21:00")
    assert "07:00, 21:00" in chosen["text"]
    assert "not by the clock" in talk.press(chosen, "do:settings checkin off")["text"]
    assert "1 - 2" in talk.say("/settings checkin 6 7 8")["text"]


@pytest.mark.parametrize("name", ["events", "letters", "care"])
def test_each_switch_turns_off_and_on(world, talk, name):
    shown = talk.say("/settings mentor")
    before = shown["text"].count(": on")
    off = talk.press(shown, f"do:settings {name} off")
    assert off["text"].count(": on") == before - 1
    assert talk.press(off, f"do:settings {name} on")["text"].count(": on") == before


def test_the_report_hour_and_the_end_of_the_day_are_changed_with_old_and_new_in_the_audit(
    world, talk, account
):
    shown = talk.say("/settings mentor")
    hours = talk.press(shown, f"do:settings report @{account.id}")
    changed = talk.press(hours, f"do:settings report 07:30 @{account.id}")
    assert "report at 07:30" in changed["text"]
    with world.house.database.read() as uow:
        assert uow.accounts.get(account.id).report_at == "07:30"
        (line,) = uow.people.audit_page(0, 1)[1]
    assert line.detail["changes"] == {"report_at": ["06:30", "07:30"]}
    ended = talk.say(f"/settings day 4 @{account.id}")
    assert "day ends at 04:00" in ended["text"]
    talk.say(f"/settings day 5 @{account.id}")
    talk.say(f"/settings report 06:30 @{account.id}")


def test_who_only_looks_on_changes_no_accounts_hours(world, talk, account, labels):
    world.add_member(1002, "viewer")
    shown = talk.say("/settings mentor", user_id=1002)
    assert not any("Report hour" in label for label in labels(shown))
    assert "operator" in talk.say(f"/settings report 07:30 @{account.id}", user_id=1002)["text"].lower()
