"""What hundreds of bots in one service cost: `python benchmarks/fleet.py --bots 500 [--quick] [--json]`.

A real house (paper terminal, SQLite file, one lane) with its real chat against `bot-service chat` in a
process of its own. Every bot trades H1 and looks once per bar (every 3600 s).
"""

from __future__ import annotations

import argparse
import gc
import logging
import re
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from fleet_house import PLANS, SYMBOLS, Fleet, open_chat, open_fleet
from person import ChatProcess, Message, Person, text_of
from table import Row, median, percentile, progress, show, show_json

from bot_service.app.serving import put_people_first

SIGNALS = len(SYMBOLS) * len(PLANS)
RUNNING = re.compile(r"(\d+) bots? (?:is|are) running")
POSITIONS = re.compile(r"Positions: \d+|No open positions")
UNFINISHED = "Still finishing an order"
STOPPED = re.compile(r"(\d+) bots? (?:is |are )?stopped")


@dataclass(frozen=True)
class Amount:
    """How often each thing is measured."""

    memory_bots: int
    rounds: int
    bars: int
    order_bars: int
    replies: int


FULL = Amount(memory_bots=500, rounds=5, bars=20, order_bars=20, replies=400)
QUICK = Amount(memory_bots=100, rounds=2, bars=2, order_bars=2, replies=40)


@dataclass
class Measured:
    """All numbers of a run; times in seconds unless named otherwise."""

    start_chat: list[float] = field(default_factory=list)
    stop_chat: list[float] = field(default_factory=list)
    start_call: list[float] = field(default_factory=list)
    stop_call: list[float] = field(default_factory=list)
    stop_busy: float = 0.0
    kb: list[float] = field(default_factory=list)
    tick_ms: list[float] = field(default_factory=list)
    evaluation_ms: list[float] = field(default_factory=list)
    last_order: list[float] = field(default_factory=list)
    orders: int = 0
    bars: int = 0
    replies: dict[str, list[float]] = field(default_factory=dict)


class UntrueReceiptError(Exception):
    """A receipt and the database disagree; its time would mean nothing."""


def main() -> None:
    options = _options()
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    amount = QUICK if options.quick else FULL
    with TemporaryDirectory() as directory:
        measured = measure(options.bots, amount, Path(directory))
    rows = table(measured)
    show(f"{options.bots} bots, H1, interval 3600 s, {min(options.bots, SIGNALS)} different signals", rows)
    if options.json:
        numbers = {row.name: round(row.value, 4) for row in rows if row.name in KEYS}
        if not measured.last_order:
            numbers["bar_close_to_last_order_s"] = None  # no bot had a reason to trade
        show_json(numbers)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bots", type=int, default=500)
    parser.add_argument("--quick", action="store_true", help="end within a minute")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    return parser.parse_args()


def measure(bots: int, amount: Amount, directory: Path) -> Measured:
    measured = Measured()
    for stepped in (False, True):
        measured.kb.append(
            memory(min(bots, amount.memory_bots), directory / f"memory{stepped}", stepped=stepped)
        )
    (directory / "chat").mkdir()
    with ChatProcess(directory / "chat") as chat:
        starts_and_stops(bots, amount, directory / "live", chat, measured)
    (directory / "chat2").mkdir()
    with ChatProcess(directory / "chat2") as chat:
        ticking(bots, amount, directory / "stepped", chat, measured)
    return measured


def memory(bots: int, data_dir: Path, *, stepped: bool) -> float:
    """Return the KB that a running bot adds to a service that has one bot of each kind.

    The market's own bars are replaced by newer ones meanwhile; only what is more afterwards counts.
    """
    progress(f"memory ({'stepped' if stepped else 'wall'} clock) ...")
    with open_fleet(data_dir, stepped=stepped) as fleet:
        tracemalloc.start()
        fleet.add(SIGNALS)
        before = _traced(fleet, stepped=stepped)
        fleet.add(bots)
        after = _traced(fleet, stepped=stepped)
        tracemalloc.stop()
    return (after - before) / bots / 1024


