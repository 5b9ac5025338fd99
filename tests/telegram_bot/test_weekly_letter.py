"""The letter on Sunday, as it arrives in the chat."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bot_service.domain.findings import DayReport, Finding, Score, Severity
from bot_service.scheduling.clocks import StepClock
from bot_service.services.desk import Desk
from bot_service.services.weekly import Weekly

OWNER = 1001
JAKARTA = ZoneInfo("Asia/Jakarta")
ONE = timedelta(days=1)
ZERO = Decimal(0)


@pytest.fixture
def world(tmp_path, world_class):
    """A service of its own: its books hold these weeks alone."""
    found = world_class(tmp_path)
    try:
        found.connect()
        found.new_bot("Surat")
        yield found
    finally:
        found.close()


def next_sunday():
    """Return a Sunday, 06:31 in Jakarta, after the week in which the bot was made."""
    today = datetime.now(JAKARTA).date()
    sunday = today + timedelta(days=(6 - today.weekday()) % 7 + 7)
    return datetime.combine(sunday, time(6, 31), JAKARTA).astimezone(UTC)


def report_of(account, day, net):
    return DayReport(
        account_id=account.id, day=day, finished=True, currency="USD", trades=2, wins=1, losses=1,
        net=Decimal(net), costs=ZERO, r=Decimal(net) / 10, r_trades=2, expectancy_r=None, bots=(), exits={},
        books=None, moods=(), notes=(), best=None, worst=None,
        observation=Finding("plain_day", Severity.FACT), closing="closing_loss", score=Score(2, 2),
    )  # fmt: skip


@pytest.fixture
def sunday(world):
    """Let a week with two days, a note and a promise pass, and return the Sunday after it."""
    moment = next_sunday()
    with world.house.database.write() as uow:
        account = uow.accounts.all()[0]
        for back, net in ((2, "-12"), (3, "5")):
            day = account.trading_day(moment) - back * ONE
            uow.journal.save_report(report_of(account, day, net), moment)
        uow.journal.add_note(OWNER, account.id, moment - 2 * ONE, "sabar <i>dulu</i>")
        uow.commit()
    return moment


def write(world, at):
    clock = StepClock(at)
    Weekly(Desk(world.house.database, None, None, world.house.terminals, clock, clock)).round()


@pytest.mark.parametrize(
    ("language", "head", "net", "question", "notes"),
    [
        ("en", "Letter of the week", "-$7.00", "would you give yourself for next week?", "Your notes"),
        ("id", "Surat mingguan", "-$7,00", "?", "Catatan"),
    ],
)
def test_the_letter_arrives_once_and_reads_the_notes_back(
    world, talk, sunday, language, head, net, question, notes
):
    world.services.chats.set_language(world.actor(), language)
    talk.forget()
    write(world, sunday)
    (letter,) = talk.answers()
    assert head in letter["text"]
    assert net in letter["text"]
    assert "sabar <i>dulu</i>" in letter["text"]
    assert letter["text"].rstrip().endswith(question)
    write(world, sunday + timedelta(minutes=5))
    assert talk.silence(0.5) == []
    assert notes in talk.press(letter, "do:notes")["text"]


def test_who_rests_gets_no_letter(world, talk, sunday):
    world.services.wishes.choose(world.actor(), "letters", on=False)
    talk.forget()
    write(world, sunday)
    assert talk.silence(0.5) == []
