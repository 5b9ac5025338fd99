"""A rule that holds for many bars acts once per bar, also when its position ends inside the bar."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot_service.domain.trading import Side

TURTLE = {"entry_period": 5, "exit_period": 3}


def opened(world):
    return [request for request in world.terminal.requests if request.position_ticket is None]


def running_turtle(world, fast):
    bot_id = world.running(replace(fast, strategy="TURTLE_BREAKOUT", parameters=TURTLE, check_interval_s=10))
    world.bars(*[100.0] * 3)
    return bot_id


def test_a_stop_inside_the_bar_is_not_followed_by_an_entry_on_the_same_signal(world, fast):
    running_turtle(world, fast)
    world.bar(102.0)
    (request,) = opened(world)
    assert request.side is Side.BUY
    (position,) = world.terminal.held.values()
    world.terminal.hit(position.identifier, "sl", "100.5")
    for _ in range(5):
        world.advance(timedelta(seconds=10))
        world.watch()
    assert len(opened(world)) == 1
    assert world.terminal.held == {}


def test_the_next_bar_with_the_signal_may_enter_again(world, fast):
    running_turtle(world, fast)
    world.bar(102.0)
    (position,) = world.terminal.held.values()
    world.terminal.hit(position.identifier, "sl", "100.5")
    world.bar(104.0)
    assert [request.side for request in opened(world)] == [Side.BUY, Side.BUY]


def test_an_own_exit_closes_without_opening_the_other_side(world, fast):
    running_turtle(world, fast)
    world.bars(102.0, 104.0, 106.0, 108.0, 110.0)
    # Below the lows of the last three bars, but not of the last five.
    world.bar(104.5)
    assert world.terminal.held == {}
    assert len(opened(world)) == 1
    assert len(world.trades()) == 1


def test_a_break_of_the_entry_channel_turns_the_position_on_one_bar(world, fast):
    running_turtle(world, fast)
    world.bars(102.0)
    world.bar(90.0)
    (position,) = world.terminal.held.values()
    assert position.side is Side.SELL
    assert [request.side for request in opened(world)] == [Side.BUY, Side.SELL]
