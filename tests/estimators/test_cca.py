import math

import numpy as np
import pytest
from scipy.special import digamma

from infoplane.errors import InputError
from infoplane.estimators import CCA, canonical_correlations, gaussian_information


def gaussian(seed, n, dx, dz, rho):
    rng = np.random.default_rng(seed)
    x, z = rng.normal(size=(n, dx)), rng.normal(size=(n, dz))
    m = min(dx, dz)
    z[:, :m] = rho * x[:, :m] + math.sqrt(1 - rho**2) * z[:, :m]
    return x, z


@pytest.mark.parametrize(
    ("d", "rho", "information"),
    [(2, 0.1, 0.0101), (2, 0.9, 1.6607), (20, 0.5, 2.8768), (20, 0.99, 39.1704)],
)
def test_information_of_componentwise_correlation(d, rho, information):
    eye = np.eye(d)
    cov = np.block([[eye, rho * eye], [rho * eye, eye]])
    assert gaussian_information(cov, d) == pytest.approx(-d / 2 * math.log(1 - rho**2), abs=1e-11)
    assert gaussian_information(cov, d) == pytest.approx(information, abs=6e-5)  # as published


def test_information_of_a_covariance_by_determinants():
    a = np.random.default_rng(0).normal(size=(9, 7))
    cov = a.T @ a
    log_det = [np.linalg.slogdet(c)[1] for c in (cov[:3, :3], cov[3:, 3:], cov)]
    by_hand = 0.5 * (log_det[0] + log_det[1] - log_det[2])
    assert gaussian_information(cov, 3) == pytest.approx(by_hand, abs=1e-10)


@pytest.mark.parametrize(
    ("cov", "dx", "match"),
    [
        ([[1.0, 1.0], [1.0, 1.0]], 1, "not positive definite"),
        ([[1.0, 0.5], [0.4, 1.0]], 1, "symmetric"),
        ([[1.0, math.nan], [math.nan, 1.0]], 1, "finite"),
        (np.eye(3)[:2], 1, "shape"),
        (np.eye(2), 2, "dx=2"),
        (np.eye(2), 0, "dx=0"),
    ],
)
def test_covariances_without_information(cov, dx, match):
    with pytest.raises(InputError, match=match):
        gaussian_information(cov, dx)


@pytest.mark.parametrize(("dx", "dz"), [(1, 1), (2, 5), (6, 3)])
def test_uncorrected_is_the_information_of_the_sample_covariance(dx, dz):
    x, z = gaussian(1, 60, dx, dz, 0.7)
    expected = gaussian_information(np.cov(np.hstack([x, z]).T), dx)
    assert CCA(corrected=False).estimate(x, z).value == pytest.approx(expected, abs=1e-10)
    rho = canonical_correlations(x, z)
    assert rho.shape == (min(dx, dz),)
    assert (np.diff(rho) <= 0).all()
    assert -0.5 * np.log(1 - rho**2).sum() == pytest.approx(expected, abs=1e-10)


def test_one_canonical_correlation_is_the_correlation():
    x, z = gaussian(2, 40, 1, 1, 0.5)
    expected = abs(np.corrcoef(x[:, 0], z[:, 0])[0, 1])
    assert canonical_correlations(x, z)[0] == pytest.approx(expected, abs=1e-12)


def test_invariant_to_invertible_linear_maps():
    x, z = gaussian(3, 100, 4, 3, 0.8)
    a = np.random.default_rng(3).normal(size=(4, 4))
    original = CCA().estimate(x, z)
    mapped = CCA().estimate(x @ a + 5, z * [1e-6, 1.0, 1e6])
    # Rounding grows with the condition number of the map.
    tolerance = 1e-13 * np.linalg.cond(a) ** 2 + 1e-10
    assert mapped.value == pytest.approx(original.value, abs=tolerance)
    assert mapped.std == pytest.approx(original.std, abs=tolerance)


