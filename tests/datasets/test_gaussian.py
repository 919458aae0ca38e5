"""Laws of the correlated Gaussian pair."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoplane.datasets.gaussian import CorrelatedGaussian, rho_for
from infoplane.errors import InputError

N = 40_000


@pytest.mark.parametrize(
    ("d", "rho", "nats"),
    [(2, 0.1, 0.0101), (2, 0.5, 0.2877), (2, 0.99, 3.9170), (20, 0.9, 16.6073), (1, 0.75, 0.4133)],
)
def test_known_values(d, rho, nats):
    assert CorrelatedGaussian(d, rho).information.value == pytest.approx(nats, abs=5e-5)


@given(d=st.integers(1, 100), rho=st.floats(-0.999, 0.999))
def test_symmetric_in_rho_additive_in_d_never_negative(d, rho):
    information = CorrelatedGaussian(d, rho).information.value
    assert information >= 0
    assert information == CorrelatedGaussian(d, -rho).information.value
    assert information == pytest.approx(d * CorrelatedGaussian(1, rho).information.value, rel=1e-12)


@given(information=st.floats(0, 15), m=st.integers(1, 60))
def test_rho_for_inverts_the_closed_form(information, m):
    rho = rho_for(information, m)
    # rho carries a rounding error of eps; dI/drho = m rho / (1 - rho^2) magnifies it.
    slack = 1e-12 + 4 * np.finfo(float).eps * m / (1 - rho**2)
    assert CorrelatedGaussian(m, rho).information.value == pytest.approx(information, abs=slack)


@pytest.mark.parametrize("rho", [-0.8, 0.0, 0.5])
def test_sample_moments(rho):
    x, z = CorrelatedGaussian(3, rho).sample(N, seed=1)
    assert x.shape == z.shape == (N, 3)
    assert x.dtype == z.dtype == np.float64
    joint = np.hstack([x, z])
    expected = np.block([[np.eye(3), rho * np.eye(3)], [rho * np.eye(3), np.eye(3)]])
    # A sample covariance has standard error at most sqrt(2/N); five of them over 21 entries.
    assert np.abs(np.cov(joint.T) - expected).max() < 5 * math.sqrt(2 / N)
    assert np.abs(joint.mean(axis=0)).max() < 5 / math.sqrt(N)


def test_mean_log_ratio_is_the_information():
    """E ln p(x,z)/p(x)p(z) over samples, against the closed form."""
    d, rho = 4, 0.7
    x, z = CorrelatedGaussian(d, rho).sample(N, seed=2)
    rest = 1 - rho**2
    ratio = -0.5 * d * math.log(rest) - (
        (rho**2 * (x**2 + z**2) - 2 * rho * x * z) / (2 * rest)
    ).sum(axis=1)
    error = ratio.std() / math.sqrt(N)
    assert abs(ratio.mean() - CorrelatedGaussian(d, rho).information.value) < 4 * error


def test_seed_decides_everything():
    pair = CorrelatedGaussian(2, 0.5)
    a, b, c = pair.sample(10, seed=0), pair.sample(10, seed=0), pair.sample(10, seed=1)
    assert np.array_equal(a[0], b[0])
    assert np.array_equal(a[1], b[1])
    assert not np.array_equal(a[0], c[0])


@pytest.mark.parametrize("rho", [1, -1.0, 1.5, math.nan, math.inf, "high"])
def test_infinite_information_is_refused(rho):
    with pytest.raises(InputError, match=r"rho=.*rho=1 .*infinite information"):
        CorrelatedGaussian(2, rho)


@pytest.mark.parametrize("d", [0, -1, 2.5, True, "2"])
def test_bad_dimension(d):
    with pytest.raises(InputError, match=f"d={d!r} "):
        CorrelatedGaussian(d, 0.5)


def test_bad_n_and_bad_information():
    with pytest.raises(InputError, match="n=-5 "):
        CorrelatedGaussian(2, 0.5).sample(-5, seed=0)
    for information in (-0.1, math.nan, math.inf):
        with pytest.raises(InputError, match="information="):
            rho_for(information, 1)
    with pytest.raises(InputError, match=r"information=40.*use m >= 3"):
        rho_for(40.0, 1)
    rho_for(40.0, 3)
