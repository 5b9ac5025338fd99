from __future__ import annotations

import os
import signal
import subprocess
import sys

import httpx
import pytest

from tests.e2e.books import Books, books_agree
from tests.e2e.machines import FROZEN, ROOT, Machine, Person, text_of, until

# Nervous settings, so that seconds are enough for entries, stops, targets and closings by signal.
NERVOUS = "rsi_period 5 rsi_ma_period 3 trend_filter_period 5"
BOTS = (
    f"XAUUSD RSI_CROSSOVER M1 lot 0.01 {NERVOUS}",
    f"EURUSD RSI_CROSSOVER M1 lot 0.02 {NERVOUS}",
    f"US500 RSI_CROSSOVER M1 lot 0.1 {NERVOUS} sl 1 tp 1",
    f"BTCUSD RSI_CROSSOVER M1 lot 0.01 {NERVOUS} sl 1 tp 1",
)


@pytest.fixture(scope="session")
def http():
    with httpx.Client(timeout=20, trust_env=False) as client:
        yield client


@pytest.fixture
def chat_url(tmp_path):
    """Serve the local chat from a process of its own, which nobody kills."""
    command = [sys.executable, "-m", "bot_service", "chat", "--port", "0"]
    server = subprocess.Popen(
        [*command, "--data-dir", str(tmp_path / "chat")],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    line = server.stdout.readline()
    assert "http" in line, "the chat server did not start"
    yield line[line.index("http") :].strip()
    server.send_signal(signal.SIGTERM)
    assert server.wait(10) == 0
    server.stdout.close()


@pytest.fixture
def person(http, chat_url):
    return Person(http, chat_url)


@pytest.fixture
def somebody(http, chat_url):
    """Return who has another Telegram account."""
    return lambda user_id: Person(http, chat_url, user_id)


@pytest.fixture
def machine(tmp_path, chat_url):
    found = Machine(tmp_path / "home", chat_url)
    yield found
    found.end()


@pytest.fixture
def fleet(person):
    """Return a function that makes the bots as a person does, in the running service.

    A market of 300 seconds a second brings the usual number of entries, and runs of losses, in minutes.
    """

    def unlimited(limit):
        shown = person.ask(f"/limits {limit} off", "Less protection")
        person.press(shown, "Yes")
        until(lambda: person.shows(shown) != text_of(shown), f"no limit of {limit}")

    def make(line):
        shown = person.ask(f"/new_bot {line}", "If the SL is hit")
        person.press(shown, "Save")
        until(lambda: person.shows(shown) != text_of(shown), f"the saved bot {line}")

    return lambda: [
        *(unlimited(limit) for limit in ("entries", "losses")),
        *(make(line) for line in BOTS),
    ]


@pytest.fixture
def agree(machine, person, tmp_path):
    """Let a service look once more while the market stands, then compare the three books."""

    def look(kills):
        person.say("/stop_all")
        machine.run(speed=FROZEN)
        machine.wait_running()
        until(lambda: _all_told(machine), "an empty outbox")
        machine.stop()
        books = Books(machine, person, tmp_path / "copy")
        books_agree(books, kills)
        assert books.trades
        return books

    return look


def _all_told(machine):
    with machine.database() as database, database.read() as uow:
        return uow.outbox.pending() == 0 and not uow.intents.unsettled()
