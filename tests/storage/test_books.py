from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from bot_service.domain.accounts import AccountDay
from bot_service.domain.trading import DealKind


def test_a_deal_is_stored_once(database, account, make):
    first, second = make.deal(1), make.deal(2)
    with database.write() as uow:
        assert uow.books.add_deals(account.id, [first, second]) == (first, second)
        assert uow.books.add_deals(account.id, [second, make.deal(3), make.deal(3)]) == (make.deal(3),)
        uow.commit()
    with database.read() as uow:
        found = uow.books.deals(account.id, make.noon, make.noon + timedelta(seconds=1))
    assert found == (first, second, make.deal(3))


def test_deals_of_a_span_include_its_begin_and_not_its_end(database, account, make):
    hours = [make.deal(hour + 1, time=make.noon + timedelta(hours=hour)) for hour in range(3)]
    with database.write() as uow:
        uow.books.add_deals(account.id, reversed(hours))
        assert uow.books.deals(account.id, hours[0].time, hours[2].time) == tuple(hours[:2])
        assert uow.books.first_deal_time(account.id) == hours[0].time
        assert uow.books.last_deal_time(account.id) == hours[2].time


def test_without_deals_there_is_no_first_or_last(database, account):
    with database.read() as uow:
        assert uow.books.first_deal_time(account.id) is None
        assert uow.books.last_deal_time(account.id) is None


def test_deals_of_a_position_come_oldest_first(database, account, make):
    late = make.deal(1, time=make.noon + timedelta(hours=2))
    early = make.deal(2)
    with database.write() as uow:
        uow.books.add_deals(account.id, [late, early, make.deal(3, position_id=71)])
        assert uow.books.deals_of(account.id, 70) == (early, late)


def test_the_balance_is_the_exact_sum_of_deals_before_the_moment(database, account, make):
    deposit = make.deal(
        1,
        kind=DealKind.BALANCE,
        profit=Decimal("10000.10"),
        commission=Decimal(0),
        swap=Decimal(0),
        time=make.noon - timedelta(hours=1),
    )
    cents = [
        make.deal(ticket, profit=Decimal("0.10"), commission=Decimal("0.20"), swap=Decimal("-0.00001"))
        for ticket in range(2, 12)
    ]
    with database.write() as uow:
        uow.books.add_deals(account.id, [deposit, *cents])
        assert uow.books.balance_at(account.id, deposit.time) == 0
        assert uow.books.balance_at(account.id, make.noon) == Decimal("10000.10")
        later = make.noon + timedelta(microseconds=1)
        assert uow.books.balance_at(account.id, later) == Decimal("10003.09990")


def test_credit_is_no_balance(database, account, make):
    with database.write() as uow:
        uow.books.add_deals(account.id, [make.deal(1, kind=DealKind.CREDIT, profit=Decimal(500))])
        assert uow.books.balance_at(account.id, make.noon + timedelta(days=1)) == 0


def test_a_trade_is_stored_once(database, account, make):
    trade = make.trade(account.id, 70, planned_risk=Decimal("10.70"))
    with database.write() as uow:
        assert uow.books.add_trade(trade)
        assert not uow.books.add_trade(trade)
        assert uow.books.trades(account.id, make.noon, make.noon + timedelta(days=1)) == (trade,)


def test_trades_are_found_by_close_time_account_and_bot(database, account, new_bot, make):
    bot = new_bot()
    closed = [make.noon + timedelta(hours=hour) for hour in range(3)]
    trades = [
        make.trade(account.id, number, closed_at=at, bot_id=bot.id if number == 1 else None)
        for number, at in enumerate(closed)
    ]
    with database.write() as uow:
        for trade in reversed(trades):
            uow.books.add_trade(trade)
        assert uow.books.trades(None, closed[0], closed[2]) == tuple(trades[:2])
        assert uow.books.trades(account.id, closed[0], closed[2], bot.id) == (trades[1],)
        assert uow.books.trades(account.id + 1, closed[0], closed[2]) == ()


def test_a_day_is_written_and_written_over(database, account, make):
    day = AccountDay(account.id, make.noon.date(), Decimal("100.10"), Decimal("90.20"), Decimal(0))
    changed = AccountDay(
        account.id, day.day, Decimal("100.10"), Decimal("91.00"), Decimal(1), Decimal(100), Decimal("90.5")
    )
    with database.write() as uow:
        assert uow.books.day(account.id, day.day) is None
        uow.books.save_day(day)
        assert uow.books.day(account.id, day.day) == day
        uow.books.save_day(changed)
        assert uow.books.day(account.id, day.day) == changed
        assert uow.books.day(account.id, day.day + timedelta(days=1)) is None
