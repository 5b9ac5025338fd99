"""Everything made again from the deals is what was stored; books explain every day (rule 34)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot_service.domain.acts import ActKind
from bot_service.domain.findings import Intervention, Mood
from bot_service.domain.people import Actor, Role
from bot_service.domain.trading import DealEntry, DealKind, ExitCause
from bot_service.mentor.hours import report_due
from bot_service.services.check_ins import CheckIns
from bot_service.services.desk import Desk
from bot_service.services.mentoring import Mentoring
from bot_service.services.rebuilding import SAID_ANEW, Rebuilding
from bot_service.storage.database import SqlDatabase
from bot_service.storage.migrations import upgrade
from tests.services.mentor_broker import HOUR, ZERO, Broker, SetClock

START = date(2026, 11, 16)
BEGIN = datetime(2026, 11, 15, 22, 0, tzinfo=UTC)  # the first moment of START in Jakarta
ONE = timedelta(days=1)
DAYS = 4
ME = Actor(11, 11, Role.OWNER, BEGIN)
AFTER = timedelta(minutes=15)
"""So long after its hour a difference of the books is believed and said."""


class Place:
    """A service without terminals, one account, and the market's clock."""

    def __init__(self, database):
        self.database = database
        self.market = SetClock(BEGIN)
        self.broker = Broker(database)
        self.account = self.broker.account
        self.broker.deposit(BEGIN - ONE, "1000")
        self.mentoring = Mentoring(database, self.market, self.market)
        self.rebuilding = Rebuilding(database, self.market, self.market)

    def at(self, moment, balance=None):
        self.market.moment = moment
        self.broker.seen(moment, balance)

    def written(self):
        with self.database.read() as uow:
            days = uow.journal.reported_days(self.account.id)
            return {day: uow.journal.report(self.account.id, day) for day in days}

    def trades(self):
        with self.database.read() as uow:
            return uow.books.trades(self.account.id, BEGIN - 9 * ONE, BEGIN + 99 * ONE)

    def rebuilt(self):
        (found,) = self.rebuilding.run(self.account.id)
        return found


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    path = tmp_path_factory.mktemp("rebuilding") / "service.db"
    upgrade(path)
    return path


@pytest.fixture
def database(empty, tmp_path):
    path = tmp_path / "service.db"
    path.write_bytes(empty.read_bytes())
    opened = SqlDatabase(path, SetClock(BEGIN))
    yield opened
    opened.close()


@pytest.fixture
def place(database):
    return Place(database)


KINDS = [
    "trade",
    "by_hand",
    "unplanned",
    "open",
    "deposit",
    "charge",
    "credit",
    "hidden",
    "mood",
    "note",
    "look",
]
HAPPENINGS = st.tuples(
    st.integers(0, DAYS * 86400 - 1),
    st.sampled_from(KINDS),
    st.integers(-20_000, 20_000).filter(bool),
)


def acts(happenings):
    """Return what happens as (second, do) in order; a trade closes up to half a day after it opened."""
    found = []
    for offset, kind, cents in happenings:
        if kind in ("trade", "unplanned", "by_hand"):
            found.extend(_trade(offset, kind, cents))
        else:
            found.append((offset, lambda place, at, kind=kind, cents=cents: _one(place, at, kind, cents)))
    return sorted(found, key=lambda item: item[0])


def _trade(offset, kind, cents):
    held = []
    planned = None if kind == "unplanned" else "10"
    reason = "client" if kind == "by_hand" else "sl"
    yield offset, lambda place, at: held.append(place.broker.open(at, planned))
    later = offset + 1 + abs(cents) * 7 % 43200
    yield later, lambda place, at: place.broker.close(at, held[0], Decimal(cents) / 100, reason=reason)


def _one(place, at, kind, cents):
    broker, money = place.broker, Decimal(cents) / 100
    if kind == "open":
        broker.open(at)
    elif kind in ("deposit", "hidden"):
        broker.deposit(at, money, told=kind == "deposit")
    elif kind == "charge":
        broker.book(at, DealKind.OTHER, DealEntry.IN, -abs(money))
    elif kind == "credit":
        broker.book(at, DealKind.CREDIT, DealEntry.IN, abs(money))
    elif kind == "note":
        with place.database.write() as uow:
            uow.journal.add_note(11, place.account.id, at, "why")
            uow.commit()
    elif kind == "look":
        with place.database.write() as uow:
            uow.people.audit(at, 11, "status", "", "done", is_lookup=True)
            uow.commit()
    else:
        CheckIns(Desk(place.database, None, None, {}, place.market, place.market)).mood(
            ME, Mood.CALM, place.account.id
        )


@given(happenings=st.lists(HAPPENINGS, max_size=12, unique_by=lambda item: item[0]))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_rebuilt_is_what_was_stored_and_every_day_is_explained(database, happenings):
    place = Place(database)
    waiting = acts(happenings)
    for ahead in range(DAYS):
        end = (ahead + 1) * 86400
        while waiting and waiting[0][0] < end:
            offset, do = waiting.pop(0)
            place.market.moment = BEGIN + timedelta(seconds=offset)
            do(place, place.market.moment)
        place.at(report_due(place.account, START + ahead * ONE) + AFTER)
        place.mentoring.write_due_reports(place.account.id)
    before, trades = place.written(), place.trades()
    found = place.rebuilt()
    assert found.same, found
    assert (found.trades, found.reports) == (len(trades), len(before))
    assert (place.written(), place.trades()) == (before, trades)
    for report in before.values():
        books = report.books
        explained = books.opening + books.trades + books.carried + books.operations + books.difference
        assert explained == books.closing
        assert books.trades == report.net == sum((t.net for t in trades if _in(place, t, report.day)), ZERO)
    reports = [before[day] for day in sorted(before)]
    hidden = [Decimal(cents) / 100 for _, kind, cents in happenings if kind == "hidden"]
    if reports and reports[-1].day == START + (DAYS - 1) * ONE:
        assert reports[-1].books.closing == place.broker.balance
        # The first report begins with the broker's balance; what appears later unexplained is said.
        said = sum((report.books.difference for report in reports), ZERO)
        assert abs(said) <= sum(map(abs, hidden), ZERO)
    for earlier, later in pairwise(reports):
        between = [day for day in (earlier.day + n * ONE for n in range(1, 9)) if day < later.day]
        if not between:
            assert later.books.opening == earlier.books.closing


