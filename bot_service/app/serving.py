"""Run a house and its chat until somebody ends the process."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal
import sys
import time
from collections.abc import Callable

from bot_service.app.house import House
from bot_service.telegram_bot import pictures
from bot_service.telegram_bot.application import ChatEdge, EdgeConfig

log = logging.getLogger(__name__)

FIRST_UPDATES_S = 10.0
REBUILD_S = 5.0
SAME_KEY_S = 2.0
"""`uv run` passes Ctrl-C on, so that one press arrives twice; a repeat this soon means nothing."""

SWITCH_S = 0.0005
"""How long a thread may compute before another one gets its turn; Python's own 5 ms add up in a reply."""


def put_people_first() -> None:
    """Let replies wait neither long for ticks nor for the garbage collector; call it when all is loaded.

    What lives as long as the process is never looked through again: with 170,000 objects that took 0.1 s
    each time, and everything stood still meanwhile.
    """
    sys.setswitchinterval(SWITCH_S)
    gc.collect()
    gc.freeze()


async def serve(
    house: House,
    config: EdgeConfig,
    ready: Callable[[], None] | None = None,
    furnish: Callable[[], None] | None = None,
) -> None:
    """Open the house, read what waits in the chat, resume the bots, and run until a signal comes.

    `furnish` is called before the chat is read for the first time, `ready` when everything runs.
    """
    stop = asyncio.Event()
    _end_on_signals(stop)
    await asyncio.to_thread(house.open)
    if furnish is not None:
        await asyncio.to_thread(furnish)
    read = asyncio.Event()
    talking = asyncio.create_task(_talk(house, config, stop, read))
    try:
        await _first_updates(read)
        resumed = await asyncio.to_thread(house.resume)
        log.info("running, %s bots resumed", len(resumed))
        if ready is not None:
            await asyncio.to_thread(ready)
        # Before the collector is told what lives as long as the process: all of this does.
        await asyncio.to_thread(pictures.get_ready)
        put_people_first()
        await stop.wait()
    finally:
        stop.set()
        await talking
        await asyncio.to_thread(house.close)


async def _talk(house: House, config: EdgeConfig, stop: asyncio.Event, read: asyncio.Event) -> None:
    # The bots trade on without the chat; it is built anew, for its owner must be able to stop them.
    while not stop.is_set():
        edge = ChatEdge(house.services, config, house.wall, checkpoint=house.checkpoint)
        passing_on = asyncio.create_task(_pass_on(edge.first_poll_done, read))
        try:
            await asyncio.to_thread(house.services.delivery.begin)
            await edge.run(stop)
        # Whatever broke it, the owner must be able to stop his bots again.
        except Exception:
            log.exception("the chat broke down and is built anew")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), REBUILD_S)
        finally:
            passing_on.cancel()


async def _pass_on(source: asyncio.Event, target: asyncio.Event) -> None:
    await source.wait()
    target.set()


async def _first_updates(read: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(read.wait(), FIRST_UPDATES_S)
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
