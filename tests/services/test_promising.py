from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot_service.domain.accounts import Account
from bot_service.domain.acts import ActKind
from bot_service.domain.bots import BotSettings, SizingMethod
from bot_service.domain.errors import ConfirmationRefused, InvalidValue, PromiseStands
from bot_service.domain.events import BotEdited, DailyLossHit, EntriesResumed, WaitOver
from bot_service.domain.market import AccountIdentity, MarginMode, Timeframe, TradeMode
from bot_service.domain.people import Actor, Member, Role
from bot_service.domain.promises import Brake, BrakeState, PromiseKind, PromiseMark
from bot_service.domain.trading import ClosedTrade, ExitCause, Side
from bot_service.scheduling.clocks import StepClock
from bot_service.services import vows
from bot_service.services.desk import Desk
from bot_service.services.mentoring import Mentoring
from bot_service.services.promising import Promising
from bot_service.services.vows import Intended
from bot_service.storage.database import SqlDatabase
from bot_service.storage.migrations import upgrade

NOON = datetime(2026, 3, 3, 5, 0, tzinfo=UTC)  # Tuesday 12:00 in Jakarta
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ME = Actor(7, 7, Role.OWNER, NOON)
RAISE = Intended(ActKind.EDIT, raises=True)
START = Intended(ActKind.START)
ZERO, ONE = Decimal(0), Decimal(1)
SETTINGS = BotSettings(
    "Kijang", "EURUSD", "EURUSD", "MA_CROSSOVER", Timeframe.M5, SizingMethod.RISK_PERCENT, ONE
)
DEED = {"line": "edit_bot 1 risk 2"}


class Place:
    """One account with one person, and what happens to it."""

    def __init__(self, database, wall, market):
        self.database, self.wall, self.market = database, wall, market
        with database.write() as uow:
            identity = AccountIdentity("Paper", 1, TradeMode.PAPER)
            fresh = Account(0, "paper", identity, "USD", MarginMode.HEDGING, 100, "Asia/Jakarta", 812)
            self.account = uow.accounts.add(fresh)
            self.bot = uow.bots.add(self.account.id, SETTINGS, NOON - DAY)
            uow.people.add(Member(7, 7, Role.OWNER, "id", "Asia/Jakarta"))
            uow.commit()
        self.positions = 0
        self.open()

    def open(self):
        """Begin as a fresh process does."""
        self.desk = Desk(self.database, None, None, {self.account.id: None}, self.market, self.wall)
        self.promising = Promising(self.desk)

    def pass_time(self, length):
        self.wall.advance(length)
        self.market.advance(length)

    def lose(self, r):
        self.positions += 1
        now = self.market.now()
        trade = ClosedTrade(
            self.account.id, self.positions, self.bot.id, "MA_CROSSOVER", "EURUSD", Side.BUY, ONE, ONE, ONE,
            now - HOUR, now, Decimal(r) * 10, ZERO, ZERO, ZERO, ExitCause.STOP_LOSS, Decimal(10),
        )  # fmt: skip
        with self.database.write() as uow:
            uow.books.add_trade(trade)
            uow.commit()
        self.pass_time(MINUTE)

    def promise(self, kind, brake=Brake.DELAY):
        return self.promising.make(ME, kind, brake).made

    def step_in(self, user_id=7):
        with self.database.write() as uow:
            uow.record(EntriesResumed(happened_at=self.market.now(), actor=user_id, cause="timer"))
            uow.commit()
        self.pass_time(MINUTE)

    def edited(self):
        """Let the braked act come to something."""
        with self.database.write() as uow:
            uow.record(
                BotEdited(
                    happened_at=self.market.now(), account_id=self.account.id, bot_id=self.bot.id,
                    actor=7, name="Kijang", version=2, changes={"size": ("1", "2")},
                )
            )  # fmt: skip
            uow.commit()

    def refuse(self, intended, actor=ME):
        vows.refuse(self.desk, actor, [self.account.id], intended)

    def brake(self, intended=RAISE):
        with pytest.raises(PromiseStands) as caught:
            self.refuse(intended)
        return self.promising.brake(ME, caught.value, dict(DEED)).act

    def hit_the_limit(self):
        now = self.market.now()
        with self.database.write() as uow:
            uow.record(
                DailyLossHit(
                    happened_at=now, account_id=self.account.id, loss=Decimal(50), limit=Decimal(50),
                    currency="USD", ends_at=now + 5 * HOUR,
                )
            )  # fmt: skip
            uow.commit()
        self.pass_time(MINUTE)

    def marks(self):
        with self.database.read() as uow:
            ids = tuple(one.id for one in uow.promises.of_person(7))
            return [item.mark for item in uow.promises.occasions(ids, NOON - 9 * DAY, NOON + 9 * DAY)]

    def told(self):
        with self.database.read() as uow:
            return [event for _id, _at, event in uow.history(limit=50) if isinstance(event, WaitOver)]


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    path = tmp_path_factory.mktemp("promising") / "service.db"
    upgrade(path)
    return path


