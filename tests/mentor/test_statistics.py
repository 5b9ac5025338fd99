"""The tests behind the patterns, held against the numbers of scipy 1.17 and statsmodels, and against luck."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_service.mentor.statistics import (
    at_least,
    crowded_chance,
    fall_chance,
    holm,
    lower_mean_chance,
    lower_than_zero_chance,
    many_of_chances,
    run_chance,
)

LOSING = np.array([-1, -1, -1, -0.5, -1, -1, 2, -1, -1, -1])
MIXED = np.array([2, -1, 2, -1, -1, 2, 2, -1, 1, 2.0])
CHANCES = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def test_a_permutation_test_gives_what_all_permutations_give():
    values = np.concatenate([LOSING, MIXED])
    inside = np.arange(20) < 10
    assert lower_mean_chance(values, inside) == pytest.approx(0.0286, abs=0.006)


def test_it_is_the_same_for_the_smaller_and_the_larger_part():
    values = np.concatenate([LOSING, MIXED, MIXED])
    inside = np.arange(30) < 10
    assert lower_mean_chance(values, inside) == pytest.approx(lower_mean_chance(-values, ~inside), abs=0.004)


def test_a_sign_test_gives_what_all_signs_give():
    values = np.array([-0.5, 0.2, -0.7, -1.2, -0.3, 0.4, -0.9, -0.1])
    assert lower_than_zero_chance(values) == pytest.approx(0.0508, abs=0.01)


def test_the_same_facts_give_the_same_answer():
    values = np.random.default_rng(3).normal(size=60)
    inside = np.arange(60) < 25
    assert lower_mean_chance(values, inside) == lower_mean_chance(values.copy(), inside.copy())
    assert lower_than_zero_chance(values) == lower_than_zero_chance(values.copy())


@pytest.mark.parametrize("inside", [np.zeros(4, bool), np.ones(4, bool)])
def test_one_bucket_alone_proves_nothing(inside):
    assert lower_mean_chance(np.array([1.0, 2, 3, 4]), inside) == 1
    assert lower_than_zero_chance(np.array([])) == 1


def test_luck_alone_is_below_a_level_as_often_as_the_level_says():
    rng = np.random.default_rng(5)
    chances = [
        lower_mean_chance(rng.exponential(size=40), np.arange(40) < 12, draws=(199,)) for _ in range(600)
    ]
    for level in (0.05, 0.2, 0.5):
        assert np.mean(np.array(chances) < level) == pytest.approx(level, abs=0.04)


def test_exact_tests_give_the_numbers_of_scipy():
    assert at_least(15, 20, 0.4) == pytest.approx(0.0016115246434562)
    assert at_least(3, 8, 0.1) == pytest.approx(0.0380917908)
    assert many_of_chances(4, np.array([0.1, 0.4, 0.5, 0.2, 0.3, 0.6])) == pytest.approx(0.09904)
    assert many_of_chances(0, np.array([0.1])) == 1


@given(CHANCES)
def test_more_events_are_never_likelier(chances):
    tails = [many_of_chances(count, np.array(chances)) for count in range(len(chances) + 2)]
    assert tails == pytest.approx(sorted(tails, reverse=True), abs=1e-12)
    assert tails[-1] == 0


CALM = [2, 3, 1, 2, 0, 3, 2, 1, 2, 4, 2, 1, 3, 2, 2, 1]
WILD = [1, 0, 9, 0, 2, 0, 12, 0, 1, 0, 10, 0, 1, 0, 2, 1]


def test_a_crowded_day_is_judged_by_the_own_scatter():
    assert crowded_chance(12, CALM) == pytest.approx(1.8314467e-06, rel=1e-4)
    assert crowded_chance(12, WILD) == pytest.approx(0.0403583, rel=1e-4)


def test_a_short_or_empty_past_proves_little():
    assert crowded_chance(50, []) == 1
    assert crowded_chance(6, [0] * 14) > 1e-4
    assert crowded_chance(0, CALM) == 1


def test_a_run_of_four_losses_is_common_at_45_percent_wins():
    assert run_chance(4, 60, 0.55) == pytest.approx(0.95, abs=0.001)
    assert run_chance(1, 3, 0.5) == pytest.approx(1 - 0.5**3)
    assert run_chance(3, 3, 0.5) == pytest.approx(0.125)
    assert run_chance(4, 3, 1.0) == 0


def test_a_fall_is_as_likely_as_the_own_results_make_it():
    results = np.array([10.0, -10.0])
    assert fall_chance(20, results, 2) == pytest.approx(0.25, abs=0.03)
    assert fall_chance(30, results, 2) == pytest.approx(0.0005, abs=0.0001)
    assert fall_chance(20, results, 2) == fall_chance(20, results.copy(), 2)


def test_holm_gives_the_numbers_of_statsmodels():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))
    assert holm([]) == ()
    assert holm([0.7, 0.9]) == (1, 1)
