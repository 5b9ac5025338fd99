"""The chats of the delivery benchmark: what was recorded for whom, and what arrived."""

from __future__ import annotations

import json
import sqlite3
import time
import urllib.request
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot_service.domain.events import BotFaulted, BotFlat, Event, OrderFilled
from bot_service.domain.trading import Side
from bot_service.scheduling.clocks import StepClock, SystemClock
from bot_service.storage.database import SqlDatabase

PATIENCE_S = 90.0


class Telegram:
    """The local chat's server, seen by whoever disturbs it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def post(self, path: str, body: dict[str, Any], method: str = "POST") -> dict[str, Any]:
        """Do a deed."""
        data = json.dumps(body).encode()
        kind = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, data, kind, method=method)  # noqa: S310  # own server
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
        return found

    def fault(self, **body: Any) -> None:
        """Order a fault."""
        self.post("/sim/fault", body)

    def calm(self) -> None:
        """End all faults."""
        self.post("/sim/fault", {}, method="DELETE")

    def texts(self, chat_ids: Sequence[int]) -> list[str]:
        """Return all that the bot said in chats, in its order; a group has two numbers when it moved."""
        found = []
        for chat_id in chat_ids:
            address = f"{self.url}/sim/transcript?after=0&chat_id={chat_id}"
            with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310
                page = json.load(answer)["messages"]
            found += [item.get("text", "") for item in page if item.get("from", {}).get("is_bot")]
        return found


@dataclass
class Recorded:
    """One event: `cut` when an answer of Telegram's may have been lost after it took the message."""

    name: str
    level: str
    cut: bool


@dataclass
class Book:
    """Everything that was recorded, and the chats that should get it."""

    database: Path
    account_id: int
    chats: dict[str, list[int]]
    rows: list[Recorded] = field(default_factory=list)

    def record(self, count: int, *, cut: bool = False, age: timedelta = timedelta(0)) -> None:
        """Record events of all levels in turn, as if some time ago."""
        clock = StepClock(SystemClock().now() - age)
        database = SqlDatabase(f"sqlite:///{self.database}", clock)
        try:
            for _ in range(count):
                event = self._event()
                self.rows.append(Recorded(event.name, event.level, cut))  # type: ignore[attr-defined]
                with database.write() as uow:
                    uow.record(event)
                    uow.commit()
        finally:
            database.close()

    def _event(self) -> Event:
        number = len(self.rows)
        name = f"Event {number:05d}."
        base: dict[str, Any] = {"happened_at": datetime.now(UTC), "account_id": self.account_id, "name": name}
        if number % 3 == 0:
            return BotFlat(**base)
        if number % 3 == 1:
            return BotFaulted(**base, fault="broken_strategy")
        return OrderFilled(
            **base,
            ticket=number,
            position_id=number,
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

    def waiting(self) -> int:
        """Return how many messages still wait."""
        with closing(sqlite3.connect(self.database, timeout=30)) as connection:
            (count,) = connection.execute("SELECT count(*) FROM outbox WHERE state = 'queued'").fetchone()
        return int(count)

    def settle(self) -> None:
        """Wait until nothing waits.

        Raises:
            TimeoutError: something still waits after a long while.
        """
        end = time.monotonic() + PATIENCE_S
        while self.waiting():
            if time.monotonic() > end:
                raise TimeoutError(f"{self.waiting()} messages still wait")
            time.sleep(0.1)


def judge(book: Book, telegram: Telegram) -> dict[str, int]:
    """Return what was lost, out of order, and doubled more than a cut explains, over all chats."""
    found = {"lost": 0, "out_of_order": 0, "duplicates_beyond_one": 0, "duplicates": 0, "expected": 0}
    for numbers in book.chats.values():
        texts = telegram.texts(numbers)
        whole = "\0".join(texts)
        last: dict[str, int] = {}
        for row in book.rows:
            copies = sum(row.name in text for text in texts)
            found["expected"] += 1
            found["lost"] += copies == 0
            found["duplicates"] += max(0, copies - 1)
            found["duplicates_beyond_one"] += max(0, copies - 1 - row.cut)
            place = whole.find(row.name)
            if place >= 0:
                found["out_of_order"] += place < last.get(row.level, -1)
                last[row.level] = max(place, last.get(row.level, -1))
    return found
