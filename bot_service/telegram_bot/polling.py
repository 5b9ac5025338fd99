"""Look for updates for ever; know when looking was interrupted, for presses carry no time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Any

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot_service.domain.errors import ServiceError
from bot_service.ports import Clock
from bot_service.services.chats import Chats
from bot_service.services.copies import Copies
from bot_service.telegram_bot.executors import Executors
from bot_service.telegram_bot.reach import News, Reach

logger = logging.getLogger(__name__)

GAP = timedelta(seconds=30)
LONG_POLL_S = 10
FULL = 100
FIRST_BATCH_S = 8.0
HANDLERS_S = 0.25
BACK_OFF_S = (1.0, 2.0, 5.0, 10.0, 30.0)
CONFLICT_S = 5.0
ALLOWED = (Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY)


def seconds(value: timedelta | float) -> float:
    """Return a waiting time of Telegram in seconds, whichever type the library gives."""
    return value.total_seconds() if isinstance(value, timedelta) else float(value)


class Batches:
    """Which updates came in the first batch after a gap of more than 30 s without a good look."""

    def __init__(self, last_good: datetime | None) -> None:
        self.gap_from: datetime | None = last_good
        self._last_good = last_good
        self._full = False
        self._after_gap = False
        self._late: deque[int] = deque(maxlen=2000)

    def came(self, update_ids: Sequence[int], now: datetime, *, full: bool = False) -> None:
        """Take a good look's updates; a full batch has its rest in the next one."""
        gap = self._last_good is None or now - self._last_good > GAP
        if gap:
            self.gap_from = self._last_good
        self._after_gap = gap or (self._after_gap and self._full)
        if self._after_gap:
            self._late.extend(update_ids)
        self._full = full or len(update_ids) >= FULL
        self._last_good = now

    def late(self, update_id: int) -> bool:
        """Tell whether an update may have waited."""
        return update_id in self._late


class Polling:
    """Fetch updates and hand each over at once.

    Telegram forgets an update when a later one is asked for, so nothing is asked beyond an update whose
    handler still runs: if the process dies in the middle, a stop comes again.
    """

    def __init__(
        self,
        bot: Bot,
        handle: Callable[[Update], Coroutine[Any, Any, None]],
        batches: Batches,
        chats: Chats,
        executors: Executors,
        wall: Clock,
        copies: Copies,
    ) -> None:
        self._copies = copies
        self._bot = bot
        self._handle = handle
        self._batches = batches
        self._chats = chats
        self._executors = executors
        self._wall = wall
        self._offset = 0
        self._unfinished: dict[int, asyncio.Task[None]] = {}
        self.first_poll_done = asyncio.Event()

    async def run(self) -> None:
        """Look until cancelled; nothing that Telegram does ends it."""
        reach = Reach(await self._executors.gate(self._copies.conflict_since), self._wall.now())
        failures = 0
        while True:
            try:
                updates = await self._look()
            except TelegramError as error:
                await self._missed(reach, error)
                await asyncio.sleep(_pause(error, failures))
                failures += 1
                continue
            if failures:
                logger.info("Telegram answers again")
            failures = 0
            await self._pass_on(reach.looked(self._wall.now()))
            await self._took(updates)

    async def close(self) -> None:
        """Let handlers end, then tell Telegram which updates are done."""
        if self._unfinished:
            await asyncio.wait(self._unfinished.values(), timeout=5)
        if self._offset:
            with contextlib.suppress(TelegramError):
                await self._bot.get_updates(offset=self._wanted, timeout=0, limit=1, read_timeout=2)

    @property
    def _wanted(self) -> int:
        return min(self._unfinished, default=self._offset)

    async def _look(self) -> tuple[Update, ...]:
        if self._unfinished:
            await asyncio.wait(self._unfinished.values(), timeout=HANDLERS_S)
        # Until the waiting updates are read and done, each look returns at once.
        at_once = self._unfinished or not self.first_poll_done.is_set()
        return await self._bot.get_updates(
            offset=self._wanted,
            timeout=0 if at_once else LONG_POLL_S,
            limit=FULL,
            allowed_updates=list(ALLOWED),
        )

    async def _missed(self, reach: Reach, error: TelegramError) -> None:
        now = self._wall.now()
        if isinstance(error, Conflict):
            await self._pass_on(reach.refused(now))
        elif not isinstance(error, RetryAfter):
            reach.failed(now)

    async def _pass_on(self, news: News) -> None:
        try:
            if news.rival_since is not None:
                await self._executors.gate(self._copies.listens, news.rival_since)
            if news.rival_gone:
                await self._executors.gate(self._copies.silent)
            if news.away is not None:
                await self._executors.gate(self._copies.reached_again, news.away)
        except ServiceError as error:
            logger.warning("what was learned of Telegram is not kept: %s", error)

    async def _took(self, updates: Sequence[Update]) -> None:
        now = self._wall.now()
        new = [update for update in updates if update.update_id >= self._offset]
        full = len(updates) >= FULL
        self._batches.came([update.update_id for update in new], now, full=full)
        for update in new:
            self._begin(update)
        await self._remember(now)
        if not self.first_poll_done.is_set():
            if self._unfinished:
                await asyncio.wait(self._unfinished.values(), timeout=FIRST_BATCH_S)
            if not full:
                self.first_poll_done.set()

    def _begin(self, update: Update) -> None:
        number = update.update_id
        task = asyncio.create_task(self._handle(update))
        self._unfinished[number] = task
        task.add_done_callback(lambda _task: self._unfinished.pop(number, None))
        self._offset = number + 1

    async def _remember(self, now: datetime) -> None:
        try:
            await self._executors.gate(self._chats.polled, now)
        except ServiceError as error:
            logger.warning("moment of the last look not kept: %s", error)


def _pause(error: TelegramError, failures: int) -> float:
    if isinstance(error, RetryAfter):
        return seconds(error.retry_after)
    if isinstance(error, Conflict):
        if not failures:
            logger.error(
                "another program reads this bot's updates (409): stop the other copy, or use /revoke"
            )
        return CONFLICT_S
    if isinstance(error, InvalidToken):
        logger.error("Telegram refuses the bot token")
        return BACK_OFF_S[-1]
    if not failures:
        logger.warning("Telegram doesn't answer: %s", error)
    return BACK_OFF_S[min(failures, len(BACK_OFF_S) - 1)]
