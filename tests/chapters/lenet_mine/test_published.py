"""Published formulas: the mended one is the information, the published one is not bounded by it."""

import math

import numpy as np
import pytest
from scipy.special import softmax

from infoplane.chapters.lenet_mine.published import (
    BINS,
    CENTRES,
    published_information,
    soft_entropy,
    soft_information,
)
from infoplane.estimators.noise.exact import information_with_noise


def apart(n, d):
    """Rows that each noise keeps apart: units from 1 on, each the double of the one before."""
    return np.exp2(np.arange(n))[:, None] * (1 + np.arange(d) / d)


def overlapping(n, d, seed=0):
    return 1 + 0.3 * np.random.default_rng(seed).random((n, d))


def softplus_layer(n, d, seed=0):
    """Units behind a softplus: positive, most of them small."""
    x = np.random.default_rng(seed).standard_normal((n, d)) - 2
    return np.logaddexp(0, x)


@pytest.mark.parametrize("d", [1, 2])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_mended_formula_is_the_information_of_rows_far_apart(d, sign):
    """log N, up to the draws of h(T|X), whose d N squares have the variance 2: sqrt(d / 2 N)."""
    n = 64
    found = published_information(sign * apart(n, d), 0.01, seed=3)
    assert abs(found["covariance"] - math.log(n)) < 4 * math.sqrt(d / 2 / n)
    exact = information_with_noise(sign * apart(n, d), 0.01, noise="multiplicative").value
    assert exact == pytest.approx(math.log(n), abs=1e-6)


@pytest.mark.parametrize("d", [1, 2])
def test_the_mended_formula_is_the_information_where_rows_overlap(d):
    t, sigma, seeds = overlapping(300, d), 0.1, range(12)
    exact = information_with_noise(t, sigma, noise="multiplicative", samples=30_000)
    found = np.array([published_information(t, sigma, seed=s)["covariance"] for s in seeds])
    error = math.hypot(found.std(ddof=1) / math.sqrt(len(found)), exact.std)
    assert 0.1 < exact.value < math.log(300) - 1  # there is something to agree on
    # Student's t with 11 degrees of freedom: beyond 4 in two of a thousand
    assert abs(found.mean() - exact.value) < 4 * error


@pytest.mark.parametrize("d", [1, 2])
def test_the_published_covariance_is_another_number(d):
    """Its variance is sigma |t| where the noise has sigma^2 t^2, 1 / (sigma |t|) times as much.

    With rows far apart under it, too, the excess over log N is of one Gaussian under another.
    """
    n, sigma = 8, 0.001
    t = apart(n, d)
    seeds = range(12)
    found = np.array([published_information(t, sigma, seed=s)["published"] for s in seeds])
    # -log N(z; t, sigma |t|) at z = t + sigma t eps, less log(sqrt(2 pi e) sigma |t|), by unit
    ratio = 1 / (sigma * t)
    excess = (0.5 * np.log(ratio) + 0.5 / ratio - 0.5).sum(axis=1).mean()
    assert math.sqrt(sigma) < 0.04  # the width at 1, whose nearest row is at 2
    error = found.std(ddof=1) / math.sqrt(len(found))
    assert abs(found.mean() - math.log(n) - excess) < 4 * error + 1e-9
    assert found.mean() > math.log(n) + 1


def test_the_published_formula_exceeds_the_ceiling_for_a_layer_of_many_units():
    t = softplus_layer(200, 100)
    found = published_information(t, 0.25)
    assert found["published"] > 5 * math.log(200)
    # 100 units draw h(T|X): a standard error of sqrt(100 / 2 / 200)
    assert found["covariance"] < math.log(200) + 4 * math.sqrt(100 / 2 / 200)


def test_rows_that_are_no_centre_are_more_than_the_ceiling_allows():
    """Beyond CENTRES, draws of rows far from all centres have no density."""
    few, more = overlapping(CENTRES, 2), overlapping(2 * CENTRES, 2)
    assert published_information(few, 0.2)["covariance"] < math.log(CENTRES)
    far = more.copy()
    far[CENTRES:] += 100
    exact = information_with_noise(far, 0.01, noise="multiplicative", samples=2000).value
    assert exact < math.log(2 * CENTRES) < published_information(far, 0.01)["covariance"]


