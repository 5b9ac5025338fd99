"""How fast the chat answers while a call of the terminal never returns: `python benchmarks/hanging.py`.

A real house whose terminal lives in a child process, and its real chat. The watch's question for the open
positions is told never to return, with a deadline so far away that it lasts; then every look-up is asked.
What is timed is the first message. Before, what asks the terminal itself is asked at the moment at which the
terminal falls silent. At the end, with the deadlines of the service, how long a call that never returns keeps
the account's lane. With `--json`: `{"all_p50_ms", "all_p99_ms", "commands": {NAME: {"p50_ms", "p99_ms"}},
"over_s", "deadline_s"}`.
"""

from __future__ import annotations

import argparse
import logging
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(Path(__file__).parent))

from fleet_house import IDLE_S, OWNER, Fleet, open_chat  # noqa: E402  # runs from a checkout, too
from person import ChatProcess  # noqa: E402
from replies import LIMIT_MS, Asking, in_a_group, in_ms, look_ups  # noqa: E402
from table import Row, progress, show, show_json  # noqa: E402

from bot_service.app.house import House  # noqa: E402
from bot_service.app.serving import put_people_first  # noqa: E402
from bot_service.app.terminals import remote_venue  # noqa: E402
from bot_service.settings import offline_settings  # noqa: E402
from bot_service.terminals.channel import DEADLINES, DEFAULT  # noqa: E402
from bot_service.terminals.isolated.process import isolated_api  # noqa: E402

CALL = "positions_get"
FOR_EVER_S = 3600.0
DEADLINE_S = DEADLINES.get(CALL, DEADLINES[DEFAULT])
OVER_BY_S = 2.0
BOTS = 20
ROUNDS, QUICK_ROUNDS = 30, 2
WATCH_S = 0.5
HELD_S = 0.6
ASK_THEMSELVES = frozenset({"symbols", "change_symbol"})


@dataclass
class Measured:
    """Seconds by command, and of the call that never returns."""

    replies: dict[str, list[float]] = field(default_factory=dict)
    over_s: float = 0.0

    @property
    def all(self) -> list[float]:
        """Return the seconds of all answers."""
        return [took for times in self.replies.values() for took in times]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few rounds, to see that it runs")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    options = parser.parse_args()
    logging.basicConfig(stream=sys.stderr, level=logging.CRITICAL)
    measured = Measured()
    with TemporaryDirectory() as directory:
        answers(QUICK_ROUNDS if options.quick else ROUNDS, Path(directory) / "answers", measured)
        end_of_a_call(Path(directory) / "over", measured)
    show("A call of the terminal never returns", table(measured))
    if options.json:
        found = in_ms(measured.all)
        commands = {f"/{name}": in_ms(times) for name, times in measured.replies.items()}
        summed = {"all_p50_ms": found["p50_ms"], "all_p99_ms": found["p99_ms"], "commands": commands}
        show_json(summed | {"over_s": round(measured.over_s, 2), "deadline_s": DEADLINE_S})


@contextmanager
def opened(folder: Path, deadlines: Mapping[str, float]) -> Iterator[tuple[Fleet, Path]]:
    """Open a house on a terminal in a child, with some bots; orders to hang go into the folder returned."""
    orders = folder / "orders"
    orders.mkdir(parents=True)
    settings = offline_settings(
        data_dir=folder / "house",
        terminal="isolated",
        owner_id=OWNER,
        language="en",
        watch_interval_s=WATCH_S,
    )
    api = isolated_api(loader="paper_hanging:load", loader_args=(str(orders),), deadlines=deadlines)
    house = House(settings, venue=remote_venue(api))
    house.open()
    try:
        _meet(house)
        fleet = Fleet(house)
        fleet.add(BOTS)
        yield fleet, orders
    finally:
        api.kill()
        house.close()


def _meet(house: House) -> None:
    end = time.monotonic() + IDLE_S
    while not house.terminals:
        if time.monotonic() > end:
            raise TimeoutError("the terminal can't be reached")
        time.sleep(0.1)


def hang(orders: Path) -> float:
    """Let the next such call never return; return when it began."""
    order = orders / f"{CALL}.hang"
    order.touch()
    end = time.monotonic() + IDLE_S
    while order.exists():
        if time.monotonic() > end:
            raise TimeoutError("nobody asks the terminal")
        time.sleep(0.005)
    return time.monotonic()


def answers(rounds: int, folder: Path, measured: Measured) -> None:
    """Ask every look-up while the terminal hangs."""
    (folder / "chat").mkdir(parents=True)
    with (
        ChatProcess(folder / "chat") as chat,
        opened(folder, {CALL: FOR_EVER_S}) as (fleet, orders),
        open_chat(fleet.house, chat.url) as talk,
    ):
        put_people_first()
        asking = Asking(BOTS, in_a_group(fleet, chat), talk)
        items = look_ups()
        for item in items:
            asking.ask(item)  # what is loaded at the first use
        just_hung(rounds, fleet, asking, measured)
        hang(orders)
        for number in range(rounds):
            if number % 10 == 0:
                progress(f"round {number} of {rounds} ...")
            for item in items:
                took, _spent = asking.ask(item)
                measured.replies.setdefault(item.name, []).append(took)


def just_hung(rounds: int, fleet: Fleet, asking: Asking, measured: Measured) -> None:
    """Ask what asks the terminal itself when nobody can know yet that it hangs."""
    for item in [one for one in look_ups() if one.name in ASK_THEMSELVES]:
        for _ in range(rounds):
            begun = threading.Event()

            def hold(_terminal: object, begun: threading.Event = begun) -> None:
                begun.set()
                time.sleep(HELD_S)

            holding = threading.Thread(target=fleet.house.lanes.ask, args=(fleet.account_id, hold, IDLE_S))
            holding.start()
            begun.wait(IDLE_S)
            took, _spent = asking.ask(item)
            measured.replies.setdefault(f"{item.name} (just hung)", []).append(took)
            holding.join()


def end_of_a_call(folder: Path, measured: Measured) -> None:
    """Wait until the account's lane is free again after a call that never returns."""
    with opened(folder, {}) as (fleet, orders):
        begun = hang(orders)
        patience = DEADLINE_S + 60
        fleet.house.lanes.ask(fleet.account_id, lambda _terminal: None, patience)
        measured.over_s = time.monotonic() - begun


def table(measured: Measured) -> list[Row]:
    """Return a row per command, their sum, and the end of the call."""
    rows = []
    for name, times in sorted(measured.replies.items(), key=lambda item: -in_ms(item[1])["p99_ms"]):
        found = in_ms(times)
        rows.append(Row(f"/{name} p99", found["p99_ms"], "ms", LIMIT_MS, f"p50 {found['p50_ms']:.0f} ms"))
    found = in_ms(measured.all)
    rows.append(Row("all look-ups p99", found["p99_ms"], "ms", LIMIT_MS, f"p50 {found['p50_ms']:.0f} ms"))
    note = f"its deadline is {DEADLINE_S:.0f} s"
    rows.append(Row("the call is over after", measured.over_s, "s", DEADLINE_S + OVER_BY_S, note))
    return rows


if __name__ == "__main__":
    main()
