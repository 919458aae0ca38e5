import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from infoplane.estimators.neighbors import balls
from infoplane.estimators.neighbors.balls import Balls


def all_distances(a):
    return np.abs(a[:, None, :] - a[None, :, :]).max(axis=2)


@pytest.fixture(params=["trees", "boxes"])
def way(request, monkeypatch):
    """Both ways for any number of columns, whichever of them is the faster there."""
    for name in ("NEAREST_COLUMNS", "COUNTED_COLUMNS"):
        monkeypatch.setattr(balls, name, 10**6 if request.param == "trees" else 0)
    return request.param


# Tenths are not exact in binary: differences that are equal on paper differ in their last bit,
# and radii that are differences themselves put many rows exactly on the boundary.
grids = st.tuples(
    st.integers(2, 120), st.integers(1, 14), st.sampled_from([3, 40, 10**6]), st.integers(0, 10**6)
).map(lambda p: np.random.default_rng(p[3]).integers(-p[2], p[2], p[:2]) / 10)


@pytest.mark.usefixtures("way")
class TestAgreesWithAllPairsExactly:
    @settings(max_examples=60, deadline=None)
    @given(a=grids, data=st.data())
    def test_on_grids(self, a, data):
        k = data.draw(st.integers(1, min(7, len(a) - 1)))
        distance = all_distances(a)
        kth = np.sort(distance, axis=1)[:, k]
        of = Balls(a)
        np.testing.assert_array_equal(of.kth_distance(k), kth)
        np.testing.assert_array_equal(of.count_within(kth), (distance < kth[:, None]).sum(axis=1))

    @settings(max_examples=60, deadline=None)
    @given(a=grids, seed=st.integers(0, 10**6))
    def test_with_a_radius_for_each_column_around_some_rows(self, a, seed):
        rng = np.random.default_rng(seed)
        rows = rng.integers(len(a), size=rng.integers(1, 20))
        radii = np.abs(a[rows] - a[rng.integers(len(a), size=len(rows))])  # some are 0
        apart = np.abs(a[rows, None, :] - a[None, :, :])
        by_hand = (apart < radii[:, None, :]).all(axis=2).sum(axis=1)
        np.testing.assert_array_equal(Balls(a).count_within(radii, rows), by_hand)

    @pytest.mark.parametrize("threads", [1, 2])
    @pytest.mark.parametrize("columns", [1, 2, 11])
    def test_across_blocks_leaves_and_threads(self, columns, threads):
        a = np.random.default_rng(0).normal(size=(2500, columns))
        distance = all_distances(a)
        kth = np.sort(distance, axis=1)[:, 4]
        before = torch.get_num_threads()
        torch.set_num_threads(threads)
        try:
            of = Balls(a)
            np.testing.assert_array_equal(of.kth_distance(4), kth)
            within = (distance < kth[:, None]).sum(axis=1)
            np.testing.assert_array_equal(of.count_within(kth), within)
        finally:
            torch.set_num_threads(before)

    @pytest.mark.parametrize("k", [1, 60, 199])
    def test_for_few_and_for_all_neighbours(self, k):
        a = np.random.default_rng(1).normal(size=(200, 3))
        kth = np.sort(all_distances(a), axis=1)[:, k]
        np.testing.assert_array_equal(Balls(a).kth_distance(k), kth)

    @pytest.mark.parametrize("unit", [1e-300, 1e300])
    def test_in_any_unit_and_far_from_zero(self, unit):
        a = unit * (np.random.default_rng(2).normal(size=(300, 4)) + 1e7)
        distance = all_distances(a)
        kth = np.sort(distance, axis=1)[:, 3]
        of = Balls(a)
        np.testing.assert_array_equal(of.kth_distance(3), kth)
        np.testing.assert_array_equal(of.count_within(kth), (distance < kth[:, None]).sum(axis=1))

    def test_whatever_the_order_in_memory(self):
        a = np.random.default_rng(3).normal(size=(300, 4))
        of, other = Balls(a), Balls(np.asfortranarray(a))
        kth = of.kth_distance(3)
        np.testing.assert_array_equal(other.kth_distance(3), kth)
        np.testing.assert_array_equal(other.count_within(kth), of.count_within(kth))


@pytest.mark.usefixtures("way")
def test_strict_where_rounding_decides():
    # 0.3 - 0.2 and 0.2 - 0.1 differ in their last bit: only one of them is below 0.1.
    a = np.array([[0.1], [0.2], [0.3]])
    radius = np.full(3, 0.1)
    by_hand = (np.abs(a - a.T) < 0.1).sum(axis=1)
    assert by_hand.tolist() == [1, 2, 2]
    np.testing.assert_array_equal(Balls(a).count_within(radius), by_hand)
    np.testing.assert_array_equal(Balls(np.hstack([a, a])).count_within(radius), by_hand)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("columns", [1, 2, 12])
def test_identical_rows(columns):
    of = Balls(np.zeros((50, columns)))
    assert (of.kth_distance(3) == 0).all()
    assert (of.count_within(np.zeros(50)) == 0).all()
    assert (of.count_within(np.full(50, 1e-300)) == 50).all()


def test_nothing_is_asked():
    assert Balls(np.zeros((5, 2))).count_within(np.zeros(0), np.zeros(0, int)).shape == (0,)


def test_values_at_the_edges():
    a = np.random.default_rng(0).integers(-40, 40, size=(200, 2)) / 10
    radius = np.random.default_rng(1).integers(1, 9, size=len(a)) / 10
    edges = np.stack([a - radius[:, None], a + radius[:, None]])  # (2, n, columns)
    at = (np.abs(a[None, None] - edges[:, :, None]) <= 1e-9).sum(axis=2).clip(max=2)
    by_hand = at.sum(axis=(0, 2))
    assert set(by_hand) >= {3, 4, 8}
    np.testing.assert_array_equal(Balls(a).count_at_edges(radius, 1e-9), by_hand)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("columns", [1, 2, 7])
def test_no_row_near_the_surface_of_a_ball_is_overlooked(columns):
    a = np.random.default_rng(columns).integers(-40, 40, size=(300, columns)) / 10
    a[:150] += np.random.default_rng(0).normal(size=(150, columns))  # half of them on no grid
    distance = all_distances(a)
    radius = np.sort(distance, axis=1)[:, 3]
    counts, at = Balls(a).count_around(radius, 1e-9)
    np.testing.assert_array_equal(counts, (distance < radius[:, None]).sum(axis=1))
    true = (np.abs(distance - radius[:, None]) < 1e-9).sum(axis=1)
    assert set(true) >= {1, 2}
    assert (at >= true.clip(max=2)).all()
    assert (at[true == 1] == 1).any()  # and not all are suspected
