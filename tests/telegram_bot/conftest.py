from __future__ import annotations

import asyncio
import json
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot_service.app.house import House
from bot_service.domain.bots import BotSettings, SizingMethod
from bot_service.domain.events import Event, OrderFilled
from bot_service.domain.market import Timeframe
from bot_service.domain.people import Actor, Member, Role
from bot_service.domain.trading import Side
from bot_service.local_chat import ChatServer, LocalChat
from bot_service.settings import Settings
from bot_service.telegram_bot.application import ChatEdge, EdgeConfig
from bot_service.telegram_bot.limits import Limits
from bot_service.telegram_bot.webhook import WebhookAddress

OWNER = 1001
TOKEN = "1234567:" + "A" * 35
PATIENCE_S = 15.0
LONGEST_ANSWER_S = 2.0
"""A back-test answers for longer; what it says later is for its own test to wait for."""
KEYS, ASKING = "⌨️", "⏳ I am asking the terminal"
"""How the message that brings the reply keyboard begins, and the one that the terminal's answer replaces."""


class PatientClock:
    """A clock that passes a second at each look, so that no test asks too often."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 3, 12, tzinfo=UTC)
        self.step = timedelta(seconds=1)

    def now(self) -> datetime:
        self.moment += self.step
        return self.moment


def _wait(pending: Callable[[], bool], patience: float) -> None:
    end = time.monotonic() + patience
    while pending() and time.monotonic() < end:
        time.sleep(0.02)


class Talk:
    """A person at the page of the local chat."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.alerts_pending: Callable[[], bool] = lambda: False
        self.still_answering: Callable[[], bool] = lambda: False
        self._seen = 0
        self._left: list[dict[str, Any]] = []
        self.forget()

    def post(self, path: str, body: dict[str, Any], method: str = "POST") -> dict[str, Any]:
        data = json.dumps(body).encode()
        request = urllib.request.Request(
            self.url + path, data, {"Content-Type": "application/json"}, method=method
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def page(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.url}/sim/transcript?after={self._seen}", timeout=10) as answer:
            return json.load(answer)

    def page_of(self, chat_id: int) -> list[dict[str, Any]]:
        """Return everything that one chat ever showed."""
        with urllib.request.urlopen(
            f"{self.url}/sim/transcript?after=0&chat_id={chat_id}", timeout=10
        ) as answer:
            return json.load(answer)["messages"]

    def forget(self) -> None:
        """Let alerts and earlier answers arrive, then look only at what comes from now on."""
        _wait(self.alerts_pending, PATIENCE_S)
        _wait(self.still_answering, LONGEST_ANSWER_S)
        self._seen = self.page()["next"]
        self._left = []

    def answers(self, count: int = 1, patience: float = PATIENCE_S) -> list[dict[str, Any]]:
        """Return the next messages of the bot; waits until there are `count`.

        What came together with the answer that `say` or `press` returned is among them.
        """
        found, self._left = self._left, []
        end = time.monotonic() + patience
        while time.monotonic() < end:
            page = self.page()
            self._seen = page["next"]
            found += [message for message in page["messages"] if message.get("from", {}).get("is_bot")]
            if len(found) >= count:
                return found
            time.sleep(0.02)
        return found

    def told(self, *words: str) -> dict[str, Any]:
        """Return the next message that contains all words; what came after it is still to be read."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            found = self.answers(patience=1.0)
            for place, message in enumerate(found):
                if all(word in message.get("text", "") for word in words):
                    self._left = found[place + 1 :]
                    return message
        raise AssertionError(words)

    def silence(self, seconds: float = 0.8) -> list[dict[str, Any]]:
        """Return what the bot says in a while in which it should say nothing."""
        return self.answers(count=10_000, patience=seconds)

    def write(self, text: str, **more: Any) -> dict[str, Any]:
        return self.post("/sim/message", {"text": text, **more})

    def say(self, text: str, **more: Any) -> dict[str, Any]:
        """Write, and return the first answer."""
        self.forget()
        self.write(text, **more)
        found = self._to_this()
        assert found, f"no answer to {text!r}"
        self._left = found[1:]
        return found[0]

    def _to_this(self) -> list[dict[str, Any]]:
        """Return the next answers without the keys of an earlier greeting and without words of waiting."""
        while found := self.answers():
            if left := [one for one in found if not one.get("text", "").startswith((KEYS, ASKING))]:
                return left
        return []

    def press(self, message: dict[str, Any], data: str, **more: Any) -> dict[str, Any]:
        """Press a button, and return the first answer."""
        self.forget()
        self.post("/sim/press", {"message_id": message["message_id"], "data": data, **more})
        found = self._to_this()
        assert found, f"no answer to a press of {data!r}"
        self._left = found[1:]
        return found[0]

    def fault(self, **body: Any) -> None:
        self.post("/sim/fault", body)


class World:
    """A whole service on the paper terminal, talking to the local chat over HTTP."""

    edge_class = ChatEdge

    def __init__(self, directory: Path, **more: Any) -> None:
        clock = lambda: datetime.now(UTC)  # noqa: E731
        self.server = ChatServer(LocalChat(None, clock=clock, language="en")).start()
        self.talk = Talk(self.server.url)
        chosen = {"owner_id": OWNER, "language": "en", "watch_interval_s": 0.5, "alerts_per_hour": 0, **more}
        settings = Settings(_env_file=None, data_dir=directory, **chosen)
        self.house = House(settings)
        self.house.open()
        self.services = self.house.services
        self.webhook: WebhookAddress | None = None
        self._thread: threading.Thread | None = None
        self.patience = PatientClock()
        self.talk.alerts_pending = self._alerts_pending
        self.talk.still_answering = self._still_answering

    def _alerts_pending(self) -> bool:
        return self._thread is not None and self.services.queries.status().pending_alerts > 0

    def _still_answering(self) -> bool:
        return self._thread is not None and bool(self.edge._replies)

    def connect(self) -> ChatEdge:
        """Start the edge in its own thread and wait for its first look."""
        ready = threading.Event()

        def work() -> None:
            asyncio.run(self._talk(ready))

        self._thread = threading.Thread(target=work, name="edge")
        self._thread.start()
        assert ready.wait(PATIENCE_S)
        return self.edge

    async def _talk(self, ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        config = EdgeConfig(TOKEN, self.server.url, webhook=self.webhook)
        self.edge = self.edge_class(self.services, config, self.house.wall, limits=Limits(self.patience))
        running = asyncio.create_task(self.edge.run(self._stop))
        await asyncio.wait_for(self.edge.first_poll_done.wait(), PATIENCE_S)
        ready.set()
        await running

    def disconnect(self) -> None:
        if self._thread is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(PATIENCE_S)
            assert not self._thread.is_alive()
            self._thread = None

    def close(self) -> None:
        self.disconnect()
        self.house.close()
        self.server.stop()

    # Shortcuts

    def actor(self, user_id: int = OWNER, age: timedelta = timedelta(0)) -> Actor:
        return Actor(user_id, user_id, Role.OWNER, datetime.now(UTC) - age)

    def new_bot(self, name: str = "Crosser", symbol: str = "EURUSD") -> int:
        settings = BotSettings(
            name=name,
            symbol=symbol,
            broker_symbol="",
            strategy="MA_CROSSOVER",
            timeframe=Timeframe.H4,
            sizing=SizingMethod.FIXED_LOT,
            size=Decimal("0.01"),
        )
        return self.services.control.create(self.actor(), settings).id

    def add_member(self, user_id: int, role: Role, language: str = "en") -> None:
        with self.house.database.write() as uow:
            uow.people.add(Member(user_id, user_id, role, language, "Asia/Jakarta"))
            uow.commit()

    def status(self, bot_id: int) -> str:
        return self.services.queries.bot(bot_id).bot.status.value

    def record(self, *events: Event) -> None:
        with self.house.database.write() as uow:
            for event in events:
                uow.record(event)
            uow.commit()

    def filled(self, position_id: int, name: str = "Crosser") -> OrderFilled:
        return OrderFilled(
            happened_at=datetime.now(UTC),
            account_id=next(iter(self.house.terminals)),
            name=name,
            ticket=position_id,
            position_id=position_id,
            symbol="EURUSD",
            side=Side.BUY,
            lots=Decimal("0.01"),
            price=Decimal("1.1"),
            stop_loss=Decimal("1.09"),
            take_profit=None,
            planned_risk=Decimal(10),
            currency="USD",
            strategy="MA_CROSSOVER",
        )


@pytest.fixture(scope="session")
def world_class() -> type[World]:
    """Return what makes a service with settings of its own."""
    return World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    found = World(tmp_path_factory.mktemp("world"))
    try:
        found.connect()
        yield found
    finally:
        found.close()


@pytest.fixture
def quiet_world(tmp_path: Path) -> Iterator[World]:
    """A service whose chat is not connected yet."""
    found = World(tmp_path)
    try:
        yield found
    finally:
        found.close()


@pytest.fixture
def talk(world: World) -> Talk:
    world.talk.post("/sim/fault", {}, method="DELETE")
    world.talk.forget()
    return world.talk


def buttons(message: dict[str, Any]) -> list[dict[str, str]]:
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


@pytest.fixture
def first_button() -> Callable[[dict[str, Any]], str]:
    def find(message: dict[str, Any]) -> str:
        return buttons(message)[0]["callback_data"]

    return find


@pytest.fixture
def labels() -> Callable[[dict[str, Any]], list[str]]:
    def find(message: dict[str, Any]) -> list[str]:
        return [button["text"] for button in buttons(message)]

    return find


@pytest.fixture(name="buttons")
def buttons_of() -> Callable[[dict[str, Any]], list[dict[str, str]]]:
    return buttons
