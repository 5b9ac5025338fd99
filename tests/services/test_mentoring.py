from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot_service.domain.closing import closed_trade
from bot_service.domain.errors import InvalidValue, NoAccount, NothingToReport
from bot_service.domain.events import ReportReady
from bot_service.domain.findings import Mood
from bot_service.domain.jobs import ReportJob
from bot_service.domain.trading import (
    DealEntry,
    DealKind,
    ExitCause,
    IntentState,
)
from bot_service.mentor.hours import report_due
from bot_service.services.check_ins import LONGEST_NOTE, CheckIns
from bot_service.services.desk import Desk
from bot_service.services.mentoring import Mentoring
from bot_service.storage.database import SqlDatabase
from bot_service.storage.migrations import upgrade
from tests.services.mentor_broker import (
    DAY,
    DUE,
    HOUR,
    ME,
    MORNING,
    ONE,
    ZERO,
    Broker,
    SetClock,
    look,
    told,
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    path = tmp_path_factory.mktemp("mentoring") / "service.db"
    upgrade(path)
    return path


@pytest.fixture
def market():
    return SetClock(MORNING)


@pytest.fixture
def database(empty, tmp_path):
    path = tmp_path / "service.db"
    path.write_bytes(empty.read_bytes())
    opened = SqlDatabase(path, SetClock(MORNING))
    yield opened
    opened.close()


@pytest.fixture
def mentoring(database, market):
    return Mentoring(database, market, SetClock(MORNING))


@pytest.fixture
def check_ins(database, market):
    return CheckIns(Desk(database, None, None, {}, market, SetClock(MORNING)))


@pytest.fixture
def broker(database):
    made = Broker(database)
    made.deposit(MORNING - 40 * ONE, "1000")
    return made


def test_a_mood_needs_no_trades_and_touches_no_note(mentoring, check_ins, broker):
    check_ins.note(ME, "tidur nyenyak")
    assert check_ins.mood(ME, Mood.CALM).check_in.before_close
    check_ins.mood(ME, Mood.CONFIDENT)
    made = mentoring.report()
    assert [item.mood for item in made.moods] == [Mood.CALM, Mood.CONFIDENT]
    assert made.notes == ("tidur nyenyak",)
    assert made.trades == 0


def test_a_mood_after_the_days_first_close_is_not_an_early_one(mentoring, check_ins, broker, market):
    broker.trade(MORNING - ONE, "5")
    assert check_ins.mood(ME, Mood.CALM).check_in.before_close
    broker.trade(MORNING, "5")
    market.moment = MORNING + 2 * HOUR
    assert not check_ins.mood(ME, Mood.TIRED).check_in.before_close
    assert [item.before_close for item in mentoring.report().moods] == [True, False]


def test_nothing_is_asked_without_an_account(mentoring, check_ins):
    for ask in (lambda: check_ins.mood(ME, Mood.CALM), lambda: check_ins.note(ME, "a"), mentoring.report):
        with pytest.raises(NoAccount):
            ask()


@pytest.mark.parametrize("text", ["", "  \n", "x" * (LONGEST_NOTE + 1)])
def test_a_note_is_neither_empty_nor_too_long(mentoring, check_ins, broker, text):
    with pytest.raises(InvalidValue):
        check_ins.note(ME, text)
    assert mentoring.report().notes == ()


def test_a_note_is_kept_as_written_without_the_blanks_around_it(mentoring, check_ins, broker):
    assert check_ins.note(ME, "  baris satu\n<b>dua</b>  ") == "baris satu\n<b>dua</b>"
    check_ins.note(ME, "x" * LONGEST_NOTE)
    assert mentoring.report().notes == ("baris satu\n<b>dua</b>", "x" * LONGEST_NOTE)


def test_a_day_ahead_or_before_the_first_deal_has_no_report(mentoring, broker):
    for day in (DAY + ONE, DAY - 41 * ONE):
        with pytest.raises(NothingToReport):
            mentoring.report(None, day)
    assert not mentoring.report(None, DAY).finished
    assert mentoring.report(None, DAY - 40 * ONE).finished


def test_a_report_is_written_and_told_once_when_its_hour_has_come(mentoring, broker, market, database):
    broker.trade(MORNING, "-9")
    look(broker, market, DUE - timedelta(seconds=1))
    assert mentoring.write_due_reports() == ()
    look(broker, market, DUE)
    (written,) = mentoring.write_due_reports()
    assert (written.day, written.net, written.r) == (DAY, Decimal("-10.00"), Decimal(-1))
    assert mentoring.write_due_reports() == ()
    mentoring.run(ReportJob(broker.account.id))
    assert told(database) == [
        ReportReady(happened_at=DUE, account_id=broker.account.id, day="2026-11-18", late=False)
    ]
    assert mentoring.days() == (DAY,)
    assert mentoring.report(None, DAY) == written


@pytest.mark.parametrize(("minutes", "late"), [(30, False), (31, True)])
def test_a_report_more_than_half_an_hour_after_its_hour_is_late(
    mentoring, broker, market, database, minutes, late
):
    broker.trade(MORNING, "5")
    look(broker, market, DUE + timedelta(minutes=minutes))
    mentoring.write_due_reports()
    assert [event.late for event in told(database)] == [late]


def test_days_missed_while_the_service_was_down_are_made_up_for_at_most_a_week(
    mentoring, broker, market, database
):
    for back in range(10):
        broker.trade(MORNING - back * ONE, "5")
    look(broker, market, DUE)
    mentoring.write_due_reports()
    assert [event.day for event in told(database)] == [f"2026-11-{day}" for day in range(12, 19)]
    assert [event.late for event in told(database)] == [True] * 6 + [False]
    look(broker, market, DUE + 8 * ONE)
    assert mentoring.write_due_reports() == ()


def test_a_day_in_which_nothing_happened_stays_silent(mentoring, broker, market, database):
    broker.trade(MORNING, "5")
    broker.trade(MORNING + 2 * ONE, "5")
    look(broker, market, DUE + 3 * ONE)
    mentoring.write_due_reports()
    assert [event.day for event in told(database)] == ["2026-11-18", "2026-11-20"]
    assert mentoring.report(None, DAY + ONE).observation.code == "quiet_day"


@pytest.mark.parametrize("happening", ["mood", "note", "deposit"])
def test_a_day_with_a_word_or_a_deposit_is_reported_without_trades(
    mentoring, check_ins, broker, market, database, happening
):
    broker.trade(MORNING, "5")
    market.moment = MORNING + ONE
    if happening == "mood":
        check_ins.mood(ME, Mood.BORED)
    elif happening == "note":
        check_ins.note(ME, "libur")
    else:
        broker.deposit(MORNING + ONE, "50")
    look(broker, market, DUE + ONE)
    mentoring.write_due_reports()
    assert [event.day for event in told(database)] == ["2026-11-18", "2026-11-19"]


def test_a_newly_connected_accounts_own_past_is_not_told(mentoring, broker, market, database):
    for back in (3, 2):
        broker.trade(MORNING - back * ONE, "-700", planned=None, reason="client")
    broker.trade(MORNING, "5")
    look(broker, market, DUE)
    mentoring.write_due_reports()
    assert [event.day for event in told(database)] == ["2026-11-18"]
    assert mentoring.report(None, DAY - 2 * ONE).net == Decimal(-701)


def test_a_report_waits_until_the_watch_has_seen_the_days_end(mentoring, broker, market, database):
    broker.trade(MORNING, "5")
    broker.seen(DUE - 2 * HOUR)
    market.moment = DUE + HOUR
    assert mentoring.write_due_reports() == ()
    broker.seen(DUE + HOUR)
    assert len(mentoring.write_due_reports()) == 1


def test_a_report_waits_for_orders_whose_outcome_nobody_knows(mentoring, broker, market, database):
    broker.trade(MORNING, "5")
    with database.write() as uow:
        intent = uow.intents.add(broker.draft(MORNING + HOUR, "10"))
        uow.commit()
    look(broker, market, DUE)
    assert mentoring.write_due_reports() == ()
    with database.write() as uow:
        uow.intents.settle(replace(intent, state=IntentState.ABANDONED))
        uow.commit()
    assert len(mentoring.write_due_reports()) == 1


def test_what_was_not_committed_was_neither_written_nor_told(mentoring, broker, market, empty, database):
    broker.trade(MORNING, "5")
    look(broker, market, DUE)

    class PowerCut(Exception):
        pass

    class Torn:
        def read(self):
            return database.read()

        def write(self):
            uow = database.write()

            def cut():
                raise PowerCut

            uow.commit = cut
            return uow

    with pytest.raises(PowerCut):
        Mentoring(Torn(), market, market).write_due_reports()
    assert mentoring.days() == ()
    assert told(database) == []
    assert len(mentoring.write_due_reports()) == 1
    assert len(told(database)) == 1


def test_each_account_has_its_own_report(mentoring, broker, market, database):
    other = Broker(database, "America/New_York")
    other.deposit(MORNING - 2 * ONE, "500")
    broker.trade(MORNING, "5")
    other.trade(MORNING + 12 * HOUR, "7")
    look(broker, market, DUE + 12 * HOUR)
    other.seen(DUE + 12 * HOUR)
    reports = mentoring.write_due_reports()
    assert [(made.account_id, made.net) for made in reports] == [
        (broker.account.id, Decimal(4)),
        (other.account.id, Decimal(6)),
    ]
    assert mentoring.next_report_at(other.account) == datetime(2026, 11, 20, 11, 30, tzinfo=UTC)


def test_deposits_never_look_like_profit_and_the_books_say_where_money_came_from(mentoring, broker, market):
    held = broker.open(MORNING - ONE)
    broker.trade(MORNING, "-9")
    broker.deposit(MORNING + 2 * HOUR, "250")
    broker.close(MORNING + 3 * HOUR, held, "20")
    broker.open(MORNING + 4 * HOUR, commission="-0.70")
    broker.open(MORNING + 5 * HOUR, commission="0")
    broker.book(MORNING + 5 * HOUR, DealKind.CREDIT, DealEntry.IN, "40")
    look(broker, market, DUE)
    (made,) = mentoring.write_due_reports()
    books = made.books
    assert made.net == Decimal("9.00")
    assert (books.opening, books.operations, books.closing) == (
        Decimal("999.50"),
        Decimal(250),
        broker.balance,
    )
    assert (books.trades, books.carried, books.difference) == (Decimal("9.00"), Decimal("-0.20"), ZERO)
    assert made.opened == 3
    assert made.equity_curve[-1][1] == Decimal("1008.50")


def test_a_difference_to_the_brokers_balance_is_said_once_it_stays(mentoring, broker, market):
    broker.trade(MORNING, "5")
    look(broker, market, DUE)
    assert len(mentoring.write_due_reports()) == 1
    broker.trade(MORNING + ONE, "5")
    broker.deposit(MORNING + ONE, "-30", told=False)
    look(broker, market, DUE + ONE)
    assert mentoring.write_due_reports() == ()
    look(broker, market, DUE + ONE + timedelta(minutes=10))
    (made,) = mentoring.write_due_reports()
    assert made.books.difference == Decimal(-30)
    assert (made.observation.code, made.closing) == ("books_differ", "closing_books")
    assert mentoring.report(None, DAY + ONE) == made
    broker.trade(MORNING + 2 * ONE, "5")
    look(broker, market, DUE + 2 * ONE)
    (after,) = mentoring.write_due_reports()
    assert (after.books.difference, after.books.closing) == (ZERO, broker.balance)


def test_a_deal_in_the_very_second_of_the_watchs_look_is_no_difference(mentoring, broker, market):
    broker.trade(MORNING, "5")
    before = broker.balance
    broker.open(DUE)
    market.moment = DUE
    broker.seen(DUE + timedelta(milliseconds=300), balance=before)
    (made,) = mentoring.write_due_reports()
    assert made.books.difference == ZERO


def test_an_account_with_an_unknown_past_begins_its_books_at_the_brokers_balance(mentoring, broker, market):
    broker.balance += 77
    broker.trade(MORNING, "5")
    look(broker, market, DUE + timedelta(minutes=10))
    (made,) = mentoring.write_due_reports()
    assert (made.books.opening, made.books.difference) == (Decimal(1077), ZERO)
    broker.trade(MORNING + ONE, "5")
    assert mentoring.report(None, DAY + ONE).books.closing == broker.balance


def test_a_report_built_again_from_the_deals_is_the_same(mentoring, broker, market, database):
    held = broker.open(MORNING - ONE)
    broker.trade(MORNING, "-9")
    broker.trade(MORNING + 2 * HOUR, "31", reason="tp")
    broker.trade(MORNING + 4 * HOUR, "-3", planned=None, reason="client")
    broker.close(MORNING + 6 * HOUR, held, "-4", reason="client")
    look(broker, market, DUE)
    (written,) = mentoring.write_due_reports()
    account = broker.account.id
    with database.read() as uow:
        deals = uow.books.deals(account, MORNING - 60 * ONE, DUE)
        positions = sorted({deal.position_id for deal in deals if deal.position_id})
        rebuilt = [
            closed_trade(account, uow.books.deals_of(account, at), uow.intents.of_position(account, at))
            for at in positions
        ]
        stored = uow.books.trades(account, MORNING - 60 * ONE, DUE)
    assert sorted(rebuilt, key=lambda trade: trade.closed_at) == list(stored)
    assert mentoring.report(account, DAY) == written
    assert (written.wins, written.losses) == (1, 3)
    assert written.exits == {ExitCause.BY_HAND: 2, ExitCause.STOP_LOSS: 1, ExitCause.TAKE_PROFIT: 1}


def test_a_deleted_bots_trades_keep_their_name(mentoring, broker, market, database):
    broker.trade(MORNING, "5")
    with database.write() as uow:
        uow.bots.save(replace(uow.bots.get(broker.bot.id), deleted_at=MORNING))
        uow.commit()
    assert mentoring.report(None, DAY).bots[0].name == "EUR pagi"


def alone(report):
    """Return a report without what the reports before it add."""
    return replace(report, progress=(), line=(), lesson="", earlier_step="")


HAPPENINGS = st.tuples(
    st.integers(0, 6 * 86400),
    st.sampled_from(["trade", "unplanned", "open", "deposit"]),
    st.integers(-50_000, 50_000),
)


@pytest.mark.parametrize("zone", ["Asia/Jakarta", "America/New_York", "Europe/London"])
@given(
    start=st.sampled_from([date(2026, 3, 7), date(2026, 3, 28), date(2026, 10, 24), date(2026, 10, 31), DAY]),
    happenings=st.lists(HAPPENINGS, max_size=10, unique_by=lambda item: item[0]),
)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happened_each_trade_is_reported_in_exactly_one_day(
    database, market, mentoring, zone, start, happenings
):
    broker = Broker(database, zone)
    begin = datetime(start.year, start.month, start.day, 6, tzinfo=UTC)
    broker.deposit(begin - ONE, "100000")
    for offset, kind, cents in sorted(happenings):
        at, money = begin + timedelta(seconds=offset), Decimal(cents) / 100
        if kind == "deposit":
            broker.deposit(at, money)
        elif kind == "open":
            broker.open(at)
        else:
            broker.trade(at, money, planned="10" if kind == "trade" else None)
    account = broker.account
    days = [start + ahead * ONE for ahead in range(-1, 8)]
    look(broker, market, report_due(account, days[-1]))
    reports = [mentoring.report(account.id, day) for day in days]
    traded = [Decimal(cents) / 100 - 1 for _, kind, cents in happenings if kind in {"trade", "unplanned"}]
    assert sum(made.trades for made in reports) == len(traded)
    assert sum(made.net for made in reports) == sum(traded, ZERO)
    assert all(made.books.difference == 0 for made in reports)
    assert reports[-1].books.closing == broker.balance
    for earlier, later in pairwise(reports):
        assert earlier.books.closing == later.books.opening
    written = mentoring.write_due_reports(account.id)
    assert {made.day for made in written} <= set(days)
    chosen = {item.day for item in written}
    assert [alone(made) for made in reports if made.day in chosen] == [alone(made) for made in written]
    assert mentoring.write_due_reports(account.id) == ()
