"""The mentor's benchmark in small: it finds what is planted, keeps its keys, and is the same for a seed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.mentor import KINDS, Result, as_json, judge, made, tasks
from benchmarks.traders import DAYS, MONTH_DAYS
from benchmarks.traders_innocent import INNOCENT
from benchmarks.traders_planted import PLANTED
from benchmarks.traders_truth import FACTS, MARKED
from bot_service.mentor.codes import OBSERVATION_CODES
from bot_service.mentor.registry import pattern_detectors

ROOT = Path(__file__).parents[2]
PATTERNS = {one.CODE for one in pattern_detectors()}


@pytest.fixture(scope="module")
def whole():
    """Judge one trader of each kind."""
    result = Result()
    for task in tasks(1):
        result.add(judge(task, seed=3))
    return result


@pytest.mark.timeout(300)
def test_what_is_told_is_true_and_what_is_true_is_told(whole):
    facts = as_json(whole)["detectors"]
    assert set(facts) == set(OBSERVATION_CODES) - {"plain_day"}
    for code in set(FACTS) | set(MARKED):
        told = whole.hits[code] + whole.false[code]
        assert whole.false[code] <= 0.05 * told, code
        assert whole.missed[code] <= 0.1 * (whole.hits[code] + whole.missed[code]), code
    planted = sum(whole.hits[code] + whole.missed[code] for code in PATTERNS)
    assert sum(whole.hits[code] for code in PATTERNS) >= planted - 2
    assert sum(whole.false[code] for code in PATTERNS) <= 1


@pytest.mark.timeout(300)
def test_the_innocent_are_hardly_ever_warned(whole):
    assert whole.innocent == len(INNOCENT) == 8
    assert sum(whole.warned.values()) <= 1


def test_there_are_at_least_sixteen_kinds_and_each_pattern_is_planted_in_one():
    assert len(KINDS) >= 16
    assert len(KINDS) == len(PLANTED) + len(INNOCENT)
    planted = {code for kind in PLANTED for code in made(kind, 0, 1).patterns}
    assert planted == PATTERNS
    assert not any(made(kind, 0, 1).patterns for kind in INNOCENT)


def test_a_seed_makes_the_same_trader_again_and_another_seed_another():
    first, again, other = (made("random", 0, seed) for seed in (1, 1, 2))
    assert [trade.net for trade in first.trades] == [trade.net for trade in again.trades]
    assert [deed.at for deed in first.deeds] == [deed.at for deed in again.deeds]
    assert [trade.net for trade in first.trades] != [trade.net for trade in other.trades]


def test_with_many_bots_acts_fall_after_losses_by_accident():
    trader = made("many bots", 1, 1)
    month = [trade for trade in trader.trades if trade.closed >= (DAYS - MONTH_DAYS) * 1440]
    losing_a_day = sum(trade.net < 0 for trade in month) / MONTH_DAYS
    assert 8 <= losing_a_day <= 30


@pytest.mark.timeout(300)
def test_the_program_prints_the_keys_that_are_promised():
    program = [sys.executable, ROOT / "benchmarks" / "mentor.py", "--traders", "1", "--seed", "5", "--json"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(program, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    assert set(found) == {"detectors", "disciplined_warned_share"}
    assert all(set(row) == {"precision", "recall", "n"} for row in found["detectors"].values())
    assert 0 <= found["disciplined_warned_share"] <= 1
    assert "innocent traders with any warning" in done.stdout
