"""The fault benchmark in short: what it finds when the service is sound, and that it finds what is not."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot_service.domain.events import LinkRestored, PositionClosed
from bot_service.services import closings, orders
from bot_service.services.link import Link
from bot_service.storage import history

ROOT = Path(__file__).parents[2]
KEYS = [
    "kinds",
    "runs",
    "doubled_orders",
    "lost_trades",
    "lost_alerts",
    "wrong_instrument",
    "untrue_alerts",
    "not_recovered",
]
KINDS = ("lost_answer", "terminal_restart", "killed_at_step")


@pytest.fixture
def found(monkeypatch, tmp_path):
    """Return how often each number counts after a chain of faults."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    world = importlib.import_module("fault_world")
    run = importlib.import_module("fault_run")
    monkeypatch.setattr(run, "RECOVERY", 8 * world.MINUTE)
    empty = world.make_empty(tmp_path)

    def counts(*chain, seed=0):
        outcome = run.run_chain(chain, seed, empty, tmp_path)
        return {finding.key for finding in outcome.findings}

    return counts


def test_a_sound_service_is_found_sound(found):
    assert found("lost_answer") == set()


def test_an_order_that_is_sent_twice_counts(found, monkeypatch):
    line = importlib.import_module("fault_line").Line
    real = line._called

    def twice(self, name, function, args, kwargs):
        if name == "order_send" and "position" not in args[0]:
            function(*args, **kwargs)
        return real(self, name, function, args, kwargs)

    monkeypatch.setattr(line, "_called", twice)
    assert "doubled_orders" in found()


def test_a_trade_that_is_not_written_down_counts(found, monkeypatch):
    monkeypatch.setattr(closings, "record_ended", lambda *_args: None)
    assert {"lost_trades", "lost_alerts"} <= found()


def test_an_alert_that_is_dropped_counts(found, monkeypatch):
    real = history._readers
    monkeypatch.setattr(
        history,
        "_readers",
        lambda event, all_: () if isinstance(event, PositionClosed) else real(event, all_),
    )
    assert found() == {"lost_alerts"}


def test_an_alert_with_a_wrong_price_counts(found, monkeypatch):
    real = orders.filled_event
    monkeypatch.setattr(
        orders, "filled_event", lambda *args: replace(real(*args), price=real(*args).price + Decimal("0.01"))
    )
    assert found() == {"untrue_alerts"}


def test_an_order_for_another_symbol_counts(found, monkeypatch):
    line = importlib.import_module("fault_line").Line
    real = line._called

    def elsewhere(self, name, function, args, kwargs):
        if name == "order_send" and args[0]["symbol"] == "EURUSD" and "position" not in args[0]:
            args = ({**args[0], "symbol": "GBPUSD", "sl": 0.0, "tp": 0.0},)
        return real(self, name, function, args, kwargs)

    monkeypatch.setattr(line, "_called", elsewhere)
    assert "wrong_instrument" in found()


def test_bots_that_wait_for_ever_count(found, monkeypatch):
    monkeypatch.setattr(Link, "restored", lambda *_args: None)
    assert "not_recovered" in found("terminal_restart")


def test_a_link_that_is_never_told_as_back_counts(found, monkeypatch):
    real = history._readers
    monkeypatch.setattr(
        history, "_readers", lambda event, all_: () if isinstance(event, LinkRestored) else real(event, all_)
    )
    assert "lost_alerts" in found("terminal_restart")


@pytest.mark.timeout(900)
def test_every_kind_of_fault_leaves_everything_true():
    command = [sys.executable, ROOT / "benchmarks" / "faults.py", "--seeds", "1", "--json"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    finished = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    numbers = json.loads(finished.stdout.splitlines()[-1])
    assert list(numbers) == KEYS
    assert numbers["kinds"] >= 25
    assert {numbers[key] for key in KEYS[2:]} == {0}, finished.stderr[-4000:]
    assert finished.returncode == 0
