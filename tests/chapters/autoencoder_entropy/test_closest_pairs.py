"""Which digits the closest pairs are of, against counting all of them."""

import numpy as np
import pytest

from infoplane.chapters.autoencoder_entropy.closest_pairs import closest
from infoplane.chapters.autoencoder_entropy.point_sets import points_of
from infoplane.dimension.correlation import correlation_dimension

CONFIG = {"dataset": "digits", "noise": 0.0, "n": 400, "seed": 3}


def test_shares_are_those_of_all_pairs_within_the_window():
    points = points_of(CONFIG)
    x = points.x.astype(np.float64)
    top = correlation_dimension(x).radii[1]
    i, j = np.triu_indices(len(x), 1)
    near = np.linalg.norm(x[i] - x[j], axis=1) < top
    a, b = points.labels[i[near]], points.labels[j[near]]
    found = closest(CONFIG)
    assert found["shares"].tolist() == pytest.approx(
        [(a[b == a] == k).sum() / len(a) for k in range(10)]
    )
    assert found["mixed"] == pytest.approx(np.mean(a != b))
    assert found["shares"].sum() + found["mixed"] == pytest.approx(1)
