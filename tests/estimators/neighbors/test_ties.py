import itertools
import math

import numpy as np
import pytest
from scipy.special import digamma
from scipy.stats import norm

from infoplane.estimators import KSG, Ross
from infoplane.estimators.neighbors.balls import Balls
from infoplane.estimators.neighbors.ksg import _counted
from infoplane.estimators.neighbors.ross import _terms
from infoplane.estimators.neighbors.ties import (
    Shell,
    mean_digamma,
    mean_digamma_in_order,
    tied,
    tolerance,
)


def slow_ksg(x, z, k, place):
    """Eq. 8 of Kraskov et al. where every value was moved within its cell, to `place` (n, 2)."""
    moved = [np.abs((a + p)[:, None] - (a + p)[None]) for a, p in zip((x, z), place.T, strict=True)]
    joint = np.maximum(*moved)
    eps = np.partition(joint, k, axis=1)[:, k]
    return sum(digamma((d < eps[:, None]).sum(axis=1)) for d in moved)


def truth_of(q, rho):
    """I of two correlated normal columns, rounded to multiples of q: by summation over cells."""
    m = math.ceil(6 / q)
    edges = (np.arange(-m, m + 2) - 0.5) * q
    # the first column in parts of a cell, given each of which the second is normal
    parts = np.linspace(-(m + 0.5) * q, (m + 0.5) * q, 20 * (2 * m + 1) + 1)
    middle, width = (parts[1:] + parts[:-1]) / 2, math.sqrt(1 - rho**2)
    below = norm.cdf((edges[None] - rho * middle[:, None]) / width)
    cells = np.diff(below, axis=1) * np.diff(norm.cdf(parts))[:, None]
    p = cells.reshape(2 * m + 1, 20, -1).sum(axis=1)
    both = p.sum(axis=1)[:, None] * p.sum(axis=0)
    return float((p[p > 1e-15] * np.log(p[p > 1e-15] / both[p > 1e-15])).sum())


def rounded(seed, n, q, rho):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(n)
    z = rho * x + math.sqrt(1 - rho**2) * rng.standard_normal(n)
    return np.round(x / q) * q, np.round(z / q) * q


def mean_and_error(estimator, draw, seeds=12):
    values = np.array([estimator.estimate(*draw(seed)).value for seed in range(seeds)])
    return values.mean(), values.std(ddof=1), values.std(ddof=1) / math.sqrt(seeds)


def test_the_mean_over_orders_is_that_of_all_orders():
    # 3 of one kind and 2 of another, all orders: how many of the latter stand before number j?
    kinds = [0, 0, 0, 1, 1]
    orders = list(itertools.permutations(kinds))
    for j, first in itertools.product((1, 2, 3), (3, 5)):
        before = []
        for order in orders:
            place = [i for i, kind in enumerate(order) if kind == 0][j - 1]
            before.append(sum(order[:place]))
        mean = np.mean(digamma(first + np.array(before)))
        found = mean_digamma_in_order(*(np.array([v]) for v in (first, 2, j, 3)))
        assert found[0] == pytest.approx(mean, abs=1e-12)


@pytest.mark.parametrize("others", [0, 7, 5000])
def test_a_shell_that_holds_all_is_the_estimator_of_gao(others):
    # psi(k) less this is psi of those tied, the row included, less psi of all in reach.
    found = mean_digamma_in_order(*(np.array([v]) for v in (4, others, 4, 30)))
    assert digamma(4) - found[0] == pytest.approx(digamma(31) - digamma(31 + others), abs=1e-9)


def test_without_ties_the_count_is_that_of_those_strictly_nearer():
    one, zero = np.array([1, 1]), np.array([0, 0])
    shell = Shell(one, one, zero)
    # the k-th neighbour at the boundary in x, or in z
    for at in (one, zero):
        found = mean_digamma(np.array([3, 40]), at, zero, shell)
        np.testing.assert_allclose(found, digamma([3, 40]), rtol=1e-13)


def test_the_mean_over_places_is_that_of_values_moved_within_their_cells():
    # Whole numbers, few enough for every kind of shell: atoms, thin shells, both sides at once.
    rng = np.random.default_rng(0)
    n, k = 120, 3
    x, z = rng.poisson(4, n).astype(float), rng.integers(0, 12, n).astype(float)
    moves = rng.random((1500, n, 2)) - 0.5
    terms = np.array([slow_ksg(x, z, k, move) for move in moves])
    found = sum(_counted(x[:, None], z[:, None], k, 1e-9, "cpu"))
    # per row: a place in a cell is no place in a shell exactly, which is .1 of a row's term
    assert np.abs(found - terms.mean(axis=0)).mean() < 0.1
    error = terms.mean(axis=1).std(ddof=1) / math.sqrt(len(moves))
    # over the rows: to the second order of the mean, .03 of a nat
    assert abs(found.mean() - terms.mean()) < 3 * error + 0.03


