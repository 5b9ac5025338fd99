from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot_service.domain.events import LinkRestored, ReportCorrected, ReportReady
from bot_service.domain.people import Member, Role
from bot_service.domain.sent import Sent
from bot_service.domain.trading import DealEntry, DealKind
from bot_service.services import late_days
from bot_service.services.delivery import Delivery
from bot_service.services.due_reports import TOGETHER_WITHIN
from bot_service.services.letters import Letter, Reports
from bot_service.services.mentoring import Mentoring
from bot_service.storage.database import SqlDatabase
from bot_service.storage.migrations import upgrade
from tests.services.mentor_broker import DAY, DUE, HOUR, MORNING, ONE, Broker, SetClock, look, told

OWNER = 7
SENT = Sent(50, (51,))
A_MOMENT = timedelta(seconds=5)


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    path = tmp_path_factory.mktemp("reports") / "service.db"
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
    with opened.write() as uow:
        uow.people.add(Member(OWNER, OWNER, Role.OWNER, "id", "Asia/Jakarta"))
        uow.commit()
    yield opened
    opened.close()


@pytest.fixture
def mentoring(database, market):
    return Mentoring(database, market, SetClock(MORNING))


@pytest.fixture
def delivery(database):
    return Delivery(database, SetClock(DUE))


@pytest.fixture
def broker(database):
    made = Broker(database)
    made.deposit(MORNING - 40 * ONE, "1000")
    return made


@pytest.fixture
def second(database):
    made = Broker(database)
    made.deposit(MORNING - 40 * ONE, "500")
    return made


def late_trade(broker, at, money):
    """Book a whole trade of an earlier day, as a terminal that was away does."""
    position = broker.book(at, DealKind.TRADE, DealEntry.IN, "0", 900, "-0.50", "expert").position_id
    broker.close(at + HOUR, position, money)
    with broker.database.write() as uow:
        late_days.note(uow, uow.accounts.get(broker.account.id), [at, at + HOUR])
        uow.commit()


def next_report(delivery):
    """Return the next reports that go out; the short notices about corrections are let through."""
    while isinstance(post := delivery.next_post(OWNER), Letter):
        assert post.event.code == ReportCorrected.code
        delivery.sent(post.row_ids, 1)
    return post


def accounts_of(post):
    return [letter.report.account_id for letter in post.letters]


def test_reports_of_one_hour_come_as_one_message(mentoring, broker, second, market, delivery):
    for one in (broker, second):
        one.trade(MORNING, "5")
        one.seen(DUE)
    market.moment = DUE
    assert len(mentoring.write_due_reports(broker.account.id)) == 1
    post = next_report(delivery)
    assert isinstance(post, Reports)
    assert accounts_of(post) == [broker.account.id, second.account.id]
    delivery.reports_sent(post, SENT)
    assert next_report(delivery) is None
    assert mentoring.write_due_reports() == ()


def test_an_account_that_is_not_seen_yet_is_waited_for_some_minutes_only(
    mentoring, broker, second, market, database
):
    with database.write() as uow:
        for one in (broker, second):
            # The day ends at the hour of the report: the watch comes a moment later.
            uow.accounts.set_day(replace(one.account, day_ends=6, report_at="06:00"))
        uow.commit()
    due = datetime(2026, 11, 18, 23, 0, tzinfo=UTC)
    for one in (broker, second):
        one.trade(MORNING + HOUR, "5")
        one.seen(due - A_MOMENT)
    market.moment = due + A_MOMENT
    broker.seen(due + A_MOMENT)
    assert mentoring.write_due_reports() == ()
    market.moment = due + TOGETHER_WITHIN
    assert [made.account_id for made in mentoring.write_due_reports()] == [broker.account.id]
    second.seen(due + TOGETHER_WITHIN)
    assert [made.account_id for made in mentoring.write_due_reports()] == [second.account.id]


def test_days_that_were_missed_stay_messages_of_their_own(mentoring, broker, market, delivery):
    for back in range(3):
        broker.trade(MORNING - back * ONE, "5")
    look(broker, market, DUE)
    mentoring.write_due_reports()
    days = []
    while (post := next_report(delivery)) is not None:
        days.append(post.first.event.day)
        delivery.reports_sent(post, Sent(None, (60 + len(days),)))
    assert days == ["2026-11-16", "2026-11-17", "2026-11-18"]


