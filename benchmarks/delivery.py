"""Whether every alert arrives, once and in order, whatever happens on Telegram's side.

    python benchmarks/delivery.py [--rounds 6] [--quick] [--json]

A service in a process of its own sends to the owner, to a viewer and to a group, while the local Bot API
server storms with 429, answers 5xx, cuts and hangs before and after delivery, refuses the poll (409), is away
for an hour, loses a reader, turns the group into a supergroup, and the service is killed while it sends. A
second part runs the same bots over the same bars with and without such faults and compares their deals. With
`--json`:
`{"lost", "out_of_order", "duplicates_beyond_one", "trades_changed"}`; all four should be 0.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(Path(__file__).parent))

from delivery_chats import Book, Telegram, judge  # noqa: E402  # runs from a checkout, too
from delivery_host import OWNER  # noqa: E402
from fleet_house import HOUR, IDLE_S, START, Fleet, open_chat  # noqa: E402
from table import Row, progress, show, show_json  # noqa: E402

from bot_service.app.house import House  # noqa: E402
from bot_service.domain.people import Actor, ChatGroup, Member, Role, Route, RouteKind  # noqa: E402
from bot_service.local_chat import ChatServer, LocalChat  # noqa: E402
from bot_service.scheduling.clocks import SystemClock  # noqa: E402
from bot_service.services.alerts import Alerts  # noqa: E402
from bot_service.settings import offline_settings  # noqa: E402
from bot_service.storage.database import SqlDatabase  # noqa: E402

VIEWER = 2002
BLOCK = 1_000_000
STANDING_STILL = 0.0001
KEYS = ("lost", "out_of_order", "duplicates_beyond_one", "trades_changed")
FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "status", "status": 429, "retry_after": 1, "method": "sendMessage", "times": 3},
    {"kind": "status", "status": 502, "method": "sendMessage", "times": 3, "every": 2},
    {"kind": "timeout_before", "seconds": 0.4, "method": "sendMessage", "times": 2, "every": 2},
    {"kind": "timeout_after", "seconds": 0.4, "method": "sendMessage", "times": 2, "every": 3},
    {"kind": "drop_before", "method": "sendMessage", "times": 3, "every": 2},
    {"kind": "drop_after", "method": "sendMessage", "times": 2, "every": 3},
    {"kind": "conflict", "times": 2},
)
CUTS = frozenset({"timeout_after", "drop_after"})


@dataclass
class Scene:
    """The service, what disturbs it, and the book of what was recorded."""

    directory: Path
    telegram: Telegram
    book: Book
    process: subprocess.Popen[str]

    def restart(self) -> None:
        """Start the service again after a kill."""
        self.process = start(self.directory, self.telegram.url)

    def write(self, change: Callable[[Any], None]) -> None:
        """Change what the service has stored."""
        database = SqlDatabase(f"sqlite:///{self.book.database}", SystemClock())
        with database.write() as uow:
            change(uow)
            uow.commit()
        database.close()


def start(directory: Path, url: str) -> subprocess.Popen[str]:
    command = [sys.executable, Path(__file__).with_name("delivery_host.py"), directory, url]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    line = process.stdout.readline() if process.stdout else ""
    if line.strip() != "ready":
        process.kill()
        process.wait()
        raise RuntimeError(f"the service said {line!r}")
    return process


@contextmanager
def scene() -> Iterator[Scene]:
    """Open the service with its three readers."""
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        server = ChatServer(LocalChat(None, clock=lambda: datetime.now(UTC), language="en")).start()
        telegram = Telegram(server.url)
        process = start(directory, server.url)
        telegram.post("/sim/message", {"text": "/help", "user_id": VIEWER})
        group = telegram.post("/sim/group", {"title": "Desk", "type": "group"})["chat_id"]
        book = Book(directory / "bot_service.db", 0, {"owner": [OWNER], "viewer": [VIEWER], "group": [group]})
        found = Scene(directory, telegram, book, process)
        try:
            found.write(lambda uow: _settle_in(uow, book, group))
            yield found
        finally:
            found.process.kill()
            found.process.wait()
            server.stop()


def _settle_in(uow: Any, book: Book, group: int) -> None:
    book.account_id = uow.accounts.all()[0].id
    uow.people.add(Member(VIEWER, VIEWER, Role.VIEWER, "en", "Asia/Jakarta"))
    uow.groups.bind(ChatGroup(group, "Desk", "en", "Asia/Jakarta", OWNER, datetime.now(UTC)))
    uow.groups.add_route(Route(group, 0, RouteKind.EVERYTHING))


def storm(stage: Scene, fault: dict[str, Any], count: int) -> None:
    """Send through one kind of fault."""
    stage.telegram.fault(**fault)
    stage.book.record(count, cut=fault["kind"] in CUTS)
    stage.book.settle()
    stage.telegram.calm()


def away_for_an_hour(stage: Scene, count: int) -> None:
    """Send while Telegram can't be reached at all; its own clock then jumps an hour."""
    stage.telegram.fault(kind="offline", for_s=3600)
    for minutes in (55, 40, 2):
        # A poll or a message may have been taken just when the line went.
        stage.book.record(count, cut=True, age=timedelta(minutes=minutes))
    time.sleep(1.5)
    stage.telegram.post("/sim/clock", {"seconds": 3601})
    stage.book.settle()