@pytest.mark.parametrize("q", [0.05, 0.3, 1.0])
@pytest.mark.parametrize("rho", [0.0, 0.9])
def test_ksg_of_rounded_columns(q, rho):
    value, spread, error = mean_and_error(
        KSG(errors=None), lambda seed: rounded([7, seed], 400, q, rho)
    )
    # within one sample's spread at any rounding, and of three standard errors beyond
    assert abs(value - truth_of(q, rho)) < spread + 3 * error


@pytest.mark.parametrize(
    ("draw", "columns"),
    [
        (lambda rng, shape: rng.integers(1, 6, shape), 4),  # marks
        (lambda rng, shape: rng.poisson(50, shape), 1),  # counts
        (lambda rng, shape: rng.integers(0, 2, shape), 20),  # genotypes, indicators
        (lambda rng, shape: np.sign(rng.standard_normal(shape)), 8),  # units
        (lambda rng, shape: np.round(rng.standard_normal(shape), 1), 2),  # decimals
        (lambda rng, shape: np.maximum(rng.standard_normal(shape), 0), 2),  # zero-inflated
    ],
)
def test_independent_columns_on_a_grid_have_nothing(draw, columns):
    def pair(seed):
        rng = np.random.default_rng([1, seed])
        return tuple(draw(rng, (300, columns)).astype(float) for _ in range(2))

    def labelled(seed):
        rng = np.random.default_rng([2, seed])
        return draw(rng, (300, columns)), rng.integers(0, 3, 300)

    for estimator, draws in ((KSG(errors=None), pair), (Ross(errors=None), labelled)):
        value, _, error = mean_and_error(estimator, draws)
        assert abs(value) < 3.5 * error + 0.01


@pytest.mark.parametrize("q", [0.02, 0.3, 1.0])
def test_ross_of_rounded_columns(q):
    edges = (np.arange(-math.ceil(7 / q), math.ceil(9 / q)) - 0.5) * q
    p = [np.diff(norm.cdf(edges - shift)) for shift in (0, 2)]
    mean = (p[0] + p[1]) / 2
    truth = sum(float((c[c > 0] * np.log(c[c > 0] / mean[c > 0])).sum()) for c in p) / 2

    def draw(seed):
        rng = np.random.default_rng([3, seed])
        y = rng.integers(0, 2, 500)
        return np.round((rng.standard_normal(500) + 2 * y) / q) * q, y

    value, _, error = mean_and_error(Ross(errors=None), draw)
    assert abs(value - truth) < 3.5 * error


def test_ross_of_zeros_and_a_density():
    # zero with probability .7 or .3, else normal around the label
    grid = np.linspace(-9, 10, 20_001)
    density = [0.3 * norm.pdf(grid), 0.7 * norm.pdf(grid - 1)]
    zero, mean = (0.7, 0.3), (density[0] + density[1]) / 2
    truth = sum(
        0.5 * np.trapezoid(f * np.log(f / mean), grid) + 0.5 * p0 * math.log(p0 / 0.5)
        for f, p0 in zip(density, zero, strict=True)
    )

    def draw(seed):
        rng = np.random.default_rng([4, seed])
        y = rng.integers(0, 2, 500)
        return np.where(rng.random(500) < np.take(zero, y), 0, rng.standard_normal(500) + y), y

    value, _, error = mean_and_error(Ross(errors=None), draw)
    # digamma of small counts at the atom's edge is worth a hundredth of a nat
    assert abs(value - truth) < 3.5 * error + 0.01


def flowers():
    """150 rows of decimals in four columns, three labels: the shape of Fisher's measurements."""
    from sklearn.datasets import load_iris

    return load_iris(return_X_y=True)


def test_flowers_have_no_more_than_their_names():
    x, y = flowers()
    e = Ross(errors=None).estimate(x, y)
    assert 0.9 < e.value < math.log(3)  # a tree of depth 3 names 97 of 100
    rng = np.random.default_rng(0)
    nothing = [Ross(errors=None).estimate(x, rng.permutation(y)).value for _ in range(20)]
    assert abs(np.mean(nothing)) < 3.5 * np.std(nothing, ddof=1) / math.sqrt(20)


