"""Intervals over seeds."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from infoplane.errors import InputError
from infoplane.stats import (
    bca_ends,
    ends,
    gauss,
    holm,
    mean_interval,
    mean_of,
    networks_to_decide,
    over_seeds,
    share_interval,
)


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


def test_accelerated_ends_are_those_of_scipy():
    rng = np.random.default_rng(1)
    x = rng.exponential(size=12)
    for statistic in (np.mean, np.median, lambda a, axis: np.log(np.std(a, axis=axis))):
        found = scipy.stats.bootstrap(
            (x,), statistic, n_resamples=4999, method="BCa", rng=rng, vectorized=True
        )
        left_out = np.array([statistic(np.delete(x, i), axis=0) for i in range(12)])
        ends = bca_ends(statistic(x, axis=0), found.bootstrap_distribution, left_out)
        # SciPy interpolates between resamples: at most one of 4999 is in between.
        ordered = np.sort(found.bootstrap_distribution)
        for end, known in zip(ends, found.confidence_interval, strict=True):
            at = np.searchsorted(ordered, end, side="left"), np.searchsorted(ordered, end, "right")
            assert ordered[max(at[0] - 1, 0)] <= known <= ordered[min(at[1], 4998)]


def test_accelerated_ends_move_with_the_unit():
    rng = np.random.default_rng(2)
    resampled, left = rng.normal(size=999), rng.normal(size=8)
    low, high = bca_ends(0.1, resampled, left)
    assert bca_ends(3.2, 3 + 2 * resampled, 3 + 2 * left) == pytest.approx(
        (3 + 2 * low, 3 + 2 * high)
    )
    assert {low, high} <= set(resampled)


def test_accelerated_ends_of_what_does_not_vary_or_lies_outside():
    assert bca_ends(1.0, np.ones(10), np.ones(3)) == (1, 1)
    with pytest.raises(InputError, match="value=1000 lies outside of all 100 resamples"):
        bca_ends(1000.0, np.arange(100.0), np.array([999.0, 1001.0]))
    with pytest.raises(InputError, match="finite in all resamples"):
        bca_ends(1.0, np.array([1.0, np.nan]), np.ones(3))


def test_holm_is_bonferroni_for_the_smallest_and_nothing_for_the_largest():
    p = np.array([0.2, 0.001, 0.04, 0.03])
    found = holm(p)
    assert found == pytest.approx([0.2, 0.004, 0.09, 0.09])
    assert holm(p[::-1]) == pytest.approx(found[::-1])
    assert holm([0.4, 0.9]).tolist() == [0.8, 0.9]
    assert holm([0.6, 0.9]).tolist() == [1, 1]
    assert holm([0.03]).tolist() == [0.03]


def test_holm_rejects_a_true_null_among_many_as_seldom_as_it_says():
    rng = np.random.default_rng(3)
    # Ten true nulls that share half of their noise: any below .05 in 5 % of cases at most.
    noise = rng.normal(size=(2000, 1)) + rng.normal(size=(2000, 10))
    p = 2 * scipy.stats.norm.sf(np.abs(noise) / 2**0.5)
    assert np.mean([holm(row).min() <= 0.05 for row in p]) < 0.05 + 3 * (0.05 * 0.95 / 2000) ** 0.5


@pytest.mark.parametrize("p", [[], [0.1, -0.1], [0.1, 1.1], [np.nan], [[0.1]]])
def test_holm_takes_probabilities(p):
    with pytest.raises(InputError, match=r"pass a list of numbers in \[0, 1\]"):
        holm(p)


def test_so_many_networks_decide_and_one_fewer_does_not():
    for r in (-0.9, 0.0, 0.3, 0.79, 0.95):
        for region in ((0.8, 1.0), (-1.0, 0.4), (-0.2, 0.2)):
            n = networks_to_decide(r, region)
            for networks, decided in ((n, True), (n - 1, False)):
                if networks < 4:
                    continue
                half = 1.959964 / np.sqrt(networks - 3)
                low, high = np.tanh(np.arctanh(r) - half), np.tanh(np.arctanh(r) + half)
                low = -1 if region[0] == -1 and low < region[1] else low
                inside = region[0] <= low and (high <= region[1] or region[1] == 1)
                outside = high < region[0] or low > region[1]
                assert (inside or outside) == decided, (r, region, networks)


def test_networks_at_the_ends():
    assert networks_to_decide(0.8, (0.8, 1.0)) == np.inf
    assert networks_to_decide(1.0, (0.8, 1.0)) == 4
    assert networks_to_decide(0.3, (-1.0, 1.0)) == 4
    assert networks_to_decide(0.5, (0.8, 1.0), 0.99) > networks_to_decide(0.5, (0.8, 1.0))


@pytest.mark.parametrize(
    ("r", "region", "level"),
    [
        (1.1, (0, 1), 0.9),
        (0, (1, 0), 0.9),
        (0, (-2, 0), 0.9),
        (0, (0, 1), 1.0),
        (np.nan, (0, 1), 0.9),
    ],
)
def test_networks_of_what_is_no_correlation(r, region, level):
    with pytest.raises(InputError, match="pass -1 <= low < high <= 1"):
        networks_to_decide(r, region, level)


def test_quantiles_and_shares_are_those_of_scipy():
    for level in (0.5, 0.95, 1 - 0.05 / 40):
        values = np.random.default_rng(4).normal(size=7)
        known = scipy.stats.t.interval(
            level, 6, values.mean(), values.std(ddof=1) / math.sqrt(len(values))
        )
        assert mean_interval(values, level)[1:] == pytest.approx(known, rel=1e-14)
        assert gauss(0.5 + level / 2) == scipy.stats.norm.ppf(0.5 + level / 2)
        for count, n in itertools.chain(
            *([(0, n), (1, n), (n // 3, n), (n - 1, n), (n, n)] for n in (1, 2, 5, 400))
        ):
            share, *ends = share_interval(count, n, level)
            known = scipy.stats.binomtest(count, n).proportion_ci(level)
            assert share == count / n
            # scipy looks for its ends by steps of down to 2e-12
            assert ends == pytest.approx([known.low, known.high], rel=0, abs=1e-11)


def test_a_share_is_of_whole_trials():
    assert share_interval(np.int64(1), np.int64(3)) == share_interval(1, 3)
    with pytest.raises(TypeError, match="float"):
        share_interval(1.5, 3)
    for count, n in ((-1, 3), (4, 3), (0, 0)):
        with pytest.raises(InputError, match=f"count={count} of n={n}"):
            share_interval(count, n)
