"""What it costs that an order's intent is on the disk before the order is sent.

    python benchmarks/durability.py [--intents 200] [--directory DIR] [--json]

With `--json`: `{"normal_ms": {"p50", "p99"}, "durable_ms": {"p50", "p99"}}`, one transaction with one small
row each. The directory must be on the disk that the service will use.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from statistics import quantiles

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bot_service.scheduling.clocks import SystemClock  # noqa: E402  # runs from a checkout, too
from bot_service.storage.database import SqlDatabase  # noqa: E402
from bot_service.storage.migrations import upgrade  # noqa: E402


def measure(database: SqlDatabase, count: int, *, durable: bool) -> dict[str, float]:
    """Return the milliseconds of a small transaction."""
    times = []
    for number in range(count):
        began = time.perf_counter()
        with database.write(durable=durable) as uow:
            uow.set_value("measured", str(number))
            uow.commit()
        times.append((time.perf_counter() - began) * 1000)
    cuts = quantiles(times, n=100)
    return {"p50": round(cuts[49], 3), "p99": round(cuts[98], 3)}


def run(directory: Path, count: int) -> dict[str, dict[str, float]]:
    """Measure both kinds on a fresh database."""
    path = directory / "durability.sqlite3"
    upgrade(path, SystemClock())
    database = SqlDatabase(path, SystemClock())
    try:
        measure(database, 20, durable=True)
        return {
            "normal_ms": measure(database, count, durable=False),
            "durable_ms": measure(database, count, durable=True),
        }
    finally:
        database.close()


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--intents", type=int, default=200)
    options.add_argument("--directory", type=Path)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(dir=given.directory) as folder:
        found = run(Path(folder), given.intents)
    if given.json:
        print(json.dumps(found))
        return
    for kind, numbers in found.items():
        print(f"{kind:12} p50 {numbers['p50']:8.3f}  p99 {numbers['p99']:8.3f}")


if __name__ == "__main__":
    main()
