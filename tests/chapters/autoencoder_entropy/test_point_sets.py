"""Rows to train on: one unit, a way back, and rows that training does not see."""

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from infoplane.chapters.autoencoder_entropy.point_sets import points_of
from infoplane.datasets import manifolds, vision

N = 60


def config(name, *, noise=0.0, n=N, seed=0):
    return {"dataset": name, "noise": noise, "n": n, "seed": seed}


@pytest.mark.parametrize("name", ["linear-3", "curved-4", "bumps-2", "spectrum", "digits"])
def test_rows_are_centred_and_of_mean_square_one(name):
    found = points_of(config(name, noise=0.1))
    assert found.x.dtype == found.held_out.dtype == np.float32
    assert len(found.x) == N
    # float32 numbers of size 10 and less, each rounded to 10 * 2^-24, and their squares
    np.testing.assert_allclose(found.x.mean(axis=0, dtype=float), 0, atol=1e-6)
    assert np.square(found.x, dtype=float).mean() == pytest.approx(1, abs=1e-6)
    # rows kept apart are brought to the unit of the others, not to one of their own
    assert abs(found.held_out.mean(axis=0, dtype=float)).max() > 1e-3
    assert np.square(found.held_out, dtype=float).mean() == pytest.approx(1, abs=0.5)


@pytest.mark.parametrize("noise", [0.0, 0.3])
@pytest.mark.parametrize("name", manifolds.NAMES)
def test_restored_is_the_way_back(name, noise):
    found = points_of(config(name, noise=noise, seed=3))
    rows = manifolds.Manifold(name, noise).sample(N + N // 5, seed=3)
    size = abs(rows).max()
    np.testing.assert_allclose(found.restored(found.x), rows[:N], atol=1e-6 * size)
    np.testing.assert_allclose(found.restored(found.held_out), rows[N:], atol=1e-6 * size)
    assert found.labels is None


def test_distances_keep_their_ratios():
    found = points_of(config("linear-8"))
    apart = pdist(manifolds.Manifold("linear-8").sample(N))
    np.testing.assert_allclose(pdist(found.x.astype(float)) * found.scale, apart, rtol=1e-5)


@pytest.mark.parametrize("name", ["swiss-roll-2", "digits"])
def test_no_row_is_on_both_sides(name):
    found = points_of(config(name))
    apart = np.abs(found.x[:, None] - found.held_out[None]).max(axis=2)
    assert apart.min() > 1e-3


def test_the_seed_draws_rows_and_nothing_else_does():
    for name in ("torus-2", "digits"):
        one, again, other = (points_of(config(name, seed=s)) for s in (0, 0, 1))
        np.testing.assert_array_equal(one.x, again.x)
        np.testing.assert_array_equal(one.held_out, again.held_out)
        assert not np.allclose(one.x, other.x)


def test_noise_is_in_the_unit_of_the_points():
    n = 2000
    quiet, loud = (points_of(config("curved-4", noise=s, n=n)) for s in (0.0, 0.5))
    noise = (loud.restored(loud.x) - quiet.restored(quiet.x)).std()
    # mean square 1 of the population: noise 0.5 has standard deviation 0.5; 2000 x 32 numbers,
    # each with an error of 1 / sqrt(2) of it
    assert noise == pytest.approx(0.5, abs=3 * 0.5 / np.sqrt(2 * n * 32))
    # and the unit grows with what was added
    assert loud.scale**2 == pytest.approx(quiet.scale**2 + 0.25, rel=0.02)


def test_images_keep_their_labels_and_their_test_split():
    found = points_of(config("digits", n=300, seed=2))
    train, test = vision.load("digits", n=300, seed=2), vision.load("digits", "test")
    np.testing.assert_array_equal(found.labels, train.labels)
    # pixels in [0, 1]
    pixels = train.images.reshape(300, -1)
    np.testing.assert_allclose(found.restored(found.x), pixels, atol=1e-6)
    assert len(found.held_out) == len(test)
    back = found.restored(found.held_out)
    np.testing.assert_allclose(back, test.images.reshape(len(test), -1), atol=1e-6)
