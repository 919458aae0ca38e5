import numpy as np
import pytest
from scipy.stats import multivariate_normal

from infoplane.errors import InputError
from infoplane.rankers.evidence import logme, maximal_evidence
from tests.rankers.clouds import cloud


def dense(rows, t, alpha, beta):
    """The definition: log N(t; 0, 1/beta I + 1/alpha E E^T) / n."""
    n = len(rows)
    cov = np.eye(n) / beta + rows @ rows.T / alpha
    return multivariate_normal(np.zeros(n), cov).logpdf(t) / n


def targets(labels):
    return (labels[:, None] == np.unique(labels)).astype(float)


CASES = [(40, 3), (40, 39), (40, 40), (40, 41), (25, 300), (3, 2)]


@pytest.mark.parametrize(("n", "d"), CASES)
def test_it_is_the_dense_evidence_at_its_maximum(n, d):
    rows, labels = cloud(n, d, classes=2, apart=2.0 if d < 10 else 0.5, seed=n + d)
    t = targets(labels)
    found = maximal_evidence(rows, t)
    for c in range(t.shape[1]):
        value, alpha, beta = (float(a[c]) for a in found)
        # An end is the limit there: 1e12 away from it 1e-12 are left.
        alpha = min(alpha, 1e12 * np.square(rows).sum())
        beta = min(beta, 1e9)
        # With beta at 1e9 of targets of size 1: n / (beta s^2) of that, below 1e-6.
        assert dense(rows, t[:, c], alpha, beta) == pytest.approx(value, abs=1e-6)
        for factor_a in (0.5, 0.99, 1.01, 2.0):
            for factor_b in (0.5, 0.99, 1, 1.01, 2.0):
                other = dense(rows, t[:, c], alpha * factor_a, beta * factor_b)
                assert other <= value + 1e-9
    assert logme(rows, labels) == pytest.approx(found.value.mean(), abs=1e-12)


@pytest.mark.parametrize(("n", "d"), [(50, 4), (30, 60)])
def test_its_gradient_is_zero_and_mackays_fixed_point_holds(n, d):
    rows, labels = cloud(n, d, apart=1.0)
    t = targets(labels)
    noisy = t + np.random.default_rng(0).normal(size=t.shape)  # a maximum with noise
    found = maximal_evidence(rows, noisy)
    for c in np.flatnonzero(np.isfinite(found.alpha) & np.isfinite(found.beta)):
        alpha, beta = found.alpha[c], found.beta[c]
        precision = alpha * np.eye(d) + beta * rows.T @ rows
        m = beta * np.linalg.solve(precision, rows.T @ noisy[:, c])
        gamma = d - alpha * np.trace(np.linalg.inv(precision))
        assert alpha * m @ m == pytest.approx(gamma, rel=1e-6)
        left = noisy[:, c] - rows @ m
        assert beta * left @ left == pytest.approx(n - gamma, rel=1e-6)
    assert np.isfinite(found.alpha).any()


def test_no_place_on_a_fine_grid_is_better():
    # Two sizes of singular values, far apart, so that some targets have two maxima.
    rng = np.random.default_rng(4)
    two = 0
    for _ in range(40):
        singular = np.repeat([1.0, 10 ** rng.uniform(-4, 0)], 3)
        z = rng.normal(size=6) * np.repeat([1.0, 10 ** rng.uniform(-3, 0)], 3)
        rows = np.vstack([np.diag(singular), np.zeros((2, 6))])
        beside = 10 ** rng.uniform(-6, 0) * rng.normal(size=2)
        t = np.concatenate([z, beside])
        q = np.exp(np.linspace(-70, 30, 20_001))[:, None]
        v = (np.square(z) * q / (q + singular**2)).sum(axis=1) + np.square(beside).sum()
        heights = np.log(v / 8) + np.log1p(singular**2 / q).sum(axis=1) / 8
        values = -(np.log(2 * np.pi) + 1 + heights) / 2
        two += np.sum(np.diff(np.sign(np.diff(values))) < 0) > 1
        found = maximal_evidence(rows, t[:, None]).value[0]
        # Steps of .005: at most .005^2 / 16 = 1.6e-6 is lost between them.
        assert values.max() - 1e-12 <= found <= values.max() + 2e-6
    assert two > 0


