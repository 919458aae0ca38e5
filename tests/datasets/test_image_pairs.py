"""Pairs of images: what they share, what noise does, and which latents lie behind them."""

import math

import numpy as np
import pytest
from scipy.special import ndtr

from infoplane.datasets.image_pairs import KINDS, ImagePairs
from infoplane.datasets.images import bumps, rectangles
from infoplane.datasets.known import Problem
from infoplane.datasets.problems import problem
from infoplane.errors import InputError

kinds = pytest.mark.parametrize("kind", KINDS)


@kinds
def test_latents_are_those_behind_the_images(kind):
    pairs = ImagePairs(kind, nats=3.0)
    drawn = {"bumps": bumps, "rectangles": rectangles}[kind]
    for images, latents in zip(pairs.sample(7, seed=4), pairs.latents(7, seed=4), strict=True):
        assert images.dtype == np.float32
        assert latents.shape == (7, pairs.latent_dim)
        np.testing.assert_array_equal(images, drawn(ndtr(latents)).reshape(7, -1))


@kinds
@pytest.mark.parametrize("nats", [0.0, 1.0, 10.0])
def test_the_latents_share_what_is_said(kind, nats):
    pairs, n = ImagePairs(kind, nats=nats), 20_000
    g, h = pairs.latents(n)
    rho = math.sqrt(-math.expm1(-2 * nats / pairs.latent_dim))
    found = [np.corrcoef(g[:, j], h[:, j])[0, 1] for j in range(pairs.latent_dim)]
    # a correlation has the standard error (1 - rho^2) / sqrt(n)
    assert np.abs(np.array(found) - rho).max() < 4 * (1 - rho**2) / math.sqrt(n)
    assert pairs.information.value == nats
    assert pairs.information.error == 0


def test_noise_is_of_its_size_in_each_pixel_and_leaves_a_bracket():
    clean, noisy = ImagePairs("bumps", nats=2.0), ImagePairs("bumps", nats=2.0, noise_std=0.5)
    n = 400
    noise = [b - a for a, b in zip(clean.sample(n), noisy.sample(n), strict=True)]
    pixels = n * 256
    for of_side in noise:  # a variance of m normal numbers has the relative error sqrt(2 / m)
        assert abs(of_side.var() / 0.25 - 1) < 4 * math.sqrt(2 / pixels)
    assert abs(np.corrcoef(noise[0].ravel(), noise[1].ravel())[0, 1]) < 4 / math.sqrt(pixels)
    known = noisy.information
    assert (known.value - known.error, known.value + known.error) == (0, 2)


@kinds
def test_by_name_among_the_problems(kind):
    named = problem(kind, nats=2.5)
    assert isinstance(named, Problem)
    assert named == ImagePairs(kind, nats=2.5)
    x, z = named.draw(3, np.random.default_rng(0))
    assert x.shape == z.shape == (3, KINDS[kind][2] ** 2)


def test_tensors_are_the_same_images():
    import torch

    x, z = ImagePairs("bumps", nats=1.0, side=8).draw(5, torch.Generator().manual_seed(0))
    assert x.shape == z.shape == (5, 64)
    assert x.dtype == torch.float32


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"kind": "discs"}, "kind='discs'"),
        ({"nats": -1.0}, "nats=-1.0"),
        ({"nats": float("nan")}, "nats=nan"),
        ({"nats": 1000.0}, "rho round to 1"),
        ({"side": 1}, "side=1"),
        ({"kind": "rectangles", "side": 16}, "side=16 is too small for rectangles"),
        ({"noise_std": -0.1}, "noise_std=-0.1"),
    ],
)
def test_bad_options_are_named(options, match):
    with pytest.raises(InputError, match=match):
        ImagePairs(**options)
