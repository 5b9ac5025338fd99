from __future__ import annotations

from datetime import timedelta

import pytest

from bot_service.domain.bots import Waiting
from bot_service.domain.events import BotsOverdue, ScheduleStalled

MINUTE = timedelta(minutes=1)


@pytest.fixture
def late_world(world):
    """A bot whose ticks stay away: the clock goes on, nobody fires."""
    bot_id = world.running()
    world.bar(101)
    world.clock.set(world.read(bot_id).due_at + 4 * MINUTE)
    return world, bot_id


def test_an_overdue_bot_is_told_once_and_scheduled_again(late_world):
    world, bot_id = late_world
    scheduled = []
    world.services.overdue._desk.ticker.schedule = lambda bot, _account, due: scheduled.append((bot.id, due))
    assert world.services.overdue.check() == (bot_id,)
    assert world.services.overdue.check() == (bot_id,)
    (told,) = world.events(BotsOverdue)
    assert (told.bot_ids, told.late_s) == ((bot_id,), 240)
    assert scheduled == [(bot_id, world.clock.now())] * 2
    assert world.services.overdue.any


def test_a_bot_that_looks_again_is_not_overdue_any_more(late_world):
    world, bot_id = late_world
    world.services.overdue.check()
    world.tick(bot_id)
    world.bar(102)
    assert world.services.overdue.check() == ()
    assert not world.services.overdue.any


@pytest.mark.parametrize("why", ["stopped", "waiting"])
def test_a_bot_that_has_a_reason_not_to_look_is_not_overdue(late_world, why):
    world, bot_id = late_world
    if why == "stopped":
        world.stop(bot_id)
    else:
        with world.database.write() as uow:
            uow.bots.set_waiting(world.read(bot_id).account_id, Waiting.MARKET_CLOSED, [bot_id])
            uow.commit()
    assert world.services.overdue.check() == ()


def test_a_schedule_that_stood_still_is_told(world):
    world.services.overdue.stalled(75.4)
    (told,) = world.events(ScheduleStalled)
    assert told.silent_s == 75
