import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infoplane.estimators.neighbors import balls


def all_distances(a):
    return np.abs(a[:, None, :] - a[None, :, :]).max(axis=2)


# Tenths are not exact in binary: differences that are equal on paper differ in their last bit,
# and radii that are differences themselves put many rows exactly on the boundary.
grids = st.tuples(
    st.integers(2, 120), st.integers(1, 14), st.sampled_from([3, 40, 10**6]), st.integers(0, 10**6)
).map(lambda p: np.random.default_rng(p[3]).integers(-p[2], p[2], p[:2]) / 10)


@settings(max_examples=60, deadline=None)
@given(a=grids, data=st.data())
def test_agrees_with_all_pairs_exactly(a, data):
    k = data.draw(st.integers(1, min(7, len(a) - 1)))
    distance = all_distances(a)
    kth = np.sort(distance, axis=1)[:, k]
    np.testing.assert_array_equal(balls.kth_distance(a, k), kth)
    np.testing.assert_array_equal(balls._kth_distance_by_boxes(a, k), kth)
    within = (distance < kth[:, None]).sum(axis=1)
    np.testing.assert_array_equal(balls.count_within(a, kth), within)


@pytest.mark.parametrize("columns", [1, 2, 11])
def test_agrees_with_all_pairs_across_blocks(columns, monkeypatch):
    monkeypatch.setattr(balls, "MEMBERS", 96)
    monkeypatch.setattr(balls, "ROWS", 37)
    a = np.random.default_rng(0).normal(size=(500, columns))
    distance = all_distances(a)
    kth = np.sort(distance, axis=1)[:, 4]
    np.testing.assert_array_equal(balls._kth_distance_by_boxes(a, 4), kth)
    within = (distance < kth[:, None]).sum(axis=1)
    np.testing.assert_array_equal(balls.count_within(a, kth), within)


def test_strict_where_rounding_decides():
    # 0.3 - 0.2 and 0.2 - 0.1 differ in their last bit: only one of them is below 0.1.
    a = np.array([[0.1], [0.2], [0.3]])
    radius = np.full(3, 0.1)
    by_hand = (np.abs(a - a.T) < 0.1).sum(axis=1)
    assert by_hand.tolist() == [1, 2, 2]
    np.testing.assert_array_equal(balls.count_within(a, radius), by_hand)
    wide = np.hstack([a, a])
    np.testing.assert_array_equal(balls.count_within(wide, radius), by_hand)


def test_identical_rows():
    a = np.zeros((50, 12))
    assert (balls.kth_distance(a, 3) == 0).all()
    assert (balls.count_within(a, np.zeros(50)) == 0).all()
    assert (balls.count_within(a, np.full(50, 1e-300)) == 50).all()