def test_neither_order_nor_units_decide_ties():
    x, y = flowers()
    want = (
        Ross(errors=None).estimate(x, y).value,
        KSG(errors=None).estimate(x[:, :2], x[:, 2:]).value,
    )
    rows = np.random.default_rng(0).permutation(150)
    for a, b in (
        (np.asfortranarray(x), y),
        (3 * x, y),
        (x[:, [1, 0, 3, 2]], y),
        (x[rows], y[rows]),
        (x.astype(np.float32), y),
        (x / 7 + 1, y),
    ):
        found = (
            Ross(errors=None).estimate(a, b).value,
            KSG(errors=None).estimate(a[:, :2], a[:, 2:]).value,
        )
        assert found == pytest.approx(want, abs=1e-12)


def test_bits_whose_distances_are_all_equal_tell_nothing():
    rng = np.random.default_rng(0)
    bits, y = rng.integers(0, 2, (500, 20)), rng.integers(0, 2, 500)
    # every other row is at distance 1, so that no neighbour is nearer than any other
    assert Ross(margins="raw", errors=None).estimate(bits, y).value == pytest.approx(0, abs=1e-9)
    other = rng.integers(0, 2, (500, 20))
    assert abs(KSG(margins="raw", errors=None).estimate(bits, other).value) < 0.01


def called_tied(a, eps, within):
    return set(tied(Balls(a).count_around(eps, 2 * within)[1], eps, within))


@pytest.mark.parametrize("columns", [1, 3, 12])
def test_rows_are_called_tied_where_a_loop_says_so(columns):
    rng = np.random.default_rng(columns)
    a = np.round(rng.standard_normal((80, columns)), 1)
    a[:40] = rng.standard_normal((40, columns))  # half of them lie on no grid
    distance = np.abs(a[:, None] - a[None]).max(axis=2)
    eps = np.sort(distance, axis=1)[:, 3]
    within = tolerance(a, "raw")
    shells = (np.abs(distance - eps[:, None]) <= within).sum(axis=1)
    assert set(np.flatnonzero(shells > 1)) <= called_tied(a, eps, within)
    plain = rng.standard_normal((80, columns))
    eps = np.sort(np.abs(plain[:, None] - plain[None]).max(axis=2), axis=1)[:, 3]
    assert not called_tied(plain, eps, tolerance(plain, "raw"))


def test_terms_without_ties_are_those_of_the_formula():
    rng = np.random.default_rng(5)
    x, y = rng.standard_normal((90, 2)), np.arange(90) % 3
    distance = np.abs(x[:, None] - x[None]).max(axis=2)
    same = y[:, None] == y
    eps = np.sort(np.where(same, distance, np.inf), axis=1)[:, 3]
    nearer = (distance < eps[:, None]).sum(axis=1)
    want = digamma(90) + digamma(3) - digamma(30) - digamma(nearer)
    np.testing.assert_allclose(_terms(x, y, 3, 1e-15), want, rtol=1e-13)


def test_roundings_are_of_the_precision_the_values_have():
    decimals = np.array([[0.1], [0.2], [0.7]])
    single = tolerance(decimals.astype(np.float32).astype(float), "raw")
    assert tolerance(decimals, "raw") < 1e-15 < 1e-8 < single < 1e-6
    # whole numbers are exact, however large, and their neighbours are no ties
    assert tolerance(np.array([[1.0], [2.0**23]]), "raw") < 1e-8
    # in units of their spread, of whatever size; far from zero they have fewer digits left
    small, far = tolerance(1e-200 * decimals, "standardized"), decimals + 1e6
    assert small == pytest.approx(tolerance(decimals, "standardized"))
    assert tolerance(far, "standardized") > 1e5 * small


@pytest.mark.parametrize("margins", ["asinh", "normal-scores"])
def test_ties_stay_ties_after_every_map(margins):
    rng = np.random.default_rng(7)
    x, z = np.round(rng.standard_normal((2, 400)), 1)
    ksg = KSG(margins=margins, errors=None)
    plain = ksg.estimate(x, z).value
    # units round anew and decide no tie: 3 is no power of two, and single precision has less
    for other in (3 * x, x.astype(np.float32), x + 1e3):
        assert ksg.estimate(other, z).value == pytest.approx(plain, abs=1e-9)
    assert abs(plain) < 0.15  # four standard errors at independence, about 0.04 each
    y = rng.integers(0, 2, 400)
    assert abs(Ross(margins=margins, errors=None).estimate(x, y).value) < 0.15


def test_asinh_passes_a_rounding_on_by_its_slope():
    a = np.random.default_rng(8).standard_normal((500, 1))
    a[0] = 1e12  # whose own rounding, 1e-4, its slope there makes 1e-16
    assert tolerance(a, "asinh") < 1e-13  # some roundings of asinh(1e12) = 28
    assert tolerance(a, "normal-scores") < 1e-14
    assert tolerance(a + 1e9, "asinh") > 1e-7  # digits that the shift has taken