def killed(stage: Scene, count: int) -> None:
    """Kill the service (-9) while a message is on its way."""
    stage.telegram.fault(kind="delay", seconds=0.6, method="sendMessage", times=2)
    stage.book.record(count, cut=True)
    time.sleep(0.7)
    stage.process.kill()
    stage.process.wait()
    stage.telegram.calm()
    stage.restart()
    stage.book.settle()


def moved(stage: Scene, count: int) -> None:
    """Turn the group into a supergroup between two alerts."""
    numbers = stage.book.chats["group"]
    stage.book.record(count)
    numbers.append(stage.telegram.post("/sim/migrate", {"chat_id": numbers[-1]})["chat_id"])
    stage.book.record(count)
    stage.book.settle()


def blocked(stage: Scene, count: int) -> None:
    """Let the viewer block the bot, come back, and get what was given up."""
    stage.telegram.post("/sim/block", {"chat_id": VIEWER})
    stage.book.record(1)
    stage.book.settle()
    stage.telegram.post("/sim/block", {"chat_id": VIEWER, "blocked": False})
    stage.write(lambda uow: uow.people.add(Member(VIEWER, VIEWER, Role.VIEWER, "en", "Asia/Jakarta")))
    database = SqlDatabase(f"sqlite:///{stage.book.database}", SystemClock())
    Alerts(database, SystemClock()).resend(Actor(OWNER, OWNER, Role.OWNER, datetime.now(UTC)))
    database.close()
    stage.book.settle()
    stage.book.record(count)
    stage.book.settle()


def deliver(rounds: int, count: int) -> dict[str, int]:
    """Return what became of all alerts."""
    with scene() as stage:
        for number in range(rounds):
            for fault in FAULTS:
                progress(f"... round {number + 1}/{rounds}: {fault['kind']} {fault.get('status', '')}")
                storm(stage, fault, count)
            for deed in (away_for_an_hour, killed, moved, blocked):
                if deed is moved and len(stage.book.chats["group"]) > 1:
                    continue
                progress(f"... round {number + 1}/{rounds}: {deed.__name__}")
                deed(stage, count)
        return judge(stage.book, stage.telegram)


@contextmanager
def still_fleet(directory: Path) -> Iterator[Fleet]:
    """Open a house whose market only moves in steps, so that no load of the machine shows in prices."""
    settings = offline_settings(
        data_dir=directory,
        owner_id=OWNER,
        language="en",
        paper_start=START,
        paper_speed=STANDING_STILL,
        alerts_per_hour=0,
    )
    house = House(settings, spread=False)
    house.open()
    try:
        yield Fleet(house)
    finally:
        house.close()


def trade(bars: int, *, disturbed: bool) -> list[tuple[Any, ...]]:
    """Return the deals, by the account's own books, of the same bots over the same bars."""
    with tempfile.TemporaryDirectory() as folder:
        server = ChatServer(LocalChat(None, clock=lambda: datetime.now(UTC), language="en")).start()
        telegram = Telegram(server.url)
        try:
            with still_fleet(Path(folder)) as fleet, open_chat(fleet.house, server.url):
                fleet.add(14)
                fleet.start()
                for bar in range(bars):
                    if disturbed:
                        telegram.fault(**FAULTS[bar % len(FAULTS)])
                    fleet.to_next_close()
                    fleet.tick_all()
                    fleet.settle_clock()
                telegram.calm()
                return deals_of(fleet)
        finally:
            server.stop()


def deals_of(fleet: Fleet) -> list[tuple[Any, ...]]:
    """Return what the account did; each run draws a block of magic numbers, what is behind it is the bot."""
    found = fleet.house.lanes.ask(fleet.account_id, lambda terminal: terminal.deals(START - HOUR), IDLE_S)
    return [(deal.time, deal.symbol, deal.side, deal.lots, deal.price, deal.magic % BLOCK) for deal in found]


def compare(bars: int) -> tuple[int, int]:
    """Return how many deals there are, and how many differ from a run without faults."""
    progress(f"... {bars} bars without faults")
    calm = trade(bars, disturbed=False)
    progress(f"... {bars} bars with faults")
    stormy = trade(bars, disturbed=True)
    before, after = Counter(calm), Counter(stormy)
    return len(calm), ((before - after) + (after - before)).total()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=6, help="how often all faults happen")
    parser.add_argument("--count", type=int, default=9, help="alerts for each fault")
    parser.add_argument("--bars", type=int, default=48, help="bars of the comparison of trades")
    parser.add_argument("--quick", action="store_true", help="one short round")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    rounds, count, bars = (1, 3, 6) if options.quick else (options.rounds, options.count, options.bars)
    found = deliver(rounds, count)
    deals, changed = compare(bars)
    found["trades_changed"] = changed
    report(found, deals, as_json=options.json)
    raise SystemExit(any(found[key] for key in KEYS))


def report(found: dict[str, int], deals: int, *, as_json: bool) -> None:
    """Print what became of everything."""
    if as_json:
        show_json({key: found[key] for key in KEYS})
        return
    rows = [
        Row("alerts that should arrive", found["expected"], ""),
        Row("lost", found["lost"], "", 0),
        Row("out of order", found["out_of_order"], "", 0),
        Row("doubled by a cut after delivery", found["duplicates"], ""),
        Row("doubled beyond that", found["duplicates_beyond_one"], "", 0),
        Row("deals", deals, ""),
        Row("deals changed by the faults", found["trades_changed"], "", 0),
    ]
    show("Alerts through faults on Telegram's side", rows)


if __name__ == "__main__":
    main()
