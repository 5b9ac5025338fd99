from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def finished() -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "benchmarks" / "replies.py", "--bots", "12", "--quick", "--json"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)


@pytest.mark.timeout(300)
def test_every_look_up_is_measured_and_nothing_else(finished):
    found = json.loads(finished.stdout.splitlines()[-1])
    assert list(found) == ["commands"]
    looked = {
        "/status",
        "/bots",
        "/bot",
        "/account",
        "/positions",
        "/deals",
        "/analysis",
        "/history",
        "/health",
    }
    assert looked <= set(found["commands"])
    assert not {"/new_bot", "/delete_bot", "/backtest"} & set(found["commands"])
    assert all(0 < times["p50_ms"] <= times["p99_ms"] for times in found["commands"].values())


def test_presses_and_the_stop_without_telegram_are_in_the_table(finished):
    for case in ("terminal hangs", "Telegram is slow", "stop-all: from the first to the last bot"):
        assert case in finished.stdout
    assert "Traceback" not in finished.stderr
