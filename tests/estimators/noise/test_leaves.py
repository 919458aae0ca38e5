"""Sums by leaves, in float32 and without small terms, agree with those of float64 over all rows."""

import itertools
import math

import numpy as np
import pytest
import torch

from infoplane.estimators.noise.leaves import Leaves


def plainly(points, codes, at, eps, components=None):
    """log sum_j g_ij / g_ii over the label of i and over all, by the definition.

    components: of each draw, (mean, variance, weight, label) of Gaussians in place of the rows.
    """
    found = np.empty((2, len(at)))
    for k, (i, noise) in enumerate(zip(at, eps.astype(float), strict=True)):
        mean, variance, weight, label = (
            components(i) if components else (points, np.zeros(len(points)), 1.0, codes)
        )
        apart = np.square(points[i] + noise - mean).sum(axis=1) / (1 + variance)
        size = -0.5 * len(noise) * np.log1p(variance) + np.log(weight)
        exponent = 0.5 * np.square(noise).sum() - 0.5 * apart + size
        for q, some in enumerate((exponent[label == codes[i]], exponent)):
            found[q, k] = np.logaddexp.reduce(some)
    return found


def problem(points, labels=1, draws=100, seed=0):
    """Leaves, the points in their order, labels in it, places and noise of some draws."""
    rng = np.random.default_rng(seed)
    codes = np.arange(len(points)) % labels
    found = Leaves.of(points, codes)
    at = np.sort(rng.integers(len(points), size=draws))
    eps = rng.standard_normal((draws, points.shape[1]), dtype=np.float32)
    return found, points[found.order], codes[found.order], at, eps


def rows(kind, n=500, d=3):
    rng = np.random.default_rng(1)
    t = rng.normal(size=(n, d))
    return {
        "near": 0.1 * t,
        "as far as the noise": t,
        "corners": np.sign(t) * 8 + 0.5 * rng.normal(size=(n, d)),
        "integers": rng.integers(0, 4, size=(n, d)).astype(float),
        "a constant column": t * ([0.0] + [2.0] * (d - 1)),
        "a row far away": np.vstack([t[1:], np.full(d, 40.0)]),
        "heavy tails": np.clip(rng.standard_cauchy((n, d)), -40, 40),
    }[kind]


KINDS = ("near", "as far as the noise", "corners", "integers", "a constant column")
KINDS += ("a row far away", "heavy tails")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("d", "labels"), [(1, 1), (2, 2), (3, 7), (24, 2)])
def test_exact_sums_by_the_definition(kind, d, labels):
    found, points, codes, at, eps = problem(rows(kind, d=d), labels)
    # Left out is 2^-20 at most; of float32 remain an exponent's error, some d roundings of a
    # square of up to (|eps| + 40)^2 next to which it matters, and those of the coordinates, 2e-6
    # of 40 at a distance of some |eps|.
    room = 2e-6 + 2e-5 * math.sqrt(d)
    expected = plainly(points, codes, at, eps)
    np.testing.assert_allclose(found.log_sums(at, eps, exact=True), expected, atol=room)


@pytest.mark.parametrize("offset", [0.0, 1500.0, -1700.0])
def test_sums_far_from_zero_are_those_of_rows_rounded_a_little(offset):
    found, points, codes, at, eps = problem(rows("as far as the noise") + offset, 2)
    expected = plainly(points, codes, at, eps)
    # a coordinate is rounded by 2^-14 at most, and a difference by two of these, at about |eps|
    room = 1e-4 if not offset else 2 * 2**-13 * np.abs(eps).sum(axis=1).max()
    np.testing.assert_allclose(found.log_sums(at, eps, exact=True), expected, atol=room)


@pytest.mark.parametrize("labels", [1, 3])
def test_equal_rows_are_counted_exactly(labels):
    found, _, codes, at, eps = problem(np.full((600, 3), 0.7), labels)
    within, every = found.log_sums(at, eps, exact=True)
    np.testing.assert_array_equal(every, np.log([600.0] * len(at)))
    np.testing.assert_array_equal(within, np.log(np.bincount(codes)[codes[at]].astype(float)))


def test_of_rows_far_apart_only_the_own_is_left():
    grid = 30.0 * np.stack(np.meshgrid(np.arange(25), np.arange(25)), axis=-1).reshape(-1, 2)
    found, _, _, at, eps = problem(grid, 2)
    assert (found.log_sums(at, eps, exact=True) == 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_the_cheap_density_by_its_definition(kind):
    """The rows of the draw's leaf, and a Gaussian for every other."""
    t = rows(kind, n=700)
    found, points, codes, at, eps = problem(t, 2)
    edges = found.starts
    parts = [points[a:b] for a, b in itertools.pairwise(edges)]

    def components(i):
        own = np.searchsorted(edges, i, side="right") - 1
        others = [k for k in range(len(parts)) if k != own]
        mean = np.array([parts[k].mean(axis=0) for k in others])
        variance = np.array([parts[k].var(axis=0).mean() for k in others])
        weight = np.array([len(parts[k]) for k in others])
        many = len(parts[own])
        return (
            np.vstack([parts[own], mean]),
            np.concatenate([np.zeros(many), variance]),
            np.concatenate([np.ones(many), weight]),
            np.concatenate([np.full(many, found.label[own]), found.label[others]]),
        )

    assert len(parts) > 8
    expected = plainly(points, codes, at, eps, components)
    np.testing.assert_allclose(found.log_sums(at, eps, exact=False), expected, atol=1e-4)


def test_leaves_have_all_rows_once_and_one_label_each():
    t = rows("corners", n=1000)
    codes = np.random.default_rng(0).integers(0, 5, size=1000)
    found = Leaves.of(t, codes)
    assert sorted(found.order) == list(range(1000))
    np.testing.assert_array_equal(found.classes, codes[found.order])
    assert found.starts[0] == 0
    assert found.starts[-1] == 1000
    for label, start, stop in zip(found.label, found.starts, found.starts[1:], strict=False):
        assert set(found.classes[start:stop]) == {label}


@pytest.mark.parametrize("exact", [True, False])
def test_neither_threads_nor_other_draws_matter(exact):
    found, _, _, at, eps = problem(rows("corners", n=3000), 3, draws=5000)
    threads = torch.get_num_threads()
    try:
        by_threads = []
        for count in (1, 3):
            torch.set_num_threads(count)
            by_threads.append(found.log_sums(at, eps, exact=exact))
    finally:
        torch.set_num_threads(threads)
    np.testing.assert_array_equal(*by_threads)
    some = slice(100, 400)
    alone = found.log_sums(at[some], eps[some], exact=exact)
    # terms below 2^-20 / N are in the sum where another draw of the block needs them
    np.testing.assert_allclose(alone, by_threads[0][:, some], atol=1e-6)