@pytest.fixture
def place(empty, tmp_path):
    path = tmp_path / "service.db"
    path.write_bytes(empty.read_bytes())
    wall, market = StepClock(NOON), StepClock(NOON)
    database = SqlDatabase(path, wall)
    yield Place(database, wall, market)
    database.close()


def test_without_a_promise_nothing_is_refused(place):
    place.lose("-3")
    for kind in ActKind:
        place.refuse(Intended(kind, raises=True))


def test_after_two_r_lost_no_risk_is_raised_for_an_hour(place):
    place.promise(PromiseKind.CALM_AFTER_LOSS)
    place.lose("-1.9")
    place.refuse(RAISE)
    place.lose("-0.2")
    with pytest.raises(PromiseStands) as caught:
        place.refuse(RAISE)
    (standing,) = caught.value.standing
    assert (standing.reason, standing.day_r) == ("day_r=-2.10", Decimal("-2.1"))
    place.refuse(Intended(ActKind.EDIT))
    place.refuse(START)
    place.pass_time(58 * MINUTE)
    with pytest.raises(PromiseStands):
        place.refuse(RAISE)
    place.pass_time(MINUTE)
    place.refuse(RAISE)


def test_a_winning_close_on_a_bad_day_starts_no_new_hour(place):
    place.promise(PromiseKind.CALM_AFTER_LOSS)
    place.lose("-3")
    place.pass_time(50 * MINUTE)
    place.lose("0.5")
    place.pass_time(9 * MINUTE)
    place.refuse(RAISE)


def test_the_hour_passes_over_the_end_of_the_trading_day(place):
    place.promise(PromiseKind.CALM_AFTER_LOSS)
    place.pass_time(16 * HOUR + 40 * MINUTE)
    place.lose("-2.5")
    place.pass_time(30 * MINUTE)
    assert place.account.trading_day(place.market.now()) != place.account.trading_day(NOON)
    with pytest.raises(PromiseStands):
        place.refuse(RAISE)


@pytest.mark.parametrize("intended", [START, Intended(ActKind.LIMITS)])
def test_after_the_daily_limit_nothing_is_started_or_lifted_until_it_resets(place, intended):
    place.promise(PromiseKind.NO_RESTART)
    place.refuse(intended)
    place.hit_the_limit()
    with pytest.raises(PromiseStands) as caught:
        place.refuse(intended)
    assert caught.value.standing[0].reason == "daily_limit"
    place.refuse(RAISE)
    place.pass_time(5 * HOUR)
    place.refuse(intended)
    place.promising.round(place.account.id)
    assert place.marks() == [PromiseMark.KEPT]


def test_the_sixth_intervention_of_a_day_is_asked_about(place):
    place.promise(PromiseKind.FEW_INTERVENTIONS)
    for _ in range(4):
        place.step_in()
    place.step_in(user_id=8)
    place.refuse(START)
    place.step_in()
    with pytest.raises(PromiseStands) as caught:
        place.refuse(START)
    assert caught.value.standing[0].count == 6
    place.pass_time(DAY)
    place.refuse(START)


@pytest.mark.parametrize(
    "safe",
    [ActKind.STOP, ActKind.PANIC, ActKind.PAUSE, ActKind.DELETE, ActKind.LOOK, ActKind.BACKTEST],
)
def test_what_makes_things_safer_never_counts(safe):
    assert safe not in vows.COUNTED


def test_a_promise_is_about_its_own_person_only(place):
    place.promise(PromiseKind.CALM_AFTER_LOSS)
    place.lose("-3")
    place.refuse(RAISE, replace(ME, user_id=8, chat_id=8))


def test_the_same_template_is_promised_once_and_own_words_are_kept_as_they_are(place):
    place.promise(PromiseKind.NO_RESTART)
    with pytest.raises(InvalidValue):
        place.promise(PromiseKind.NO_RESTART)
    view = place.promising.make(ME, PromiseKind.OWN, Brake.DELAY, text="  tidak <trading>\n saat NFP ")
    assert view.made.text == "tidak <trading> saat NFP"
    assert [line.promise.kind for line in view.lines] == [PromiseKind.NO_RESTART, PromiseKind.OWN]
    with pytest.raises(InvalidValue):
        place.promising.make(ME, PromiseKind.OWN, Brake.DELAY, text="x" * 201)


