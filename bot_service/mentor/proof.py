"""When a difference is proved: enough of it, rarer than luck allows, and true of the newer half as well.

A bucket is what trades or days are told apart by: an hour, a symbol, a mood. Values that luck moves together
must be put into one cell before (all trades of one bucket and day), or luck would look like proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from bot_service.mentor.statistics import Flags, distance, holm, lower_mean_chance
from bot_service.mentor.thresholds import NEWER_HALF_CHANCE, PROOF_CHANCE, PROOF_LOOKS

LEVEL = PROOF_CHANCE / PROOF_LOOKS
"""What one look may be wrong with, so that a year of weekly looks stays below the chance of the table."""
HALF_DRAWS = (240, 760)
NEAR = -2.5
"""Standard errors below the others that can't be proof, whatever the draws say."""


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
    """Tell whether luck is ruled out, for each of a year of weekly looks."""
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
    pool = _Pool(cells)
    names = pool.large_enough(least)
    # What isn't lower, now as well, needs no draws; it was looked at all the same, so it counts.
    corrected = dict(zip(names, holm([pool.chance(name) for name in names]), strict=True))
    found = [pool.contrast(name) for name in names if proved(corrected[name])]
    return min(found, key=lambda one: (corrected[one.bucket], one.mean_inside), default=None)


def observed(cells: Iterable[Cell]) -> int:
    """Return the number of observations."""
    return sum(cell.count for cell in cells)


class _Pool:
    """All cells as arrays."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._names = np.array([cell.bucket for cell in cells])
        self._counts = np.array([cell.count for cell in cells], dtype=np.float64)
        self._means = np.array([cell.value for cell in cells])

    def large_enough(self, least: int) -> tuple[str, ...]:
        """Return the buckets with enough observations inside and outside."""
        inside = {str(name): float(self._counts[self._names == name].sum()) for name in set(self._names)}
        others = self._counts.sum() - least
        return tuple(name for name in sorted(inside) if least <= inside[name] <= others)

    def chance(self, name: str) -> float:
        """Return how likely luck makes a bucket so low; certain where the newer half isn't low itself."""
        inside = self._names == name
        # Most buckets need no draws: no level here is so mild that luck is ruled out from so near.
        if distance(self._means, inside, self._counts) > NEAR:
            return 1.0
        newer = slice(inside.size // 2, None)
        half = lower_mean_chance(self._means[newer], inside[newer], self._counts[newer], HALF_DRAWS)
        if not holds_in_newer_half(half):
            return 1.0
        return lower_mean_chance(self._means, inside, self._counts)

    def contrast(self, name: str) -> Contrast:
        """Return a bucket against all others."""
        inside = self._names == name
        counts = int(self._counts[inside].sum()), int(self._counts[~inside].sum())
        return Contrast(name, *counts, self._mean(inside), self._mean(~inside))

    def _mean(self, part: Flags) -> float:
        return float((self._means[part] * self._counts[part]).sum() / self._counts[part].sum())
