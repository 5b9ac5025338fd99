from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest
from telegram import Update, WebhookInfo
from telegram.error import TimedOut

from bot_service.telegram_bot.executors import Executors
from bot_service.telegram_bot.polling import Batches, Polling
from bot_service.telegram_bot.webhook import SECRET_HEADER, Webhook, WebhookAddress

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
URL = "https://bots.example/hook"


class FakeTelegram:
    """Holds updates until they are fetched or a webhook is set; tells how many wait."""

    def __init__(self, *waiting: int) -> None:
        self.waiting = list(waiting)
        self.hook: dict[str, object] = {}
        self.troubles = 0
        self.backlog = 0

    async def get_updates(self, *, offset: int, limit: int, **how: object) -> tuple[Update, ...]:
        assert not self.hook, "nothing may be fetched while a webhook is set"
        self.waiting = [number for number in self.waiting if number >= offset]
        if how["timeout"] and not self.waiting:
            await asyncio.sleep(3600)
        return tuple(Update(number) for number in self.waiting[:limit])

    async def set_webhook(self, url: str, **how: object) -> bool:
        if self.troubles:
            self.troubles -= 1
            raise TimedOut
        self.hook = {"url": url, **how}
        return True

    async def get_webhook_info(self) -> WebhookInfo:
        return WebhookInfo(str(self.hook["url"]), False, self.backlog)


class FakeChats:
    def polled(self, at: datetime) -> None:
        pass


class FakeCopies:
    """No other copy reads the updates."""

    def conflict_since(self) -> None:
        return None

    def listens(self, _rival_since: datetime | None) -> None:
        pass

    def silent(self) -> None:
        pass

    def reached_again(self, _away: timedelta) -> None:
        pass


class Clock:
    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def executors():
    pools = Executors()
    yield pools
    pools.close()


class Scene:
    def __init__(self, telegram: FakeTelegram, executors: Executors) -> None:
        self.telegram = telegram
        self.handled: list[int] = []
        self.allowed = asyncio.Event()
        self.allowed.set()
        self.clock = Clock()
        self.batches = Batches(NOW)
        inbound = (telegram, self.handle, self.batches, FakeChats(), executors, self.clock)
        self.hook = Webhook(*inbound, Polling(*inbound, FakeCopies()), WebhookAddress(URL, "127.0.0.1", 0))

    async def handle(self, update: Update) -> None:
        self.handled.append(update.update_id)
        await self.allowed.wait()

    async def bring(self, update_id: int, secret: str | None = None, path: str = "/hook") -> int:
        given = str(self.telegram.hook["secret_token"]) if secret is None else secret
        return await asyncio.to_thread(self.post, json.dumps({"update_id": update_id}).encode(), given, path)

    def announce(self, size: int, secret: str) -> int:
        """Return what is answered to the head of a request whose body never comes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.hook.port, timeout=10)
        with contextlib.closing(connection):
            connection.putrequest("POST", "/hook")
            connection.putheader(SECRET_HEADER, secret)
            connection.putheader("Content-Length", str(size))
            connection.endheaders()
            return connection.getresponse().status

    def post(self, body: bytes, secret: str, path: str = "/hook") -> int:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.hook.port}{path}", body, {SECRET_HEADER: secret}, method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code


@contextlib.asynccontextmanager
async def receiving(telegram: FakeTelegram, executors: Executors):
    scene = Scene(telegram, executors)
    running = asyncio.create_task(scene.hook.run())
    await until(lambda: telegram.hook or running.done())
    try:
        yield scene
    finally:
        scene.allowed.set()
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def until(condition) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  # what is waited for tells nobody
            await asyncio.sleep(0.01)


def test_what_waited_is_fetched_and_done_before_a_webhook_is_set(executors):
    async def story() -> None:
        async with receiving(FakeTelegram(5, 6), executors) as scene:
            assert scene.handled == [5, 6]
            assert scene.hook._polling.first_poll_done.is_set()
            assert scene.telegram.waiting == []

    asyncio.run(story())


def test_an_update_that_telegram_brings_is_handled(executors):
    async def story() -> None:
        async with receiving(FakeTelegram(), executors) as scene:
            assert await scene.bring(7) == 200
            assert scene.handled == [7]
            assert scene.telegram.hook["url"] == URL
            assert scene.telegram.hook["max_connections"] == 1

    asyncio.run(story())


@pytest.mark.parametrize("secret", ["", "guessed", "ä"])
def test_without_telegrams_secret_nothing_is_handled(executors, secret):
    async def story() -> None:
        async with receiving(FakeTelegram(), executors) as scene:
            quoted = secret.encode().decode("latin-1")
            assert await scene.bring(7, secret=quoted) == 403
            assert scene.handled == []

    asyncio.run(story())


def test_the_answer_comes_when_the_handler_has_ended(executors):
    async def story() -> None:
        async with receiving(FakeTelegram(), executors) as scene:
            scene.allowed.clear()
            bringing = asyncio.create_task(scene.bring(7))
            await until(lambda: scene.handled == [7])
            await asyncio.sleep(0.1)
            assert not bringing.done()
            scene.allowed.set()
            assert await bringing == 200

    asyncio.run(story())


def test_an_update_that_is_brought_twice_is_handled_once(executors):
    async def story() -> None:
        async with receiving(FakeTelegram(), executors) as scene:
            assert [await scene.bring(7), await scene.bring(7)] == [200, 200]
            assert scene.handled == [7]

    asyncio.run(story())


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b'"text"', b"{}", b"\xff\xfe"])
def test_nonsense_is_refused_and_receiving_goes_on(executors, body):
    async def story() -> None:
        async with receiving(FakeTelegram(), executors) as scene:
            secret = str(scene.telegram.hook["secret_token"])
            assert await asyncio.to_thread(scene.post, body, secret) == 400
            assert await scene.bring(7) == 200
            assert scene.handled == [7]

    asyncio.run(story())


def test_a_huge_body_is_refused_unread(executors):
    async def story() -> None:
        async with receiving(FakeTelegram(), executors) as scene:
            secret = str(scene.telegram.hook["secret_token"])
            assert await asyncio.to_thread(scene.announce, 1_000_001, secret) == 413

    asyncio.run(story())


def test_another_path_is_nobodys(executors):
    async def story() -> None:
        async with receiving(FakeTelegram(), executors) as scene:
            assert await scene.bring(7, path="/") == 404

    asyncio.run(story())


def test_a_webhook_that_telegram_does_not_take_at_once_is_announced_again(executors):
    async def story() -> None:
        telegram = FakeTelegram()
        telegram.troubles = 1
        async with receiving(telegram, executors) as scene:
            assert await scene.bring(7) == 200

    asyncio.run(story())


def test_presses_that_waited_for_the_webhook_are_late(executors):
    async def story() -> None:
        async with receiving(FakeTelegram(), executors) as scene:
            await until(lambda: scene.batches._last_good == scene.clock.now())
            scene.hook._behind = True
            scene.clock.moment += timedelta(seconds=31)
            assert [await scene.bring(7), await scene.bring(8)] == [200, 200]
            assert scene.batches.late(7)
            assert scene.batches.late(8)
            scene.hook._behind = False
            await scene.bring(9)
            await scene.bring(10)
            assert not scene.batches.late(10)

    asyncio.run(story())