def test_an_own_sentence_forbids_nothing(place):
    place.promising.make(ME, PromiseKind.OWN, Brake.SENTENCE, text="sabar")
    place.lose("-5")
    for _ in range(9):
        place.step_in()
    place.refuse(RAISE)
    place.refuse(START)


def test_an_own_sentence_is_judged_by_its_owner_and_his_last_word_of_a_day_counts(place):
    made = place.promising.make(ME, PromiseKind.OWN, Brake.DELAY, text="sabar").made
    assert place.promising.view(ME).lines[0].today is None
    place.promising.judge(ME, made.id, PromiseMark.BROKEN)
    place.pass_time(HOUR)
    view = place.promising.judge(ME, made.id, PromiseMark.KEPT)
    assert (view.lines[0].kept, view.lines[0].broken, view.lines[0].today) == (1, 0, PromiseMark.KEPT)
    assert place.marks() == [PromiseMark.KEPT]
    place.pass_time(DAY)
    assert place.promising.view(ME).lines[0].today is None
    place.promising.judge(ME, made.id, PromiseMark.BROKEN)
    assert place.marks() == [PromiseMark.KEPT, PromiseMark.BROKEN]


def test_what_is_watched_or_ended_or_somebody_elses_cannot_be_judged(place):
    watched = place.promise(PromiseKind.NO_RESTART)
    own = place.promising.make(ME, PromiseKind.OWN, Brake.DELAY, text="sabar").made
    for actor, number in ((ME, watched.id), (Actor(8, 8, Role.OPERATOR, NOON), own.id), (ME, 999)):
        with pytest.raises(InvalidValue):
            place.promising.judge(actor, number, PromiseMark.KEPT)
    place.promising.end(ME, own.id)
    with pytest.raises(InvalidValue):
        place.promising.judge(ME, own.id, PromiseMark.KEPT)
    assert place.marks() == []


@pytest.mark.parametrize(
    ("mark", "code"), [(PromiseMark.KEPT, "kept_promise"), (PromiseMark.BROKEN, "broken_promise")]
)
def test_a_judged_sentence_is_a_finding_of_its_day(place, mark, code):
    own = place.promising.make(ME, PromiseKind.OWN, Brake.DELAY, text="sabar").made
    place.promising.judge(ME, own.id, mark)
    place.pass_time(MINUTE)
    report = Mentoring(place.database, place.market, place.wall).report(place.account.id)
    assert {"kept_promise", "broken_promise"} & {one.code for one in report.findings} == {code}
    assert (report.score.kept, report.score.opportunities) == (int(mark is PromiseMark.KEPT), 1)


def test_a_promise_ends_at_once_in_calm_and_after_the_test_in_heat(place):
    calm = place.promise(PromiseKind.CALM_AFTER_LOSS)
    place.promising.end(ME, calm.id)
    assert place.promising.view(ME).lines == ()
    again = place.promise(PromiseKind.CALM_AFTER_LOSS)
    place.lose("-3")
    view = place.promising.end(ME, again.id)
    assert view.lines[0].ends_at > place.market.now()
    with pytest.raises(PromiseStands):
        place.refuse(RAISE)
    place.pass_time(HOUR)
    place.refuse(RAISE)
    with pytest.raises(InvalidValue):
        place.promising.end(ME, again.id)


def test_who_turns_back_has_kept_his_promise_once(place):
    place.promise(PromiseKind.CALM_AFTER_LOSS)
    place.lose("-3")
    for _ in range(3):
        act = place.brake()
        place.promising.keep(ME, act.id)
        place.pass_time(MINUTE)
    assert place.marks() == [PromiseMark.KEPT]


def test_after_ten_minutes_the_person_is_asked_once_and_may_do_it(place):
    place.promise(PromiseKind.CALM_AFTER_LOSS)
    place.lose("-3")
    act = place.brake()
    place.promising.wait(ME, act.id)
    place.pass_time(9 * MINUTE)
    place.promising.round(place.account.id)
    assert place.told() == []
    with pytest.raises(ConfirmationRefused):
        place.promising.freed(ME, act.id)
    place.pass_time(MINUTE)
    place.open()
    place.promising.round(place.account.id)
    place.promising.round(place.account.id)
    assert [event.act_id for event in place.told()] == [act.id]
    place.refuse(RAISE, replace(ME, released=act.id))
    with pytest.raises(PromiseStands):
        place.refuse(RAISE)
    assert place.marks() == []
    began = place.wall.now()
    place.edited()
    assert place.promising.done(ME, act.id, began)
    assert place.marks() == [PromiseMark.BROKEN]
    with pytest.raises(PromiseStands):
        place.refuse(RAISE, replace(ME, released=act.id))


