"""Ranks within a distance; more answers are compared with all pairs in test_balls.py."""

import numpy as np

from infoplane.estimators.neighbors import lines

A = np.random.default_rng(0).integers(-40, 40, size=200) / 10


def test_ranks_within_a_distance():
    ordered, radius = np.sort(A), 0.7
    for centre in A[:20]:
        near = np.abs(ordered - centre) < radius
        first = lines.first_within(ordered, centre, radius)
        assert near.nonzero()[0].tolist() == list(
            range(first, lines.stop_within(ordered, centre, radius))
        )


def test_a_radius_of_zero_has_nothing_within():
    assert (lines.count_within(A, A, np.zeros(len(A))) == 0).all()


def test_values_at_the_edges():
    radius = np.random.default_rng(1).integers(1, 9, size=len(A)) / 10
    by_hand = sum(
        (np.abs(A - edge[:, None]) <= 1e-9).sum(axis=1).clip(max=2)
        for edge in (A - radius, A + radius)
    )
    assert set(by_hand) == {0, 1, 2, 3, 4}
    np.testing.assert_array_equal(lines.count_at_edges(A, radius, 1e-9), by_hand)
