"""A real service with many bots, for the fleet benchmark."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot_service.app.house import House
from bot_service.domain.bots import Bot, BotStatus
from bot_service.domain.guards import GuardRules
from bot_service.domain.jobs import TickJob
from bot_service.domain.people import Actor, Role
from bot_service.scheduling.paced import PacedTicker
from bot_service.services import guard_rules
from bot_service.services.cycle import no_checkpoint
from bot_service.services.drafts import settings_from_words
from bot_service.services.orders import Checkpoint
from bot_service.settings import offline_settings
from bot_service.telegram_bot.application import ChatEdge, EdgeConfig
from bot_service.telegram_bot.limits import Limits

OWNER = 1001
TOKEN = "10010:" + "f" * 35


class HastyClock:
    """Pass a second at each look."""

    def __init__(self) -> None:
        self._moment = datetime(2026, 3, 3, tzinfo=UTC)

    def now(self) -> datetime:
        """Return a moment one second after the last one."""
        self._moment += timedelta(seconds=1)
        return self._moment


SYMBOLS = ("EURUSD", "GBPUSD", "USDJPY", "XAUUSD", "BTCUSD", "ETHUSD", "US500")
PLANS = (
    ("MA_CROSSOVER", {"fast_period": "20"}),
    ("RSI_CROSSOVER", {"rsi_period": "14"}),
    ("BOLLINGER_REVERSION", {"bb_length": "20"}),
    ("MA_CROSSOVER", {"fast_period": "10"}),
    ("RSI_CROSSOVER", {"rsi_period": "21"}),
    ("BOLLINGER_REVERSION", {"bb_length": "30"}),
)
"""Three strategies in two settings each: on seven symbols 42 different signals."""

LOTS = {"US500": "0.1"}
START = datetime(2025, 11, 10, 8, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
IDLE_S = 120.0
UNLIMITED = GuardRules(open_risk=None, entries_a_day=None, rejections=None, losses=None)


class Fleet:
    """A house, the bots in it and the person who owns them."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.account_id = next(iter(house.terminals))
        # What is measured is trading: bots of a fast market meet the limits of a day in minutes.
        with house.database.write() as uow:
            guard_rules.save(uow, self.account_id, UNLIMITED)
            uow.commit()

    @property
    def actor(self) -> Actor:
        """Return the owner, speaking now."""
        return Actor(OWNER, OWNER, Role.OWNER, self.house.wall.now())

    def add(self, bots: int) -> None:
        """Create stopped H1 bots that look once per bar, spread over symbols and strategies."""
        for number in range(bots):
            symbol = SYMBOLS[number % len(SYMBOLS)]
            strategy, parameters = PLANS[number // len(SYMBOLS) % len(PLANS)]
            words = {"symbol": symbol, "strategy": strategy, "tf": "H1", "lot": LOTS.get(symbol, "0.01")}
            settings = settings_from_words(words | parameters, None)
            self.house.services.control.create(self.actor, settings)

    def start(self) -> None:
        """Start all bots."""
        self.house.services.control.start_all(self.actor, [bot.id for bot in self.bots()])

    def stop(self) -> None:
        """Stop all bots."""
        self.house.services.control.stop(self.actor, None)

    def bots(self) -> tuple[Bot, ...]:
        """Return all bots as stored."""
        with self.house.database.read() as uow:
            return uow.bots.all()

    def running(self) -> int:
        """Return how many bots run by the database."""
        return sum(bot.status is BotStatus.ACTIVE for bot in self.bots())

    def tick_all(self) -> float:
        """Run one tick of each bot in the lane's thread, due or not; return its processor seconds."""
        jobs = [
            TickJob(bot.account_id, bot.id, bot.due_at or self.house.market.clock.now())
            for bot in self.bots()
        ]
        run = self.house.services.cycle.run

        def ticks(_terminal: object) -> float:
            begun = time.thread_time()
            for job in jobs:
                run(job)
            return time.thread_time() - begun

        return self.house.lanes.ask(self.account_id, ticks, IDLE_S)

    def to_next_close(self) -> None:
        """Let the market go to one second after the next close of a bar, and the terminal take that in."""
        self.house.market.paced.jump_to(self.house.market.clock.now() + HOUR)  # held at the next tick
        self.house.lanes.ask(self.account_id, lambda terminal: terminal.account(), IDLE_S)

    def settle_clock(self) -> None:
        """Let a ticker whose ticks were run by hand find its next appointment."""
        ticker = self.house.ticker
        while isinstance(ticker, PacedTicker) and ticker.pump() is None:
            self.house.lanes.wait_idle(IDLE_S)

    @contextmanager
    def always_ticking(self) -> Iterator[Callable[[], int]]:
        """Let a bar close whenever the lane has done the ticks of the one before; yields how many closed."""
        ended, bars = threading.Event(), 0

        def drive() -> None:
            nonlocal bars
            paced, lanes = self.house.market.paced, self.house.lanes
            while not ended.wait(0.01):
                if lanes.waiting_ticks() == 0:
                    before = paced.now()
                    paced.jump_to(before + HOUR)
                    if paced.now() - before > HOUR / 2:
                        bars += 1

        thread = threading.Thread(target=drive, name="bars")
        thread.start()
        try:
            yield lambda: bars
        finally:
            ended.set()
            thread.join()


@contextmanager
def open_fleet(data_dir: Path, *, stepped: bool, checkpoint: Checkpoint = no_checkpoint) -> Iterator[Fleet]:
    """Open a house: its market runs with the wall clock, or is stepped from bar to bar without spread."""
    settings = offline_settings(
        data_dir=data_dir, owner_id=OWNER, language="en", paper_start=START if stepped else None
    )
    house = House(settings, checkpoint=checkpoint, spread=not stepped)
    house.open()
    try:
        yield Fleet(house)
    finally:
        house.close()


class Talk:
    """What can be known of a chat that talks."""

    def __init__(self) -> None:
        self.edges: list[ChatEdge] = []

    def wait_quiet(self) -> None:
        """Wait until everything that was asked has been answered, down to the last picture."""
        end = time.monotonic() + IDLE_S
        while any(edge._replies for edge in self.edges):  # noqa: SLF001  # nobody else needs to know
            if time.monotonic() > end:
                raise TimeoutError("the chat does not come to an end")
            time.sleep(0.002)


@contextmanager
def open_chat(house: House, url: str) -> Iterator[Talk]:
    """Connect a house's chat in a thread with its own event loop; ready when it reads messages."""
    ready, stops, talk_of = threading.Event(), [], Talk()

    async def talk() -> None:
        stop = asyncio.Event()
        stops.append((asyncio.get_running_loop(), stop))
        # A benchmark asks faster than a person may: for the limiter a second passes with each look.
        limits = Limits(HastyClock())
        edge = ChatEdge(house.services, EdgeConfig(TOKEN, url), house.wall, limits=limits)
        talk_of.edges.append(edge)
        running = asyncio.create_task(edge.run(stop))
        await edge.first_poll_done.wait()
        ready.set()
        await running

    thread = threading.Thread(target=lambda: asyncio.run(talk()), name="chat")
    thread.start()
    try:
        if not ready.wait(30):
            raise RuntimeError("the bot can't reach the chat")
        yield talk_of
    finally:
        for loop, stop in stops:
            loop.call_soon_threadsafe(stop.set)
        thread.join()
