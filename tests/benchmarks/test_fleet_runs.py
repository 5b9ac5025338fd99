from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

# A machine that does other things besides takes several times as long.
pytestmark = pytest.mark.timeout(600)

ROOT = Path(__file__).parents[2]
SECONDS = ("start_all_s", "stop_all_s")
KEYS = {
    *SECONDS,
    "cpu_ms_per_tick",
    "cpu_ms_per_evaluation",
    "kb_per_bot",
    "reply_p50_ms",
    "reply_p99_ms",
    "bar_close_to_last_order_s",
}


@pytest.fixture(scope="module")
def finished() -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "benchmarks" / "fleet.py", "--bots", "12", "--quick", "--json"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)


@pytest.fixture(scope="module")
def numbers(finished) -> dict[str, float | None]:
    return json.loads(finished.stdout.splitlines()[-1])


def test_the_last_line_is_one_json_object_with_exactly_the_agreed_keys(numbers):
    assert set(numbers) == KEYS


def test_every_number_was_really_measured(numbers):
    assert all(value > 0 for name, value in numbers.items() if name != "bar_close_to_last_order_s")
    # An order is sent a second after its bar's close at the earliest, or there was none.
    assert numbers["bar_close_to_last_order_s"] is None or numbers["bar_close_to_last_order_s"] > 1
    assert numbers["reply_p50_ms"] <= numbers["reply_p99_ms"]
    assert numbers["cpu_ms_per_tick"] < numbers["cpu_ms_per_evaluation"]


def test_people_get_a_table_with_limits_and_progress_goes_to_stderr(finished):
    assert "12 bots, H1, interval 3600 s" in finished.stdout
    assert "<= 200 ms" in finished.stdout
    assert "<= 10 KB" in finished.stdout
    assert "..." in finished.stderr
    assert "Traceback" not in finished.stderr
