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
sys.path.insert(0, str(ROOT / "benchmarks"))

from delivery_chats import Book, Recorded, judge  # noqa: E402  # benchmarks are scripts, no package

KEYS = {"lost", "out_of_order", "duplicates_beyond_one", "trades_changed"}


class Transcript:
    """A chat whose words are given."""

    def __init__(self, *texts: str) -> None:
        self._texts = list(texts)

    def texts(self, _chat_ids) -> list[str]:
        return self._texts


@pytest.fixture
def book(tmp_path) -> Book:
    rows = [
        Recorded("one.", "info", False),
        Recorded("two.", "info", True),
        Recorded("three.", "trade", False),
    ]
    return Book(tmp_path / "none.db", 1, {"owner": [1]}, rows)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        (("one.", "two.", "three."), {}),
        (("three.", "one. two."), {}),
        (("one.", "three."), {"lost": 1}),
        (("two.", "one.", "three."), {"out_of_order": 1}),
        (("one.", "two.", "two.", "three."), {}),
        (("one.", "two.", "two.", "two.", "three."), {"duplicates_beyond_one": 1}),
        (("one.", "one.", "two.", "three."), {"duplicates_beyond_one": 1}),
    ],
)
def test_the_judge_sees_what_is_lost_swapped_or_doubled_without_a_cut(book, said, wrong):
    found = judge(book, Transcript(*said))
    clean = {"lost": 0, "out_of_order": 0, "duplicates_beyond_one": 0}
    assert {key: found[key] for key in clean} == clean | wrong


def test_a_short_round_loses_swaps_and_changes_nothing():
    command = [sys.executable, ROOT / "benchmarks" / "delivery.py", "--quick", "--json"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=300
    )
    numbers = json.loads(done.stdout.splitlines()[-1])
    assert numbers == dict.fromkeys(KEYS, 0)
    assert "... round 1/1: killed" in done.stderr
