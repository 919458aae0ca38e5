"""Weights of neighbours: their conditions, their variance, and sums of logarithms with them."""

import math

import numpy as np
import pytest
from scipy import stats
from scipy.special import gammaln, polygamma

from infoplane.estimators.density import weighted
from infoplane.estimators.density.weighted import chosen_neighbours, weights


def standard(rows):
    return (rows - rows.mean(axis=0)) / rows.std(axis=0)


@pytest.mark.parametrize(("k", "d", "cancelled"), [(1, 1, 0), (7, 3, 0), (9, 4, 1), (40, 12, 3)])
def test_weights_satisfy_their_conditions(k, d, cancelled):
    w, variance = weights(k, d, cancelled)
    j = np.arange(1, k + 1)
    assert w.sum() == pytest.approx(1, abs=1e-9)
    for order in range(1, cancelled + 1):
        ratio = np.exp(gammaln(j + 2 * order / d) - gammaln(j))
        # Terms of the size of |w| * ratio cancel; float64 leaves 1e-16 of each, and solving for
        # w the condition number of the conditions more, 1e4 here.
        assert abs(w @ ratio) < 1e-11 * (np.abs(w) @ ratio)
    covariance = polygamma(1, np.maximum.outer(j, j))
    assert variance == pytest.approx(w @ covariance @ w, rel=1e-6)
    if cancelled == 0:
        assert np.flatnonzero(w).tolist() == [k - 1]


@pytest.mark.parametrize(("k", "d", "cancelled"), [(5, 2, 0), (12, 4, 1), (30, 9, 2)])
def test_no_other_weights_have_less_variance(k, d, cancelled):
    w, variance = weights(k, d, cancelled)
    j = np.arange(1, k + 1)
    orders = np.arange(cancelled + 1)[:, None]
    conditions = np.exp(gammaln(j + 2 * orders / d) - gammaln(j))
    # Any other solution differs by something the conditions do not see; at the minimum the
    # variance does not change to first order along it, and grows to second.
    _, _, right = np.linalg.svd(conditions)
    covariance = polygamma(1, np.maximum.outer(j, j))
    slopes = right[cancelled + 1 :] @ covariance @ w
    assert np.abs(slopes).max() < 1e-9 * np.linalg.norm(w)
    assert variance > 0


def test_norm_of_the_weights_stays_bounded():
    for d, cancelled in ((4, 1), (8, 2), (16, 4)):
        norms = [np.linalg.norm(weights(k, d, cancelled)[0]) for k in (20, 80, 320)]
        assert norms == sorted(norms, reverse=True)


@pytest.mark.parametrize("n", [5, 40, 1000, 100_000])
@pytest.mark.parametrize("d", [1, 3, 4, 8, 20])
def test_default_neighbours_follow_their_rule(n, d):
    k, cancelled = chosen_neighbours(n, d)
    most = max(1, math.isqrt(n))
    assert 1 <= k <= most
    assert 0 <= cancelled <= min(d // 4, k - 1)
    enough = weights(k, d, cancelled)[1] <= d / 8
    # The fewest that suffice; and another cancelled term would need too many.
    assert enough or (k, cancelled) == (most, 0)
    if enough and k > cancelled + 1:
        assert weights(k - 1, d, cancelled)[1] > d / 8
    if cancelled < min(d // 4, most - 1):
        assert weights(most, d, cancelled + 1)[1] > d / 8


def test_all_pairs_agree_with_trees(monkeypatch):
    rows = standard(np.random.default_rng(1).normal(size=(200, 4)))
    w, _ = weights(9, 4, 1)
    used = np.arange(1, 10)
    tree = weighted._weighted_logs(rows, used, w, "cpu")
    monkeypatch.setattr(weighted, "CPU_ELEMENTS", 7 * 200)  # several chunks
    np.testing.assert_allclose(weighted._weighted_logs(rows, used, w, "cpu"), tree, atol=1e-12)
    monkeypatch.setattr(weighted, "TREE_COLUMNS", 0)
    np.testing.assert_allclose(weighted._weighted_logs(rows, used, w, "cpu"), tree, atol=1e-12)


def test_weights_cancel_the_first_term_of_the_bias():
    # Where a ball of radius r has the mass r^4 (1 + r^2), the j-th neighbour's mass is
    # Gamma(j) / n, and its estimate is off by -E log(1 + r^2), of the order n^(-2/4).
    radius = np.geomspace(1e-5, 10, 40_001)
    log_mass = 4 * np.log(radius) + np.log1p(radius**2)
    share = (np.arange(2000) + 0.5) / 2000

    def bias(n, w):
        per_neighbour = [
            -np.log1p(
                np.interp(np.log(stats.gamma.ppf(share, j) / n), log_mass, radius) ** 2
            ).mean()
            for j in range(1, len(w) + 1)
        ]
        return w @ per_neighbour

    for cancelled, order in ((0, 1), (1, 2)):
        w, _ = weights(10, 4, cancelled)
        # 16 times the rows: a factor of 4 or 16, up to the next order, (10 / n)^(1/2).
        factor = bias(10**5, w) / bias(16 * 10**5, w)
        assert factor == pytest.approx(4**order, rel=0.05)


@pytest.mark.parametrize(("n", "d"), [(1_000, 4), (10_000, 4), (10_000, 8), (10_000, 2)])
def test_fewest_neighbours_within_a_standard_error(n, d):
    k, cancelled = chosen_neighbours(n, d, 0.05)
    assert cancelled == d // 4
    assert weights(k, d, cancelled)[1] <= n * 0.05**2
    if k > cancelled + 1:
        assert weights(k - 1, d, cancelled)[1] > n * 0.05**2
    assert k < chosen_neighbours(n, d)[0] or chosen_neighbours(n, d)[1] < d // 4


def test_too_few_rows_for_a_standard_error_cancel_less():
    assert chosen_neighbours(300, 8, 0.05)[1] < 2