def test_what_came_to_nothing_breaks_no_promise(place):
    place.promise(PromiseKind.CALM_AFTER_LOSS)
    place.lose("-3")
    act = place.brake()
    place.promising.wait(ME, act.id)
    place.pass_time(10 * MINUTE)
    place.promising.round(place.account.id)
    assert not place.promising.done(ME, act.id, place.wall.now())
    assert place.marks() == []
    assert place.promising.freed(ME, act.id).state is BrakeState.FREE


def test_a_typed_sentence_sets_the_act_free_at_once(place):
    place.promise(PromiseKind.CALM_AFTER_LOSS, Brake.SENTENCE)
    place.lose("-3")
    act = place.brake()
    assert place.promising.awaits_sentence(ME).id == act.id
    assert place.promising.awaits_sentence(replace(ME, chat_id=-5)) is None
    with pytest.raises(ConfirmationRefused):
        place.promising.wait(ME, act.id)
    place.promising.spoken(ME, act.id)
    place.refuse(RAISE, replace(ME, released=act.id))


def test_somebody_elses_act_is_his(place):
    place.promise(PromiseKind.CALM_AFTER_LOSS)
    place.lose("-3")
    act = place.brake()
    other = replace(ME, user_id=8)
    for attempt in (place.promising.keep, place.promising.wait, place.promising.freed):
        with pytest.raises(ConfirmationRefused):
            attempt(other, act.id)
    assert place.promising.awaits_sentence(other) is None


def test_who_does_not_come_back_has_kept_it(place):
    place.promise(PromiseKind.CALM_AFTER_LOSS)
    place.lose("-3")
    asked = place.brake()
    place.pass_time(16 * MINUTE)
    place.promising.round(place.account.id)
    assert place.marks() == [PromiseMark.KEPT]
    with pytest.raises(ConfirmationRefused):
        place.promising.wait(ME, asked.id)


def test_the_same_wish_again_is_one_question(place):
    place.promise(PromiseKind.CALM_AFTER_LOSS)
    place.lose("-3")
    first, second = place.brake(), place.brake()
    with pytest.raises(ConfirmationRefused):
        place.promising.wait(ME, first.id)
    place.promising.wait(ME, second.id)


def test_a_bad_hour_without_a_raise_is_booked_as_kept_once(place):
    place.promise(PromiseKind.CALM_AFTER_LOSS)
    place.lose("-3")
    place.pass_time(30 * MINUTE)
    place.lose("-1")
    place.promising.round(place.account.id)
    assert place.marks() == []
    place.pass_time(61 * MINUTE)
    place.promising.round(place.account.id)
    place.open()
    place.pass_time(5 * MINUTE)
    place.promising.round(place.account.id)
    assert place.marks() == [PromiseMark.KEPT]


def test_an_hour_with_a_broken_promise_is_not_booked_as_kept(place):
    place.promise(PromiseKind.CALM_AFTER_LOSS, Brake.SENTENCE)
    place.lose("-3")
    act = place.brake()
    place.promising.spoken(ME, act.id)
    began = place.wall.now()
    place.edited()
    place.promising.done(ME, act.id, began)
    place.pass_time(2 * HOUR)
    place.promising.round(place.account.id)
    assert place.marks() == [PromiseMark.BROKEN]


def test_a_day_with_few_interventions_is_kept_and_a_day_without_any_is_no_test(place):
    place.promise(PromiseKind.FEW_INTERVENTIONS)
    for _ in range(3):
        place.step_in()
    place.pass_time(DAY)
    place.promising.round(place.account.id)
    assert place.marks() == [PromiseMark.KEPT]
    place.pass_time(DAY)
    place.promising.round(place.account.id)
    assert place.marks() == [PromiseMark.KEPT]


def test_what_was_before_the_promise_is_no_test(place):
    place.lose("-3")
    place.pass_time(10 * MINUTE)
    place.promise(PromiseKind.CALM_AFTER_LOSS)
    place.pass_time(2 * HOUR)
    place.promising.round(place.account.id)
    assert place.marks() == []
