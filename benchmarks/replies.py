"""How fast the chat answers while many bots tick: `python benchmarks/replies.py [--bots 1000] [--quick]`.

A real house whose lane never rests (a bar closes as soon as the ticks of the last one are done), its real
chat, `bot-service chat` in a process of its own. Asked in a connected group, so that no alert passes for an
answer; the next question comes when the last one is answered to its end, for some answers are a text and a
picture. Before, the same questions while the lane rests tell how much processor time an answer takes: that
number stays the same on a machine that others use too. With `--json`: `{"commands": {NAME: {"p50_ms",
"p99_ms", "cpu_ms"}}}`. The table also has presses (until the waiting sign ends) with a hanging terminal and
with a slow Telegram, and `bot-service stop-all` while Telegram is cut off.
"""

from __future__ import annotations

import argparse
import logging
import os
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from fleet_house import IDLE_S, OWNER, Fleet, Talk, open_chat, open_fleet
from person import PATIENCE_S, ChatProcess, Message, Person, text_of
from table import Row, median, percentile, progress, show, show_json

from bot_service.app.serving import put_people_first
from bot_service.domain.people import ChatGroup
from bot_service.telegram_bot.loading import load
from bot_service.telegram_bot.registry import Command, Kind

ROUNDS, QUICK_ROUNDS = 100, 3
STILL_ROUNDS, QUICK_STILL_ROUNDS = 7, 2
PRESSES, QUICK_PRESSES = 20, 2
STOPPED_BOTS = 500
FIRST_BARS_S = 3.0
HANG_S = 12.0
SLOW_S = 3.0
LIMIT_MS = 200
NO_LOOK_UPS = frozenset({"start", "new_bot", "edit_bot", "start_all", "delete_bot", "export", "forget_me"})
"""Commands that begin an act, or whose answer is a file."""

LONG_WORK = frozenset({"backtest"})
GIVEN = {"ID": "{bot}", "KEY": "MA_CROSSOVER", "TICKET": "{bot}"}
STOPPED = re.compile(r"\d+ bots? (?:is |are )?stopped|stopped", re.IGNORECASE)


@dataclass
class Measured:
    """Seconds by command, by case of a press, and of the stop without Telegram."""

    replies: dict[str, list[float]] = field(default_factory=dict)
    processor: dict[str, list[float]] = field(default_factory=dict)
    presses: dict[str, list[float]] = field(default_factory=dict)
    stops: dict[str, float] = field(default_factory=dict)
    bars: int = 0


class GroupPerson(Person):
    """The owner, speaking in a group."""

    chat_id = 0

    def say(self, text: str) -> None:
        """Send a message to the group."""
        self._call("POST", "/sim/message", {"text": text, "chat_id": self.chat_id})

    def do(self, deed: str, body: dict[str, Any]) -> Any:
        """Do anything that the chat lets people do."""
        return self._call("POST", f"/sim/{deed}", body)

    def press(self, message: Message, data: str) -> float:
        """Press a button; return the seconds until its waiting sign ends."""
        body = {"message_id": message["message_id"], "data": data, "user_id": OWNER}
        begun = time.perf_counter()
        query = self.do("press", body)["callback_query_id"]
        while time.perf_counter() < begun + PATIENCE_S:
            view = self._view(5)
            if any(toast["callback_query_id"] == query for toast in view["toasts"]):
                return time.perf_counter() - begun
        raise TimeoutError("the press is not answered")

    def _news(self, wait_s: int) -> list[Message]:
        return list(self._view(wait_s)["messages"])

    def _view(self, wait_s: int) -> dict[str, Any]:
        about = f"user_id={OWNER}&chat_id={self.chat_id}"
        path = f"/sim/view?after={self._seen}&wait={wait_s}&state={self._state}&{about}"
        view: dict[str, Any] = self._call("GET", path)
        self._seen, self._state = view["next"], view["state"]
        return view


