"""Sets of known intrinsic dimension: rank, scale, entropy and noise are what they say."""

import math

import numpy as np
import pytest
from scipy.spatial import cKDTree
from scipy.special import digamma, gammaln

from infoplane.datasets import images, manifolds
from infoplane.datasets.manifolds import Manifold
from infoplane.errors import InputError

SHAPES = {
    "linear-3": (3, 16),
    "linear-8": (8, 64),
    "swiss-roll-2": (2, 16),
    "torus-2": (2, 16),
    "curved-4": (4, 32),
    "curved-6": (6, 64),
    "bumps-2": (2, 256),
    "rectangles-4": (4, 1024),
    "spectrum": (64, 64),
}
IMAGES = ("bumps-2", "rectangles-4")
POINTS = tuple(name for name in SHAPES if name not in IMAGES)
GAUSSIAN = ("linear-8", "spectrum")


def jacobians(name, latent, step):
    """J of the map at each row, by central differences: (n, D, k)."""
    embed = Manifold(name).embed
    moves = step * np.eye(latent.shape[1])
    return np.stack(
        [(embed(latent + move) - embed(latent - move)) / (2 * step) for move in moves], axis=-1
    )


def left_by_components(points, k):
    """The share of variance outside the k first principal components."""
    values = np.linalg.svd(points - points.mean(axis=0), compute_uv=False) ** 2
    return values[k:].sum() / values.sum()


def neighbours_entropy(points, k, j):
    """Kozachenko and Leonenko's entropy from ambient distances to the j-th neighbour, for a set
    of dimension k."""
    n = len(points)
    radii = cKDTree(points).query(points, j + 1)[0][:, j]
    ball = k / 2 * math.log(math.pi) - gammaln(k / 2 + 1)
    return (math.log(n - 1) + ball + k * np.log(radii) - digamma(j)).mean()


def test_the_table():
    assert tuple(SHAPES) == manifolds.NAMES


@pytest.mark.parametrize("name", SHAPES)
def test_a_name_and_a_seed_are_a_sequence_of_points(name):
    k, width = SHAPES[name]
    data = Manifold(name)
    points, latent = data.sample(40, seed=5), data.latent(40, seed=5)
    assert data.name == name
    assert data.dimension.value == k
    assert data.width == width
    assert points.shape == (40, width)
    assert latent.shape == (40, k)
    assert points.dtype == latent.dtype == np.float64
    assert np.array_equal(data.latent(7, seed=5), latent[:7])
    # Products of matrices of other heights may be rounded otherwise.
    assert np.allclose(data.sample(7, seed=5), points[:7], rtol=0, atol=1e-13)
    assert np.array_equal(Manifold(name).sample(40, seed=5), points)
    other = data.latent(40, seed=6)
    assert not np.isin(other, latent).any()
    assert np.allclose(data.embed(other), data.sample(40, seed=6), atol=1e-13)


@pytest.mark.parametrize("name", SHAPES)
def test_noise_is_added_to_the_same_points_in_units_of_their_spread(name):
    n, noise_std = 1000, 0.3
    clean, noisy = Manifold(name), Manifold(name, noise_std)
    assert np.array_equal(noisy.latent(n, 1), clean.latent(n, 1))
    assert (noisy.dimension, noisy.entropy) == (clean.dimension, clean.entropy)
    points = clean.sample(n, 1)
    noise = (noisy.sample(n, 1) - points) / noise_std
    unit = Manifold(name).unit
    # A mean of n D squares of Gaussians, of relative variance 2 each; a mean of as many
    # products with the points, centred.
    assert abs((noise**2).mean() / unit**2 - 1) < 4 * math.sqrt(2 / noise.size)
    centred = (points - points.mean(axis=0)) / unit
    assert abs((noise / unit * centred).mean()) < 4 / math.sqrt(noise.size)
    within = ((noise / unit) ** 2).mean(axis=0)  # every coordinate has its share
    assert np.abs(within - 1).max() < 5 * math.sqrt(2 / n)
    other = noisy.sample(n, 2) - clean.sample(n, 2)
    assert abs((other * noise).mean() / (noise_std * unit**2)) < 4 / math.sqrt(noise.size)


