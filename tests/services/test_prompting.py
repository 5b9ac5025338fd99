from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest

from bot_service.domain.accounts import Account
from bot_service.domain.alert_settings import AlertSettings
from bot_service.domain.bots import BotSettings, BotStatus, SizingMethod, Waiting
from bot_service.domain.check_ins import PromptAnswer, PromptCause
from bot_service.domain.errors import InvalidValue, NothingToCorrect
from bot_service.domain.events import CheckInDue, DailyLossHit, EntriesPaused, PositionClosed
from bot_service.domain.findings import Mood
from bot_service.domain.market import AccountIdentity, MarginMode, Timeframe, TradeMode
from bot_service.domain.mentor_wishes import MentorWishes
from bot_service.domain.people import Actor, Member, Role
from bot_service.domain.trading import ClosedTrade, ExitCause, Side
from bot_service.scheduling.clocks import StepClock
from bot_service.services.check_ins import CheckIns
from bot_service.services.desk import Desk
from bot_service.services.prompting import Prompting
from bot_service.storage.database import SqlDatabase
from bot_service.storage.migrations import upgrade

SEVEN = datetime(2026, 3, 3, 0, 0, tzinfo=UTC)  # Tuesday 07:00 in Jakarta
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OWNER = Member(7, 7, Role.OWNER, "id", "Asia/Jakarta")
ME = Actor(7, 7, Role.OWNER, SEVEN)
SETTINGS = BotSettings(
    "Kijang", "EURUSD", "EURUSD", "MA_CROSSOVER", Timeframe.M5, SizingMethod.FIXED_LOT, Decimal(1)
)
ONE, ZERO = Decimal(1), Decimal(0)


class Place:
    """One account on the wall's time, its people and what happens to it."""

    def __init__(self, database, wall, market):
        self.database, self.wall, self.market = database, wall, market
        with database.write() as uow:
            identity = AccountIdentity("Paper", 1, TradeMode.PAPER)
            fresh = Account(0, "paper", identity, "USD", MarginMode.HEDGING, 100, "Asia/Jakarta", 812)
            self.account = uow.accounts.add(fresh)
            self.bot = uow.bots.add(self.account.id, SETTINGS, SEVEN - DAY)
            uow.people.add(OWNER)
            uow.commit()
        self.open()
        self.positions = 0

    def open(self):
        """Begin as a fresh process does."""
        terminals = {self.account.id: None}
        desk = Desk(self.database, None, None, terminals, self.market, self.wall)
        self.prompting, self.check_ins = Prompting(desk), CheckIns(desk)

    def add(self, member):
        with self.database.write() as uow:
            uow.people.add(member)
            uow.commit()

    def pass_time(self, length):
        self.wall.advance(length)
        self.market.advance(length)

    def look(self):
        """Look once, and return who was asked why since the last look."""
        before = self.asked()
        self.prompting.look(self.account.id)
        return [(event.user_id, event.cause) for event in self.asked()[len(before) :]]

    def asked(self):
        with self.database.read() as uow:
            events = [event for _id, _at, event in uow.history(limit=200)]
        return [event for event in reversed(events) if isinstance(event, CheckInDue)]

    def close(self, r, cause=ExitCause.STOP_LOSS, actor=None):
        """Book a closed trade with its event."""
        self.positions += 1
        now, net = self.market.now(), Decimal(r) * 10
        trade = ClosedTrade(
            self.account.id, self.positions, self.bot.id, "MA_CROSSOVER", "EURUSD", Side.BUY, ONE,
            ONE, ONE, now - HOUR, now, net, ZERO, ZERO, ZERO, cause, Decimal(10),
        )  # fmt: skip
        event = PositionClosed(
            happened_at=now, account_id=self.account.id, actor=actor, name="Kijang", ticket=self.positions,
            position_id=self.positions, symbol="EURUSD", side=Side.BUY, lots=ONE, price_open=ONE,
            price=ONE, opened_at=now - HOUR, cause=cause, net=net, r=Decimal(r), currency="USD",
        )  # fmt: skip
        with self.database.write() as uow:
            uow.books.add_trade(trade)
            uow.record(event)
            uow.commit()
        self.pass_time(MINUTE)


@pytest.fixture
def wall():
    return StepClock(SEVEN - HOUR)


@pytest.fixture
def market():
    return StepClock(SEVEN - HOUR)


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    path = tmp_path_factory.mktemp("prompting") / "service.db"
    upgrade(path)
    return path


