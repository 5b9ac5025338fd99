from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from telegram import Update

from bot_service.telegram_bot.executors import Executors
from bot_service.telegram_bot.polling import Batches, Polling

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


class FakeTelegram:
    """Keeps updates until a later one is asked for, as Telegram does."""

    def __init__(self, *update_ids: int) -> None:
        self.waiting = list(update_ids)
        self.looks = 0

    async def get_updates(self, *, offset: int, limit: int, **how: object) -> tuple[Update, ...]:
        self.looks += 1
        self.waiting = [number for number in self.waiting if number >= offset]
        if how["timeout"] and not self.waiting:
            await asyncio.sleep(3600)
        return tuple(Update(number) for number in self.waiting[:limit])


class FakeChats:
    def polled(self, at: datetime) -> None:
        pass


class FakeCopies:
    """Writes down what it is told; `known` is the conflict of an earlier run."""

    def __init__(self, known: datetime | None = None) -> None:
        self.known = known
        self.told: list[tuple[str, object]] = []

    def conflict_since(self) -> datetime | None:
        return self.known

    def listens(self, since: datetime) -> None:
        self.told.append(("listens", since))

    def silent(self) -> None:
        self.told.append(("silent", None))

    def reached_again(self, lost: timedelta) -> None:
        self.told.append(("back", lost))


class StandingClock:
    def now(self) -> datetime:
        return NOW


class Handlers:
    """Handlers that end when they are allowed to."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.allowed = asyncio.Event()

    async def handle(self, update: Update) -> None:
        self.begun.append(update.update_id)
        await self.allowed.wait()


async def until(condition) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  # what is waited for tells nobody
            await asyncio.sleep(0.01)


@pytest.fixture
def executors():
    pools = Executors()
    yield pools
    pools.close()


def polling(telegram: FakeTelegram, handlers: Handlers, executors: Executors) -> Polling:
    return Polling(
        telegram, handlers.handle, Batches(NOW), FakeChats(), executors, StandingClock(), FakeCopies()
    )


def test_telegram_keeps_an_update_until_its_handler_has_ended(executors):
    async def scenario() -> None:
        telegram, handlers = FakeTelegram(7), Handlers()
        poll = polling(telegram, handlers, executors)
        poll.first_poll_done.set()
        looking = asyncio.create_task(poll.run())
        await until(lambda: telegram.looks >= 3)
        assert telegram.waiting == [7]
        handlers.allowed.set()
        await until(lambda: not telegram.waiting)
        assert handlers.begun == [7]
        looking.cancel()

    asyncio.run(scenario())


def test_a_handler_that_takes_long_does_not_hold_later_updates(executors):
    async def scenario() -> None:
        telegram, handlers = FakeTelegram(7), Handlers()
        poll = polling(telegram, handlers, executors)
        poll.first_poll_done.set()
        looking = asyncio.create_task(poll.run())
        await until(lambda: handlers.begun == [7])
        telegram.waiting.append(8)
        await until(lambda: handlers.begun == [7, 8])
        assert telegram.waiting == [7, 8]
        looking.cancel()

    asyncio.run(scenario())


def test_what_is_done_is_not_asked_for_again_at_the_end(executors):
    async def scenario() -> None:
        telegram, handlers = FakeTelegram(7), Handlers()
        handlers.allowed.set()
        poll = polling(telegram, handlers, executors)
        poll.first_poll_done.set()
        looking = asyncio.create_task(poll.run())
        await until(lambda: handlers.begun == [7])
        looking.cancel()
        await poll.close()
        assert telegram.waiting == []

    asyncio.run(scenario())
