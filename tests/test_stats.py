"""Intervals over seeds."""

import numpy as np
import pandas as pd
import pytest

from infoplane.errors import InputError
from infoplane.stats import ends, mean_interval, mean_of, over_seeds


def test_intervals_cover_the_mean_as_often_as_they_say():
    rng = np.random.default_rng(0)
    covered = 0
    for _ in range(2000):
        _, low, high = mean_interval(rng.normal(3.0, 2.0, size=5))
        covered += low <= 3.0 <= high
    # binomial with p = .95: three standard errors of 2000 trials are .0146
    assert abs(covered / 2000 - 0.95) < 0.0146


def test_curves_are_columns():
    curves = np.array([[1.0, 10.0], [3.0, 10.0]])
    mean, low, high = mean_of(curves)
    np.testing.assert_allclose(mean, [2, 10])
    assert low[0] < 2 < high[0]
    assert low[1] == high[1] == 10


def test_one_repetition_has_no_interval():
    with pytest.raises(InputError, match="1 repetitions have no interval: give at least 2 seeds"):
        mean_interval([1.0])


def test_over_seeds_takes_rows_in_any_order():
    rows = [{"rho": rho, "seed": s, "v": 10 * rho + s} for s in (2, 0, 1) for rho in (0.5, 0.1)]
    x, *bands = over_seeds(pd.DataFrame(rows), "rho", "v")
    np.testing.assert_array_equal(x, [0.1, 0.5])
    for found, known in zip(bands, mean_of(np.array([[1.0, 5], [2, 6], [3, 7]])), strict=True):
        np.testing.assert_allclose(found, known)


def test_ends_are_those_of_the_interval():
    assert ends(pd.Series([1.0, 2.0, 3.0])) == mean_interval([1.0, 2.0, 3.0])[1:]
