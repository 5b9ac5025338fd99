"""How right the mentor is: synthetic traders with planted habits, and innocent ones, seen daily for a month.

Each kind of trader (`traders_planted.py`, `traders_innocent.py`) is made many times with other numbers; each
has 150 days behind him and is looked at on each of the next 30, patterns weekly: in the end the 180 days that
the patterns look back on in the service. Of a fact the days are
counted on which it is told and true; of a pattern the traders. `disciplined_warned_share` is the share of
innocent traders with any finding of severity warn or critical within the month.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from zlib import crc32

# Before numpy: threads for its small products would only take the cores from the other worker.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.table import progress, show_json  # noqa: E402  # runs from a checkout, too
from benchmarks.traders import DAYS, Trader  # noqa: E402
from benchmarks.traders_innocent import INNOCENT  # noqa: E402
from benchmarks.traders_looks import Seen  # noqa: E402
from benchmarks.traders_market import follow_risk, number  # noqa: E402
from benchmarks.traders_planted import PLANTED  # noqa: E402
from benchmarks.traders_truth import true_days  # noqa: E402
from bot_service.domain.findings import Severity  # noqa: E402
from bot_service.mentor.registry import (  # noqa: E402
    NOTHING_ELSE,
    all_detectors,
    daily_detectors,
    looks_for_patterns,
    pattern_detectors,
    patterns,
)
from bot_service.mentor.thresholds import PATTERN_DAYS  # noqa: E402

KINDS = PLANTED | INNOCENT
WARNINGS = frozenset({Severity.WARN, Severity.CRITICAL})
TARGETS = {"precision": 0.95, "recall": 0.9, "warned": 0.05}


@dataclass
class Result:
    """What the looks at some traders gave: per code told and true, told and untrue, true and not told."""

    hits: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    innocent: int = 0
    warned: Counter[str] = field(default_factory=Counter)
    warned_by: Counter[str] = field(default_factory=Counter)

    def add(self, other: Result) -> None:
        """Add another result."""
        for name in ("hits", "false", "missed", "warned", "warned_by"):
            getattr(self, name).update(getattr(other, name))
        self.innocent += other.innocent

    def count(self, code: str, told: AbstractSet[object], true: AbstractSet[object]) -> None:
        """Count the days on which a fact was told and was true; of patterns the trader himself."""
        self.hits[code] += len(told & true)
        self.false[code] += len(told - true)
        self.missed[code] += len(true - told)


def made(kind: str, place: int, seed: int) -> Trader:
    """Return one trader of a kind; the same seed always makes the same one."""
    trader = Trader(kind, np.random.default_rng([seed, crc32(kind.encode()), place]))
    KINDS[kind](trader)
    trader.deeds = [deed for deed in trader.deeds if 0 <= deed.at < DAYS * 1440]
    number(trader)
    follow_risk(trader)
    return trader.finish()


def judge(task: tuple[str, int], seed: int) -> Result:
    """Look at one trader for a month."""
    kind, place = task
    trader = made(kind, place, seed)
    seen = Seen(trader)
    told: dict[str, set[int]] = {one.CODE: set() for one in all_detectors()}
    warned: set[str] = set()
    proved: set[str] = set()
    for day, facts in seen.days():
        history = seen.history(day)
        for detector in daily_detectors():
            finding = detector.detect(facts, history)
            if finding is not None:
                told[finding.code].add(day)
                warned |= {finding.code} if finding.severity in WARNINGS else set()
        if looks_for_patterns(facts.day):
            # What a look has proved of a trader is known; the next look may spare the work.
            for finding in patterns(facts, seen.history(day, PATTERN_DAYS), proved):
                proved.add(finding.code)
                warned |= {finding.code} if finding.severity in WARNINGS else set()
    return _counted(trader, told, proved, warned)


def _counted(trader: Trader, told: Mapping[str, set[int]], proved: set[str], warned: set[str]) -> Result:
    result = Result()
    for code, days in true_days(trader).items():
        result.count(code, told[code], days)
    for detector in pattern_detectors():
        code = detector.CODE
        if code not in trader.implied:
            result.count(code, proved & {code}, trader.patterns & {code})
    if trader.kind in INNOCENT:
        result.innocent = 1
        result.warned[trader.kind] += bool(warned)
        result.warned_by.update(warned)
    return result


def tasks(traders: int) -> Iterator[tuple[str, int]]:
    """Return which trader of which kind, the kinds mixed."""
    return ((kind, place) for place in range(traders) for kind in KINDS)


def run(traders: int, seed: int, workers: int) -> Result:
    """Judge so many traders of each kind."""
    whole = Result()
    for result in _results(list(tasks(traders)), partial(judge, seed=seed), workers):
        whole.add(result)
    return whole


def _results(wanted: list[tuple[str, int]], work, workers: int) -> Iterable[Result]:
    if workers == 1:
        gc.disable()
        yield from map(work, wanted)
        return
    # A trader has no cycles: reference counting alone gives his memory back.
    with ProcessPoolExecutor(workers, initializer=gc.disable) as pool:
        yield from pool.map(work, wanted, chunksize=8)


def as_json(result: Result) -> dict[str, object]:
    """Return the numbers for a program."""
    codes = [one.CODE for one in all_detectors() if one.CODE != NOTHING_ELSE]
    found = {}
    for code in codes:
        told = result.hits[code] + result.false[code]
        true = result.hits[code] + result.missed[code]
        found[code] = {
            "precision": round(result.hits[code] / told, 4) if told else 0.0,
            "recall": round(result.hits[code] / true, 4) if true else 0.0,
            "n": true,
        }
    warned = sum(result.warned.values())
    return {"detectors": found, "disciplined_warned_share": round(warned / max(1, result.innocent), 4)}


def show(result: Result, traders: int, took: float) -> None:
    """Print the table for a person."""
    values = as_json(result)
    print(f"\nThe mentor on {len(KINDS)} kinds of {traders} traders, {took:.0f} s\n")
    print(f"  {'detector':<26}{'precision':>10}{'recall':>8}{'n':>8}")
    for code, row in values["detectors"].items():  # type: ignore[attr-defined]
        low = row["precision"] < TARGETS["precision"] or row["recall"] < TARGETS["recall"]
        note = "  LOW" if low else ""
        print(f"  {code:<26}{row['precision']:>10.3f}{row['recall']:>8.3f}{row['n']:>8}{note}")
    share = values["disciplined_warned_share"]
    print(f"\n  innocent traders with any warning in a month: {share:.1%} (target: at most 5 %)")  # type: ignore[str-format]
    each = ", ".join(f"{kind} {result.warned[kind] / traders:.1%}" for kind in INNOCENT)
    print(f"  by kind: {each}")
    print(f"  by code: {dict(result.warned_by.most_common())}\n")


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--traders", type=int, default=200, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    asked = parser.parse_args()
    begun = time.monotonic()
    progress(f"{asked.traders} traders of each of {len(KINDS)} kinds")
    result = run(asked.traders, asked.seed, asked.workers)
    show(result, asked.traders, time.monotonic() - begun)
    if asked.json:
        show_json(as_json(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
