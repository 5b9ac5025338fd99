"""The brake at the console: there at once, and patient with whoever holds the database."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot_service.app.brake import run_panic, run_stop_all, stop_all
from bot_service.domain.accounts import Account
from bot_service.domain.bots import BotSettings, BotStatus, SizingMethod
from bot_service.domain.events import StoppedFromConsole
from bot_service.domain.market import AccountIdentity, MarginMode, Timeframe, TradeMode
from bot_service.scheduling.clocks import SystemClock
from bot_service.settings import offline_settings
from bot_service.storage.database import SqlDatabase
from bot_service.storage.migrations import upgrade

IDENTITY = AccountIdentity("Broker", 1, TradeMode.DEMO)
ACCOUNT = Account(0, "main", IDENTITY, "USD", MarginMode.HEDGING, 100, "Asia/Jakarta", 7)
SOON = timedelta(milliseconds=50)
SLOW = (
    "pandas",
    "numpy",
    "alembic",
    "telegram",
    "httpx",
    "matplotlib",
    "starlette",
    "apscheduler",
    "holidays",
    "babel",
    "typer",
)
"""What costs seconds together, and what no stop needs."""


@pytest.fixture
def settings(tmp_path):
    found = offline_settings(data_dir=tmp_path / "data", language="en")
    found.data_dir.mkdir()
    upgrade(found.url)
    return found


@pytest.fixture
def running(settings):
    """Return a function that stores so many running bots."""

    def add(count):
        wall = SystemClock()
        with closing(SqlDatabase(settings.url, wall)) as database, database.write() as uow:
            account = uow.accounts.add(ACCOUNT)
            for number in range(count):
                chosen = BotSettings(
                    name=f"Bot {number}",
                    symbol="EURUSD",
                    broker_symbol="EURUSD",
                    strategy="MA_CROSSOVER",
                    timeframe=Timeframe.H1,
                    sizing=SizingMethod.FIXED_LOT,
                    size=Decimal("0.01"),
                )
                bot = uow.bots.add(account.id, chosen, datetime(2026, 3, 3, tzinfo=UTC))
                uow.bots.save(replace(bot, status=BotStatus.ACTIVE, started_at=bot.created_at))
            uow.commit()

    return add


def bots(settings):
    with closing(SqlDatabase(settings.url, SystemClock())) as database, database.read() as uow:
        return uow.bots.all()


@pytest.mark.parametrize(
    ("module", "names"), [("bot_service.app.brake", SLOW), ("bot_service.__main__", (*SLOW, "sqlalchemy"))]
)
def test_what_is_slow_to_import_is_no_part_of_the_brake(module, names):
    code = f"import sys, bot_service.settings, bot_service.app.accounts, {module}; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert {name.partition(".")[0] for name in told.split()} & set(names) == set()


def test_five_hundred_bots_are_stopped_by_one_transaction(settings, running):
    running(500)
    assert len(stop_all(settings)) == 500
    assert {bot.status for bot in bots(settings)} == {BotStatus.STOPPED}
    with closing(SqlDatabase(settings.url, SystemClock())) as database, database.read() as uow:
        events = [event for _id, _at, event in uow.history(limit=1000)]
    (told,) = [event for event in events if isinstance(event, StoppedFromConsole)]
    assert len(told.bot_ids) == 500


def test_a_locked_database_is_waited_for_and_said(settings, running, capsys):
    running(2)
    with closing(sqlite3.connect(settings.data_dir / "bot_service.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        found = []
        worker = threading.Thread(target=lambda: found.append(run_stop_all(settings, SOON)))
        worker.start()
        end = time.monotonic() + 10
        while "keep trying" not in (said := capsys.readouterr().out) and time.monotonic() < end:
            time.sleep(0.01)
        assert "locked by another process" in said
        other.execute("ROLLBACK")
        worker.join()
    assert found == [0]
    assert {bot.status for bot in bots(settings)} == {BotStatus.STOPPED}


@pytest.mark.parametrize(
    ("language", "words"), [("en", "could NOT be stopped"), ("id", "TIDAK bisa dihentikan")]
)
def test_who_could_not_stop_the_bots_says_so_and_what_helps(settings, running, capsys, language, words):
    running(1)
    chosen = settings.model_copy(update={"language": language})
    with closing(sqlite3.connect(settings.data_dir / "bot_service.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert run_stop_all(chosen, SOON) == 1
        other.execute("ROLLBACK")
    told = capsys.readouterr().out
    assert words in told
    assert "Algo Trading" in told
    assert bots(settings)[0].running


def test_panic_stops_before_it_looks_for_anything_to_close(settings, running, capsys, monkeypatch):
    running(3)
    seen = []

    def look(_self):
        seen.append({bot.status for bot in bots(settings)})
        return 0

    monkeypatch.setattr("bot_service.app.panic.Panic.run", look)
    assert run_panic(settings, yes=False, manual=False) == 0
    assert seen == [{BotStatus.STOPPED}]
    assert "Bots stopped: 3" in capsys.readouterr().out


@pytest.mark.parametrize("broken", ["", "[no toml"])
def test_the_brake_works_whatever_the_file_of_the_accounts_says(settings, running, broken):
    running(2)
    environment = os.environ | {"DATA_DIR": str(settings.data_dir), "OWNER_ID": "1001", "LANGUAGE": "en"}
    if broken:
        (settings.data_dir / "accounts.toml").write_text(broken, encoding="utf-8")
        environment["ACCOUNTS_FILE"] = "accounts.toml"
    command = [sys.executable, "-m", "bot_service", "stop-all"]
    told = subprocess.run(
        command, cwd=settings.data_dir, env=environment, capture_output=True, text=True, check=True
    )
    assert "Bots stopped: 2." in told.stdout
    assert {bot.status for bot in bots(settings)} == {BotStatus.STOPPED}


def test_wrong_settings_are_named_by_the_brake_too(settings):
    environment = os.environ | {"DATA_DIR": str(settings.data_dir), "LANGUAGE": "xx"}
    command = [sys.executable, "-m", "bot_service", "stop-all"]
    told = subprocess.run(
        command, cwd=settings.data_dir, env=environment, capture_output=True, text=True, check=False
    )
    assert told.returncode == 2
    assert "language" in told.stderr.lower()
