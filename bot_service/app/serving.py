"""Run a house and its chat until somebody ends the process."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Callable

from bot_service.app.house import House
from bot_service.telegram_bot.application import ChatEdge, EdgeConfig

log = logging.getLogger(__name__)

FIRST_UPDATES_S = 10.0
SAME_KEY_S = 2.0
"""`uv run` passes Ctrl-C on, so that one press arrives twice; a repeat this soon means nothing."""


async def serve(house: House, config: EdgeConfig | None, ready: Callable[[], None] | None = None) -> None:
    """Open the house, read what waits in the chat, resume the bots, and run until a signal comes."""
    stop = asyncio.Event()
    _end_on_signals(stop)
    await asyncio.to_thread(house.open)
    edge = None if config is None else ChatEdge(house.services, config, house.wall)
    talking = None if edge is None else asyncio.create_task(edge.run(stop))
    try:
        if edge is not None:
            await _first_updates(edge)
        resumed = await asyncio.to_thread(house.resume)
        log.info("running, %s bots resumed", len(resumed))
        if ready is not None:
            ready()
        await stop.wait()
    finally:
        stop.set()
        if talking is not None:
            await talking
        await asyncio.to_thread(house.close)


async def _first_updates(edge: ChatEdge) -> None:
    try:
        await asyncio.wait_for(edge.first_poll_done.wait(), FIRST_UPDATES_S)
    except TimeoutError:
        log.warning("Telegram has not answered yet; the bots go on without it")


def _end_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    first: list[float] = []

    def end() -> None:
        now = time.monotonic()
        if first and now - first[0] > SAME_KEY_S:
            raise SystemExit(1)
        first.append(now)
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, end)
        except NotImplementedError:  # Windows has no signal handlers in its event loop
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(end))