@pytest.mark.parametrize("name", SHAPES)
def test_the_unit_is_the_spread_of_a_coordinate(name):
    n = 4000
    points = Manifold(name).sample(n)
    centred = points - points.mean(axis=0)
    squares = (centred**2).mean(axis=1)
    unit = Manifold(name).unit
    # A share 1 / n of the variance goes into the mean.
    assert abs(squares.mean() * n / (n - 1) - unit**2) < 4 * squares.std() / math.sqrt(n)
    if name in POINTS:
        assert unit == 1
        # The square of the mean of n draws is 1/n of the variance, at most concentrated in
        # one direction: a chi-square of one degree, 20 being exceeded once in 10^5.
        assert (points.mean(axis=0) ** 2).mean() < 20 / n


def test_images_stay_images():
    for name in IMAGES:
        points = Manifold(name).sample(200)
        assert points.min() >= 0
        assert points.max() <= 1


@pytest.mark.parametrize("name", POINTS)
def test_rank_and_volume_of_the_map_against_differences(name):
    """The volume element is one number everywhere, and with the latents' entropy gives h."""
    data = Manifold(name)
    # Cubes of the step times third derivatives, at most (4.5 pi)^3 (the roll): 1e-8 or so.
    jacobian = jacobians(name, np.clip(data.latent(50), -9, 1 - 1e-5), 1e-5)
    values = np.linalg.svd(jacobian, compute_uv=False)  # (n, k)
    assert values.shape[1] == data.dimension.value
    assert values.min() > 0.05 * values.max()
    of_latent = data.dimension.value / 2 * math.log(2 * math.pi * math.e) if name in GAUSSIAN else 0
    assert np.allclose(
        of_latent + np.log(values).sum(axis=1), data.entropy.value, rtol=0, atol=1e-6
    )


@pytest.mark.parametrize("name", ["linear-3", "linear-8", "spectrum"])
def test_linear_sets_have_the_entropy_of_their_covariance(name):
    n, k = 20_000, SHAPES[name][0]
    data = Manifold(name)
    points = data.sample(n)
    assert k == 64 or left_by_components(points, k) < 1e-25
    values = np.linalg.eigvalsh(np.cov(points.T))[-k:]
    factor = 2 * math.pi * math.e if name in GAUSSIAN else 12  # variance of a box: side^2 / 12
    found = np.log(factor * values).sum() / 2
    # The log determinant of n rows is lower by k (k + 1) / 2n, with the variance 2k / n (less
    # for a box).
    bias = k * (k + 1) / (4 * n) if name in GAUSSIAN else 0
    assert abs(found + bias - data.entropy.value) < 4 * math.sqrt(k / (2 * n))


def test_the_spectrum_is_a_power_law():
    n = 20_000
    values = np.linalg.eigvalsh(np.cov(Manifold("spectrum").sample(n).T))[::-1]
    slope = np.polyfit(np.log(np.arange(1, 65)), np.log(values), 1)[0]
    # Eigenvalues err by sqrt(2/n) = 1 % each and spread by some sqrt(64/n) = 6 % at the ends.
    assert abs(slope + 1) < 0.06


