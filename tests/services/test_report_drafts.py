"""Reports are made outside of every writing unit of work, and stored only if they still are true."""

from __future__ import annotations

from contextlib import contextmanager
from decimal import Decimal

import pytest

from bot_service.domain.events import ReportCorrected
from bot_service.domain.people import Member, Role
from bot_service.services import late_days
from bot_service.services.mentoring import Mentoring
from bot_service.storage.database import SqlDatabase
from bot_service.storage.migrations import upgrade
from tests.services.mentor_broker import DAY, DUE, HOUR, MORNING, ONE, Broker, SetClock, look, told


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    path = tmp_path_factory.mktemp("drafts") / "service.db"
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
        uow.people.add(Member(7, 7, Role.OWNER, "id", "Asia/Jakarta"))
        uow.commit()
    yield opened
    opened.close()


@pytest.fixture
def broker(database):
    made = Broker(database)
    made.deposit(MORNING - 40 * ONE, "1000")
    return made


class Looked:
    """A database that counts how often somebody reads what people did while it could be writing."""

    def __init__(self, database):
        self._database = database
        self.read = database.read
        self.while_writing = 0

    @contextmanager
    def write(self, **options):
        with self._database.write(**options) as uow:
            acted = uow.people.acted

            def counted(*arguments):
                self.while_writing += 1
                return acted(*arguments)

            uow.people.acted = counted
            yield uow


class Meanwhile:
    """A database in which something happens between the reading and the writing units of work."""

    def __init__(self, database, *deeds):
        self._database = database
        self._deeds = list(deeds)
        self.read = database.read

    def write(self, **options):
        if self._deeds:
            self._deeds.pop(0)()
        return self._database.write(**options)


def late_loss(broker):
    """Book a trade of the day that nobody had seen when its report was made."""
    position = broker.open(MORNING + 5 * HOUR)
    broker.close(MORNING + 6 * HOUR, position, "-7")


def test_a_report_is_made_outside_of_every_writing_unit_of_work(database, broker, market):
    for back in (2, 1, 0):
        broker.trade(MORNING - back * ONE, "5")
    look(broker, market, DUE)
    looked = Looked(database)
    assert len(Mentoring(looked, market, market).write_due_reports()) == 3
    with database.write() as uow:
        late_days.note(uow, broker.account, [MORNING - ONE])
        uow.commit()
    broker.trade(MORNING - ONE + 3 * HOUR, "-2")
    look(broker, market, DUE + HOUR)
    Mentoring(looked, market, market).write_due_reports()
    with database.read() as uow:
        assert uow.journal.report(broker.account.id, DAY - ONE).net == Decimal(1)
    assert looked.while_writing == 0


@pytest.mark.parametrize("before", [0, 1], ids=["before it is made", "just before it is stored"])
def test_a_deal_that_comes_while_a_report_is_made_is_in_it(database, broker, market, before):
    broker.trade(MORNING, "5")
    look(broker, market, DUE)

    def seen_late():
        late_loss(broker)
        broker.seen(DUE)

    meanwhile = Meanwhile(database, *[lambda: None] * before, seen_late)
    Mentoring(meanwhile, market, market).write_due_reports()
    Mentoring(database, market, market).write_due_reports()
    (event,) = told(database)
    with database.read() as uow:
        report = uow.journal.report(broker.account.id, DAY)
    assert (event.day, report.trades, report.net) == (DAY.isoformat(), 2, Decimal(-4))
    assert report.books.difference == 0
    assert report.books.closing == broker.balance


def test_two_writers_at_once_tell_a_report_once(database, broker, market):
    broker.trade(MORNING, "5")
    look(broker, market, DUE)
    other = Mentoring(database, market, market)
    meanwhile = Meanwhile(database, lambda: None, other.write_due_reports)
    assert Mentoring(meanwhile, market, market).write_due_reports() == ()
    assert len(told(database)) == 1


def test_a_day_that_becomes_late_while_another_is_corrected_stays_marked(database, broker, market):
    for back in (1, 0):
        broker.trade(MORNING - back * ONE, "5")
    look(broker, market, DUE)
    Mentoring(database, market, market).write_due_reports()

    def loss(at):
        position = broker.open(at)
        broker.close(at + HOUR, position, "-7")
        with database.write() as uow:
            late_days.note(uow, broker.account, [at])
            uow.commit()

    loss(MORNING - ONE + 3 * HOUR)
    look(broker, market, DUE + HOUR)
    quiet = [lambda: None] * 2
    Mentoring(
        Meanwhile(database, *quiet, lambda: loss(MORNING + 3 * HOUR)), market, market
    ).write_due_reports()
    look(broker, market, DUE + 2 * HOUR)
    Mentoring(database, market, market).write_due_reports()
    with database.read() as uow:
        nets = [uow.journal.report(broker.account.id, DAY - back * ONE).net for back in (1, 0)]
        events = [event for _id, _at, event in uow.history(limit=50)]
        assert late_days.of_account(uow, broker.account) == ()
    assert nets == [Decimal(-4), Decimal(-4)]
    assert sorted(one.day for one in events if isinstance(one, ReportCorrected)) == [DAY - ONE, DAY]
