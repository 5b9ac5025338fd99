from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_three_ways_are_measured():
    command = [sys.executable, ROOT / "benchmarks" / "roundtrip.py", "--calls", "5", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=110)

    result = json.loads(done.stdout)

    assert set(result["ways"]) == {"in process", "isolated", "bridge"}
    assert all(times["p50_ms"] > 0 for calls in result["ways"].values() for times in calls.values())
    assert result["start_ms"]["isolated"] > 0