@pytest.mark.parametrize(
    ("name", "n", "edges"),
    [
        # No edges; chords are shorter than arcs by a share of r^2 / 24: nothing.
        ("torus-2", 3000, 0.0),
        # Half of a ball at an edge is empty, log 2 too high: within r = 0.9 of one, with areas
        # pi r^2 for 4 points of 3000, lies a tenth of a sheet 88.8 long and 21 high.
        ("swiss-roll-2", 3000, 0.1 * math.log(2)),
        # The same with 4 of 1000 points in a square of side 1: r = 0.036 and a seventh.
        ("bumps-2", 1000, math.log(2) / 7),
    ],
)
def test_entropy_against_distances_of_neighbours(name, n, edges):
    data = Manifold(name)
    k = SHAPES[name][0]
    values = np.array([neighbours_entropy(data.sample(n, seed), k, j=4) for seed in range(8)])
    # Neighbours are shared, so that the spread is taken over seeds: t with 7 degrees, 1 in 1000.
    slack = 5.4 * values.std(ddof=1) / math.sqrt(len(values))
    assert -slack < values.mean() - data.entropy.value < slack + edges


@pytest.mark.parametrize("name", IMAGES)
def test_entropy_of_images_is_the_mean_log_volume(name):
    log_volume = {
        "bumps-2": images.bumps_log_volume,
        "rectangles-4": images.rectangles_log_volume,
    }
    data = Manifold(name)
    logs = log_volume[name](data.latent(20_000))
    assert 0 < data.entropy.error <= 1e-3
    assert abs(logs.mean() - data.entropy.value) < 4 * logs.std() / math.sqrt(len(logs))


@pytest.mark.parametrize("name", ["swiss-roll-2", "curved-4", "curved-6", *IMAGES])
def test_curved_sets_are_not_nearly_flat(name):
    """As many principal components as dimensions leave a fifth of the variance or more."""
    assert left_by_components(Manifold(name).sample(1500), SHAPES[name][0]) > 0.2


@pytest.mark.parametrize("name", ["curved-4", "curved-6"])
def test_waves_never_come_back_to_themselves(name):
    """|x - y|^2 is a mean of 2 (1 - cos a), |a| <= 5.5, and (1 - cos a) / a^2 decreases up to 2 pi:
    chords are at least sqrt(2 (1 - cos 5.5)) / 5.5 = .139 times, and at most as long as, the
    distance along the sheet, which J measures."""
    k = SHAPES[name][0]
    embed = Manifold(name).embed
    jacobian = jacobians(name, np.full((1, k), 0.5), 1e-5)[0]
    rng = np.random.default_rng(0)
    corners = rng.integers(2, size=(500, k)).astype(float)
    u = np.vstack([rng.random((1000, k)), corners, corners])
    v = np.vstack([rng.random((1000, k)), 1 - corners, rng.random((500, k))])
    chords = np.linalg.norm(embed(u) - embed(v), axis=1)
    ratio = chords / np.linalg.norm((u - v) @ jacobian.T, axis=1)
    assert ratio.min() > math.sqrt(2 * (1 - math.cos(5.5))) / 5.5
    assert ratio.max() < 1 + 1e-9
    assert ratio.min() < 0.8  # or it would be nearly flat


def test_the_torus_is_closed_and_the_roll_is_not():
    torus = Manifold("torus-2").embed
    sheet = Manifold("swiss-roll-2").embed
    start, end = np.array([[0.0, 0.3], [0.3, 0.0]]), np.array([[1.0, 0.3], [0.3, 1.0]])
    assert np.allclose(torus(start), torus(end), atol=1e-13)
    assert np.linalg.norm(sheet(start) - sheet(end), axis=1).min() > 1


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: Manifold("swiss-roll"),
            r"dataset='swiss-roll' .*did you mean 'swiss-roll-2'",
        ),
        (lambda: Manifold("zzz"), "dataset='zzz' does not exist: choose one of linear-3"),
        (lambda: Manifold("linear-3").sample(0), "n=0 .*>= 1"),
        (lambda: Manifold("linear-3").sample(5, seed=-1), "seed=-1 .*>= 0"),
        (lambda: Manifold("linear-3", noise_std=-0.1), "noise_std=-0.1 .*>= 0"),
        (lambda: Manifold("linear-3", noise_std=math.inf), "noise_std=inf .*>= 0"),
    ],
)
def test_bad_input(call, sentence):
    with pytest.raises(InputError, match=sentence):
        call()
