"""Which bot is due when."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot


@dataclass(order=True)
class Appointment:
    """A bot's next tick; `ticked_at` is when its last one was due."""

    due: datetime
    number: int
    bot: Bot = field(compare=False)
    account: Account = field(compare=False)
    ticked_at: datetime | None = field(compare=False, default=None)
    cancelled: bool = field(compare=False, default=False)


class Agenda:
    """Keep one appointment per bot, in order of time; not thread-safe."""

    def __init__(self) -> None:
        self._numbers = count()
        self._heap: list[Appointment] = []
        self._by_bot: dict[int, Appointment] = {}

    def set(self, bot: Bot, account: Account, due: datetime, ticked_at: datetime | None = None) -> None:
        """Write a bot's next tick, in place of an earlier one."""
        self.cancel((bot.id,))
        appointment = Appointment(due, next(self._numbers), bot, account, ticked_at)
        self._by_bot[bot.id] = appointment
        heapq.heappush(self._heap, appointment)

    def cancel(self, bot_ids: Iterable[int]) -> None:
        """Strike the ticks of bots."""
        for bot_id in bot_ids:
            appointment = self._by_bot.pop(bot_id, None)
            if appointment is not None:
                appointment.cancelled = True

    def first(self) -> Appointment | None:
        """Return the next appointment."""
        while self._heap and self._heap[0].cancelled:
            heapq.heappop(self._heap)
        return self._heap[0] if self._heap else None

    def all(self) -> tuple[Appointment, ...]:
        """Return all appointments."""
        return tuple(self._by_bot.values())
