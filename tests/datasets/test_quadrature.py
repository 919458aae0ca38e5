"""Means over a planar Gaussian mixture whose values are known by hand."""

import numpy as np
import pytest
from scipy.stats import norm

from infoplane.datasets.quadrature import mean_over_mixture
from infoplane.errors import InputError

WEIGHTS = np.array([0.25, 0.75])
CENTRES = np.array([[0.0, 0.0], [1e4, 3.0]])
ROOTS = np.array([[[1.0, 0.0], [0.5, 2.0]], [[1e-3, 0.0], [0.0, 50.0]]])


def mean(f, bound=1.0, **options):
    return mean_over_mixture(
        f, bound=bound, weights=WEIGHTS, centres=CENTRES, roots=ROOTS, **options
    )


def test_one():
    value, error = mean(lambda x: np.ones(len(x)))
    assert abs(value - 1) <= error < 2e-9


def test_half_planes():
    """A jump, far from smooth: the reported error must still cover the truth."""
    value, error = mean(lambda x: (x[:, 0] < 5e3).astype(float))
    assert abs(value - 0.25) <= error
    value, error = mean(lambda x: (x[:, 0] > 1e4 + 0.0005).astype(float), tolerance=1e-4)
    assert abs(value - 0.75 * norm.sf(0.5)) <= error


def test_characteristic_function():
    """E cos(t x) = sum_j w_j cos(t mu_j) exp(-t' Sigma_j t / 2)."""
    t = np.array([0.3, -0.02])
    exact = sum(
        w * np.cos(t @ m) * np.exp(-(t @ r @ r.T @ t) / 2)
        for w, m, r in zip(WEIGHTS, CENTRES, ROOTS, strict=True)
    )
    value, error = mean(lambda x: np.cos(x @ t))
    assert abs(value - exact) <= error < 2e-9


def test_narrow_component_inside_a_broad_one_is_seen():
    """E 1(within 5 s of the spike) for a spike of s = 1e-4: 1 - exp(-25/2) of its weight."""
    centres, s = np.array([[0.0, 0.0], [0.3371, 0.2113]]), 1e-4
    roots = np.array([np.eye(2), s * np.eye(2)])
    value, error = mean_over_mixture(
        lambda x: np.exp(-((x - centres[1]) ** 2).sum(axis=1) / (2 * s**2)),
        bound=1.0, weights=np.array([0.5, 0.5]), centres=centres, roots=roots,
    )  # fmt: skip
    # E exp(-|x - c|^2 / 2s^2) = s^2/(s^2 + v) exp(-|mu - c|^2 / 2(s^2 + v)), v the variance.
    broad = s**2 / (1 + s**2) * np.exp(-(centres[1] @ centres[1]) / (2 * (1 + s**2)))
    assert abs(value - (0.25 + broad / 2)) <= error


@pytest.mark.parametrize("tolerance", [0.0, -1.0, float("nan")])
def test_bad_tolerance(tolerance):
    with pytest.raises(InputError, match="tolerance="):
        mean(lambda x: np.ones(len(x)), tolerance=tolerance)
