import numpy as np
import pytest

from infoplane.rankers.h_score import h_score
from tests.rankers.clouds import cloud, rotation


def by_definition(rows, labels):
    """Loops and inverses, with the shrinkage of Ledoit and Wolf as they print it."""
    n, d = rows.shape
    x = rows - rows.mean(axis=0)
    s = x.T @ x / n
    mu = np.trace(s) / d
    delta = np.square(s - mu * np.eye(d)).sum() / d
    beta = sum(np.square(np.outer(row, row) - s).sum() for row in x) / d / n**2
    a = min(beta, delta) / delta if delta > 0 else 0.0
    between = np.zeros((d, d))
    for c in np.unique(labels):
        m = x[labels == c].mean(axis=0)
        between += np.mean(labels == c) * np.outer(m, m)
    return np.trace(np.linalg.inv((1 - a) * s + a * mu * np.eye(d)) @ ((1 - a) * between))


@pytest.mark.parametrize(("n", "d"), [(60, 5), (60, 59), (30, 80), (8, 200)])
def test_it_is_the_trace_of_the_definition(n, d):
    rows, labels = cloud(n, d)
    found = h_score(rows, labels)
    # Condition of the shrunk covariance: 1/a times the largest share, below 1e4.
    assert found == pytest.approx(by_definition(rows, labels), rel=1e-9)
    assert 0 <= found <= min(2, d)


def test_one_column_is_the_share_of_variance_between_classes():
    x, y = cloud(d=1)
    total = x.var()
    within = sum(np.mean(y == c) * x[y == c].var() for c in range(3))
    assert h_score(x, y) == pytest.approx(1 - within / total)


def test_two_gaussian_classes_have_the_score_of_their_distance():
    # Means +-m in one of four columns of variance 1: H = m^2 / (1 + m^2), and 4 / n more from the
    # means of samples. Over 20 000 rows the standard error is some 2 / sqrt(n) (1 - H) sqrt(H).
    rng = np.random.default_rng(0)
    for m in (0.0, 0.5, 2.0):
        y = rng.integers(2, size=20_000)
        x = rng.standard_normal((20_000, 4))
        x[:, 0] += m * (2 * y - 1)
        known = m**2 / (1 + m**2)
        assert abs(h_score(x, y) - known) < 3 * 2 / 20_000**0.5 * (1 - known) * known**0.5 + 0.001


def test_the_product_is_one_of_matrices():
    # Element by element the classes of a rotated cloud have another number.
    rows, labels = cloud(2000, 4, apart=2.0)
    turned = rows @ rotation(4)
    assert h_score(turned, labels) == pytest.approx(h_score(rows, labels), rel=1e-9)


def test_classes_that_are_points_have_all_of_it():
    y = np.repeat([0, 1], 500)
    assert h_score(2.0 * y - 1, y) == pytest.approx(1)
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    y = np.repeat([0, 1, 2], 300)
    # Shrinkage is some 1/n of the cloud: 2 less a few of it.
    assert h_score(corners[y], y) == pytest.approx(2, abs=0.02)


def test_without_shrinkage_a_lower_rank_is_enough():
    # Two rows: each is the covariance itself, so that Ledoit and Wolf see no noise in it.
    assert h_score([[1.0, 2.0], [3.0, 4.0]], [0, 1]) == pytest.approx(1)


def test_labels_that_are_noise_score_as_stated_in_many_columns():
    rng = np.random.default_rng(1)
    for d, stated in ((50, 1.0), (400, 1.78)):
        found = [
            h_score(rng.standard_normal((50, d)) / np.sqrt(np.arange(1, d + 1)), labels)
            for labels in rng.integers(3, size=(10, 50))
        ]
        # Spread .1 over samples and three standard errors of 10, beside that of what is stated.
        assert np.mean(found) == pytest.approx(stated, abs=0.2)
