from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from bot_service.telegram_bot.order import Order
from bot_service.telegram_bot.polling import FULL, Batches

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)


def test_changes_of_one_chat_run_in_order_and_looks_overtake():
    done = []

    async def work(name: str, wait: asyncio.Event | None) -> None:
        if wait is not None:
            await wait.wait()
        done.append(name)

    async def scene() -> None:
        order = Order(lambda update: update[0])
        gate = asyncio.Event()
        tasks = [
            asyncio.create_task(order.process_update(("chat", 1), work("first change", gate))),
            asyncio.create_task(order.process_update(("chat", 2), work("second change", None))),
            asyncio.create_task(order.process_update((None, 3), work("look", None))),
            asyncio.create_task(order.process_update(("other", 4), work("other chat", None))),
        ]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        gate.set()
        await asyncio.gather(*tasks)
        assert order._locks == {}

    asyncio.run(scene())
    assert done.index("first change") < done.index("second change")
    assert set(done[:2]) == {"look", "other chat"}


def test_presses_are_late_only_in_the_first_batch_after_a_gap():
    batches = Batches(NOON - timedelta(seconds=20))
    batches.came([1], NOON)
    batches.came([2], NOON + timedelta(seconds=31))
    batches.came([3], NOON + timedelta(seconds=32))
    assert [batches.late(number) for number in (1, 2, 3)] == [False, True, False]


def test_exactly_thirty_seconds_are_no_gap():
    batches = Batches(NOON)
    batches.came([1], NOON + timedelta(seconds=30))
    assert not batches.late(1)


def test_the_rest_of_a_full_batch_is_late_too():
    batches = Batches(None)
    batches.came(list(range(FULL)), NOON)
    batches.came([FULL], NOON + timedelta(milliseconds=10))
    batches.came([FULL + 1], NOON + timedelta(milliseconds=20))
    assert batches.late(FULL)
    assert not batches.late(FULL + 1)


def test_the_gap_begins_at_the_last_good_look():
    batches = Batches(NOON)
    batches.came([1], NOON + timedelta(seconds=5))
    batches.came([2], NOON + timedelta(minutes=5))
    assert batches.gap_from == NOON + timedelta(seconds=5)
