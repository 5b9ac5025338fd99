from __future__ import annotations

from datetime import timedelta

import pytest

from bot_service.domain.bots import BotStatus, Waiting
from bot_service.domain.events import (
    BotFaulted,
    EntryDenied,
    PositionClosed,
    TradingLocked,
    TradingUnlocked,
)
from bot_service.domain.market import TradeLock

UP, DOWN, FLAT = 101, 97, 100
RETRY = timedelta(seconds=31)


@pytest.mark.parametrize("lock", TradeLock)
def test_an_account_that_takes_no_orders_is_told_once_and_its_bots_wait(world, lock):
    ids = [world.running(name=f"Bot {number}") for number in range(3)]
    world.terminal.trade_lock = lock
    world.watch()
    world.bars(FLAT, UP)
    world.watch()
    (told,) = world.events(TradingLocked)
    assert (told.lock, told.waiting_bots) == (lock, 3)
    assert {world.read(bot_id).waiting for bot_id in ids} == {Waiting.TRADING_LOCKED}
    assert world.terminal.requests == []
    assert world.events(EntryDenied, BotFaulted) == []


def test_bots_go_on_by_themselves_when_orders_are_taken_again(world):
    bot_id = world.running()
    world.terminal.trade_lock = TradeLock.ALGO_BUTTON
    world.watch()
    world.clock.advance(timedelta(seconds=20))
    world.terminal.trade_lock = None
    world.watch()
    world.watch()
    (told,) = world.events(TradingUnlocked)
    assert told.locked_s == 20
    assert (world.read(bot_id).waiting, world.read(bot_id).status) == (None, BotStatus.ACTIVE)
    world.bars(FLAT, UP)
    assert len(world.terminal.requests) == 1


def test_an_exit_that_was_decided_while_orders_were_not_taken_is_executed_later(world):
    world.running()
    world.bar(UP)
    world.terminal.trade_lock = TradeLock.ALGO_BUTTON
    world.watch()
    world.bar(DOWN)
    assert len(world.terminal.requests) == 1
    world.terminal.trade_lock = None
    world.clock.advance(RETRY)
    world.watch()
    assert len(world.events(PositionClosed)) == 1


def test_another_cause_is_told_and_keeps_the_beginning(world):
    world.running()
    world.terminal.trade_lock = TradeLock.ALGO_BUTTON
    world.watch()
    world.clock.advance(timedelta(seconds=60))
    world.terminal.trade_lock = TradeLock.READ_ONLY
    world.watch()
    world.terminal.trade_lock = None
    world.watch()
    assert [event.lock for event in world.events(TradingLocked)] == list(TradeLock)[:2]
    (told,) = world.events(TradingUnlocked)
    assert told.locked_s == 60


def test_a_refusal_that_the_lock_explains_is_no_fault_of_the_bot(world):
    bot_id = world.running()
    world.watch()
    world.terminal.script = ["reject:10027:disabled"]

    def press(step):
        if step == "intent":
            world.terminal.trade_lock = TradeLock.ALGO_BUTTON

    world.checkpoint = press
    world.bar(UP)
    assert len(world.events(TradingLocked)) == 1
    assert world.events(BotFaulted) == []
    assert world.read(bot_id).status is BotStatus.ACTIVE


def test_a_refusal_without_a_lock_is_a_fault(world):
    bot_id = world.running()
    world.terminal.script = ["reject:10017:disabled"]
    world.bar(UP)
    assert len(world.events(BotFaulted)) == 1
    assert world.read(bot_id).status is BotStatus.ERROR


def test_the_health_check_names_what_orders_wait_for(world):
    world.watch()
    assert world.services.queries.health().trade_locks == {}
    world.terminal.trade_lock = TradeLock.BROKER_FORBIDS
    world.watch()
    health = world.services.queries.health()
    assert list(health.trade_locks.values()) == [TradeLock.BROKER_FORBIDS]
    assert [line.ok for line in health.lines if line.code == "orders"] == [False]


def test_a_lock_outlives_a_restart_without_a_second_alert(world):
    world.running()
    world.terminal.trade_lock = TradeLock.ALGO_BUTTON
    world.watch()
    again = world.again()
    again.watch()
    assert len(again.events(TradingLocked)) == 1