def _in(place, trade, day):
    return place.account.trading_day(trade.closed_at) == day


def test_a_deposit_is_no_profit_anywhere(place):
    place.broker.trade(BEGIN + HOUR, "-20")
    place.broker.deposit(BEGIN + 3 * HOUR, "500")
    place.at(report_due(place.account, START))
    (report,) = place.mentoring.write_due_reports()
    assert (report.net, report.trades, report.wins) == (Decimal(-21), 1, 0)
    assert [balance for _, balance in report.equity_curve] == [Decimal(1000), Decimal(979)]
    assert (report.books.operations, report.books.difference) == (Decimal(500), 0)


def test_money_that_no_deal_explains_is_said_and_not_hidden(place):
    place.broker.trade(BEGIN + HOUR, "-20")
    place.at(report_due(place.account, START) + AFTER)
    place.mentoring.write_due_reports()
    place.broker.trade(BEGIN + ONE + HOUR, "5")
    place.broker.deposit(BEGIN + ONE + 2 * HOUR, "-7.77", told=False)
    place.at(report_due(place.account, START + ONE) + AFTER)
    (report,) = place.mentoring.write_due_reports()
    assert report.books.difference == Decimal("-7.77")
    assert place.rebuilt().same


def test_a_trade_that_was_stored_wrongly_is_mended_and_named(place):
    position = place.broker.trade(BEGIN + HOUR, "-20")
    kept = place.broker.trade(BEGIN + 3 * HOUR, "30")
    place.at(report_due(place.account, START))
    (right,) = place.mentoring.write_due_reports()
    trades = place.trades()
    wrong = replace(trades[0], profit=Decimal(999), cause=ExitCause.SIGNAL)
    ghost = replace(trades[1], position_id=4711)
    with place.database.write() as uow:
        uow.books.rewrite_trades(place.account.id, [wrong, ghost], [kept])
        uow.journal.save_report(replace(right, net=Decimal(979), trades=2), BEGIN)
        uow.commit()
    found = place.rebuilt()
    assert (found.changed, found.added, found.removed) == ((position,), (kept,), (4711,))
    assert found.days == (START,)
    assert (place.trades(), place.written()[START]) == (trades, right)
    assert place.rebuilt().same


def test_who_ordered_a_manual_close_is_not_forgotten(place):
    position = place.broker.trade(BEGIN + HOUR, "-20", planned=None, reason="expert")
    (trade,) = place.trades()
    assert (trade.bot_id, trade.cause) == (None, ExitCause.OTHER)
    with place.database.write() as uow:
        uow.books.rewrite_trades(place.account.id, [replace(trade, cause=ExitCause.OPERATOR)])
        uow.commit()
    assert place.rebuilt().same
    assert place.trades()[0].position_id == position
    assert place.trades()[0].cause is ExitCause.OPERATOR


def test_what_was_said_of_old_days_is_left_and_only_their_money_counted_anew(place):
    place.broker.trade(BEGIN + HOUR, "-20")
    place.at(report_due(place.account, START))
    (report,) = place.mentoring.write_due_reports()
    said = replace(report, step="step_of_then", findings=(), net=Decimal(5))
    with place.database.write() as uow:
        uow.journal.save_report(said, BEGIN)
        uow.commit()
    place.market.moment = BEGIN + ONE + SAID_ANEW + HOUR
    assert place.rebuilt().days == (START,)
    assert place.written()[START] == replace(said, net=report.net)


def test_the_ledger_is_the_same_in_a_report_made_again(place):
    position = place.broker.trade(BEGIN + HOUR, "-20", reason="client")
    decided = report_due(place.account, START) - 2 * HOUR  # after the day's end
    entry = Intervention(
        BEGIN + 2 * HOUR,
        ActKind.CLOSE,
        Decimal("-2.1"),
        Decimal(1),
        "EURUSD",
        place.broker.bot.id,
        position,
        decided_at=BEGIN + ONE + HOUR,
    )
    assert decided
    with place.database.write() as uow:
        uow.ledger.book(place.account.id, [entry])
        uow.commit()
    place.at(report_due(place.account, START) + 2 * HOUR)
    (report,) = place.mentoring.write_due_reports()
    assert [one.pending for one in report.interventions] == [True]
    assert (report.month.count, report.month.pending, report.month.hurt) == (1, 1, 0)
    place.broker.trade(BEGIN + ONE + HOUR, "1")
    place.at(report_due(place.account, START + ONE))
    (following,) = place.mentoring.write_due_reports()
    assert following.interventions == ()
    assert following.settled == (entry,)
    assert (following.month.hurt, following.month.hurt_r) == (1, Decimal("-3.1"))
    assert place.rebuilt().same
