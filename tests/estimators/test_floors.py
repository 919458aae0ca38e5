"""What a line tells is never more than there is, and who finds less is told."""

import math

import numpy as np
import pytest

from infoplane.datasets.problems import problem
from infoplane.estimate import Estimate
from infoplane.estimators import AAMINE, CCA, KSG, MINE, Binning, Ross
from infoplane.estimators.floors import below_floor, floor

TOLD = "nats are too low: one line between the sides"
NEAR = problem("gaussian", d=1, rho=1 - 5e-13)  # 13.8 nats


def drawn(known, n, seed=0):
    return known.draw(n, np.random.default_rng(seed))


def told(found):
    return [sentence for sentence in found.warnings if TOLD in sentence]


@pytest.mark.parametrize("rho", [0.5, -0.9, 0.9999])
@pytest.mark.parametrize("d", [1, 3])
def test_of_gaussians_it_is_what_one_pair_of_columns_has(d, rho):
    of_a_pair = -0.5 * math.log(1 - rho**2)
    found = [floor(*drawn(problem("gaussian", d=d, rho=rho), 4000, s)) for s in range(10)]
    values, stds, _ = zip(*found, strict=True)
    assert np.mean(values) == pytest.approx(of_a_pair, abs=0.04)
    assert np.mean(stds) == pytest.approx(np.std(values), rel=0.7)


@pytest.mark.parametrize("f", [np.exp, lambda x: x**3, lambda x: -1e-6 * x + 1e3])
def test_of_increasing_maps_of_columns_it_is_the_same(f):
    x, z = drawn(problem("gaussian", d=1, rho=0.9), 4000)
    least, std, _ = floor(f(x), f(z))
    assert least == pytest.approx(0.83, abs=0.1)
    assert std < 0.05


UNIFORM = 0.1  # half the width of the noise


def _boxes(rng):
    """A uniform column, and itself with uniform noise: h(Z) - log 2a, a trapezium's entropy."""
    x = rng.random((3000, 1))
    return x, x + rng.uniform(-UNIFORM, UNIFORM, x.shape)


def _tails(rng):
    """Independent, of columns without a mean."""
    return rng.standard_cauchy((2, 3000, 2))


def _hidden(rng):
    """Uncorrelated, with the same sizes."""
    x, sign = rng.standard_normal((3000, 1)), rng.choice([-1, 1], (3000, 1))
    return x, sign * x + 1e-3 * rng.standard_normal(x.shape)


def _steps(rng):
    """Numbers of five digits that are hardly ever others on the other side: 9.2 nats at most."""
    x = rng.integers(0, 10**4, (3000, 1)) / 1e4
    return x, x + 1e-4 * (rng.random(x.shape) < 0.01)


@pytest.mark.parametrize(
    ("draw", "most"),
    [
        (_boxes, -math.log(2 * UNIFORM) + UNIFORM),
        (_tails, 0.0),
        (_hidden, math.inf),
        (_steps, math.log(1e4)),
    ],
)
def test_it_is_at_most_what_there_is(draw, most):
    for seed in range(10):
        least, std, _ = floor(*draw(np.random.default_rng(seed)))
        assert least < most + 4.3 * std


def test_what_no_line_tells_leaves_it_at_nothing():
    assert floor(*_hidden(np.random.default_rng(0)))[0] < 0.1


def test_mine_on_near_copies_is_told_and_the_way_out_is_right():
    x, z = drawn(NEAR, 1000)
    quick = MINE(steps=100, check_every=50, restarts=1)
    one = quick.estimate(x, z)
    assert one.value < 10
    (sentence,) = told(one)
    assert sentence.endswith("cca sees all that is linear")
    assert [told(e) for e in quick.estimate_batch([x], [z], seeds=[0])] == [[sentence]]
    right = CCA().estimate(x, z)
    assert right.value == pytest.approx(NEAR.information.value, abs=0.15)
    assert right.warnings == ()


@pytest.mark.parametrize("estimator", [KSG(), KSG(errors=None), Binning(bins=8)])
def test_so_are_neighbours_and_bins(estimator):
    assert told(estimator.estimate(*drawn(NEAR, 500)))


def test_of_normal_scores_the_way_out_is_their_own():
    x, z = drawn(problem("gaussian", d=1, rho=0.999), 2000)
    x, z = np.exp(3 * x), np.exp(3 * z)
    found = CCA().estimate(x, z)
    (sentence,) = told(found)
    assert "cca with margins='normal-scores' sees" in sentence
    right = CCA(margins="normal-scores").estimate(x, z)
    assert right.value == pytest.approx(-0.5 * math.log(1 - 0.999**2), abs=0.1)
    assert told(right) == []


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("estimator", [CCA(), CCA(margins="normal-scores"), KSG(errors="local")])
def test_who_is_right_is_not_told(estimator, rho):
    known = problem("gaussian", d=1, rho=rho)
    for seed in range(15):
        assert told(estimator.estimate(*drawn(known, 500, seed))) == []


def test_chance_and_known_bias_are_allowed_for():
    x, z = drawn(problem("gaussian", d=1, rho=0.9), 2000)
    low = {"value": 0.5, "n": 2000, "estimator": "any"}
    assert below_floor(Estimate(std=0.01, **low), x, z)
    assert below_floor(Estimate(std=math.nan, **low), x, z)
    assert not below_floor(Estimate(std=0.2, **low), x, z)
    assert not below_floor(Estimate(std=0.01, bias=-0.3, bias_std=0.01, **low), x, z)


def test_nothing_is_known_of_labels_grids_few_rows_and_many_columns():
    rng = np.random.default_rng(0)
    x, z = drawn(NEAR, 500)
    few = x[:199], z[:199]
    wide = rng.standard_normal((2, 500, 40))
    whole = (10 * x).astype(int), (10 * z).astype(int)
    grid = np.round(x, 1), np.round(x, 1) + np.round(z, 1)
    for sides in (few, wide, whole, grid):
        assert floor(*sides)[0] == -math.inf


def test_labels_are_asked_for_none():
    x, y = drawn(problem("separated-by"), 500)
    assert told(Ross().estimate(x, y)) == []


def test_noise_that_an_estimator_adds_is_in_no_floor():
    x, z = drawn(problem("gaussian", d=1, rho=0.9999), 500)
    aware = AAMINE(noise_std=2.0, form="input", steps=2, check_every=1, restarts=1)
    assert floor(x, z)[0] > 4
    assert told(aware.estimate(x, z)) == []


def test_series_are_told_that_they_are_and_no_floor_is_taken_from_them():
    steps = np.random.default_rng(3).standard_normal((2, 1000, 1))
    x, z = np.cumsum(steps, axis=1)
    found = Binning(bins=2).estimate(x, z)
    assert told(found) == []
    assert any("follow each other" in sentence for sentence in found.warnings)


def test_units_order_and_linear_maps_do_not_matter():
    x, z = drawn(problem("gaussian", d=2, rho=0.9), 2000)
    least, std, _ = floor(x, z)
    turned = x @ np.array([[3.0, 1e-3], [-1e5, 40.0]]) + 1e3
    assert floor(turned, -1e-8 * z)[:2] == pytest.approx((least, std), abs=0.02)
    assert floor(*floor_columns_twice(x, z))[0] == pytest.approx(least, abs=0.02)


def floor_columns_twice(x, z):
    """Columns that depend on each other within a side."""
    return np.hstack([x, x]), np.hstack([z, z.sum(axis=1, keepdims=True)])
