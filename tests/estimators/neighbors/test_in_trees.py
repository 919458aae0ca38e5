"""Searches in a tree; more of their answers are compared with all pairs in test_balls.py."""

import numpy as np
import pytest

from infoplane.estimators.neighbors import in_trees
from infoplane.estimators.trees import tree


@pytest.mark.parametrize("leaf", [1, 2, 7, 16, 1000])
def test_the_size_of_leaves_changes_nothing(leaf):
    a = np.random.default_rng(0).integers(0, 30, size=(333, 3)).astype(float)
    distance = np.abs(a[:, None] - a).max(axis=2)
    kth = np.sort(distance, axis=1)[:, 5]
    found = tree(a, leaf)
    np.testing.assert_array_equal(in_trees.kth_distance(found, 5), kth)
    radii = np.repeat(kth[:, None], 3, axis=1)
    within = (distance < kth[:, None]).sum(axis=1)
    np.testing.assert_array_equal(in_trees.count_within(found, None, radii), within)
    np.testing.assert_array_equal(in_trees.count_within(found, a[::-1], radii[::-1]), within[::-1])


def test_a_whole_box_is_counted_as_its_rows_are():
    # 1.1 is further from 1.0 than the radius only by the rounding of the difference
    a = np.array([[1.0], [1.1]])
    radius = np.full((2, 1), 0.1)
    by_hand = (np.abs(a - a.T) < 0.1).sum(axis=1)
    for leaf in (1, 2):
        np.testing.assert_array_equal(in_trees.count_within(tree(a, leaf), None, radius), by_hand)