def test_the_determinant_has_as_many_terms_as_there_are_dimensions():
    # The authors' code, where n < d, has d log(alpha) for n of them.
    rng = np.random.default_rng(5)
    n, d = 20, 50
    rows, t = rng.normal(size=(n, d)), rng.normal(size=(n, 1))
    t[:, 0] += rows[:, 0]
    value, alpha, beta = (float(a[0]) for a in maximal_evidence(rows, t))
    beta = min(beta, 1e9)  # no noise: n / (beta s^2) of it, below 1e-7, is what this adds
    precision = alpha * np.eye(d) + beta * rows.T @ rows
    m = beta * np.linalg.solve(precision, rows.T @ t[:, 0])
    left = t[:, 0] - rows @ m
    fit = -beta / 2 * left @ left - alpha / 2 * m @ m + n / 2 * np.log(beta / (2 * np.pi))
    whole = fit + d / 2 * np.log(alpha) - np.linalg.slogdet(precision)[1] / 2
    assert whole / n == pytest.approx(value, abs=1e-6)
    s2 = np.linalg.svd(rows, compute_uv=False) ** 2
    theirs = fit + d / 2 * np.log(alpha) - np.log(alpha + beta * s2).sum() / 2
    assert (theirs - whole) / n == pytest.approx((d - n) / (2 * n) * np.log(alpha), rel=1e-7)


def test_an_embedding_that_says_nothing_has_the_evidence_of_noise():
    t = np.array([1.0, 1.0, -1.0, -1.0])
    found = maximal_evidence(np.array([[1.0], [-1.0], [1.0], [-1.0]]), t[:, None])
    assert found.value[0] == pytest.approx(-(np.log(2 * np.pi) + 1) / 2)
    assert (found.alpha[0], found.beta[0]) == (np.inf, 1.0)


def test_targets_as_large_as_the_rows_have_no_noise():
    # t_i ~ N(0, s_i^2) at alpha = 1, and as wide as that: any noise is too wide for the smallest.
    s = np.array([1.0, 3.0, 9.0])
    found = maximal_evidence(np.diag(s), s[:, None])
    assert found.value[0] == pytest.approx(-(np.log(2 * np.pi) + 1) / 2 - np.log(s).mean())
    assert (found.alpha[0], found.beta[0]) == (pytest.approx(1), np.inf)


def test_without_noise_it_has_a_bound_where_rows_are_independent():
    # Rows of length s in directions of their own: t_i ~ N(0, s^2 / alpha), alpha = s^2 / mean t^2.
    t = np.array([[1.0], [2.0], [2.0]])
    found = maximal_evidence(2 * np.eye(3, 5), t)
    assert found.value[0] == pytest.approx(-(np.log(2 * np.pi) + 1 + np.log(3)) / 2)
    # Noise does as well as weights here: any 1/beta + 4/alpha of 3 is the same density.
    assert 1 / found.beta[0] + 4 / found.alpha[0] == pytest.approx(3)


def test_classes_that_are_linear_functions_have_no_bound():
    rows = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [0.0, 1.0]])
    with pytest.raises(InputError, match=r"class 0 is a linear function .* in 2 dimensions of 5"):
        logme(rows, [0, 0, 1, 1, 1])
    assert np.isfinite(logme(rows, [0, 1, 1, 1, 0]))
    near = rows + 1e-6 * np.random.default_rng(0).normal(size=rows.shape)
    # A residual of 1e-6 in three dimensions of five: 3/5 log 1e6 = 8.3 nats above one of 1.
    assert 5 < logme(near, [0, 0, 1, 1, 1]) < 10


def test_an_empty_target_or_embedding_has_no_scale():
    with pytest.raises(InputError, match="target 1 is 0 in all rows"):
        maximal_evidence(np.eye(3), np.array([[1.0, 0.0]] * 3))
    with pytest.raises(InputError, match="the embedding is 0 in all rows"):
        maximal_evidence(np.zeros((3, 2)), np.ones((3, 1)))


def test_constant_and_copied_columns():
    rows, labels = cloud()
    known = logme(rows, labels)
    assert logme(np.column_stack([rows, np.zeros(60)]), labels) == pytest.approx(known)
    # Two copies are one column that is sqrt(2) as large.
    doubled = np.column_stack([rows, rows]) / np.sqrt(2)
    assert logme(doubled, labels) == pytest.approx(known, abs=1e-9)
    # A constant: the classes' shares are predicted for nothing.
    assert logme(np.column_stack([rows, np.ones(60)]), labels) > known