def _traced(fleet: Fleet, *, stepped: bool) -> int:
    fleet.start()
    fleet.house.services.queries.bots()
    for _ in range(2 if stepped else 1):
        if stepped:
            fleet.to_next_close()
        fleet.tick_all()
        fleet.settle_clock()
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def starts_and_stops(
    bots: int, amount: Amount, data_dir: Path, chat: ChatProcess, measured: Measured
) -> None:
    with open_fleet(data_dir, stepped=False) as fleet, open_chat(fleet.house, chat.url):
        fleet.house.resume()
        fleet.add(bots)
        person = Person(chat.port)
        person.skip()
        put_people_first()
        for number in range(amount.rounds):
            progress(f"start all and stop all, round {number + 1} of {amount.rounds} ...")
            measured.start_chat.append(start_by_chat(person, fleet))
            measured.stop_chat.append(stop_by_chat(person, fleet))
            measured.start_call.append(_timed(fleet.start))
            measured.stop_call.append(_timed(fleet.stop))


def start_by_chat(person: Person, fleet: Fleet) -> float:
    """Return the seconds from `/start_all` over the press of yes to the receipt."""
    begun = time.perf_counter()
    person.say("/start_all")
    person.press_yes(person.hears(lambda message: "Start" in text_of(message)))
    receipt = person.hears(lambda message: RUNNING.search(text_of(message)) is not None)
    took = time.perf_counter() - begun
    _check(receipt, int(RUNNING.search(text_of(receipt))[1]), fleet.running())
    return took


def stop_by_chat(person: Person, fleet: Fleet) -> float:
    """Return the seconds from `/stop_all` to the receipt."""
    before = fleet.running()
    begun = time.perf_counter()
    person.say("/stop_all")
    receipt = person.hears(lambda message: STOPPED.search(text_of(message)) is not None)
    took = time.perf_counter() - begun
    done, _, unfinished = text_of(receipt).partition(UNFINISHED)
    _check(receipt, int(STOPPED.search(done)[1]) + unfinished.count("\n•"), before - fleet.running())
    return took


def _check(receipt: Message, told: int, really: int) -> None:
    if told != really:
        raise UntrueReceiptError(f"{receipt['text'][:200]!r}, but {really} by the database")


