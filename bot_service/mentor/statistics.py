"""What luck alone can do: the tests behind every pattern that the mentor speaks of.

Random draws are seeded by the data themselves, so the same facts give the same answer. Written here instead
of taken from scipy: that would be 113 MB on the disk, 80 MB of memory and 2.4 s to load for these few lines,
and it has no correction by Holm. The tests compare with the numbers of scipy 1.17.

Sources: permutation and sign tests: Fisher 1935, Pitman 1937; stopping early: Besag and Clifford 1991;
correction over buckets: Holm 1979; over repeated looks: Bonferroni; overdispersed counts: negative binomial
by moments.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]

STAGES = (199, 1_800, 18_000)
"""How many draws are made in turn: twenty thousand only where the first ones speak of no luck."""
ENOUGH = 12
"""So many draws as extreme as the truth end the drawing: it may be luck."""
_AT_ONCE = 1_000_000


def lower_mean_chance(values: Floats, inside: Flags, draws: Sequence[int] = STAGES) -> float:
    """Return how likely luck makes the mean of the values inside as low as it is, by permutation."""
    if not 0 < int(inside.sum()) < values.size:
        return 1.0
    # The sum of the smaller part says the same and costs less.
    few = inside if inside.sum() * 2 <= values.size else ~inside
    signed = values if few is inside else -values
    return _drawn(_Subsets(signed, int(few.sum())), float(signed[few].sum()), _seed(values, inside), draws)


def lower_than_zero_chance(values: Floats, draws: Sequence[int] = STAGES) -> float:
    """Return how likely luck makes the sum as low, if each value could as well have the other sign."""
    if not values.size:
        return 1.0
    return _drawn(_Signs(values), float(values.sum()), _seed(values), draws)


def many_of_chances(count: int, chances: Floats) -> float:
    """Return how likely at least `count` of independent events happen, each with its own chance."""
    spread = np.ones(1)
    for chance in chances:
        spread = np.convolve(spread, (1 - chance, chance))
    return float(min(1.0, spread[count:].sum())) if count > 0 else 1.0


def at_least(count: int, tries: int, chance: float) -> float:
    """Return how likely at least `count` of `tries` happen, by the binomial distribution."""
    return many_of_chances(count, np.full(tries, chance))


def crowded_chance(count: int, earlier: Sequence[int]) -> float:
    """Return how likely a day has `count` or more events, by the earlier days' mean and scatter.

    The scatter is never taken to be smaller than that of independent events, and one unseen day as busy as
    twice the mean is added, so that a short calm past proves little.
    """
    if not earlier:
        return 1.0
    counts = np.array([*earlier, math.ceil(2 * max(1.0, float(np.mean(earlier))))], dtype=float)
    mean, variance = float(counts.mean()), float(counts.var(ddof=1))
    if variance <= mean:
        return _poisson_at_least(count, mean)
    return _negative_binomial_at_least(count, mean, variance)


def run_chance(length: int, trades: int, losing: float) -> float:
    """Return how likely `trades` independent trades hold a run of `length` losses or longer."""
    if length > trades:
        return 0.0
    running = np.zeros(length)
    running[0] = 1.0
    done = 0.0
    for _ in range(trades):
        done += running[-1] * losing
        running = np.concatenate(([running.sum() * (1 - losing)], running[:-1] * losing))
    return float(done)


def fall_chance(fall: float, results: Floats, trades: int, draws: int = 2_000) -> float:
    """Return how likely so many results drawn from one's own fall so deep from their best point."""
    rng = np.random.default_rng(_seed(results, np.array([fall, trades])))
    paths = np.cumsum(rng.choice(results, size=(draws, trades)), axis=1)
    best = np.maximum(np.maximum.accumulate(paths, axis=1), 0.0)
    deep = int(((best - paths).max(axis=1) >= fall).sum())
    return (deep + 1) / (draws + 1)


def holm(chances: Sequence[float]) -> tuple[float, ...]:
    """Return chances corrected for having looked at all of them, in their order (Holm)."""
    order = sorted(range(len(chances)), key=lambda at: chances[at])
    corrected = [0.0] * len(chances)
    highest = 0.0
    for place, at in enumerate(order):
        highest = max(highest, min(1.0, chances[at] * (len(chances) - place)))
        corrected[at] = highest
    return tuple(corrected)


class _Subsets:
    """Sums of as many values as are inside, drawn without putting back."""

    def __init__(self, values: Floats, size: int) -> None:
        self._values = values.astype(np.float32)
        self._size = size
        self.width = values.size

    def sums(self, rng: np.random.Generator, count: int) -> Floats:
        keys = rng.random((count, self.width), dtype=np.float32)
        chosen = np.argpartition(keys, self._size - 1, axis=1)[:, : self._size]
        sums: Floats = self._values[chosen].sum(axis=1, dtype=np.float64)
        return sums


class _Signs:
    """Sums of the values with random signs."""

    def __init__(self, values: Floats) -> None:
        self._values = values
        self.width = values.size

    def sums(self, rng: np.random.Generator, count: int) -> Floats:
        flips = rng.integers(0, 2, size=(count, self.width), dtype=np.int8)
        signed: Floats = (flips * 2.0 - 1.0) @ self._values
        return signed


def _drawn(kind: _Subsets | _Signs, truth: float, seed: int, draws: Sequence[int]) -> float:
    rng = np.random.default_rng(seed)
    # A draw that is the truth itself, summed in another order, counts as extreme.
    limit = truth + 1e-4 * max(1.0, abs(truth))
    drawn = extreme = 0
    for wanted in draws:
        left = wanted
        while left and extreme < ENOUGH:
            now = min(left, max(1, _AT_ONCE // kind.width))
            extreme += int((kind.sums(rng, now) <= limit).sum())
            drawn += now
            left -= now
        if extreme >= ENOUGH:
            break
    return (extreme + 1) / (drawn + 1)


def _seed(*arrays: NDArray[np.generic]) -> int:
    digest = hashlib.blake2b(digest_size=8)
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    return int.from_bytes(digest.digest(), "big")


def _poisson_at_least(count: int, mean: float) -> float:
    if mean <= 0:
        return 1.0 if count <= 0 else 0.0
    below = math.fsum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(count))
    return max(0.0, 1.0 - below)


def _negative_binomial_at_least(count: int, mean: float, variance: float) -> float:
    size = mean * mean / (variance - mean)
    share = mean / variance
    below = math.fsum(
        math.exp(
            math.lgamma(k + size)
            - math.lgamma(size)
            - math.lgamma(k + 1)
            + size * math.log(share)
            + k * math.log1p(-share)
        )
        for k in range(count)
    )
    return max(0.0, 1.0 - below)