def test_strong_correlation_keeps_its_digits():
    # 1 - rho^2 near 1e-12 would keep four digits if it were computed from rho.
    x, noise = np.random.default_rng(4).normal(size=(2, 50))
    noise -= noise.mean() + (x - x.mean()) * np.cov(x, noise)[0, 1] / x.var(ddof=1)
    ratio = noise.var() / x.var()
    value = CCA(corrected=False).estimate(x, x + 1e-6 * noise).value
    # Rounding of the input itself, 1e-16 against 1e-6.
    assert value == pytest.approx(0.5 * math.log1p(1e12 / ratio), abs=1e-8)


@pytest.mark.parametrize(("dx", "dz", "rho"), [(5, 5, 0.0), (5, 5, 0.6), (8, 3, 0.9)])
def test_correction_is_exact_at_small_n(dx, dz, rho):
    n, repeats = 30, 200
    data = [gaussian([5, s], n, dx, dz, rho) for s in range(repeats)]
    plain = np.array([CCA(corrected=False).estimate(x, z).value for x, z in data])
    corrected = np.array([CCA().estimate(x, z).value for x, z in data])
    truth = -min(dx, dz) / 2 * math.log(1 - rho**2)
    error = corrected.std(ddof=1) / math.sqrt(repeats)
    assert abs(corrected.mean() - truth) < 3.5 * error

    def expected_log_determinant(p):
        return sum(digamma((n - 1 - i) / 2) for i in range(p))

    bias = 0.5 * (
        expected_log_determinant(dx)
        + expected_log_determinant(dz)
        - expected_log_determinant(dx + dz)
    )
    np.testing.assert_allclose(plain - corrected, bias, atol=1e-10)
    # The test has power: uncorrected, the same law is broken.
    assert abs(plain.mean() - truth) > 3.5 * error


@pytest.mark.parametrize(("n", "d", "rho"), [(200, 1, 0.6), (200, 5, 0.8), (60, 10, 0.0)])
def test_standard_error(n, d, rho):
    estimates = [CCA().estimate(*gaussian([6, s], n, d, d, rho)) for s in range(150)]
    spread = np.std([e.value for e in estimates], ddof=1)
    # 150 values tell the spread to 1 / sqrt(300) = 6 %, thrice that is 17 %. At independence
    # the adjusted sum of squares adds up to 15 %, since it is not below zero.
    ratio = np.mean([e.std for e in estimates]) / spread
    assert 0.83 < ratio < (1.17 if rho else 1.35)


def test_normal_scores_see_through_increasing_maps():
    rng = np.random.default_rng(5)
    x, z = rng.multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]], 500).T
    scored = CCA(margins="normal-scores")
    found = scored.estimate(np.exp(3 * x), -(z**5))
    assert found.value == scored.estimate(x, -z).value  # the same ranks
    assert abs(found.value + 0.5 * math.log(1 - 0.8**2)) < 3 * found.std
    assert found.warnings == ()
    told = CCA().estimate(np.exp(3 * x), z).warnings
    assert len(told) == 2  # heavy tails, and that a line between normal scores shows more
    assert told[0].endswith("pass margins='normal-scores'")


def test_integers_are_numbers():
    x, z = np.random.default_rng(7).integers(0, 9, size=(2, 50, 2))
    assert CCA().estimate(x, z).value == CCA().estimate(x.astype(float), z.astype(float)).value


def test_degenerate_input():
    x, z = gaussian(8, 50, 3, 2, 0.5)
    with pytest.raises(InputError, match=r"I is infinite.*add noise"):
        CCA().estimate(x, x @ [1.0, 2.0, 3.0] + 1)
    assert canonical_correlations(x, x @ [1.0, 2.0, 3.0])[0] == pytest.approx(1, abs=1e-12)
    collinear = np.column_stack([x, x[:, 0] - x[:, 1]])
    with pytest.raises(InputError, match=r"column \d of x is a linear combination"):
        CCA().estimate(collinear, z)
    with pytest.raises(InputError, match=r"column \d of z is a linear combination"):
        CCA().estimate(z, collinear + 1e3)
    with pytest.raises(InputError, match="column 1 of z is constant"):
        CCA().estimate(x, z * [1, 0])
    with pytest.raises(InputError, match="at least 7 rows"):
        CCA().estimate(x[:6], z[:6])
    assert math.isfinite(CCA().estimate(x[:7], z[:7]).std)
    with pytest.raises(InputError, match="corrected=1"):
        CCA(corrected=1)
