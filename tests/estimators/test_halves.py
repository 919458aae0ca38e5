import math

import numpy as np
import pytest

from infoplane.estimators.halves import HALVES, half_sample_error


def test_of_a_mean_it_is_the_standard_error_of_the_mean():
    rng = np.random.default_rng(0)
    ratios = []
    for seed in range(60):
        x = rng.standard_normal(301)  # an odd number: halves of 150
        of_mean = np.random.default_rng(seed)
        found = half_sample_error(lambda rows, x=x: x[rows].mean(), 301, of_mean)
        ratios.append(found / (x.std(ddof=1) / math.sqrt(301)))
    # each known to 1 / sqrt(18) = 24 %, sixty of them to 3 %; the mean of a root is 3 % low
    assert abs(np.mean(np.square(ratios)) - 1) < 4 * 0.47 / math.sqrt(60)
    assert 0.15 < np.std(ratios) < 0.35


def test_rows_of_a_half_are_different_and_sorted():
    seen = []
    half_sample_error(lambda rows: seen.append(rows) or 0.0, 11, np.random.default_rng(1))
    assert len(seen) == HALVES
    for rows in seen:
        assert len(rows) == 5
        assert (np.diff(rows) > 0).all()


def test_every_class_has_the_rows_it_needs():
    labels = np.r_[np.zeros(96, int), [1, 1, 1, 1]]
    counts = []

    def value(rows):
        counts.append((labels[rows] == 1).sum())
        return float(len(rows))

    found = half_sample_error(value, 100, np.random.default_rng(2), labels=labels, least=4)
    assert found == 0.0  # all halves have 50 rows
    assert set(counts) == {4}
    few = half_sample_error(value, 100, np.random.default_rng(2), labels=labels, least=2)
    assert few == 0.0
    assert min(counts[HALVES:]) == 2 < max(counts[HALVES:])


@pytest.mark.parametrize("n", [1, 2, 7])
def test_too_few_rows_have_no_error(n):
    assert math.isnan(half_sample_error(lambda rows: 0.0, n, np.random.default_rng(0), least=4))


def test_half_the_rows_hold_what_every_class_needs():
    labels = np.array([0, 0, 0, 1, 1, 1])
    rng = np.random.default_rng(0)
    assert math.isnan(half_sample_error(lambda rows: 0.0, 6, rng, labels=labels, least=2))
    assert half_sample_error(lambda rows: 0.0, 6, rng, labels=labels, least=1) == 0.0