def main() -> None:
    options = _options()
    logging.basicConfig(stream=sys.stderr, level=logging.ERROR)
    with TemporaryDirectory() as directory:
        measured = measure(options.bots, Path(directory), quick=options.quick)
    show(f"{options.bots} bots ticking, {measured.bars} bars closed meanwhile", table(measured))
    if options.json:
        found = {name: in_ms(times) for name, times in measured.replies.items()}
        spent = {name: round(median(times) * 1000, 1) for name, times in measured.processor.items()}
        show_json({"commands": {f"/{name}": found[name] | {"cpu_ms": spent[name]} for name in found}})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bots", type=int, default=1000)
    parser.add_argument("--quick", action="store_true", help="few rounds, to see that it runs")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    return parser.parse_args()


def measure(bots: int, directory: Path, *, quick: bool) -> Measured:
    measured = Measured()
    (directory / "chat").mkdir()
    with (
        ChatProcess(directory / "chat") as chat,
        open_fleet(directory / "house", stepped=True) as fleet,
    ):
        progress(f"{bots} bots ...")
        fleet.add(bots)
        fleet.start()
        fleet.house.resume()
        with open_chat(fleet.house, chat.url) as talk:
            put_people_first()
            person = in_a_group(fleet, chat)
            asking = Asking(bots, person, talk)
            processor_time(QUICK_STILL_ROUNDS if quick else STILL_ROUNDS, fleet, asking, measured)
            replies(QUICK_ROUNDS if quick else ROUNDS, fleet, asking, measured)
            presses(QUICK_PRESSES if quick else PRESSES, fleet, person, measured)
            stop_without_telegram(min(bots, STOPPED_BOTS), directory / "house", fleet, person, measured)
    return measured


def in_a_group(fleet: Fleet, chat: ChatProcess) -> GroupPerson:
    """Connect a group to which no alerts go."""
    person = GroupPerson(chat.port)
    person.chat_id = person.do("group", {"title": "Look-ups"})["chat_id"]
    with fleet.house.database.write() as uow:
        now = fleet.house.wall.now()
        uow.groups.bind(ChatGroup(person.chat_id, "Look-ups", "en", "Asia/Jakarta", OWNER, now))
        uow.commit()
    return person


def look_ups() -> list[Command]:
    """Return every command that only looks."""
    skipped = NO_LOOK_UPS | LONG_WORK
    return [item for item in load().commands.values() if item.kind is Kind.LOOK and item.name not in skipped]


class Asking:
    """A person who asks one thing after the other."""

    def __init__(self, bots: int, person: GroupPerson, talk: Talk) -> None:
        self._bots = bots
        self._person = person
        self._talk = talk
        self._random = Random(1)

    def ask(self, item: Command) -> tuple[float, float]:
        """Ask a look-up; return the seconds until its first message, and the processor's until its last."""
        given = GIVEN.get(item.usage.strip("[]…").split(" ")[0], "")
        line = f"/{item.name} {given.format(bot=self._random.randint(1, self._bots))}".strip()
        time.sleep(self._random.random() * 0.02)
        self._person.skip()
        begun, spent = time.perf_counter(), time.process_time()
        self._person.say(line)
        self._person.hears(bool)
        took = time.perf_counter() - begun
        self._talk.wait_quiet()
        return took, time.process_time() - spent


def processor_time(rounds: int, fleet: Fleet, asking: Asking, measured: Measured) -> None:
    """Ask every look-up while nothing else happens; the first round is not counted."""
    with fleet.always_ticking():
        time.sleep(FIRST_BARS_S)
    fleet.house.lanes.wait_idle(IDLE_S)
    for number in range(rounds + 1):
        for item in look_ups():
            _took, spent = asking.ask(item)
            if number:
                measured.processor.setdefault(item.name, []).append(spent)


def replies(rounds: int, fleet: Fleet, asking: Asking, measured: Measured) -> None:
    """Ask every look-up, in turn, while the lane never rests."""
    with fleet.always_ticking() as bars:
        for number in range(rounds):
            if number % 10 == 0:
                progress(f"replies, round {number} of {rounds}, {bars()} bars ...")
            for item in look_ups():
                took, _spent = asking.ask(item)
                measured.replies.setdefault(item.name, []).append(took)
        measured.bars = bars()


