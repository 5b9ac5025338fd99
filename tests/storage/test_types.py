from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import StatementError
from sqlalchemy.schema import CreateTable

from bot_service.domain.bots import SizingMethod
from bot_service.domain.market import Timeframe
from bot_service.storage.tables import METADATA

FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
MONEY = st.decimals(allow_nan=False, allow_infinity=False)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
MOMENTS = st.datetimes(
    min_value=datetime(1971, 1, 1),  # noqa: DTZ001  # hypothesis adds the zone
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001  # as above
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)


@FEW
@given(money=MONEY)
def test_money_comes_back_digit_for_digit(database, account, make, money):
    with database.write() as uow:
        uow.books.add_deals(account.id, [make.deal(1, profit=money)])
        (stored,) = uow.books.deals_of(account.id, 70)
    assert stored.profit.as_tuple() == money.as_tuple()


@FEW
@given(
    size=MONEY, factor=st.floats(allow_nan=False, allow_infinity=False), count=st.integers(-(2**53), 2**53)
)
def test_settings_come_back_digit_for_digit(database, account, make, size, factor, count):
    wanted = make.settings(
        size=size,
        timeframe=Timeframe.H4,
        sizing=SizingMethod.FIXED_LOT,
        parameters={"factor": factor, "count": count, "strict": True},
    )
    with database.write() as uow:
        stored = uow.bots.get(uow.bots.add(account.id, wanted, make.noon).id).settings
    assert stored == wanted
    assert stored.size.as_tuple() == size.as_tuple()
    assert [type(value) for value in stored.parameters.values()] == [float, int, bool]


@FEW
@given(moment=MOMENTS)
def test_a_time_comes_back_exact_and_in_utc(database, account, make, moment):
    with database.write() as uow:
        bot = uow.bots.add(account.id, make.settings(), moment)
        stored = uow.bots.get(bot.id).created_at
    assert stored == moment
    assert stored.tzinfo is UTC


@FEW
@given(moments=st.lists(MOMENTS, min_size=2, max_size=8, unique=True))
def test_the_database_orders_times_as_they_happened(database, account, make, moments):
    deals = [make.deal(number, time=moment) for number, moment in enumerate(moments)]
    ordered = sorted(deals, key=lambda deal: deal.time)
    with database.write() as uow:
        uow.books.add_deals(account.id, deals)
        found = uow.books.deals(account.id, ordered[0].time, ordered[-1].time)
        assert uow.books.last_deal_time(account.id) == ordered[-1].time
    assert [deal.ticket for deal in found] == [deal.ticket for deal in ordered[:-1]]


@pytest.mark.parametrize("money", [0.1, 1, Decimal("NaN"), Decimal("Infinity")])
def test_money_that_is_no_finite_decimal_is_refused(database, account, make, money):
    with database.write() as uow, pytest.raises(StatementError, match="finite Decimal"):
        uow.books.add_deals(account.id, [make.deal(1, profit=money)])


def test_a_naive_time_is_refused(database, account, make):
    with database.write() as uow, pytest.raises(StatementError, match="timezone"):
        uow.bots.add(account.id, make.settings(), make.noon.replace(tzinfo=None))


def test_an_unknown_code_is_refused(database, account, new_bot):
    bot = new_bot()
    with database.write() as uow, pytest.raises(StatementError, match="not a valid BotStatus"):
        uow.bots.save(replace(bot, status="sleeping"))


def test_postgresql_keeps_money_as_numeric_and_times_with_zone():
    tables = [
        str(CreateTable(table).compile(dialect=postgresql.dialect())) for table in METADATA.sorted_tables
    ]
    deal = next(text for text in tables if "TABLE deal" in text)
    assert "profit NUMERIC NOT NULL" in deal
    assert "time TIMESTAMP WITH TIME ZONE NOT NULL" in deal
    assert not any("CASCADE" in text or "CHECK" in text for text in tables)


def test_equal_settings_of_many_bots_are_read_once_and_changed_ones_anew(database, new_bot):
    first, second = new_bot(), new_bot()
    with database.read() as uow:
        assert uow.bots.get(first.id).settings is uow.bots.get(second.id).settings
    other = replace(first.settings, size=Decimal("0.02"))
    with database.write() as uow:
        uow.bots.edit(uow.bots.get(second.id), other, first.created_at, None)
        uow.commit()
    with database.read() as uow:
        assert uow.bots.get(second.id).settings == other
        assert uow.bots.get(first.id).settings == first.settings
