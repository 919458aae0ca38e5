import numpy as np
import pytest

from infoplane.estimators.trees import tree


@pytest.mark.parametrize("n", [1, 2, 15, 16, 17, 100, 1000])
@pytest.mark.parametrize("leaf", [1, 3, 16])
def test_every_node_has_the_rows_of_its_children_and_the_box_around_them(n, leaf):
    a = np.random.default_rng(n).integers(0, 9, size=(n, 3)).astype(float)
    found = tree(a, leaf)
    rows = a[found.order]
    assert sorted(found.order) == list(range(n))
    assert (found.start[0], found.stop[0]) == (0, n)
    inner = np.arange(len(found.start) // 2)
    np.testing.assert_array_equal(found.start[inner], found.start[2 * inner + 1])
    np.testing.assert_array_equal(found.stop[2 * inner + 1], found.start[2 * inner + 2])
    np.testing.assert_array_equal(found.stop[inner], found.stop[2 * inner + 2])
    for node, (start, stop) in enumerate(zip(found.start, found.stop, strict=True)):
        if start < stop:
            np.testing.assert_array_equal(found.low[node], rows[start:stop].min(axis=0))
            np.testing.assert_array_equal(found.high[node], rows[start:stop].max(axis=0))
    sizes = (found.stop - found.start)[len(inner) :]
    assert sizes.max() <= leaf
    assert sizes.max() - sizes.min() <= 1
    for cell, start, size in zip(found.cells, found.start[len(inner) :], sizes, strict=True):
        np.testing.assert_array_equal(cell[:, :size].T, rows[start : start + size])
        assert (cell[:, size:] == np.inf).all()


def test_rows_are_halved_along_the_widest_column():
    a = np.random.default_rng(0).normal(size=(64, 2)) * [1.0, 10.0]
    found = tree(a, 32)
    assert found.high[1, 1] <= found.low[2, 1]


def test_the_input_stays_as_it_is():
    a = np.random.default_rng(0).normal(size=(100, 2))
    before = a.copy()
    tree(a)
    np.testing.assert_array_equal(a, before)
