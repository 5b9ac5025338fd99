"""What a benchmark prints: a table for people, one JSON object for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One measured number; `limit` is what it should stay under, in the same unit."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """Return how the number stands to its limit."""
        if self.limit is None:
            return ""
        return "ok" if self.value <= self.limit else "OVER"


def show(title: str, rows: Sequence[Row]) -> None:
    """Print a table."""
    names = max(len(row.name) for row in rows)
    print(f"\n{title}\n")
    for row in rows:
        limit = "" if row.limit is None else f"<= {number(row.limit)} {row.unit}"
        measured = f"{number(row.value):>10} {row.unit:<3}"
        print(f"  {row.name:<{names}} {measured} {limit:<14} {row.verdict:<5} {row.note}".rstrip())
    print()


def show_json(values: Mapping[str, object]) -> None:
    """Print the numbers for a program, as the last line."""
    print(json.dumps(values), flush=True)


def progress(text: str) -> None:
    """Tell the waiting person what happens."""
    print(text, file=sys.stderr, flush=True)


def number(value: float) -> str:
    """Return a number with about three digits that matter."""
    if value == 0 or abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that a share of all does not exceed (nearest rank)."""
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * share // 1))
    return ordered[int(rank) - 1]


def median(values: Sequence[float]) -> float:
    """Return the middle value."""
    return percentile(values, 0.5)
