from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

from bot_service.domain.bots import BotStatus
from bot_service.domain.events import OrderFilled, PositionClosed
from bot_service.domain.jobs import TickJob, WatchJob
from bot_service.domain.trading import DealEntry
from bot_service.scheduling.lanes import ThreadLanes

CLOSES = [101, 97, 104, 92, 106, 90, 108, 88]


def on_threads(world):
    """Let the world's jobs run on a real lane beside the calling threads."""
    lanes = ThreadLanes(world.terminals, world.handlers)
    services = world.services
    for part in (services.control._starting, services.control._stopping, services.cycle, services.watch):
        object.__setattr__(part._desk, "lanes", lanes)
    return lanes


def test_people_and_ticks_at_the_same_time_double_nothing_and_lose_nothing(world):
    ids = [world.make(name=f"Bot {number}") for number in range(8)]
    world.start(*ids)
    restless = ids[:4]
    lanes = on_threads(world)
    lanes.start()
    failures: list[BaseException] = []
    over = threading.Event()

    def person(mine):
        try:
            while not over.is_set():
                world.stop(*mine)
                world.start(*mine)
        except BaseException as error:  # noqa: BLE001  # the test's own thread: told below
            failures.append(error)

    people = [threading.Thread(target=person, args=(restless[place::2],)) for place in range(2)]
    for thread in people:
        thread.start()
    for close in CLOSES:
        world.terminal.add_bar(close)
        world.clock.set(world.newest_close() + timedelta(minutes=1, seconds=5))
        for bot_id in ids:
            lanes.submit(TickJob(world.account.id, bot_id, world.clock.now()))
        lanes.submit(WatchJob(world.account.id))
        assert lanes.wait_idle(20)
    over.set()
    for thread in people:
        thread.join(20)
    world.stop()
    before = len(world.terminal.requests)
    for bot_id in ids:
        lanes.submit(TickJob(world.account.id, bot_id, world.clock.now()))
    lanes.submit(WatchJob(world.account.id))
    assert lanes.wait_idle(20)
    lanes.stop()
    assert failures == []
    assert before > len(CLOSES)
    assert len(world.terminal.requests) == before
    assert {world.read(bot_id).status for bot_id in ids} == {BotStatus.STOPPED}
    opened = [deal.position_id for deal in world.terminal.book if deal.magic and deal.entry is DealEntry.IN]
    assert sorted(event.position_id for event in world.events(OrderFilled)) == sorted(opened)
    assert len(world.events(PositionClosed)) == len(opened) - len(world.terminal.held)
    assert max(Counter(item.magic for item in world.terminal.held.values()).values(), default=0) <= 1
    assert world.unsettled() == ()