def sent_report(mentoring, delivery, broker, market):
    broker.trade(MORNING, "5")
    look(broker, market, DUE)
    mentoring.write_due_reports()
    post = next_report(delivery)
    delivery.reports_sent(post, SENT)
    mentoring.write_due_reports()
    assert next_report(delivery) is None


def test_a_late_deal_edits_the_message_and_tells_nothing_twice(mentoring, broker, market, delivery, database):
    sent_report(mentoring, delivery, broker, market)
    late_trade(broker, MORNING + 3 * HOUR, "-20")
    broker.seen(DUE + HOUR)
    market.moment = DUE + HOUR
    assert mentoring.write_due_reports() == ()
    post = next_report(delivery)
    assert post.instead == SENT
    assert [letter.report.trades for letter in post.letters] == [2]
    assert post.letters[0].report.books.difference == 0
    assert post.letters[0].edits
    delivery.reports_sent(post, SENT)
    assert next_report(delivery) is None
    mentoring.write_due_reports()
    assert next_report(delivery) is None
    assert len([event for event in told(database) if isinstance(event, ReportReady)]) == 1


def test_a_late_deal_of_one_account_edits_the_message_of_both(mentoring, broker, second, market, delivery):
    for one in (broker, second):
        one.trade(MORNING, "5")
        one.seen(DUE)
    market.moment = DUE
    mentoring.write_due_reports()
    post = next_report(delivery)
    delivery.reports_sent(post, SENT)
    late_trade(second, MORNING + 3 * HOUR, "-20")
    second.seen(DUE)
    mentoring.write_due_reports()
    again = next_report(delivery)
    assert accounts_of(again) == [broker.account.id, second.account.id]
    assert [letter.report.trades for letter in again.letters] == [1, 2]
    assert [letter.edits for letter in again.letters] == [False, True]


def test_a_late_deal_before_the_message_went_out_is_simply_in_it(mentoring, broker, market, delivery):
    broker.trade(MORNING, "5")
    look(broker, market, DUE)
    mentoring.write_due_reports()
    late_trade(broker, MORNING + 3 * HOUR, "-20")
    broker.seen(DUE)
    mentoring.write_due_reports()
    post = next_report(delivery)
    assert post.instead is None
    assert [letter.report.trades for letter in post.letters] == [2]
    delivery.reports_sent(post, SENT)
    assert next_report(delivery) is None


def test_what_people_say_later_edits_nothing(mentoring, broker, market, delivery, database):
    sent_report(mentoring, delivery, broker, market)
    with database.write() as uow:
        uow.journal.add_note(OWNER, broker.account.id, MORNING, "terlambat")
        uow.record(LinkRestored(happened_at=DUE, account_id=broker.account.id, lost_s=40))
        uow.commit()
    mentoring.write_due_reports()
    assert delivery.next_post(OWNER).event.code == LinkRestored.code


def test_all_accounts_with_something_to_say_are_in_one_report(mentoring, broker, second, market):
    broker.trade(MORNING, "5")
    market.moment = MORNING + 2 * HOUR
    assert [made.account_id for made in mentoring.reports()] == [broker.account.id]
    second.trade(MORNING, "5")
    assert [made.account_id for made in mentoring.reports()] == [broker.account.id, second.account.id]
    assert [made.day for made in mentoring.reports(date(2026, 11, 18))] == [DAY, DAY]
    assert [made.trades for made in mentoring.reports(DAY - 40 * ONE)] == [0, 0]


def test_a_report_that_changes_while_it_is_being_sent_is_edited_afterwards(
    mentoring, broker, market, delivery
):
    broker.trade(MORNING, "5")
    look(broker, market, DUE)
    mentoring.write_due_reports()
    on_its_way = next_report(delivery)
    late_trade(broker, MORNING + 3 * HOUR, "-20")
    broker.seen(DUE)
    mentoring.write_due_reports()
    delivery.reports_sent(on_its_way, SENT)
    again = next_report(delivery)
    assert again.instead == SENT
    assert [letter.report.trades for letter in again.letters] == [2]
    delivery.reports_sent(again, SENT)
    assert next_report(delivery) is None
