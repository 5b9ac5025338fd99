"""What is left true after every fault: `python benchmarks/faults.py [--seeds 20] [--kind NAME ...] [--json]`.

Real use cases on a real SQLite file, against a paper terminal whose calls, broker, clock and process are
broken by seeded plans; several bots trade before, while and after. Each world lives through a chain of
faults; at its end every deal, trade and alert is compared with the paper account. Ends with 1 when anything
is not as it must be.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from fault_books import KEYS
from fault_kinds import CASES
from fault_run import Outcome, run_chain
from fault_world import make_empty
from table import progress, show_json

LENGTH = 6


@dataclass
class Totals:
    """What all worlds together have shown."""

    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """Return the numbers that must all be 0."""
        found = Counter(finding.key for outcome in self.outcomes for finding in outcome.findings)
        return {key: found[key] for key in KEYS}

    @property
    def runs(self) -> Counter[str]:
        """Return how often each kind of fault really happened."""
        return Counter(name for outcome in self.outcomes for name in outcome.struck)


def main() -> int:
    options = _options()
    logging.basicConfig(stream=sys.stderr, level=logging.ERROR)
    logging.disable(logging.ERROR)  # jobs fail here by the thousand, and say so
    begun = time.monotonic()
    totals = Totals()
    with TemporaryDirectory() as directory:
        empty = make_empty(Path(directory))
        work = list(_chains(options.kind or list(CASES), range(options.first, options.first + options.seeds)))
        for number, outcome in enumerate(_outcomes(work, empty, options.jobs), start=1):
            totals.outcomes.append(outcome)
            _tell(number, len(work), outcome, time.monotonic() - begun)
    _table(totals, options.kind or list(CASES), time.monotonic() - begun)
    counts = totals.counts
    kinds = sum(1 for count in totals.runs.values() if count)
    if options.json:
        show_json({"kinds": kinds, "runs": totals.runs.total(), **counts})
    return 1 if any(counts.values()) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, help="how often each kind happens")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--kind", action="append", choices=sorted(CASES), help="only these kinds")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    return parser.parse_args()


def _chains(kinds: Sequence[str], seeds: range) -> Iterator[tuple[tuple[str, ...], int]]:
    """Return worlds: each seed brings every kind once, in its own order, some kinds per world."""
    for seed in seeds:
        order = list(kinds)
        Random(seed).shuffle(order)
        parts = -(-len(order) // LENGTH)
        for part in range(parts):
            yield tuple(order[part::parts]), seed * parts + part if parts > 1 else seed


def _outcomes(work: Sequence[tuple[tuple[str, ...], int]], empty: Path, jobs: int) -> Iterator[Outcome]:
    if jobs <= 1:
        for chain, seed in work:
            yield run_chain(chain, seed, empty)
        return
    with ProcessPoolExecutor(jobs) as pool:
        for done in as_completed([pool.submit(run_chain, chain, seed, empty) for chain, seed in work]):
            yield done.result()


def _tell(number: int, of: int, outcome: Outcome, seconds: float) -> None:
    worst = f"{len(outcome.findings)} findings" if outcome.findings else "ok"
    chain = " ".join(outcome.chain)
    progress(
        f"[{seconds:4.0f} s] world {number} of {of}: {worst}, seed {outcome.seed} {outcome.mode} "
        f"{outcome.broker}, {outcome.orders} openings, {outcome.alerts} alerts: {chain}"
    )
    for finding in outcome.findings[:12]:
        progress(f"    {finding.key}: {finding.text[:400]}")


def _table(totals: Totals, kinds: Sequence[str], seconds: float) -> None:
    runs, hurt = totals.runs, defaultdict(int)
    for outcome in totals.outcomes:
        for name in outcome.chain:
            hurt[name] += bool(outcome.findings)
    print(f"\n{len(kinds)} kinds of faults, {len(totals.outcomes)} worlds, {seconds:.0f} s\n")
    print(f"  {'kind':<22} {'runs':>4}  needs a hand")
    for name in kinds:
        print(f"  {name:<22} {runs[name]:>4}  {CASES[name].hand or '-'}")
    orders = sum(outcome.orders for outcome in totals.outcomes)
    alerts = sum(outcome.alerts for outcome in totals.outcomes)
    print(f"\n  {orders} openings and {alerts} alerts compared with the paper accounts\n")
    for key, count in totals.counts.items():
        print(f"  {key:<18} {count:>5}  {'ok' if not count else 'WRONG'}")
    print()


if __name__ == "__main__":
    sys.exit(main())
