import math

import numpy as np
import pytest
from scipy import integrate, stats

from infoplane.estimators import CCA
from infoplane.estimators.matched import Classes, Pairs, bias_of


def correlated(seed, n, d, rho):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, d))
    return x, rho * x + math.sqrt(1 - rho**2) * rng.standard_normal((n, d))


@pytest.mark.parametrize("rho", [0.0, 0.6, 0.95])
@pytest.mark.parametrize("d", [1, 3])
def test_pairs_have_the_information_that_is_drawn(d, rho):
    like = Pairs.like(*correlated(0, 4000, d, rho))
    truth = -0.5 * d * math.log(1 - rho**2)
    # of n rows a Gaussian's information is known to sqrt(d) rho / sqrt(n), and d / sqrt(2) n at 0
    assert abs(like.information - truth) < 4 * rho * math.sqrt(d / 4000) + 3 * d / 4000
    rng = np.random.default_rng(1)
    found = [CCA().estimate(*like.draw(rng)) for _ in range(5)]
    error = 3 * np.mean([e.std for e in found]) / math.sqrt(5)
    assert abs(np.mean([e.value for e in found]) - like.information) < error + 1e-3


def test_columns_of_a_draw_have_the_values_of_the_data():
    x, z = correlated(2, 300, 2, 0.7)
    x[:, 1] = np.exp(x[:, 1])
    a, b = Pairs.like(x, z).draw(np.random.default_rng(0))
    np.testing.assert_array_equal(np.sort(np.hstack([a, b]), 0), np.sort(np.hstack([x, z]), 0))
    # on a grid, where rounding would lose what the formula says there is, normal scores
    a, _ = Pairs.like(np.rint(x), z).draw(np.random.default_rng(0))
    assert len(np.unique(a[:, 0])) == 300


def test_chance_correlations_are_no_information():
    # 20 + 20 columns of 200 rows: canonical correlations near .6 by chance alone, 1.1 nats
    x, z = correlated(3, 200, 20, 0.0)
    assert CCA(corrected=False).estimate(x, z).value > 1
    assert Pairs.like(x, z).information < 0.1


def test_more_columns_than_rows_and_copies_of_columns():
    rng = np.random.default_rng(4)
    x, z = rng.standard_normal((20, 30)), rng.standard_normal((20, 2))
    z[:, 1] = z[:, 0]
    like = Pairs.like(x, z)
    assert math.isfinite(like.information)
    assert all(np.isfinite(a).all() for a in like.draw(rng))
    same = Pairs.like(x, x)
    assert math.isfinite(same.information)


def test_half_a_nat_is_planted():
    like = Pairs.like(*correlated(5, 500, 4, 0.0))
    assert like.planted(np.random.default_rng(0)).information == pytest.approx(0.5, abs=1e-12)


def two_classes(shift):
    """I between two equal normal classes `shift` apart and their names, by quadrature."""

    def gap(v):
        p, q = stats.norm.pdf(v), stats.norm.pdf(v - shift)
        return p * math.log(2 * p / (p + q)) if p else 0.0

    return integrate.quad(gap, -12, 12 + shift, limit=200)[0]


@pytest.mark.parametrize("shift", [0.0, 1.0, 3.0])
def test_classes_have_the_information_of_their_distance(shift):
    rng = np.random.default_rng(6)
    y = rng.integers(0, 2, 5000)
    x = rng.standard_normal((5000, 3))
    x[:, 1] += shift * y
    like = Classes.like(x, y)
    # a hundredth of a nat for the chance of 5000 rows, and what drawing tails in does to classes
    assert abs(like.information - two_classes(shift)) < 0.06
    a, labels = like.draw(rng)
    assert a.shape == x.shape
    np.testing.assert_array_equal(labels, y)


def test_half_the_entropy_is_planted():
    y = np.repeat([3, 5, 9], [200, 100, 50])
    x = np.random.default_rng(7).standard_normal((350, 6))
    like = Classes.like(x, y)
    share = np.array([200, 100, 50]) / 350
    planted = like.planted(np.random.default_rng(0))
    # to the thousandth at which the search for the distance stops
    assert planted.information == pytest.approx(-(share * np.log(share)).sum() / 2, abs=2e-3)
    assert like.information < 0.03


def test_heavy_tails_hide_no_classes():
    rng = np.random.default_rng(8)
    y = rng.integers(0, 2, 2000)
    x = rng.standard_t(2, (2000, 1)) + 6 * y[:, None]
    assert Classes.like(x, y).information > 0.4


def test_the_bias_is_that_of_the_estimator():
    like = Pairs.like(*correlated(9, 100, 1, 0.5))
    found = bias_of(lambda x, z: like.information + 0.25, like, 4, np.random.default_rng(0))
    assert found.value == pytest.approx(0.25)
    assert (found.spread, found.draws) == (pytest.approx(0), 4)
