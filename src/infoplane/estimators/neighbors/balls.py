"""Neighbours in the maximum norm: k-th distances and counts, exact, in bounded memory."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from infoplane.estimators.neighbors.boxes import Ranked
    from infoplane.estimators.trees import Tree

__all__ = ["Balls"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# In more columns a tree visits most of its leaves, at some 10 000 rows; a count, which has to
# follow the whole surface of a ball, sooner than a search for a few neighbours.
NEAREST_COLUMNS, COUNTED_COLUMNS = 10, 5


class Balls:
    """Rows a (n, d), float64 and finite, and what is built once to find their neighbours.

    What is compared are the rounded differences, |a_ij - a_lj|, so ties are decided exactly as a
    loop over all pairs decides them. Time grows as n log n in few columns, as n^2 d / 64 in many;
    memory is some 4 n (d + 2) numbers, and 4 MB a thread.
    """

    def __init__(self, a: Floats) -> None:
        self.a = a

    def kth_distance(self, k: int) -> Floats:
        """Distance from each row to its k-th nearest other row, max_j |a_ij - a_lj|: (n,).

        n > k >= 1; zero where k other rows are identical.

        >>> Balls(np.array([[0.0], [1.0], [4.0]])).kth_distance(k=1)
        array([1., 1., 3.])
        """
        from infoplane.estimators.neighbors import boxes, in_trees  # compiled

        if self.a.shape[1] <= NEAREST_COLUMNS:
            return in_trees.kth_distance(self._tree, k)
        return boxes.kth_distance(self._ranked, k)

    def count_within(self, radius: Floats, centres: Ints | None = None) -> Ints:
        """Number of rows strictly within `radius[i]` of row i, the row itself included.

        centres: (m,) the rows that are asked about, None for all of them; radius: (m,), or (m, d)
        with one for each column. Returns (m,): at least 1 where all radii are positive, 0 where
        one is not.

        >>> Balls(np.array([[0.0], [1.0], [4.0]])).count_within(np.array([1.0, 1.5, 9.0]))
        array([1, 2, 3])
        """
        from infoplane.estimators.neighbors import boxes, in_trees, lines  # compiled

        of = self.a if centres is None else self.a[centres]
        if not len(of):
            return np.zeros(0, np.int64)
        radii = np.broadcast_to(radius[:, None] if radius.ndim == 1 else radius, of.shape)
        radii = np.ascontiguousarray(radii)
        if self.a.shape[1] == 1:
            return lines.count_within(self.a[:, 0], of[:, 0], radii[:, 0])
        if self.a.shape[1] <= COUNTED_COLUMNS:
            return in_trees.count_within(self._tree, None if centres is None else of, radii)
        return boxes.count_within(self._ranked, of, radii)

    @cached_property
    def _tree(self) -> Tree:
        from infoplane.estimators.trees import tree

        return tree(self.a)

    @cached_property
    def _ranked(self) -> Ranked:
        from infoplane.estimators.neighbors.boxes import ranked

        return ranked(self.a)
