"""Laws of the planar mixture: quadrature against closed forms, Monte Carlo and symmetries."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import multivariate_normal, norm

from infoplane.datasets.mixture import PRESETS, Component, Mixture, preset, separated_by
from infoplane.errors import InputError

few = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
TOLERANCE = 1e-5
ISLAND = Component((0.0, 0.0), spread=1.0)


@st.composite
def components(draw):
    centre = (draw(st.floats(-4, 4)), draw(st.floats(-4, 4)))
    a, b = draw(st.floats(0.3, 2)), draw(st.floats(0.3, 2))
    c = draw(st.floats(-0.8, 0.8)) * a * b
    return Component(centre, covariance=((a * a, c), (c, b * b)), weight=draw(st.floats(0.2, 3)))


@st.composite
def mixtures(draw):
    sizes = draw(st.lists(st.integers(1, 2), min_size=2, max_size=3))
    classes = tuple(tuple(draw(components()) for _ in range(k)) for k in sizes)
    raw = [draw(st.floats(0.1, 1)) for _ in sizes]
    return Mixture(classes, tuple(p / math.fsum(raw) for p in raw))


def mapped(mixture, matrix, shift):
    """The mixture of A x + b."""
    return Mixture(
        tuple(
            tuple(
                Component(
                    tuple(matrix @ c.centre + shift),
                    covariance=tuple(map(tuple, symmetric(matrix @ c.sigma @ matrix.T))),
                    weight=c.weight,
                )
                for c in members
            )
            for members in mixture.classes
        ),
        mixture.priors,
    )


def symmetric(a):
    return (a + a.T) / 2


@few
@given(mixtures(), st.integers(0, 10**6))
def test_quadrature_is_the_mean_over_samples_and_at_most_the_label_entropy(mixture, seed):
    truth = mixture.integrated(TOLERANCE)
    n, bound = 50_000, -math.log(min(mixture.priors))
    gains = mixture.surprise(mixture.sample(n, seed)[0])
    # Empirical Bernstein (Maurer & Pontil 2009, theorem 4), at odds of one in a million: in far
    # apart classes the standard error alone is too small, the rare points being absent.
    odds = math.log(4e6)
    slack = math.sqrt(2 * gains.var() * odds / n) + 7 * bound * odds / (3 * (n - 1))
    assert abs(truth.value - gains.mean()) <= slack + truth.error
    assert -truth.error <= truth.value <= mixture.label_entropy + truth.error
    assert truth.error < 2 * TOLERANCE


@pytest.mark.parametrize(
    "mixture", [preset("overlapping"), preset("overlapping", 0.2), separated_by(1.5, 0.3)]
)
def test_quadrature_agrees_with_the_mean_log_ratio(mixture):
    truth = mixture.integrated(TOLERANCE)
    mean, standard_error = mixture.information_monte_carlo(100_000, seed=0)
    assert abs(truth.value - mean) <= 4 * standard_error + truth.error


@few
@given(mixtures(), st.integers(0, 10**6))
def test_affine_maps_leave_information_alone(mixture, seed):
    generator = np.random.default_rng(seed)
    rotation = np.linalg.qr(generator.standard_normal((2, 2)))[0]
    matrix = rotation @ np.diag(generator.uniform(0.2, 5, 2))
    there = mapped(mixture, matrix, generator.uniform(-10, 10, 2))
    a, b = mixture.integrated(TOLERANCE), there.integrated(TOLERANCE)
    assert abs(a.value - b.value) <= a.error + b.error


@pytest.mark.parametrize("prior", [0.5, 0.1])
@pytest.mark.parametrize("distance", [0.3, 2.0, 6.0])
def test_two_gaussians_on_a_line_against_one_dimensional_quadrature(distance, prior):
    """Across the line both classes are equal, so only the coordinate along it tells."""
    angle, spread = 0.7, 0.5
    far = (distance * math.cos(angle), distance * math.sin(angle))
    mixture = Mixture(
        ((Component((0.0, 0.0), spread),), (Component(far, spread),)), (1 - prior, prior)
    )

    def integrand(t):
        p0, p1 = (1 - prior) * norm.pdf(t, 0, spread), prior * norm.pdf(t, distance, spread)
        total = p0 + p1
        return sum(p * math.log(p / q / total) for p, q in ((p0, 1 - prior), (p1, prior)) if p > 0)

    exact, slack = quad(integrand, -8, distance + 8, points=[0, distance], epsabs=1e-11, limit=500)
    truth = mixture.information
    assert abs(truth.value - exact) <= truth.error + slack
    assert truth.error < 2e-9


def test_difference_of_entropies_is_the_same_number():
    """I = H(Z) - E H(Z|X), the expectation over samples."""
    mixture = preset("overlapping")
    posterior = np.exp(mixture.log_posterior(mixture.sample(50_000, seed=3)[0]))
    conditional = -(posterior * np.log(posterior)).sum(axis=1)
    truth = mixture.information
    slack = 4 * conditional.std() / math.sqrt(len(conditional))
    assert abs(mixture.label_entropy - conditional.mean() - truth.value) <= slack + truth.error


def test_presets_are_what_the_chapter_says():
    separated, overlapping = preset("separated"), preset("overlapping")
    assert 0.68 <= separated.integrated(TOLERANCE).value <= math.log(2)
    assert 0.2 <= overlapping.integrated(TOLERANCE).value <= 0.4
    assert set(PRESETS) == {"separated", "overlapping"}
    assert preset("overlapping", prior=0.2).priors == (0.8, 0.2)


def test_information_grows_with_separation():
    truths = [separated_by(s).integrated(TOLERANCE) for s in np.linspace(0, 6, 9)]
    assert abs(truths[0].value) <= truths[0].error
    steps = [b.value - a.value - a.error - b.error for a, b in pairwise(truths)]
    assert min(steps) > 0


@pytest.mark.parametrize("prior", [0.5, 0.01])
def test_far_apart_the_label_entropy_is_reached(prior):
    """Any distance, any narrowness: nothing is missed."""
    mixture = Mixture(((ISLAND,), (Component((1e7, -1e7), spread=1e-4),)), (1 - prior, prior))
    truth = mixture.information
    assert abs(truth.value - mixture.label_entropy) <= truth.error < 2e-9


def test_narrow_component_inside_a_broad_one():
    """H(Z) - E H(Z|X) in polar coordinates around the spike: elsewhere the class is certain."""
    s = 1e-3
    mixture = Mixture(((ISLAND,), (Component((0.3371, 0.2113), spread=s),)), (0.5, 0.5))
    nodes, weights = np.polynomial.legendre.leggauss(200)
    angles = np.arange(64) * 2 * math.pi / 64
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    conditional = 0.0
    for a, b in pairwise([0, 4, 5, 6, 7, 10, 14]):  # it jumps between 5 and 6 deviations
        radius = s * ((a + b) / 2 + (b - a) / 2 * nodes)
        x = mixture.centres[1] + radius[:, None, None] * ring  # (nodes, angles, 2)
        logs = mixture.log_posterior(x)
        entropy = -(np.exp(logs + mixture.log_density(x)[..., None]) * logs).sum(axis=(1, 2))
        conditional += (s * (b - a) / 2 * weights * radius * entropy).sum() * 2 * math.pi / 64
    truth = mixture.information
    assert abs(mixture.label_entropy - conditional - truth.value) <= truth.error < 2e-9


def test_needle_across_a_broad_component():
    needle = Component((0.3, 0.2), covariance=((1.0, 0.495), (0.495, 0.25)))
    mixture = Mixture(((ISLAND,), (needle,)), (0.5, 0.5))
    truth = mixture.integrated(1e-4)
    mean, standard_error = mixture.information_monte_carlo(100_000, seed=0)
    assert abs(truth.value - mean) <= 4 * standard_error + truth.error


def test_equal_classes_tell_nothing():
    mixture = Mixture(((ISLAND,), (ISLAND, ISLAND), (ISLAND,)), (0.2, 0.3, 0.5))
    truth = mixture.information
    assert abs(truth.value) <= truth.error < 1e-12


def test_densities_against_scipy():
    mixture = preset("overlapping", prior=0.3)
    x = mixture.sample(50, seed=0)[0]
    expected = sum(
        np.exp(w) * multivariate_normal(c.centre, c.sigma).pdf(x)
        for w, c in zip(mixture.log_weights, mixture.components, strict=True)
    )
    assert np.allclose(np.exp(mixture.log_density(x)), expected, rtol=1e-12)
    assert np.allclose(np.exp(mixture.log_posterior(x)).sum(axis=1), 1, rtol=1e-12)


def test_sample_follows_priors_weights_and_moments():
    tilted = Component((3.0, -1.0), covariance=((2.0, 0.9), (0.9, 1.0)))
    other = Component((0.0, 5.0), spread=0.5, weight=3.0)
    light = Component((0.0, -5.0), spread=0.5, weight=1.0)
    n = 40_000
    x, z = Mixture(((tilted,), (other, light)), (0.3, 0.7)).sample(n, seed=5)
    assert x.shape == (n, 2)
    assert x.dtype == np.float64
    assert z.shape == (n,)
    assert z.dtype == np.int64
    # Standard error of a share at most 1/(2 sqrt n); of the moments below 3/sqrt(0.3 n).
    assert abs((z == 1).mean() - 0.7) < 4 * 0.5 / math.sqrt(n)
    assert abs((x[z == 1, 1] > 0).mean() - 0.75) < 4 * 0.5 / math.sqrt(0.7 * n)
    first = x[z == 0]
    assert np.abs(first.mean(axis=0) - tilted.centre).max() < 4 * 1.5 / math.sqrt(0.3 * n)
    assert np.abs(np.cov(first.T) - tilted.sigma).max() < 4 * 3 / math.sqrt(0.3 * n)


def test_centres_seeds_and_equality():
    mixture = preset("separated")
    assert mixture.centres.shape == (6, 2)
    assert list(mixture.labels) == [0, 0, 0, 1, 1, 1]
    assert mixture == separated_by(5.0)
    assert np.array_equal(mixture.sample(9, seed=1)[0], mixture.sample(9, seed=1)[0])
    assert not np.array_equal(mixture.sample(9, seed=1)[0], mixture.sample(9, seed=2)[0])


@pytest.mark.parametrize(
    ("build", "sentence"),
    [
        (
            lambda: preset("seperated"),
            "preset='seperated' .*separated, overlapping; did you mean 'separated'",
        ),
        (lambda: preset("separated", prior=1.0), "prior=1.0 "),
        (lambda: separated_by(-1.0), "separation=-1.0 "),
        (lambda: Mixture(((ISLAND,), (ISLAND,)), (0.5, 0.6)), r"priors=\(0.5, 0.6\).*sum to 1"),
        (lambda: Mixture(((ISLAND,), (ISLAND,)), (1.0, 0.0)), "priors=.*> 0"),
        (lambda: preset("separated", prior="half"), "prior='half' "),
        (lambda: separated_by("far"), "separation='far' "),
        (lambda: Component(("a", "b"), spread=1.0), "centre='a' "),
        (lambda: Component((0.0, 0.0), spread="wide"), "spread='wide' "),
        (lambda: preset("separated").sample(5, seed=-1), "seed=-1 "),
        (lambda: Mixture(((ISLAND,), (ISLAND,)), (1.0,)), "for 2 classes"),
        (lambda: Mixture(((ISLAND,),), (1.0,)), "two classes"),
        (lambda: Mixture(((ISLAND,), ()), (0.5, 0.5)), "at least one component"),
        (lambda: Component((0.0, 0.0), spread=0.0), "spread=0.0 "),
        (lambda: Component((0.0, 0.0)), "exactly one"),
        (lambda: Component((0.0, math.nan), spread=1.0), "centre="),
        (lambda: Component((0.0, 0.0), spread=1.0, weight=0.0), "weight=0.0 "),
        (lambda: Component((0.0, 0.0), covariance=((1.0, 2.0), (2.0, 1.0))), "positive definite"),
        (lambda: Component((0.0, 0.0), covariance=((1.0, 1.0), (1.0, 1.0))), "positive definite"),
        (lambda: Component((0.0, 0.0), covariance=((1.0, 0.5), (0.1, 1.0))), "symmetric"),
        (lambda: preset("separated").sample(0, seed=0), "n=0 "),
        (lambda: preset("separated").information_monte_carlo(1, seed=0), "n=1 "),
    ],
)
def test_bad_input(build, sentence):
    with pytest.raises(InputError, match=sentence):
        build()