@pytest.fixture
def place(empty, tmp_path, wall, market):
    path = tmp_path / "service.db"
    path.write_bytes(empty.read_bytes())
    database = SqlDatabase(path, wall)
    made = Place(database, wall, market)
    made.look()
    yield made
    database.close()


def test_the_question_comes_at_its_hour_on_the_persons_clock_and_once(place):
    assert place.look() == []
    place.pass_time(HOUR)
    assert place.look() == [(7, PromptCause.HOUR)]
    assert place.look() == []
    place.open()
    assert place.look() == []


def test_two_processes_at_once_ask_once(place):
    place.pass_time(HOUR)
    first, second = place.prompting, None
    place.open()
    second = place.prompting
    first.look(place.account.id)
    second.look(place.account.id)
    assert len(place.asked()) == 1


def test_everybody_is_asked_on_his_own_clock(place):
    place.add(Member(8, 8, Role.OPERATOR, "id", "Asia/Jayapura"))
    assert place.look() == [(8, PromptCause.HOUR)]
    place.pass_time(HOUR)
    assert place.look() == [(7, PromptCause.HOUR)]


def test_who_has_made_his_first_bot_today_is_left_in_peace(place):
    with place.database.write() as uow:
        uow.bots.save(replace(place.bot, deleted_at=SEVEN))
        uow.bots.add(place.account.id, SETTINGS, SEVEN - 2 * HOUR)
        uow.commit()
    place.pass_time(HOUR)
    place.close("-3")
    assert place.look() == []
    place.pass_time(DAY)
    assert place.look() == [(7, PromptCause.HOUR)]


def test_who_only_looks_on_is_not_asked(place):
    place.add(Member(8, 8, Role.VIEWER, "id", "Asia/Jakarta"))
    place.pass_time(HOUR)
    assert place.look() == [(7, PromptCause.HOUR)]


def test_an_hour_missed_by_much_is_not_made_up_for(place):
    place.pass_time(HOUR + 2 * HOUR)
    assert place.look() == []


def test_an_hour_missed_by_little_is_asked_after_a_restart(place):
    place.pass_time(HOUR + 90 * MINUTE)
    place.open()
    assert place.look() == [(7, PromptCause.HOUR)]


@pytest.mark.parametrize(
    "member",
    [
        replace(OWNER, mentor=MentorWishes(hours=(), after_events=False)),
        replace(OWNER, mentor=MentorWishes(rest_until=SEVEN + DAY)),
        replace(OWNER, alerts=AlertSettings(quiet_begins=time(22), quiet_ends=time(9))),
        replace(OWNER, alerts=AlertSettings(muted_until=SEVEN + HOUR)),
    ],
)
def test_who_opted_out_rests_or_sleeps_is_not_asked(place, member):
    place.add(member)
    place.pass_time(HOUR)
    place.close("-3", ExitCause.OPERATOR, actor=7)
    assert place.look() == []


def test_a_question_waits_for_the_end_of_quiet_hours_while_it_makes_sense(place):
    place.add(replace(OWNER, alerts=AlertSettings(quiet_begins=time(22), quiet_ends=time(8))))
    place.pass_time(HOUR)
    assert place.look() == []
    place.pass_time(HOUR)
    assert place.look() == [(7, PromptCause.HOUR)]


def test_no_hour_counts_on_a_weekend_unless_a_market_is_open(place):
    place.pass_time(HOUR + 4 * DAY)
    assert place.look() == []
    with place.database.write() as uow:
        uow.bots.save(replace(place.bot, status=BotStatus.ACTIVE, waiting=Waiting.MARKET_CLOSED))
        uow.commit()
    assert place.look() == []
    with place.database.write() as uow:
        uow.bots.save(replace(uow.bots.get(place.bot.id), waiting=None))
        uow.commit()
    assert place.look() == [(7, PromptCause.HOUR)]


def test_a_close_by_hand_after_a_loss_is_asked_about(place):
    place.close("0.5", ExitCause.OPERATOR, actor=7)
    assert place.look() == []
    place.close("-0.5")
    assert place.look() == []
    place.close("0.3", ExitCause.OPERATOR, actor=7)
    assert place.look() == [(7, PromptCause.CLOSED_BY_HAND)]


