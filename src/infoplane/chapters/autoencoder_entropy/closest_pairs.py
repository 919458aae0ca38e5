"""Chapter 07: which digits the closest pairs of images are of."""

import numpy as np
from sklearn.neighbors import NearestNeighbors

from infoplane.chapters.autoencoder_entropy.point_sets import points_of
from infoplane.dimension.correlation import correlation_integral
from infoplane.records.plan import Config, Values

__all__ = ["closest"]


def closest(config: Config, *, device: str = "cpu") -> Values:
    """Of the pairs within the default window of the correlation dimension, shares by digit.

    shares: (10,), both images of that digit; mixed: of two digits; they sum to 1. The smallest
    distances decide on a correlation dimension, and they are not of all digits alike.
    """
    points = points_of(config)
    assert points.labels is not None
    x = points.x.astype(np.float64)
    radius = correlation_integral(x, device=device).dimension().radii[1]
    # without rows for the graph to start from, no row is its own neighbour
    nearest = NearestNeighbors(radius=radius, algorithm="brute").fit(x)
    pairs = nearest.radius_neighbors_graph().tocoo()
    a, b = points.labels[pairs.row], points.labels[pairs.col]
    counts = np.bincount(a[a == b], minlength=10)
    return {"shares": counts / len(a), "mixed": 1 - counts.sum() / len(a)}
