"""How often the images nearest to one have its label."""

from typing import Any

import numpy as np
import numpy.typing as npt

from infoplane.inputs.columns import Floats
from infoplane.inputs.options import one_of, whole
from infoplane.rankers.checked import labelled
from infoplane.rankers.separation import unit_rows

__all__ = ["METRICS", "nearest_neighbours"]

METRICS = ("cosine", "euclidean")
PAIRS = 2**21  # at a time: 16 MB of float64


def nearest_neighbours(embedding: Any, labels: Any, *, k: int = 5, metric: str = "cosine") -> float:
    """Share of rows whose label is that of most of their k nearest other rows.

    Leave-one-out: a row is no neighbour of its own, a copy of it is. metric: "cosine" or
    "euclidean", of columns as they are. Of several labels with as many votes that of the
    nearest row wins; of rows at one distance the earlier is nearer. That is so where sums are
    exact, as of small integers; distances come from products of matrices, and elsewhere rounding
    decides between those that agree to 1e-15 of the squared size of the cloud.
    embedding: (n, d); labels: (n,), at least 2 classes; 1 <= k <= n - 1. In [0, 1], where chance
    is the share of the largest class and may be less: with k = 1 and two rows of different classes
    it is 0. Time grows as n^2 d, memory as n d: n = 5000, d = 512 took 1 s on one core.

    Wrong when: classes have about k rows or fewer, which are voted down by others; d is large and
    a few columns without information have most of the variance.
    Raises InputError as :func:`~infoplane.rankers.checked.labelled` does, for k and metric out of
    range, and for a row of zeros with the cosine.
    Source: Cover & Hart (1967), https://doi.org/10.1109/TIT.1967.1053964

    >>> nearest_neighbours([0.0, 1.0, 5.0, 6.0, 3.4], [0, 0, 1, 1, 0], k=1, metric="euclidean")
    0.8
    """
    found = labelled(embedding, labels)
    n, classes = len(found.rows), len(found.sizes)
    one_of("metric", metric, METRICS)
    whole("k", k, at_least=1, at_most=n - 1)
    rows = (
        unit_rows(found.rows) if metric == "cosine" else found.rows - np.median(found.rows, axis=0)
    )
    squares = np.square(rows).sum(axis=1)
    right = 0
    block = max(1, PAIRS // n)
    for start in range(0, n, block):
        own = np.arange(start, min(start + block, n))
        distances = squares[own, None] + squares - 2 * (rows[own] @ rows.T)  # (b, n)
        distances[np.arange(len(own)), own] = np.inf
        near = found.classes[_nearest(distances, k)]  # (b, k), the nearest first
        votes = np.zeros((len(own), classes))
        np.add.at(votes, (np.arange(len(own))[:, None], near), 1.0)
        most = np.take_along_axis(votes, near, axis=1) == votes.max(axis=1, keepdims=True)
        chosen = np.take_along_axis(near, most.argmax(axis=1)[:, None], axis=1)[:, 0]
        right += int((chosen == found.classes[own]).sum())
    return right / n


def _nearest(distances: Floats, k: int) -> npt.NDArray[np.int64]:
    """Columns (b, k) of the k smallest in each row, by size, equal ones by column."""
    near = np.argpartition(distances, k - 1, axis=1)[:, :k]
    furthest = np.take_along_axis(distances, near, axis=1).max(axis=1, keepdims=True)
    # A partition takes any of those that are equally far.
    for row in np.flatnonzero((distances <= furthest).sum(axis=1) > k):
        near[row] = np.argsort(distances[row], kind="stable")[:k]
    near = np.sort(near, axis=1)
    order = np.argsort(np.take_along_axis(distances, near, axis=1), axis=1, kind="stable")
    nearest: npt.NDArray[np.int64] = np.take_along_axis(near, order, axis=1)
    return nearest
