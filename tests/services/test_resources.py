"""A machine that runs short: told once, no new starts, and everything that runs goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot_service.domain.bots import BotStatus
from bot_service.domain.errors import ResourcesShort
from bot_service.domain.events import MachineFine, MachineShort
from bot_service.domain.resources import Readings, Resource, short

WELL = Readings(disk_free=50_000_000_000, memory_percent=40.0, lane_lag_s=0.0)
MINUTE = timedelta(minutes=1)
NONE = frozenset()


@pytest.mark.parametrize(
    ("found", "what"),
    [
        (WELL, NONE),
        (replace(WELL, disk_free=999_999_999), {Resource.DISK}),
        (replace(WELL, disk_free=1_000_000_000), NONE),
        (replace(WELL, memory_percent=90.1), {Resource.MEMORY}),
        (replace(WELL, memory_percent=90.0), NONE),
        (replace(WELL, lane_lag_s=15.1), {Resource.LANE}),
        (replace(WELL, lane_lag_s=15.0), NONE),
    ],
)
def test_each_resource_has_its_limit(found, what):
    assert short(found, MINUTE, NONE) == what


def test_without_running_bots_no_lane_is_late():
    assert short(replace(WELL, lane_lag_s=999.0), None, NONE) == NONE


def test_what_was_short_must_be_clearly_better_before_it_is_well():
    almost = replace(WELL, disk_free=1_100_000_000, memory_percent=88.0, lane_lag_s=13.0)
    assert short(almost, MINUTE, NONE) == NONE
    assert short(almost, MINUTE, frozenset(Resource)) == frozenset(Resource)


@pytest.mark.parametrize(
    "found", [replace(WELL, disk_free=5), replace(WELL, memory_percent=99.0), replace(WELL, lane_lag_s=60.0)]
)
def test_while_something_is_short_no_bot_starts_and_the_running_ones_go_on(world, found):
    running, waiting = world.running(), world.make(name="Waiting")
    look = world.services.resources.look
    look(found)
    look(found)
    (told,) = world.events(MachineShort)
    (outcome,) = world.start(waiting).outcomes
    assert not outcome.done
    assert isinstance(outcome.error, ResourcesShort)
    assert outcome.error.resource == told.resource
    assert world.bot(running).status is BotStatus.ACTIVE
    look(WELL)
    assert [item.resource for item in world.events(MachineFine)] == [told.resource]
    assert world.start(waiting).outcomes[0].done


def test_readings_that_nobody_renews_refuse_nothing(world):
    world.services.resources.look(replace(WELL, disk_free=5))
    world.advance(timedelta(minutes=6))
    assert world.start(world.make()).outcomes[0].done


def test_health_shows_the_machine(world):
    world.services.resources.look(replace(WELL, memory_percent=95.0))
    lines = {line.code: line for line in world.services.queries.health().lines}
    assert not lines["memory"].ok
    assert lines["memory"].numbers == {"percent": "95"}
    assert lines["disk"].ok
    assert lines["lane"].ok