def presses(times: int, fleet: Fleet, person: GroupPerson, measured: Measured) -> None:
    """Press buttons of all kinds: while the terminal hangs, and while Telegram is slow to show anything."""
    progress("presses ...")
    person.skip()
    person.say("/status")
    shown = person.hears(bool)
    buttons = (
        "do:status",
        "do:bots",
        "do:positions",
        "do:symbols EUR",
        "do:start_all",
        "do:start_bot 1",
        "old:1",
    )
    for case in ("quiet", "terminal hangs", "Telegram is slow"):
        for number in range(times):
            if case == "terminal hangs" and number == 0:
                hang(fleet)
            if case == "Telegram is slow":
                for method in ("sendMessage", "editMessageText"):
                    person.do("fault", {"kind": "delay", "method": method, "seconds": SLOW_S, "for_s": 2})
            took = person.press(shown, buttons[number % len(buttons)])
            measured.presses.setdefault(case, []).append(took)


def hang(fleet: Fleet) -> None:
    """Let the terminal not come back for a while."""

    def wait() -> None:
        fleet.house.lanes.ask(fleet.account_id, lambda _terminal: time.sleep(HANG_S), 5 * HANG_S)

    threading.Thread(target=wait, name="hang").start()


def stop_without_telegram(
    bots: int, data_dir: Path, fleet: Fleet, person: GroupPerson, measured: Measured
) -> None:
    """Stop all bots from the console while nothing reaches Telegram; the chat is told when it is back."""
    fleet.stop()
    fleet.house.services.control.start_all(fleet.actor, [bot.id for bot in fleet.bots()[:bots]])
    progress(f"stop-all of {fleet.running()} bots without Telegram ...")
    owner = Person(person._connection.port)  # noqa: SLF001  # the same server
    person.do("fault", {"kind": "offline", "for_s": 600})
    owner.skip()
    begun = time.perf_counter()
    environment = os.environ | {"DATA_DIR": str(data_dir), "OWNER_ID": str(OWNER), "LANGUAGE": "en"}
    command = [sys.executable, "-m", "bot_service", "stop-all"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, cwd=data_dir)
    first_stop = 0.0
    while process.poll() is None:
        running = fleet.running()
        if not first_stop and running < bots:
            first_stop = time.perf_counter()
        if first_stop and not running:
            measured.stops.setdefault("from the first to the last bot", time.perf_counter() - first_stop)
        time.sleep(0.005)
    measured.stops["the whole command, start of Python included"] = time.perf_counter() - begun
    if fleet.running():
        raise RuntimeError(f"{fleet.running()} bots still run after stop-all")
    measured.stops.setdefault("from the first to the last bot", 0.0)
    person._call("DELETE", "/sim/fault")  # noqa: SLF001
    back = time.perf_counter()
    owner.hears(lambda message: STOPPED.search(text_of(message)) is not None)
    measured.stops["told in the chat after Telegram was back"] = time.perf_counter() - back


def in_ms(times: list[float]) -> dict[str, float]:
    """Return the middle and the slowest but one in a hundred, in ms."""
    return {"p50_ms": round(median(times) * 1000, 1), "p99_ms": round(percentile(times, 0.99) * 1000, 1)}


def table(measured: Measured) -> list[Row]:
    """Return a row per command and case."""
    rows = []
    for name, times in sorted(measured.replies.items(), key=lambda item: -percentile(item[1], 0.99)):
        found = in_ms(times)
        spent = median(measured.processor[name]) * 1000
        note = f"p50 {found['p50_ms']:.0f} ms, worst {max(times) * 1000:.0f} ms, processor {spent:.0f} ms"
        rows.append(Row(f"/{name} p99", found["p99_ms"], "ms", LIMIT_MS, note))
    rows += [
        Row(f"a press, {case}", max(times), "s", 1, f"worst of {len(times)}")
        for case, times in measured.presses.items()
    ]
    limits = {"from the first to the last bot": 1.0}
    rows += [Row(f"stop-all: {case}", took, "s", limits.get(case)) for case, took in measured.stops.items()]
    return rows


if __name__ == "__main__":
    main()
