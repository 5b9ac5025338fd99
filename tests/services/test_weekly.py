from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot_service.domain.accounts import Account
from bot_service.domain.bots import BotSettings, SizingMethod
from bot_service.domain.events import WeeklyLetterReady
from bot_service.domain.findings import DayReport, Finding, Score, Severity
from bot_service.domain.market import AccountIdentity, MarginMode, Timeframe, TradeMode
from bot_service.domain.mentor_wishes import MentorWishes
from bot_service.domain.people import Member, Role
from bot_service.i18n import Translator
from bot_service.scheduling.clocks import StepClock
from bot_service.services.desk import Desk
from bot_service.services.weekly import Weekly
from bot_service.storage.database import SqlDatabase
from bot_service.storage.migrations import upgrade
from bot_service.telegram_bot.render import render
from bot_service.telegram_bot.render.weekly import WeeklyLetterView

SUNDAY = date(2026, 3, 8)
DUE = datetime(2026, 3, 7, 23, 30, tzinfo=UTC)  # Sunday 06:30 in Jakarta
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OWNER = Member(7, 7, Role.OWNER, "id", "Asia/Jakarta")
ZERO = Decimal(0)
SETTINGS = BotSettings(
    "Kijang", "EURUSD", "EURUSD", "MA_CROSSOVER", Timeframe.M5, SizingMethod.RISK_PERCENT, Decimal(1)
)


def report_of(account, day, net):
    plain = Finding("plain_day", Severity.FACT)
    return DayReport(
        account_id=account.id, day=day, finished=True, currency="USD", trades=2, wins=1, losses=1,
        net=Decimal(net), costs=ZERO, r=Decimal(net) / 10, r_trades=2, expectancy_r=None, bots=(), exits={},
        books=None, moods=(), notes=(), best=None, worst=None, observation=plain, closing="closing_loss",
        score=Score(2, 2),
    )  # fmt: skip


@pytest.fixture
def wall():
    return StepClock(DUE - HOUR)


@pytest.fixture
def database(tmp_path, wall):
    upgrade(tmp_path / "weekly.db")
    opened = SqlDatabase(tmp_path / "weekly.db", wall)
    yield opened
    opened.close()


@pytest.fixture
def account(database):
    with database.write() as uow:
        identity = AccountIdentity("Paper", 1, TradeMode.PAPER)
        stored = uow.accounts.add(
            Account(0, "paper", identity, "USD", MarginMode.HEDGING, 100, "Asia/Jakarta", 812)
        )
        uow.bots.add(stored.id, SETTINGS, DUE - 20 * DAY)
        uow.people.add(OWNER)
        uow.commit()
    return stored


@pytest.fixture
def traded(database, account):
    with database.write() as uow:
        for back, net in ((2, "-12"), (3, "5")):
            uow.journal.save_report(report_of(account, SUNDAY - back * DAY, net), DUE)
        uow.journal.add_note(7, account.id, DUE - 2 * DAY, "sabar <i>dulu</i>")
        uow.commit()


@pytest.fixture
def weekly(database, account, wall):
    return Weekly(Desk(database, None, None, {account.id: None}, wall, wall))


def told(database):
    with database.read() as uow:
        return [event for _id, _at, event in uow.history(limit=20) if isinstance(event, WeeklyLetterReady)]


def test_it_comes_on_sunday_at_the_report_hour_and_once(database, weekly, traded, wall, account):
    weekly.round()
    assert told(database) == []
    wall.advance(HOUR)
    weekly.round()
    weekly.round()
    Weekly(Desk(database, None, None, {account.id: None}, wall, wall)).round()
    (event,) = told(database)
    assert (event.user_id, event.week, event.late) == (7, SUNDAY, False)


def test_it_reads_the_own_notes_back_word_for_word(database, weekly, traded, wall):
    wall.advance(HOUR)
    weekly.round()
    with database.read() as uow:
        letter = uow.mentor.letter(7, SUNDAY)
    assert [quote.text for quote in letter.notes] == ["sabar <i>dulu</i>"]
    assert (letter.accounts[0].net, letter.accounts[0].trades, letter.streak) == (Decimal(-7), 4, 2)
    shown = render(WeeklyLetterView(letter), Translator("id")).text
    assert "“sabar &lt;i&gt;dulu&lt;/i&gt;”" in shown
    assert "-$7,00" in shown
    assert "terlambat" in render(WeeklyLetterView(letter, late=True), Translator("id")).text


def test_after_hours_without_the_service_it_says_that_it_is_late(database, weekly, traded, wall):
    wall.advance(6 * HOUR)
    weekly.round()
    assert told(database)[0].late


def test_a_week_in_which_nothing_happened_stays_silent(database, weekly, account, wall):
    wall.advance(HOUR)
    weekly.round()
    assert told(database) == []


@pytest.mark.parametrize(
    "member",
    [
        replace(OWNER, mentor=MentorWishes(letters=False)),
        replace(OWNER, mentor=MentorWishes(rest_until=DUE + DAY)),
        replace(OWNER, role=Role.VIEWER),
    ],
)
def test_who_wants_none_gets_none(database, weekly, traded, wall, member):
    with database.write() as uow:
        uow.people.add(member)
        uow.commit()
    wall.advance(HOUR)
    weekly.round()
    assert told(database) == []
