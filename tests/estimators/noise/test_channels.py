"""Noise in proportion to each activation, and rows left out of their own density."""

import math

import numpy as np
import pytest
from scipy import integrate, stats

from infoplane.errors import InputError
from infoplane.estimators.noise.exact import (
    Exact,
    information_with_noise,
    informations_with_noise,
)


def by_quadrature(centres, labels, noise_std):
    """I(X; T (1 + eps)) and I(Y; T (1 + eps)) of numbers, nats, from one-dimensional integrals."""
    centres, labels = np.asarray(centres, dtype=float), np.asarray(labels)
    scales = np.abs(centres) * noise_std
    ends = [f(centres + s * 10 * scales) for f, s in ((np.min, -1), (np.max, 1))]

    def entropy(rows):
        def of(v):
            return _xlogx(densities(v, rows).mean())

        points = sorted(centres)
        found, _ = integrate.quad(of, *ends, points=points, limit=2000)
        return -found

    def densities(v, rows):
        return stats.norm.pdf(v, centres[rows], scales[rows])

    every = np.arange(len(centres))
    within = np.mean(0.5 * np.log(2 * math.pi * math.e * scales**2))
    of_all = entropy(every)
    shares = [(labels == label).mean() * entropy(every[labels == label]) for label in set(labels)]
    return of_all - within, of_all - sum(shares)


def _xlogx(p):
    return p * math.log(p) if p > 0 else 0.0


T, Y = [0.5, -0.7, 1.0, 1.1, 3.0, 3.5], [0, 0, 1, 1, 0, 1]


@pytest.mark.parametrize("noise_std", [0.05, 0.3, 2.0])
def test_multiplicative_noise_by_quadrature(noise_std):
    of_x, of_y = by_quadrature(T, Y, noise_std)
    x, y = informations_with_noise(T, Y, noise_std, noise="multiplicative", samples=60_000)
    assert x.value == pytest.approx(of_x, abs=3.5 * x.std + 1e-6)
    assert y.value == pytest.approx(of_y, abs=3.5 * y.std + 1e-6)
    alone = Exact(noise_std, noise="multiplicative", samples=60_000).estimate(range(6), T)
    assert alone.value == x.value


def test_units_signs_and_order_of_multiplicative_noise_do_not_matter():
    rng = np.random.default_rng(0)
    t = np.log1p(np.exp(rng.standard_normal((50, 4))))

    def value(rows):
        return information_with_noise(rows, 0.3, noise="multiplicative", samples=500).value

    same = value(t * np.array([1e-8, -1.0, 3e5, -40.0]))
    assert same == pytest.approx(value(t), abs=1e-6)
    assert value(np.hstack([t, t])) > value(t)
    few, much, more = (
        information_with_noise(t, s, noise="multiplicative", samples=500).value
        for s in (1e-3, 1e3, 1e6)
    )
    assert few == pytest.approx(math.log(50), abs=1e-6)
    # however much: the size of what comes out still tells the size of t
    assert 0.5 < much == pytest.approx(more, abs=0.01)


def test_equal_rows_say_nothing():
    t = np.tile([[1.0, -2.0, 0.3]], (20, 1))
    found = information_with_noise(t, 0.5, noise="multiplicative", samples=100)
    assert (found.value, found.std) == pytest.approx((0, 0), abs=1e-9)


@pytest.mark.parametrize("noise", ["additive", "multiplicative"])
def test_a_row_left_out_of_its_own_density(noise):
    """Of rows all apart the class is that of the others near by, by a plain double loop."""
    rng = np.random.default_rng(1)
    t, y = 2 + 0.3 * rng.standard_normal((40, 2)), rng.integers(0, 2, 40)
    sigma, samples = 0.2, 40
    draws = np.random.default_rng(3).standard_normal((40, 2))
    terms = []
    for i in range(40):
        scale = np.abs(t) * sigma if noise == "multiplicative" else np.full_like(t, sigma)
        z = t[i] + scale[i] * draws[i]
        g = stats.norm.pdf(z, t, scale).prod(axis=1)
        g[i] = 0
        terms.append(math.log(g[y == y[i]].sum() / ((y == y[i]).sum() - 1) / (g.sum() / 39)))
    options = {"noise": noise, "samples": samples, "seed": 3, "leave_out": True}
    x, found = informations_with_noise(t, y, sigma, **options)
    assert found.value == pytest.approx(np.mean(terms), abs=1e-9)
    alone = information_with_noise(t, sigma, noise=noise, samples=40, seed=3)
    assert x.value == pytest.approx(alone.value, abs=1e-12)
    seen = Exact(sigma, noise=noise, samples=samples, leave_out=True).estimate(y, t, seed=3)
    assert seen.value == found.value


def test_left_out_labels_that_mean_nothing_have_nothing():
    rng = np.random.default_rng(0)
    t, y = rng.standard_normal((300, 5)), rng.integers(0, 2, 300)
    own, left = (
        informations_with_noise(t, y, 0.3, leave_out=leave, samples=3000)[1].value
        for leave in (False, True)
    )
    assert own > 0.4  # of 0: each draw finds its own row
    assert left < 0.05


@pytest.mark.parametrize(
    ("t", "options", "told"),
    [
        ([1.0, 0.0, 2.0], {"noise": "multiplicative"}, "t is 0 in 1 places, such as row 1, unit 0"),
        ([1.0, 2.0, 3.0], {"noise": "white"}, "noise='white'"),
        ([1.0, 2.0, 3.0], {"leave_out": True}, "2 classes with one row|1 classes with one row"),
        ([1.0, 2.0, 3.0], {"leave_out": 1}, "leave_out=1"),
    ],
)
def test_what_has_no_answer_is_refused(t, options, told):
    with pytest.raises(InputError, match=told):
        informations_with_noise(t, [0, 0, 1], 0.1, **options)


def test_noise_relative_to_a_layer_and_to_each_unit_are_two_things():
    with pytest.raises(InputError, match="relative=True does not go with noise='multiplicative'"):
        Exact(0.1, relative=True, noise="multiplicative")