def test_draws_follow_the_seed():
    t = overlapping(50, 3)
    assert published_information(t, 0.1, seed=1) == published_information(t, 0.1, seed=1)
    assert published_information(t, 0.1, seed=1) != published_information(t, 0.1, seed=2)


def layer(n=400, d=20, seed=0):
    return np.random.default_rng(seed).standard_normal((n, d))


@pytest.mark.parametrize("d", [1, 2, 20, 500])
@pytest.mark.parametrize("n", [1, 2, 100])
def test_soft_entropy_is_a_share(n, d):
    for t in (layer(n, d), abs(layer(n, d)), 1e6 + layer(n, d), np.ones((n, d))):
        assert 0 < soft_entropy(t) <= 1 + 1e-12
        assert 0 < soft_entropy(t, bins=2) <= 1 + 1e-12


def test_soft_entropy_by_hand():
    """One unit: the sphere has the points -1 and 1, of which a row on 1 takes e^c to e^-c."""
    points = np.sign(np.random.default_rng(0).standard_normal((BINS, 1)))
    shares = softmax(points[:, 0] * math.sqrt(2 * math.log(BINS)))
    expected = -(shares * np.log(shares)).sum() / math.log(BINS)
    assert soft_entropy(np.full((5, 1), 3.0)) == pytest.approx(expected)


def test_a_row_of_zeros_points_nowhere():
    rows = np.full((2, 3), 5.0)
    rows[0] = 0
    found = soft_entropy(rows)
    assert soft_entropy(rows[1:]) < found < soft_entropy(rows[:1]) == pytest.approx(1)


def test_soft_entropy_forgets_scale_and_order_and_not_a_shift():
    t = layer()
    whole = soft_entropy(t)
    rng = np.random.default_rng(1)
    assert soft_entropy(t[rng.permutation(len(t))]) == pytest.approx(whole, abs=1e-12)
    assert soft_entropy(7.5 * t) == pytest.approx(whole, abs=1e-12)
    each = rng.uniform(0.1, 10, (len(t), 1))  # rows have a direction, and no length
    assert soft_entropy(each * t) == pytest.approx(whole, abs=1e-12)
    assert soft_entropy(np.tile(t, (3, 1))) == pytest.approx(whole, abs=1e-12)
    # differences between rows are what they were
    assert soft_entropy(t + 10.0) < whole - 0.05


def test_soft_entropy_grows_with_the_directions_there_are():
    t = layer()
    constant = np.tile(t[:1], (len(t), 1))
    assert soft_entropy(constant) == pytest.approx(soft_entropy(t[:1]), abs=1e-12)
    assert soft_entropy(constant) < soft_entropy(np.where(np.arange(400)[:, None] % 2, t[0], t[1]))
    assert soft_entropy(constant) < soft_entropy(t) - 0.05
    # evenly over the sphere: only the K points themselves are uneven
    assert soft_entropy(layer(4000)) > 0.98


def test_labels_that_say_nothing_take_nothing():
    """Means within classes of m rows err by the order of 1 / m: with m = 2 000, far below 0.01."""
    t = layer(8000)
    labels = np.random.default_rng(2).integers(0, 4, len(t))
    assert 0 <= soft_information(t, labels) < 0.01
    assert soft_information(t, np.zeros(len(t), int)) == 0


def test_labels_that_decide_the_direction_take_all_but_a_rows_own():
    """Then rows of a class are alike, and what is left within them is one row's soft entropy."""
    centres, labels = layer(4), np.arange(800) % 4
    rows = centres[labels]
    within = np.mean([soft_entropy(centre[None]) for centre in centres])
    assert soft_information(rows, labels) == pytest.approx(soft_entropy(rows) - within, abs=1e-12)
    assert soft_information(rows, labels) > 0.05
    noise = 0.5 * layer(800, seed=5)
    assert 0.02 < soft_information(rows + noise, labels) < soft_information(rows, labels)


@pytest.mark.parametrize("seed", range(3))
def test_soft_information_is_never_negative(seed):
    """The entropy of a mean is at least the mean of the entropies, whatever the labels are."""
    labels = np.random.default_rng(seed).integers(0, 5, 60)
    assert soft_information(layer(60, seed=seed), labels) >= 0
    renamed = np.array(list("edcba"))[labels]
    assert soft_information(layer(60, seed=seed), renamed) == pytest.approx(
        soft_information(layer(60, seed=seed), labels)
    )
