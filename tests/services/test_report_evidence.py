from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot_service.domain.findings import CheckIn, Mood
from bot_service.domain.market import TradeMode
from bot_service.i18n import LANGUAGES, Translator
from bot_service.mentor.hours import report_due
from bot_service.services.mentoring import Mentoring
from bot_service.services.views import AccountTag
from bot_service.storage.database import SqlDatabase
from bot_service.storage.migrations import upgrade
from bot_service.telegram_bot.render import render, split, units
from bot_service.telegram_bot.render.report import ReportView
from tests.services.mentor_broker import DAY, HOUR, ONE, ZERO, Broker, SetClock, look
from tests.telegram_bot.report_truth import untrue

TAG = AccountTag(TradeMode.PAPER, 1)
OWNER = 7
# Days on which clocks are set in New York and London, and on which nothing of the kind happens.
STARTS = [date(2026, 3, 7), date(2026, 3, 28), date(2026, 10, 24), date(2026, 10, 31), DAY]
ZONES = ["Asia/Jakarta", "America/New_York", "Europe/London", "Pacific/Kiritimati", "Asia/Kathmandu"]
NET = "CAST(profit AS REAL) + CAST(commission AS REAL) + CAST(swap AS REAL) + CAST(fee AS REAL)"


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    path = tmp_path_factory.mktemp("evidence") / "service.db"
    upgrade(path)
    return path


HAPPENINGS = st.tuples(
    st.integers(0, 4 * 86_400),
    st.sampled_from(["trade", "trade", "unplanned", "manual", "open", "deposit", "mood", "note", "gap"]),
    st.integers(-50_000, 50_000),
)


def happen(broker, at, kind, money):
    match kind:
        case "trade":
            broker.trade(at, money)
        case "unplanned":
            broker.trade(at, money, planned=None)
        case "manual":
            broker.trade(at, money, reason="client")
        case "gap":
            broker.trade(at, "-25")
        case "open":
            broker.open(at)
        case "deposit":
            broker.deposit(at, money)
        case "mood" | "note":
            with broker.database.write() as uow:
                if kind == "mood":
                    uow.journal.add_check_in(OWNER, broker.account.id, CheckIn(at, Mood.CALM))
                else:
                    uow.journal.add_note(OWNER, broker.account.id, at, "catatan")
                uow.commit()


def queried(path, sql: str, *values):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql, values).fetchall()


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def check_against_tables(path, broker, made):
    """Ask the tables, in words of their own, for everything that the report of a day claims."""
    since, until = (stamp(at) for at in broker.account.day_bounds(made.day))
    number = broker.account.id
    rows = queried(
        path,
        f"SELECT position_id, {NET}, planned_risk FROM trade "  # noqa: S608  # no text of others
        "WHERE account_id = ? AND closed_at >= ? AND closed_at < ?",
        number,
        since,
        until,
    )
    nets = [round(Decimal(str(row[1])), 2) for row in rows]
    assert made.trades == len(rows)
    assert made.net == sum(nets, ZERO)
    assert (made.wins, made.losses) == (sum(net > 0 for net in nets), sum(net < 0 for net in nets))
    deals = queried(
        path,
        f"SELECT {NET}, kind FROM deal WHERE account_id = ? AND time >= ? AND time < ?",  # noqa: S608  # as above
        number,
        since,
        until,
    )
    moved = sum((round(Decimal(str(row[0])), 2) for row in deals if row[1] != "credit"), ZERO)
    assert made.books.closing - made.books.opening == moved
    positions = {str(row[0]) for row in queried(path, "SELECT DISTINCT position_id FROM deal")}
    for finding in made.findings:
        tickets = {piece.removeprefix("#") for piece in finding.evidence if re.fullmatch(r"#\d+", piece)}
        assert tickets <= positions, finding.code
        if "ticket" in finding.numbers:
            assert finding.numbers["ticket"] in positions
        assert finding.evidence or finding.code in {"plain_day", "quiet_day", "books_differ"}, finding.code


def told_truly(made, zone):
    for language in LANGUAGES:
        t = Translator(language, zone)
        text = render(ReportView(TAG, made), t).text
        assert untrue(text, made, t) == []
        assert all(units(part) <= 4096 for part in split(text))


@pytest.mark.parametrize("zone", ZONES)
@given(start=st.sampled_from(STARTS), happenings=st.lists(HAPPENINGS, max_size=16))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happened_a_report_never_fails_and_never_contradicts_the_tables(
    empty, tmp_path_factory, zone, start, happenings
):
    path = tmp_path_factory.mktemp("one") / "service.db"
    path.write_bytes(empty.read_bytes())
    begin = datetime(start.year, start.month, start.day, 6, tzinfo=UTC)
    market = SetClock(begin)
    database = SqlDatabase(path, market)
    broker = Broker(database, zone)
    broker.deposit(begin - ONE, "100000")
    mentoring = Mentoring(database, market, market)
    days = [start + ahead * ONE for ahead in range(-1, 7)]
    left, last = sorted(happenings), -1.0
    for day in days:
        looks_at = report_due(broker.account, day) + HOUR
        # The broker's balance must hold what has happened and nothing else: a trade lasts an hour.
        while left and begin + timedelta(seconds=left[0][0]) + HOUR <= looks_at:
            offset, kind, cents = left.pop(0)
            last = max(offset, last + 1)
            happen(broker, begin + timedelta(seconds=last), kind, str(Decimal(cents) / 100))
        left = [(max(offset, (looks_at - begin).total_seconds()), *rest) for offset, *rest in left]
        look(broker, market, looks_at)
        mentoring.write_due_reports()
    reports = [mentoring.report(broker.account.id, day) for day in days]
    for made in reports:
        check_against_tables(path, broker, made)
        told_truly(made, zone)
    for earlier, later in pairwise(reports):
        assert earlier.books.closing == later.books.opening
    told_truly(mentoring.report(broker.account.id), zone)
    database.close()


def test_many_bots_and_hundreds_of_trades_fit_a_report(empty, tmp_path):
    path = tmp_path / "service.db"
    path.write_bytes(empty.read_bytes())
    begin = datetime(2026, 11, 17, 23, tzinfo=UTC)
    market = SetClock(begin)
    database = SqlDatabase(path, market)
    broker = Broker(database)
    broker.deposit(begin - ONE, "100000")
    bots = [broker.bot]
    with database.write() as uow:
        bots += [uow.bots.add(broker.account.id, broker.bot.settings, begin) for _ in range(29)]
        uow.commit()
    for number in range(240):
        broker.bot = bots[number % len(bots)]
        broker.trade(begin + timedelta(minutes=number * 4), str(number % 37 - 17))
    look(broker, market, begin + 25 * HOUR)
    (made,) = mentoring_reports(database, market)
    assert made.trades == 240
    assert len(made.bots) == 30
    check_against_tables(path, broker, made)
    told_truly(made, "Asia/Jakarta")
    database.close()


def mentoring_reports(database, market):
    return Mentoring(database, market, market).write_due_reports()