def test_who_closed_is_asked_and_for_the_terminal_the_owner(place):
    place.add(Member(8, 8, Role.OPERATOR, "id", "Asia/Jakarta", mentor=MentorWishes(hours=())))
    place.close("-0.5")
    place.close("0.3", ExitCause.OPERATOR, actor=8)
    assert place.look() == [(8, PromptCause.CLOSED_BY_HAND)]
    place.close("0.3", ExitCause.BY_HAND)
    assert place.look() == [(7, PromptCause.CLOSED_BY_HAND)]


def test_the_day_that_falls_to_minus_two_r_is_asked_about_once(place):
    place.close("-1.5")
    assert place.look() == []
    place.close("-0.5")
    assert place.look() == [(7, PromptCause.LOSS_DAY)]
    place.close("-1")
    assert place.look() == []


def test_the_daily_limit_is_asked_about(place):
    with place.database.write() as uow:
        uow.record(
            DailyLossHit(
                happened_at=SEVEN, account_id=place.account.id, loss=ONE, limit=ONE, currency="USD",
                ends_at=SEVEN,
            )
        )  # fmt: skip
        uow.commit()
    assert place.look() == [(7, PromptCause.GUARD)]


def test_at_most_two_questions_a_day_come_by_themselves(place):
    place.add(replace(OWNER, mentor=MentorWishes(hours=(time(7), time(12)))))
    place.pass_time(HOUR)
    assert place.look() == [(7, PromptCause.HOUR)]
    place.close("-2.5")
    assert place.look() == [(7, PromptCause.LOSS_DAY)]
    place.pass_time(5 * HOUR)
    assert place.look() == []
    place.pass_time(19 * HOUR)
    assert place.look() == [(7, PromptCause.HOUR)]


def test_what_happened_before_the_first_look_or_long_ago_is_not_asked_about(place):
    place.close("-2.5")
    place.pass_time(40 * MINUTE)
    place.open()
    assert place.look() == []


def test_who_has_just_said_it_is_not_asked(place):
    place.check_ins.mood(ME, Mood.CALM)
    place.pass_time(59 * MINUTE)
    place.wall.advance(MINUTE)
    assert place.look() == []
    place.market.advance(MINUTE)
    assert place.look() == [(7, PromptCause.HOUR)]


def test_events_of_others_and_of_other_kinds_ask_nothing(place):
    with place.database.write() as uow:
        uow.record(
            EntriesPaused(happened_at=SEVEN, account_id=place.account.id, actor=7, cause="timer", until=SEVEN)
        )
        uow.commit()
    assert place.look() == []


def prompt_of(place):
    (event,) = place.asked()
    with place.database.read() as uow:
        return uow.mentor.prompt(event.prompt_id)


def test_a_skip_is_stored_and_is_no_mood(place):
    place.pass_time(HOUR)
    place.look()
    prompt = prompt_of(place)
    assert place.check_ins.skip(ME, prompt.id).check_in is None
    assert prompt_of(place).answer is PromptAnswer.SKIPPED
    with place.database.read() as uow:
        assert uow.journal.newest_check_in(7) is None
    with pytest.raises(InvalidValue):
        place.check_ins.skip(replace(ME, user_id=8), prompt.id)


def test_an_answer_beats_a_skip_that_came_first(place):
    place.pass_time(HOUR)
    place.look()
    number = prompt_of(place).id
    place.check_ins.skip(ME, number)
    place.check_ins.mood(ME, Mood.TIRED, prompt_id=number)
    assert prompt_of(place).answer is PromptAnswer.GIVEN
    place.check_ins.skip(ME, number)
    assert prompt_of(place).answer is PromptAnswer.GIVEN


def test_a_correction_keeps_when_it_was_said_and_is_only_for_the_last_day(place):
    with pytest.raises(NothingToCorrect):
        place.check_ins.correct(ME, Mood.CALM)
    said = place.check_ins.mood(ME, Mood.ANXIOUS).check_in
    place.pass_time(23 * HOUR)
    assert place.check_ins.correctable(ME).correcting is Mood.ANXIOUS
    corrected = place.check_ins.correct(ME, Mood.TIRED).check_in
    assert corrected == replace(said, mood=Mood.TIRED)
    place.pass_time(2 * HOUR)
    for late in (place.check_ins.correctable, lambda actor: place.check_ins.correct(actor, Mood.CALM)):
        with pytest.raises(NothingToCorrect):
            late(ME)


def test_a_mood_with_a_note_keeps_both(place):
    place.check_ins.mood(ME, Mood.ANXIOUS, note="menunggu NFP")
    with place.database.read() as uow:
        assert [note.text for note in uow.journal.notes_of(7)[1]] == ["menunggu NFP"]
