from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from bot_service.domain.trading import Side
from bot_service.services import books

UP, DOWN = 101, 97


def day_of(world, day):
    with world.database.read() as uow:
        return uow.books.day(world.account.id, day)


def computed(world, day):
    with world.database.read() as uow:
        return books.account_day(uow, world.stored_account(), day)


def test_a_days_money_explains_itself(world):
    world.running()
    world.watch()
    world.bars(UP, DOWN, 104, 92)
    world.watch()
    today = world.account.trading_day(world.clock.now())
    money = computed(world, today)
    fees_and_results = sum(
        deal.net for deal in world.terminal.book if deal.position_id and deal.time <= world.clock.now()
    )
    assert money.opening_balance == Decimal(10000)
    assert money.operations == 0
    assert money.closing_balance == money.opening_balance + fees_and_results


def test_deposits_are_operations_and_not_trades(world):
    world.watch()
    day = world.account.trading_day(world.terminal.book[0].time)
    money = computed(world, day)
    assert (money.opening_balance, money.operations, money.closing_balance) == (0, 10000, 10000)


def test_a_finished_day_is_kept_with_its_last_equity(world):
    world.terminal.enter_by_hand(Side.BUY, "1.0")
    world.watch()
    yesterday = world.account.trading_day(world.clock.now())
    world.clock.advance(timedelta(hours=11, minutes=59, seconds=50))
    world.terminal.price = Decimal(102)
    world.watch()
    last_equity = world.terminal.account().equity
    world.clock.advance(timedelta(hours=12, seconds=20))
    world.watch()
    today = world.account.trading_day(world.clock.now())
    assert (today - yesterday).days == 1
    kept = day_of(world, yesterday)
    assert kept.closing_equity == last_equity
    assert kept.opening_equity is None
    assert day_of(world, today).opening_equity == world.terminal.account().equity


def test_a_running_day_is_written_once(world):
    world.watch()
    today = world.account.trading_day(world.clock.now())
    first = day_of(world, today)
    world.clock.advance(timedelta(seconds=3))
    world.watch()
    assert day_of(world, today) == first
