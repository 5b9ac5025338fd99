"""What luck alone can do: the tests behind every pattern that the mentor speaks of.

Random draws are seeded by the data themselves, so the same facts give the same answer. Written here instead
of taken from scipy: that would be 113 MB on the disk, 80 MB of memory and 2.4 s to load for these few lines,
and it has no correction by Holm. The tests compare with the numbers of scipy 1.17.

Sources: permutation and sign tests: Fisher 1935, Pitman 1937, Janssen 1997; stopping early: Besag and
Clifford 1991; correction over buckets: Holm 1979; over repeated looks: Bonferroni; overdispersed counts:
negative binomial by moments.
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

STAGES = (60, 1_940, 58_000)
"""How many draws are made in turn: sixty thousand only where the first ones speak of no luck."""
ENOUGH = 4
"""So many draws as extreme as the truth end the drawing: it may be luck."""
BEYOND = 5.0
"""So many standard deviations below all draws end it too: the tail of the normal law is told instead."""
SKEW_ERROR = 0.1
"""By so much the skew of the draws may be worse than it looks; a skew makes the tail heavier."""
LEAST_CELLS = 2
MANY_DRAWS = 1_000
FARTHEST = 8.0
_AT_ONCE = 1_000_000


def lower_mean_chance(
    means: Floats, inside: Flags, counts: Floats | None = None, draws: Sequence[int] = STAGES
) -> float:
    """Return how likely luck makes the mean of the cells inside as low as it is, by permutation.

    `counts` is how many observations each mean is made of. What changes places is how far each lies from the
    mean of all, times the root of its count: so much of one and of many observations scatters alike. The
    difference is measured by the scatter of both sides, so that a bucket that only scatters more isn't low.
    """
    shuffles = _shuffles(means, inside, counts)
    if shuffles is None:
        return 1.0
    return _drawn(shuffles, shuffles.truth, _seed(means, inside), draws)


def distance(means: Floats, inside: Flags, counts: Floats | None = None) -> float:
    """Return how many standard errors the mean inside lies above the one outside (negative: below)."""
    shuffles = _shuffles(means, inside, counts)
    return 0.0 if shuffles is None else shuffles.truth


def _shuffles(means: Floats, inside: Flags, counts: Floats | None) -> _Shuffles | None:
    if not LEAST_CELLS <= int(inside.sum()) <= means.size - LEAST_CELLS:
        return None
    weights = np.ones(means.size) if counts is None else counts
    off = (means - float((means * weights).sum() / weights.sum())) * np.sqrt(weights)
    return _Shuffles(off, np.sqrt(weights), inside)


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


class _Shuffles:
    """How far the mean inside lies from the one outside, in their own scatter, for any order of the values.

    Measured so, the permutation test stays true when both sides scatter differently (Janssen 1997).
    """

    def __init__(self, values: Floats, roots: Floats, inside: Flags) -> None:
        self.width = values.size
        self._values = values.astype(np.float32)
        self._inside = inside.astype(np.float32)
        self._pulls = np.stack([roots * inside, roots, inside], axis=1).astype(np.float32)
        self._weights = np.array([(roots[inside] ** 2).sum(), (roots[~inside] ** 2).sum()])
        self._sizes = np.array([inside.sum(), (~inside).sum()], dtype=np.float64)
        self._total, self._squares = float(values.sum()), float((values**2).sum())
        self.truth = float(self.measured(self._values[np.newaxis])[0])

    def sums(self, rng: np.random.Generator, count: int) -> Floats:
        orders = np.broadcast_to(self._values, (count, self.width)).copy()
        rng.permuted(orders, axis=1, out=orders)
        return self.measured(orders)

    def measured(self, orders: NDArray[np.float32]) -> Floats:
        pulled, both, own = (orders @ self._pulls).astype(np.float64).T
        squares = (orders**2 @ self._inside).astype(np.float64)
        (heavy, light), (size, rest) = self._weights, self._sizes
        scatter = (squares - own**2 / size) / (size - 1) / heavy
        scatter += (self._squares - squares - (self._total - own) ** 2 / rest) / (rest - 1) / light
        measured: Floats = (pulled / heavy - (both - pulled) / light) / np.sqrt(np.maximum(scatter, 1e-12))
        return measured


class _Signs:
    """Sums of the values with random signs."""

    def __init__(self, values: Floats) -> None:
        self._values = values
        self.width = values.size

    def sums(self, rng: np.random.Generator, count: int) -> Floats:
        flips = rng.integers(0, 2, size=(count, self.width), dtype=np.int8)
        signed: Floats = (flips * 2.0 - 1.0) @ self._values
        return signed


def _drawn(
    kind: _Shuffles | _Signs, truth: float, seed: int, draws: Sequence[int], enough: int = ENOUGH
) -> float:
    rng = np.random.default_rng(seed)
    # A draw that is the truth itself, summed in another order, counts as extreme.
    limit = truth + 1e-4 * max(1.0, abs(truth))
    drawn = extreme = 0
    for wanted in draws:
        left = wanted
        while left and extreme < enough:
            now = min(left, max(1, _AT_ONCE // kind.width))
            sums = kind.sums(rng, now)
            extreme += int((sums <= limit).sum())
            drawn += now
            left -= now
        if extreme >= enough:
            break
        tail = _far_tail(sums, limit)
        if not extreme and tail < 1 / (drawn + 1):
            return tail
    return (extreme + 1) / (drawn + 1)


def _far_tail(sums: Floats, limit: float) -> float:
    scatter = float(sums.std())
    if scatter <= 0 or sums.size < MANY_DRAWS:
        return 1.0
    steps = (sums - sums.mean()) / scatter
    far = min(FARTHEST, (float(sums.mean()) - limit) / scatter)
    if far < BEYOND:
        return 1.0
    heavier = max(0.0, SKEW_ERROR - float((steps**3).mean()))
    return min(1.0, math.erfc(far / math.sqrt(2)) / 2 * math.exp(heavier * far**3 / 6))


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
