import numpy as np
import pytest

from infoplane.errors import InputError
from infoplane.rankers.separation import class_separation, unit_rows
from tests.rankers.clouds import cloud


def by_pairs(rows, labels):
    """The n^2 loop of the definition, class by class."""
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    parts = [unit[labels == c] for c in np.unique(labels)]
    distance = [[np.mean(1 - a @ b.T) for b in parts] for a in parts]
    return 1 - np.mean(np.diag(distance)) / np.mean(distance)


@pytest.mark.parametrize(("n", "d"), [(60, 5), (20, 200), (7, 2)])
@pytest.mark.parametrize("apart", [0.0, 1.0, 5.0])
def test_sums_agree_with_all_pairs(n, d, apart):
    rows, labels = cloud(n, d, apart=apart)
    found = class_separation(rows, labels)
    # Differences of cosines are rounded to 1e-16, and total is above .01.
    assert found == pytest.approx(by_pairs(rows, labels), abs=1e-12)
    assert 0 <= found <= 1


def test_classes_that_are_directions_are_all_separate():
    rows = np.random.default_rng(0).uniform(0.1, 9, size=(9, 1)) * np.eye(3)[np.arange(9) % 3]
    assert class_separation(rows, np.arange(9) % 3) == pytest.approx(1, abs=1e-12)


def test_equal_classes_are_not():
    rows, _ = cloud(30)
    assert class_separation(np.vstack([rows, rows]), np.repeat([0, 1], 30)) == pytest.approx(0)


def test_classes_have_one_weight_whatever_their_size():
    rows, labels = cloud()
    known = class_separation(rows, labels)
    more = np.vstack([rows, rows[labels == 1], rows[labels == 1]])
    longer = np.concatenate([labels, np.ones(2 * np.sum(labels == 1), int)])
    assert class_separation(more, longer) == pytest.approx(known, abs=1e-12)


def test_lengths_of_rows_do_not_matter():
    rows, labels = cloud()
    lengths = 10 ** np.random.default_rng(1).uniform(-150, 150, size=(60, 1))
    known = class_separation(rows, labels)
    assert class_separation(lengths * rows, labels) == pytest.approx(known, abs=1e-12)


def test_directions_that_nearly_agree_lose_no_digits():
    # A cloud of size 1e-6 at distance 1: the flat cloud's share of variance, to terms of 1e-6.
    rows, labels = cloud(d=2)
    far = np.column_stack([np.ones(60), 1e-6 * rows])
    parts = [rows[labels == c] for c in range(3)]
    within = np.mean([a.var(axis=0).sum() for a in parts])
    means = np.array([a.mean(axis=0) for a in parts])
    between = means.var(axis=0).sum()
    assert class_separation(far, labels) == pytest.approx(between / (within + between), rel=1e-4)


def test_labels_that_are_noise_have_the_share_of_pairs_with_oneself():
    # n / C rows a class: 1 / (n / C) of within, less the 1/n that total has.
    rng = np.random.default_rng(2)
    found = [class_separation(rng.standard_normal((60, 50)), np.arange(60) % 3) for _ in range(20)]
    # Spread .003 over samples, and three standard errors of 20.
    assert np.mean(found) == pytest.approx(1 / 20 - 1 / 60, abs=0.004)


def test_a_row_of_zeros_has_no_direction():
    with pytest.raises(InputError, match="row 1 of embedding is 0 in all columns"):
        class_separation([[1.0, 2.0], [0.0, 0.0]], [0, 1])
    with pytest.raises(InputError, match="row 0 of embedding"):
        unit_rows(np.zeros((1, 3)))


def test_one_direction_has_no_cosine():
    with pytest.raises(InputError, match="rows of one direction only"):
        class_separation([[0.1, 0.2], [0.3, 0.6], [0.7, 1.4]], [0, 1, 1])
