"""When a difference between buckets is proved."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from bot_service.mentor.proof import LEVEL, Cell, Contrast, lowest
from bot_service.mentor.thresholds import PATTERN_DAYS, PROOF_CHANCE


def cells(seed, shift=0.0, newer_shift=None, count=240, buckets="abcd"):
    """Return results in time: mostly -1 and +1.5 R; those of the first bucket are shifted."""
    rng = np.random.default_rng(seed)
    made = []
    for place in range(count):
        name = buckets[place % len(buckets)]
        moved = shift if newer_shift is None or place < count // 2 else newer_shift
        value = rng.choice([-1.0, 1.5], p=[0.6, 0.4]) + (moved if name == buckets[0] else 0)
        made.append(Cell(name, float(value)))
    return made


def test_a_bucket_that_is_far_worse_is_found():
    found = lowest(cells(1, -0.9), least=30, total=60)
    assert isinstance(found, Contrast)
    assert (found.bucket, found.inside, found.outside) == ("a", 60, 180)
    assert found.mean_inside < -0.5 < found.mean_outside


def test_luck_is_hardly_ever_called_a_pattern():
    assert sum(lowest(cells(seed), least=30, total=60) is not None for seed in range(150)) == 0


def test_what_has_ended_is_no_pattern_any_more():
    ended = [lowest(cells(seed, -2.0, newer_shift=0.0), least=30, total=60) for seed in range(20)]
    lasting = [lowest(cells(seed, -2.0, newer_shift=-1.5), least=30, total=60) for seed in range(5)]
    assert sum(one is not None for one in ended) <= 3
    assert None not in lasting


@pytest.mark.parametrize(("least", "total"), [(61, 60), (30, 241)])
def test_below_the_floors_nothing_is_said(least, total):
    assert lowest(cells(1, -0.9), least=least, total=total) is None


def test_the_rest_must_be_large_enough_too():
    both = cells(1, -1.5, count=100, buckets="ab")
    few_others = [cell for place, cell in enumerate(both) if cell.bucket == "a" or place < 40]
    assert lowest(both, least=30, total=60) is not None
    assert lowest(few_others, least=30, total=60) is None


def test_the_means_are_those_of_the_observations_not_of_the_cells():
    weighted = [Cell(cell.bucket, cell.value, 3 if cell.value < -1 else 1) for cell in cells(1, -0.9)]
    found = lowest(weighted, least=30, total=60)
    inside = [cell for cell in weighted if cell.bucket == "a"]
    total = sum(cell.count for cell in inside)
    assert found.inside == total
    assert found.mean_inside == pytest.approx(sum(cell.value * cell.count for cell in inside) / total)


def year_of_looks(level, years=200_000):
    """Return how often luck passes a level in any of a year's weekly looks at the last 180 days."""
    weeks, span = 52, PATTERN_DAYS // 7 + 1
    limit = NormalDist().inv_cdf(1 - level)
    steps = np.random.default_rng(3).standard_normal((years, span + weeks), dtype=np.float32)
    sums = np.cumsum(steps, axis=1)
    highest = (sums[:, span:] - sums[:, :weeks]).max(axis=1) / np.sqrt(span)
    return float((highest > limit).mean())


@pytest.mark.parametrize("share", [1, 2, 9], ids=["one test", "both ways", "nine buckets"])
def test_a_year_of_weekly_looks_at_luck_is_wrong_less_often_than_the_table_says(share):
    assert 0.4 * PROOF_CHANCE < share * year_of_looks(LEVEL / share) < PROOF_CHANCE
