"""When a difference is proved: enough of it, rarer than luck allows, and true of the newer half as well.

A bucket is what trades or days are told apart by: an hour, a symbol, a mood. Values that luck moves together
must be put into one cell before (all trades of one bucket and day), or luck would look like proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from bot_service.mentor.statistics import Flags, Floats, holm, lower_mean_chance
from bot_service.mentor.thresholds import NEWER_HALF_CHANCE, PROOF_CHANCE, PROOF_LOOKS

LEVEL = PROOF_CHANCE / PROOF_LOOKS
"""What one look may be wrong with, so that a quarter of weekly looks stays below the chance of the table."""
HALF_DRAWS = (199, 800)


@dataclass(frozen=True)
class Cell:
    """One value of a bucket, with the number of observations (trades, days) behind it."""

    bucket: str
    value: float
    count: int = 1


@dataclass(frozen=True)
class Contrast:
    """A bucket whose cells are lower than all others, beyond what luck does."""

    bucket: str
    inside: int
    outside: int
    mean_inside: float
    mean_outside: float


def proved(chance: float) -> bool:
    """Tell whether luck is ruled out, for one look of a quarter of weekly looks."""
    return chance < LEVEL


def holds_in_newer_half(chance: float) -> bool:
    """Tell whether the newer half of the data says the same by itself."""
    return chance < NEWER_HALF_CHANCE


def lowest(cells: Sequence[Cell], *, least: int, total: int) -> Contrast | None:
    """Return the bucket that is proved to be the lowest, None where none is.

    `least` observations must lie inside of a bucket and outside of it, `total` in all; cells in the order
    of time.
    """
    if observed(cells) < total:
        return None
    values = np.array([cell.value for cell in cells])
    masks = _buckets(cells, least)
    # What isn't lower, now as well, needs no draws; it was looked at all the same, so it counts.
    chances = [lower_mean_chance(values, mask) if _lower(values, mask) else 1.0 for mask in masks.values()]
    corrected = dict(zip(masks, holm(chances), strict=True))
    found = [name for name in masks if proved(corrected[name])]
    if not found:
        return None
    best = min(found, key=lambda name: (corrected[name], float(values[masks[name]].mean())))
    return _contrast(cells, best)


def observed(cells: Iterable[Cell]) -> int:
    """Return the number of observations."""
    return sum(cell.count for cell in cells)


def _buckets(cells: Sequence[Cell], least: int) -> dict[str, Flags]:
    all_of_them = observed(cells)
    found: dict[str, Flags] = {}
    for name in sorted({cell.bucket for cell in cells}):
        inside = sum(cell.count for cell in cells if cell.bucket == name)
        if inside >= least and all_of_them - inside >= least:
            found[name] = np.array([cell.bucket == name for cell in cells])
    return found


def _lower(values: Floats, inside: Flags) -> bool:
    if values[inside].mean() >= values[~inside].mean():
        return False
    newer = slice(values.size // 2, None)
    return holds_in_newer_half(lower_mean_chance(values[newer], inside[newer], HALF_DRAWS))


def _contrast(cells: Sequence[Cell], name: str) -> Contrast:
    inside = [cell for cell in cells if cell.bucket == name]
    outside = [cell for cell in cells if cell.bucket != name]
    return Contrast(name, observed(inside), observed(outside), _mean(inside), _mean(outside))


def _mean(cells: Sequence[Cell]) -> float:
    return sum(cell.value * cell.count for cell in cells) / observed(cells)