def _timed(call: Callable[[], None]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def ticking(bots: int, amount: Amount, data_dir: Path, chat: ChatProcess, measured: Measured) -> None:
    orders = OrderTimes()
    with open_fleet(data_dir, stepped=True, checkpoint=orders) as fleet:
        fleet.add(bots)
        fleet.start()
        processor_time(bots, amount, fleet, measured)
        fleet.house.resume()
        bar_closes(amount, fleet, orders, measured)
        with open_chat(fleet.house, chat.url):
            person = Person(chat.port)
            put_people_first()
            replies(bots, amount, fleet, person, measured)


def processor_time(bots: int, amount: Amount, fleet: Fleet, measured: Measured) -> None:
    """Measure the lane's own processor time per tick, with and without a new bar."""
    for number in range(amount.bars):
        progress(f"processor time, bar {number + 1} of {amount.bars} ...")
        fleet.to_next_close()
        measured.evaluation_ms.append(fleet.tick_all() * 1000 / bots)
        measured.tick_ms.append(fleet.tick_all() * 1000 / bots)
        fleet.settle_clock()


class OrderTimes:
    """Note when the last order was sent; given to the house as its checkpoint."""

    def __init__(self) -> None:
        self.count = 0
        self.last = 0.0

    def __call__(self, step: str) -> None:
        """Take note of a step of a tick."""
        if step == "placed":
            self.count += 1
            self.last = time.perf_counter()


def bar_closes(amount: Amount, fleet: Fleet, orders: OrderTimes, measured: Measured) -> None:
    """Measure how long after a bar's close its last order is sent: the second that a bot waits included."""
    for number in range(amount.order_bars):
        progress(f"orders, bar {number + 1} of {amount.order_bars} ...")
        before = orders.count
        begun = time.perf_counter()
        fleet.to_next_close()
        time.sleep(0.1)  # the pump has seen the new time by then
        fleet.settle_clock()
        if orders.count > before:
            measured.last_order.append(1.0 + orders.last - begun)
    measured.orders = orders.count


def replies(bots: int, amount: Amount, fleet: Fleet, person: Person, measured: Measured) -> None:
    """Measure look-ups by chat while the lane never rests, then stop all bots the same way."""
    fleet.house.lanes.wait_idle(60)
    while fleet.house.services.delivery.chats_due():
        time.sleep(0.2)
    person.skip()
    random = Random(1)
    with fleet.always_ticking() as bars:
        for number, (command, answers) in enumerate(islice(cycle(_questions(bots, random)), amount.replies)):
            if number % 50 == 0:
                progress(f"replies, {number} of {amount.replies}, {bars()} bars ...")
            time.sleep(random.random() * 0.05)
            begun = time.perf_counter()
            person.say(command)
            person.hears(answers)
            name = command.split()[0]
            measured.replies.setdefault(name, []).append(time.perf_counter() - begun)
        measured.bars = bars()
        progress("stop all while all bots tick ...")
        measured.stop_busy = stop_by_chat(person, fleet)


def _questions(bots: int, random: Random) -> list[tuple[str, Callable[[Message], bool]]]:
    chosen = random.randint(1, bots)
    return [
        ("/status", lambda message: "Equity " in _head(message)),
        ("/bots", lambda message: f" Bots: {bots}" in _head(message)),
        (f"/bot {chosen}", lambda message: f"(ID {chosen})" in _head(message)),
        ("/positions", lambda message: POSITIONS.search(_head(message)) is not None),
    ]


def _head(message: Message) -> str:
    return text_of(message).partition("\n")[0]


KEYS = (
    "start_all_s",
    "stop_all_s",
    "cpu_ms_per_tick",
    "cpu_ms_per_evaluation",
    "kb_per_bot",
    "reply_p50_ms",
    "reply_p99_ms",
    "bar_close_to_last_order_s",
)


def table(measured: Measured) -> list[Row]:
    """Return the keys of the JSON object first, then what explains them."""
    all_replies = [seconds * 1000 for times in measured.replies.values() for seconds in times]
    tick, evaluation = median(measured.tick_ms), median(measured.evaluation_ms)
    start, stop = median(measured.start_chat), median(measured.stop_chat)
    last_order = percentile(measured.last_order, 1) if measured.last_order else 0.0
    orders_note = f"worst of {len(measured.last_order)} bars with orders, {measured.orders} orders"
    rows = [
        Row("start_all_s", start, "s", 1, f"question, yes, receipt; worst {max(measured.start_chat):.2f}"),
        Row("stop_all_s", stop, "s", 1, f"by chat with receipt; worst {max(measured.stop_chat):.2f}"),
        Row("cpu_ms_per_tick", tick, "ms", evaluation / 10, "no new bar; limit: a tenth of an evaluation"),
        Row("cpu_ms_per_evaluation", evaluation, "ms", None, "a newly closed bar, orders included"),
        Row("kb_per_bot", max(measured.kb), "KB", 10, "larger of wall clock and stepped market"),
        Row("reply_p50_ms", median(all_replies), "ms", None, f"{measured.bars} bars closed meanwhile"),
        Row("reply_p99_ms", percentile(all_replies, 0.99), "ms", 200, f"of {len(all_replies)} replies"),
        Row("bar_close_to_last_order_s", last_order, "s", None, orders_note),
        Row("start all, use case alone", median(measured.start_call), "s"),
        Row("stop all, use case alone", median(measured.stop_call), "s"),
        Row("stop all while all bots tick", measured.stop_busy, "s", 1, "by chat with receipt"),
        Row("tick / evaluation", tick / evaluation, "", 0.1),
    ]
    for command, times in measured.replies.items():
        in_ms = [seconds * 1000 for seconds in times]
        note = f"p50 {median(in_ms):.0f} ms, worst {max(in_ms):.0f} ms"
        rows.append(Row(f"{command} p99", percentile(in_ms, 0.99), "ms", None, note))
    return rows


if __name__ == "__main__":
    main()
