"""Real processes in a data directory, and the person who sees only the chat."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import bot_service
from bot_service.scheduling.clocks import SystemClock
from bot_service.storage.database import SqlDatabase

ROOT = Path(bot_service.__file__).parent.parent
HERE = Path(__file__).parent
OWNER = 1001
TOKEN = "10010:" + "e2e" * 11 + "ok"
FAST = "300"
FROZEN = "0.001"
TICKET = re.compile(r"#(\d+)")


def until(look, what, within=30.0):
    """Return what `look` returns as soon as it is true; it may take a bounded time."""
    end = time.monotonic() + within
    while not (found := look()):
        if time.monotonic() > end:
            raise AssertionError(f"waited {within} s for {what() if callable(what) else what}")
        time.sleep(0.05)
    return found


class Person:
    """Somebody with a phone: says, presses and reads, nothing else."""

    def __init__(self, http, url, user_id=OWNER):
        self._http = http
        self._url = url
        self.user_id = user_id

    def sim(self, deed, **body):
        response = self._http.post(f"{self._url}/sim/{deed}", json=body)
        assert response.status_code == 200, response.text
        return response.json()

    def no_faults(self):
        assert self._http.delete(f"{self._url}/sim/fault").status_code == 200

    def unread_by_the_service(self):
        """Return how many updates the service has not confirmed."""
        return self._http.post(f"{self._url}/bot{TOKEN}/getWebhookInfo").json()["result"][
            "pending_update_count"
        ]

    def say(self, text):
        return self.sim("message", text=text, user_id=self.user_id)["message_id"]

    def read(self):
        """Return the bot's messages as they look now, oldest first."""
        query = {"after": 0, "chat_id": self.user_id}
        entries = self._http.get(f"{self._url}/sim/transcript", params=query).json()["messages"]
        latest = {entry["message_id"]: entry for entry in entries}
        return [entry for entry in latest.values() if entry["from"]["is_bot"]]

    def shows(self, message):
        """Return what a message says by now."""
        return next(text_of(one) for one in self.read() if one["message_id"] == message["message_id"])

    def wait(self, words, after=0, within=30.0):
        def look():
            found = [one for one in self.read() if one["message_id"] > after and words in text_of(one)]
            return found[0] if found else None

        return until(look, lambda: f"a message with {words!r}; the chat has {self.tail()}", within)

    def ask(self, text, words):
        """Say something and return the first message after it that has these words."""
        return self.wait(words, self.say(text))

    def press(self, message, words):
        buttons = [button for row in message["reply_markup"]["inline_keyboard"] for button in row]
        data = next(button["callback_data"] for button in buttons if words in button["text"])
        self.sim("press", message_id=message["message_id"], data=data, user_id=self.user_id)

    def tail(self):
        return [text_of(message)[:200] for message in self.read()[-6:]]

    def fills(self):
        return self._tickets("filled at")

    def closings(self):
        return self._tickets("closed by")

    def _tickets(self, words):
        told = [text_of(message) for message in self.read()]
        return [int(TICKET.search(text)[1]) for text in told if words in text and TICKET.search(text)]


def text_of(message):
    return message.get("text") or message.get("caption") or ""


class Machine:
    """A data directory and the processes that work on it."""

    def __init__(self, home, chat_url):
        self.home = home
        self._chat_url = chat_url
        self._running = []
        self._logged = 0
        self._work = home.parent / "work"
        self._work.mkdir()

    def run(self, *, speed=FAST, **more):
        return self._start([sys.executable, "-m", "bot_service", "run"], speed, more)

    def run_killed(self, step, times, *, speed=FAST, **more):
        return self._start([sys.executable, str(HERE / "run_killed.py"), step, str(times)], speed, more)

    def run_armed(self, order, *, speed=FAST, **more):
        """Run a service that dies at the step that somebody writes into a file."""
        return self._start([sys.executable, str(HERE / "run_armed.py"), str(order)], speed, more)

    def command(self, *words, **more):
        """Run a command of the console to its end."""
        return subprocess.run(
            [sys.executable, "-m", "bot_service", *words],
            env=self._env(FAST, more),
            cwd=self._work,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=30,
            check=False,
        )

    def database(self):
        return closing(SqlDatabase(f"sqlite:///{(self.home / 'bot_service.db').as_posix()}", SystemClock()))

    def new_log(self):
        """Return what the newest service has logged."""
        return self._log()[self._logged :]

    def _log(self):
        path = self.home / "service.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def output(self):
        """Return the end of what the services wrote to their console."""
        return (self._work / "out.txt").read_text(encoding="utf-8")[-3000:]

    def wait_running(self):
        """Wait until the newest service has read what waited in the chat and resumed its bots."""

        def look():
            assert self._running[-1].poll() is None, f"the service has ended: {self.output()}"
            return "bots resumed" in self.new_log()

        until(look, lambda: f"the start: {self.output()}")

    def wait_market(self, minutes):
        """Wait until the watch has seen the market go on so far."""
        begin = self._market_time()
        until(lambda: self._market_time() - begin >= timedelta(minutes=minutes), "the market")

    def bots(self):
        with self.database() as database, database.read() as uow:
            return uow.bots.all()

    def intents(self):
        """Return all orders that the service ever wanted."""
        with self.database() as database, database.read() as uow:
            return [uow.intents.get(number) for number in self._column("SELECT id FROM intent")]

    def sending_is_stuck(self):
        """Tell whether an alert is on its way for a second."""
        on_its_way = "SELECT id FROM outbox WHERE state = 'queued' AND lease_until IS NOT NULL"
        first = self._column(on_its_way)
        time.sleep(1)
        return bool(set(first) & set(self._column(on_its_way)))

    def sending_has_failed(self):
        """Tell whether an alert has been sent in vain."""
        return bool(self._column("SELECT id FROM outbox WHERE attempts > 0"))

    def stop(self):
        """End the newest service as a system does, in time and without an error."""
        process = self._running[-1]
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0

    def _market_time(self):
        with self.database() as database, database.read() as uow:
            return uow.accounts.snapshot(uow.accounts.all()[0].id).market_at

    def _column(self, query):
        with closing(sqlite3.connect(self.home / "bot_service.db", timeout=10)) as db:
            return [row[0] for row in db.execute(query)]

    def end(self):
        for process in self._running:
            if process.poll() is None:
                process.kill()
            process.wait(10)

    def _start(self, command, speed, more):
        self._logged = len(self._log())
        with (self._work / "out.txt").open("ab") as out:
            process = subprocess.Popen(
                command, env=self._env(speed, more), cwd=self._work, stdout=out, stderr=subprocess.STDOUT
            )
        self._running.append(process)
        return process

    def _env(self, speed, more):
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        settings = {
            "PYTHONPATH": str(ROOT),
            "TELEGRAM_API_URL": self._chat_url,
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "OWNER_ID": str(OWNER),
            "DATA_DIR": str(self.home),
            "LANGUAGE": "en",
            "PAPER_START": "2025-11-10T08:00:00+00:00",
            "PAPER_SEED": "7",
            "PAPER_SPEED": speed,
            "WATCH_INTERVAL_S": "0.5",
            # Days pass in minutes here: what is bundled by the hour would never be told.
            "ALERTS_PER_HOUR": "0",
        }
        return {name: value for name, value in (kept | settings | more).items() if value}
